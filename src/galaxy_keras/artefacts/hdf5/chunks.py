"""Datasets in chunks: where the chunks are, and what their filters made of the values."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.hdf5.structures import (
    TREE_NODE,
    UNDEFINED,
    Cursor,
    DamagedError,
    Filter,
)

GZIP: Final = 1
SHUFFLE: Final = 2
MAX_CHUNKS: Final = 100_000


class FileContent(Protocol):
    """The bytes of a file."""

    def read(self, start: int, size: int) -> bytes:
        """Return bytes of it; raise DamagedError where it has not so many."""


@dataclass(frozen=True)
class Chunk:
    """Where a chunk is.

    Attributes
    ----------
    address, size
        Of its bytes in the file.
    skipped
        A bit for each filter that it did not go through.
    offsets
        Its first value in the dataset, for each axis.
    """

    address: int
    size: int
    skipped: int
    offsets: tuple[int, ...]


@dataclass(frozen=True)
class ChunkedStorage:
    """The chunks of a dataset.

    Attributes
    ----------
    shape
        Of each chunk.
    filters
        In the order in which they were applied.
    chunks
        All that the file holds.
    """

    shape: tuple[int, ...]
    filters: tuple[Filter, ...]
    chunks: tuple[Chunk, ...]

    @property
    def stored(self) -> int:
        """How many bytes the chunks have in the file."""
        return sum(chunk.size for chunk in self.chunks)


def parse_chunks(file: FileContent, address: int, rank: int) -> tuple[Chunk, ...]:
    """Return the chunks that a tree lists.

    Parameters
    ----------
    file
        The file.
    address
        Of the root of the tree.
    rank
        Axes of the dataset and one more.

    Raises
    ------
    DamagedError
        If the tree is not as the format says.
    """
    chunks: list[Chunk] = []
    visited: set[int] = set()
    waiting = [] if address == UNDEFINED else [address]
    while waiting:
        address = waiting.pop()
        if address in visited or len(chunks) + len(visited) > MAX_CHUNKS:
            raise DamagedError(f"the chunks at byte {address} are reached twice, or too many")
        visited.add(address)
        signature, kind, level, count, _, _ = TREE_NODE.unpack(file.read(address, TREE_NODE.size))
        if signature != b"TREE" or kind != 1:
            raise DamagedError(f"there is no node of chunks at byte {address}")
        cursor = Cursor(file.read(address + TREE_NODE.size, count * (16 + 8 * rank)))
        for _ in range(count):
            size, skipped = cursor.numbers(2, 4)
            *offsets, _ = cursor.numbers(rank)
            child = cursor.number(8)
            if level:
                waiting.append(child)
            else:
                chunks.append(Chunk(child, size, skipped, tuple(offsets)))
    return tuple(chunks)


def read_chunks(
    file: FileContent, storage: ChunkedStorage, shape: tuple[int, ...], dtype: np.dtype[Any]
) -> NDArray[Any]:
    """Return the values of a dataset in chunks.

    Raises
    ------
    DamagedError
        If chunks are missing, overlap or do not hold what they declare.
    """
    values = np.empty(shape, dtype)
    filled = 0
    places = set()
    for chunk in storage.chunks:
        content = _undo_filters(file.read(chunk.address, chunk.size), storage, chunk, dtype)
        part = np.frombuffer(content, dtype).reshape(storage.shape)
        place = tuple(
            slice(start, min(start + side, end))
            for start, side, end in zip(chunk.offsets, storage.shape, shape, strict=True)
        )
        target = values[place]
        if chunk.offsets in places or any(
            start % side for start, side in zip(chunk.offsets, storage.shape, strict=True)
        ):
            raise DamagedError("the chunks of a dataset overlap")
        places.add(chunk.offsets)
        target[...] = part[tuple(slice(length) for length in target.shape)]
        filled += target.size
    if filled != values.size:
        raise DamagedError("chunks of a dataset are missing")
    return values


def _undo_filters(
    content: bytes, storage: ChunkedStorage, chunk: Chunk, dtype: np.dtype[Any]
) -> bytes:
    size = math.prod(storage.shape) * dtype.itemsize
    for index, each in reversed(list(enumerate(storage.filters))):
        if chunk.skipped >> index & 1:
            continue
        content = _inflate(content, size) if each.number == GZIP else _unshuffle(content, dtype)
    if len(content) != size:
        raise DamagedError("a chunk does not hold what it declares")
    return content


def _inflate(content: bytes, size: int) -> bytes:
    """Undo gzip, without making more than a chunk of it."""
    try:
        return zlib.decompressobj().decompress(content, size + 1)
    except zlib.error as error:
        raise DamagedError(f"a chunk cannot be decompressed ({error})") from None


def _unshuffle(content: bytes, dtype: np.dtype[Any]) -> bytes:
    """Put the bytes of each value together again, which stand sorted by their significance."""
    if len(content) % dtype.itemsize:
        raise DamagedError("a chunk does not hold what it declares")
    return np.frombuffer(content, np.uint8).reshape(dtype.itemsize, -1).T.tobytes()
