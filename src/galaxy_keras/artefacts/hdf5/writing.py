"""Writing HDF5 files atomically."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import h5py

from galaxy_keras.artefacts.checksum import append_checksum
from galaxy_keras.artefacts.files import writing_atomically


@contextlib.contextmanager
def writing_hdf5(path: Path, *, checksum: bool = False) -> Iterator[h5py.File]:
    """Yield a file to fill; it then replaces `path`.

    It is filled in memory: when the disk is full, the HDF5 library would end the whole process.

    Parameters
    ----------
    path
        The file.
    checksum
        Whether a checksum is appended (`checksum.append_checksum`).

    Raises
    ------
    DataError
        If the file cannot be written; an existing file at `path` is kept.
    """
    content = io.BytesIO()
    with writing_atomically(path) as temporary:
        # The layout that `hdf5.parsing` reads, whatever the default of HDF5 becomes.
        with h5py.File(content, "w", libver="earliest") as file:
            yield file
        temporary.write_bytes(content.getbuffer())
        if checksum:
            append_checksum(temporary)
