"""Collecting rows that arrive in chunks in one array: in memory, or in a temporary file.

Integers take one, two or four bytes each, as the largest requires; other numbers four. The memory
is a mapping of our own: growing an array with `numpy.ndarray.resize` writes zeros to what it adds,
and took 5.4 s instead of 4.8 s of CPU for 1,200 x 30,000 numbers, with the same memory.
"""

from __future__ import annotations

import mmap
import tempfile
from abc import ABC, abstractmethod
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import DTypeLike, NDArray

from galaxy_keras.artefacts.arrays import iterate_slices
from galaxy_keras.errors import DataError

GROWTH = 1.25
_INTEGERS: Final = (np.iinfo(np.uint8), np.iinfo(np.int16), np.iinfo(np.int32))
_FLOAT: Final = np.dtype(np.float32)


class GrowingMatrix(ABC):
    """Rows of numbers that arrive in chunks.

    Parameters
    ----------
    columns
        The number of columns.
    min_dtype
        The dtype to begin with; wider ones are taken as values require.
    """

    def __init__(self, columns: int, min_dtype: DTypeLike = np.uint8) -> None:
        self._columns = columns
        self._dtype = np.dtype(min_dtype)
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def append(self, values: NDArray[Any]) -> None:
        """Append rows; the rows before them are widened where these require it.

        Parameters
        ----------
        values
            Shape (rows, columns), int32 or float32.

        Raises
        ------
        MemoryError, DataError
            If there is too little memory, or too little space on disk.
        """
        dtype = choose_dtype(values, self._dtype)
        if dtype != self._dtype:
            self._widen(dtype)
        self._add(np.ascontiguousarray(values, dtype))
        self._rows += len(values)

    @abstractmethod
    def to_array(self) -> NDArray[Any]:
        """Return the rows, shape (rows, columns); the matrix must not be used afterwards.

        The dtype is the smallest of uint8, int16, int32 and float32 that holds all values, but
        not smaller than `min_dtype`.
        """

    @abstractmethod
    def close(self) -> None:
        """Release what the array does not need."""

    @abstractmethod
    def _add(self, values: NDArray[Any]) -> None:
        """Append rows."""

    @abstractmethod
    def _make_room(self, dtype: np.dtype[Any]) -> None:
        """Make the memory large enough for all rows as `dtype`."""

    @abstractmethod
    def _view(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """Return the memory of all rows as if they were `dtype`."""

    def _widen(self, dtype: np.dtype[Any]) -> None:
        if self._rows:
            self._make_room(dtype)
            narrow, wide = self._view(self._dtype), self._view(dtype)
            # Widening moves rows to higher addresses, so the last rows must be moved first.
            for rows in reversed(list(iterate_slices(wide))):
                wide[rows] = narrow[rows].astype(dtype)
        self._dtype = dtype


class MatrixInMemory(GrowingMatrix):
    """Rows in memory.

    The memory is mapped by the operating system, which (on Linux) can be extended without copying,
    and takes physical memory only when it is written to.

    Raises
    ------
    MemoryError
        If there is too little memory.
    """

    def __init__(self, columns: int, min_dtype: DTypeLike = np.uint8) -> None:
        super().__init__(columns, min_dtype)
        self._memory: mmap.mmap | None = None

    def to_array(self) -> NDArray[Any]:
        """Return the rows; the matrix must not be used afterwards."""
        self._resize(self._count_bytes(self._dtype))
        return self._view(self._dtype)

    def close(self) -> None:
        """Do nothing: the memory is freed with the array."""

    def _add(self, values: NDArray[Any]) -> None:
        start = self._count_bytes(self._dtype)
        memory = self._reserve(start + values.nbytes)
        memory[start : start + values.nbytes] = values.reshape(-1).view(np.uint8).data

    def _make_room(self, dtype: np.dtype[Any]) -> None:
        self._reserve(self._count_bytes(dtype))

    def _view(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        memory = self._reserve(self._count_bytes(dtype))
        count = self._rows * self._columns
        return np.frombuffer(memory, dtype, count).reshape(self._rows, self._columns)

    def _count_bytes(self, dtype: np.dtype[Any]) -> int:
        return self._rows * self._columns * dtype.itemsize

    def _reserve(self, size: int) -> mmap.mmap:
        if self._memory is not None and size <= len(self._memory):
            return self._memory
        return self._resize(int(size * GROWTH))

    def _resize(self, size: int) -> mmap.mmap:
        try:
            self._memory = (
                _map_memory(size) if self._memory is None else _grow_mapping(self._memory, size)
            )
        except OSError as error:
            raise MemoryError from error
        return self._memory


class MatrixOnDisk(GrowingMatrix):
    """Rows in an unnamed temporary file, which disappears when the process ends, for any reason.

    Rows are written, not stored through the mapping: on a full disk `write` raises an OSError
    that can be reported, while a store through the mapping kills the process with SIGBUS.

    Raises
    ------
    DataError
        If the temporary folder cannot be written to, or has too little space.
    """

    def __init__(self, columns: int, min_dtype: DTypeLike = np.uint8) -> None:
        super().__init__(columns, min_dtype)
        try:
            self._file: BinaryIO = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - closed by `close`
        except OSError as error:
            raise DataError(_describe_write_failure(error)) from error

    def to_array(self) -> NDArray[Any]:
        """Return the rows as an array whose memory is the file."""
        return self._view(self._dtype)

    def close(self) -> None:
        """Close the file, which the array keeps."""
        self._file.close()

    def _add(self, values: NDArray[Any]) -> None:
        remaining = values.reshape(-1).view(np.uint8)
        try:
            while len(remaining):
                remaining = remaining[self._file.write(remaining.data) :]
        except OSError as error:
            raise DataError(_describe_write_failure(error)) from error

    def _make_room(self, dtype: np.dtype[Any]) -> None:
        added = (dtype.itemsize - self._dtype.itemsize) * self._columns
        for rows in iterate_slices(self._view(self._dtype)):
            self._add(np.zeros(((rows.stop - rows.start) * added), np.uint8))

    def _view(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        try:
            return np.memmap(self._file, dtype, "r+", shape=(self._rows, self._columns))
        except OSError as error:
            # Mapped files count towards a limit on the address space (ulimit -v).
            raise MemoryError from error


def _map_memory(size: int) -> mmap.mmap:
    # Private: a shared mapping cannot grow beyond its first size.
    return mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def _grow_mapping(memory: mmap.mmap, size: int) -> mmap.mmap:
    try:
        memory.resize(size)
    except SystemError:
        # Only Linux can resize a mapping in place (mremap).
        moved = _map_memory(size)
        count = min(size, len(memory))
        moved[:count] = memoryview(memory)[:count]
        return moved
    return memory


def choose_dtype(values: NDArray[Any], min_dtype: DTypeLike = np.uint8) -> np.dtype[Any]:
    """Return the smallest dtype, not below `min_dtype`, that holds all values.

    Parameters
    ----------
    values
        Integers or floating-point numbers, at least one; for the latter it is float32.
    min_dtype
        One of uint8, int16, int32 and float32.
    """
    min_dtype = np.dtype(min_dtype)
    if "f" in (values.dtype.kind, min_dtype.kind):
        return _FLOAT
    low, high = values.min(), values.max()
    return next(
        np.dtype(limits.dtype)
        for limits in _INTEGERS
        if limits.bits >= 8 * min_dtype.itemsize and limits.min <= low and high <= limits.max
    )


def _describe_write_failure(error: OSError) -> str:
    return (
        f"the features cannot be kept in a temporary file in {tempfile.gettempdir()}: "
        f"{error.strerror}. Free some space, or set the environment variable TMPDIR to a folder "
        "on a larger disk"
    )
