"""Random access to the bytes of a file, plain or compressed in blocks (bgzip)."""

from __future__ import annotations

import os
import stat
import struct
import zlib
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.errors import DataError

CHUNK_BYTES: Final = 2**24
_GZIP: Final = b"\x1f\x8b"
_HEADER: Final = struct.Struct("<4BIBBH")
_EXTRA_FLAG: Final = 4
_MAX_BLOCK: Final = 2**16
"""A block of bgzip holds at most so many bytes, compressed and not."""
_BLOCKS_KEPT: Final = 256


class RandomAccessFile(ABC):
    """Bytes at any place of a file, as if it were not compressed."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self._descriptor = descriptor

    def __del__(self) -> None:
        os.close(self._descriptor)

    @abstractmethod
    def iterate(self) -> Iterator[bytes]:
        """Yield the whole content, in chunks of at most `CHUNK_BYTES`; once, before `read`."""

    @abstractmethod
    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`."""


class PlainFile(RandomAccessFile):
    """A file that is not compressed."""

    def iterate(self) -> Iterator[bytes]:
        """Yield the whole content."""
        position = 0
        while chunk := os.pread(self._descriptor, CHUNK_BYTES, position):
            yield chunk
            position += len(chunk)

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`."""
        return os.pread(self._descriptor, end - start, start)


class BlockFile(RandomAccessFile):
    """A file compressed by bgzip, in blocks that are unpacked one by one.

    The format (BGZF) is that of the SAM specification, section 4.1: gzip members whose extra field
    BC tells their size.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        super().__init__(path, descriptor)
        self._starts: list[int] = []
        """Where each block starts in the content."""
        self._places: list[tuple[int, int]] = []
        """Where it starts in the file, and how many bytes it has there."""
        self._unpack = lru_cache(_BLOCKS_KEPT)(self._unpack_block)

    def iterate(self) -> Iterator[bytes]:
        """Yield the whole content."""
        place = position = 0
        while size := self._find_size(place):
            self._starts.append(position)
            self._places.append((place, size))
            content = self._unpack_block(len(self._places) - 1)
            yield content
            place += size
            position += len(content)

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from `start` up to `end`."""
        number = bisect_right(self._starts, start) - 1
        first = self._starts[number]
        content = b""
        while first + len(content) < end and number < len(self._places):
            content += self._unpack(number)
            number += 1
        return content[start - first : end - first]

    def _find_size(self, place: int) -> int:
        """Return the size of the block that starts at `place` of the file; 0 at its end."""
        header = os.pread(self._descriptor, _MAX_BLOCK, place)
        if not header:
            return 0
        size = find_block_size(header)
        if size is None or len(header) < min(size, _MAX_BLOCK):
            raise self._damaged()
        return size

    def _unpack_block(self, number: int) -> bytes:
        place, size = self._places[number]
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        try:
            content = unpacker.decompress(os.pread(self._descriptor, size, place), _MAX_BLOCK)
        except zlib.error:
            raise self._damaged() from None
        if not unpacker.eof:
            raise self._damaged()
        return content

    def _damaged(self) -> DataError:
        return DataError(
            f"{self.path} is a damaged or truncated file of bgzip. Upload or copy it again"
        )


def open_random_access(path: Path) -> RandomAccessFile:
    """Open a file to read any place of it.

    Raises
    ------
    DataError
        If it cannot be read so: it is missing, no regular file, or compressed as a whole.
    """
    try:
        # A named pipe without a writer would wait for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        mode = os.fstat(descriptor).st_mode
    except OSError as error:
        raise DataError(describe_read_failure(path, error)) from error
    file: RandomAccessFile = PlainFile(path, descriptor)
    if stat.S_ISDIR(mode):
        raise DataError(f"{path} is a folder, not a file. Give the file itself")
    if not stat.S_ISREG(mode):
        raise DataError(
            f"{path} is a pipe or a device, but a genome is read at many places. Write it to a "
            "file first"
        )
    start = file.read(0, _MAX_BLOCK)
    if not start.startswith(_GZIP):
        return file
    if find_block_size(start) is None:
        raise DataError(
            f"{path} is compressed with gzip, which can be read from its start only. Unpack it, or "
            "pack it with bgzip: gunzip -c GENOME.gz | bgzip > GENOME.bgz"
        )
    return BlockFile(path, os.open(path, os.O_RDONLY))


def find_block_size(start: bytes) -> int | None:
    """Return the size of the block of bgzip that begins with these bytes; None if none does."""
    if len(start) < _HEADER.size or not start.startswith(_GZIP):
        return None
    _, _, _, flags, _, _, _, extra = _HEADER.unpack_from(start)
    if not flags & _EXTRA_FLAG:
        return None
    place, end = _HEADER.size, _HEADER.size + extra
    while place + 4 <= min(end, len(start)):
        one, two, length = struct.unpack_from("<BBH", start, place)
        if (one, two, length) == (ord("B"), ord("C"), 2) and place + 6 <= len(start):
            return int(struct.unpack_from("<H", start, place + 4)[0]) + 1
        place += 4 + length
    return None
