"""Telling from its first bytes what a file is, for messages and for choosing a reader."""

from __future__ import annotations

import string
from enum import StrEnum
from pathlib import Path

from galaxy_keras.errors import ModelFileError

_LONGEST_START = 512


class Content(StrEnum):
    """What a file is, in the words of messages."""

    HDF5 = "an HDF5 file"
    ZIP = "a zip archive"
    GZIP = "a gzip file"
    PICKLE = "a Python pickle"
    JSON = "JSON text"
    TEXT = "a text file"
    EMPTY = "an empty file"
    UNKNOWN = "a file of an unknown kind"


_SIGNATURES = (
    (b"\x89HDF\r\n\x1a\n", Content.HDF5),
    (b"PK\x03\x04", Content.ZIP),
    (b"PK\x05\x06", Content.ZIP),
    (b"\x1f\x8b", Content.GZIP),
    (b"\x80\x02", Content.PICKLE),
    (b"\x80\x03", Content.PICKLE),
    (b"\x80\x04", Content.PICKLE),
    (b"\x80\x05", Content.PICKLE),
)
_TEXT_BYTES = frozenset(string.printable.encode())


def identify_content(path: Path) -> Content:
    """Return what the file is.

    Raises
    ------
    ModelFileError
        If it cannot be read.
    """
    try:
        with path.open("rb") as file:
            start = file.read(_LONGEST_START)
    except OSError as error:
        raise ModelFileError(
            f"{path} cannot be read: {error.strerror or error}. Check the path"
        ) from error
    return _identify(start)


def _identify(start: bytes) -> Content:
    if not start:
        return Content.EMPTY
    for signature, content in _SIGNATURES:
        if start.startswith(signature):
            return content
    if start.lstrip().startswith((b"{", b"[")):
        return Content.JSON
    return Content.TEXT if _TEXT_BYTES.issuperset(start) else Content.UNKNOWN
