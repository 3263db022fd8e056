"""Checks the global heap, in which HDF5 stores variable-length strings.

The library goes through a heap from object to object, using the sizes stored in the file. A free
object of size 0 makes it loop forever, in native code that nothing interrupts. The format is that
of the HDF5 File Format Specification, III.E Global Heap (signature GCOL).
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from pathlib import Path

_COLLECTION = b"GCOL\x01\0\0\0"
_HEADER = struct.Struct("<8sQ")
_OBJECT = struct.Struct("<HH4xQ")
_ALIGNMENT = 8
_FREE = 0


def find_heap_violation(path: Path) -> str | None:
    """Return what is wrong with a heap of the file, which must not be empty; None if nothing is.

    Sizes take 8 bytes in all files that h5py writes, so no other layout is searched for.
    """
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        for start in _find_collections(content):
            if not _is_sound(content, start):
                return f"a damaged global heap (at byte {start})"
    return None


def _find_collections(content: mmap.mmap) -> Iterator[int]:
    start = content.find(_COLLECTION)
    while start >= 0:
        yield start
        start = content.find(_COLLECTION, start + 1)


def _is_sound(content: mmap.mmap, start: int) -> bool:
    if start + _HEADER.size > len(content):
        return False
    _, size = _HEADER.unpack_from(content, start)
    end = start + size
    if end > len(content):
        return False
    position = start + _HEADER.size
    # The space after the last object may be too small for another one.
    while position + _OBJECT.size <= end:
        index, _, length = _OBJECT.unpack_from(content, position)
        if index == _FREE:
            return bool(length >= _OBJECT.size and position + length <= end)
        position += _OBJECT.size + -(-length // _ALIGNMENT) * _ALIGNMENT
    return bool(position <= end)
