"""Telling from its first bytes what a file is, for messages and for choosing a reader."""

from __future__ import annotations

import string
from enum import StrEnum
from pathlib import Path

from galaxy_keras.errors import ModelFileError

_HEADER_BYTES = 512


class FileType(StrEnum):
    """What a file is, in the words of messages."""

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
    """Return what the file is.

    Raises
    ------
    ModelFileError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_HEADER_BYTES)
    except OSError as error:
        raise ModelFileError(
            f"{path} cannot be read: {error.strerror or error}. Check the path"
        ) from error
    return _identify(start)


def _identify(start: bytes) -> FileType:
    if not start:
        return FileType.EMPTY
    for signature, content in _MAGIC_NUMBERS:
        if start.startswith(signature):
            return content
    if start.lstrip().startswith((b"{", b"[")):
        return FileType.JSON
    return FileType.TEXT if _TEXT_BYTES.issuperset(start) else FileType.UNKNOWN
