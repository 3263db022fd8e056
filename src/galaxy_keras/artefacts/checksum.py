"""A checksum at the end of a file, by which damage anywhere in it is noticed.

The last 40 bytes are ``SHA-256:`` and the digest of all before them. Readers of HDF5 take no notice
of what follows the content.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import BinaryIO, Final

_MARK: Final = b"SHA-256:"
_TRAILER_BYTES: Final = len(_MARK) + hashlib.sha256().digest_size
_CHUNK_BYTES: Final = 2**20


def append_checksum(path: Path) -> None:
    """Append the checksum of a file to it."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        trailer = _MARK + _digest(file, size)
        file.write(trailer)


def is_sealed(path: Path) -> bool:
    """Whether a file ends with a checksum, be it right or wrong."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - _TRAILER_BYTES, 0))
        return file.read().startswith(_MARK)


def matches_checksum(path: Path) -> bool:
    """Whether a file ends with the checksum of what comes before it."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END) - _TRAILER_BYTES
        if size < 0:
            return False
        file.seek(0)
        return _MARK + _digest(file, size) == file.read()


def _digest(file: BinaryIO, size: int) -> bytes:
    """Return the digest of the next `size` bytes, after which the file then stands."""
    digest = hashlib.sha256()
    while size > 0 and (chunk := file.read(min(size, _CHUNK_BYTES))):
        digest.update(chunk)
        size -= len(chunk)
    return digest.digest()
