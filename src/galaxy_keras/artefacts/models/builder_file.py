"""Writes a builder in the format given by the suffix of the file."""

from __future__ import annotations

from pathlib import Path

from galaxy_keras.artefacts.models.builder import Builder, write_builder

H5MLM = ".h5mlm"


def write_model_builder(path: Path, builder: Builder) -> None:
    """Write a builder as HDF5 where `path` ends in ``.h5mlm``, else as a zip.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    if path.suffix != H5MLM:
        write_builder(path, builder)
        return
    # Importing h5py takes longer than everything else that keras-model-builder does.
    from galaxy_keras.artefacts.models.builder_h5mlm import write_builder_h5mlm

    write_builder_h5mlm(path, builder)
