"""Identifying a file type from its first bytes, for messages and for choosing a reader."""

from __future__ import annotations

import stat
import string
from enum import StrEnum
from pathlib import Path

from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.errors import ModelFileError

_HEADER_BYTES = 512


class FileType(StrEnum):
    """The type of a file; the values are the words used in messages."""

    HDF5 = "an HDF5 file"
    ZIP = "a zip archive"
    GZIP = "a gzip file"
    PICKLE = "a Python pickle"
    JSON = "JSON text"
    TEXT = "a text file"
    EMPTY = "an empty file"
    UNKNOWN = "a file of an unknown kind"


_MAGIC_NUMBERS = (
    (b"\x89HDF\r\n\x1a\n", FileType.HDF5),
    (b"PK\x03\x04", FileType.ZIP),
    (b"PK\x05\x06", FileType.ZIP),
    (b"\x1f\x8b", FileType.GZIP),
    (b"\x80\x02", FileType.PICKLE),
    (b"\x80\x03", FileType.PICKLE),
    (b"\x80\x04", FileType.PICKLE),
    (b"\x80\x05", FileType.PICKLE),
)
_TEXT_BYTES = frozenset(string.printable.encode())


def identify_file_type(path: Path) -> FileType:
    """Return the type of the file.

    Raises
    ------
    ModelFileError
        If it cannot be read, or is a pipe or a device, which could be read only once.
    """
    try:
        if not path.is_dir() and not stat.S_ISREG(path.stat().st_mode):
            raise ModelFileError(
                f"{path} is a pipe or a device, but models are read from files. "
                "Write it to a file first, and give that"
            )
        with path.open("rb") as file:
            start = file.read(_HEADER_BYTES)
    except OSError as error:
        raise ModelFileError(describe_read_failure(path, error)) from error
    return _identify(start)


def _identify(start: bytes) -> FileType:
    if not start:
        return FileType.EMPTY
    for magic_number, file_type in _MAGIC_NUMBERS:
        if start.startswith(magic_number):
            return file_type
    if start.lstrip().startswith((b"{", b"[")):
        return FileType.JSON
    return FileType.TEXT if _TEXT_BYTES.issuperset(start) else FileType.UNKNOWN
