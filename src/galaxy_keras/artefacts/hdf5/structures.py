"""The small structures of HDF5: data types, dataspaces and filters in the messages of an object.

Source: HDF5 File Format Specification, version 3.0, section IV.A.2. Names and numbers are those of
the specification. All numbers are little-endian.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

UNDEFINED: Final = 2**64 - 1
"""The address of what is not there."""
MAX_RANK: Final = 32
"""Of the format; models have fewer axes."""

_MAX_RECORD_LEVEL: Final = 4
_MAX_RECORD_FIELDS: Final = 64
_FLOATS: Final = {
    bytes.fromhex("00001000 0a05000a 0f000000"): "f2",
    bytes.fromhex("00002000 17080017 7f000000"): "f4",
    bytes.fromhex("00004000 340b0034 ff030000"): "f8",
}
"""Bit layouts of the floating-point types of IEEE 754, as the format stores them."""
_OTHER_CLASSES: Final = {
    2: "times",
    4: "bit fields",
    5: "opaque",
    7: "references",
    9: "lists",
    10: "arrays",
}


class DamagedError(Exception):
    """What is wrong with a file, as the end of a sentence."""


class NewerLayoutError(Exception):
    """What a file uses of the layouts of HDF5 that are not read."""


@dataclass(frozen=True)
class Datatype:
    """The type of the values of a dataset or an attribute.

    Attributes
    ----------
    size
        Of one value, in bytes.
    dtype
        For numbers.
    text
        For texts: whether they have one length, or each its own.
    other
        What the values are otherwise, for messages.
    """

    size: int
    dtype: np.dtype[Any] | None = None
    text: Literal["fixed", "variable"] | None = None
    other: str = ""

    @property
    def is_record_of_numbers(self) -> bool:
        """Whether a value consists of several numbers, each with a name."""
        return self.other == "records of numbers"


@dataclass(frozen=True)
class Filter:
    """A filter that the bytes of each chunk went through."""

    number: int
    name: str


class Cursor:
    """Reads the bytes of a message from the front.

    Parameters
    ----------
    content
        The bytes; reading beyond their end raises DamagedError.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._position = 0

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self._content) - self._position

    def take(self, size: int) -> bytes:
        """Return the next bytes."""
        if size > self.left:
            raise DamagedError("a message that is too short")
        start, self._position = self._position, self._position + size
        return self._content[start : self._position]

    def number(self, size: int) -> int:
        """Return the next unsigned number of so many bytes."""
        return int.from_bytes(self.take(size), "little")

    def numbers(self, count: int, size: int = 8) -> tuple[int, ...]:
        """Return the next unsigned numbers."""
        return tuple(self.number(size) for _ in range(count))

    def name(self, size: int | None = None, *, padded: bool = False) -> bytes:
        """Return the next text up to its zero byte.

        Parameters
        ----------
        size
            Bytes that it takes; None where its zero byte ends it.
        padded
            Whether zero bytes follow up to the next multiple of 8.
        """
        if size is None:
            end = self._content.find(b"\0", self._position)
            size = (len(self._content) if end < 0 else end + 1) - self._position
        text = self.take(size).partition(b"\0")[0]
        if padded:
            self.take(-size % 8)
        return text


def parse_dataspace(content: bytes) -> tuple[int, ...] | None:
    """Return the shape; None for a dataspace that holds nothing."""
    cursor = Cursor(content)
    version, rank, _ = cursor.numbers(3, 1)
    if version not in (1, 2) or rank > MAX_RANK:
        raise DamagedError("a dataspace of an unknown version")
    kind = cursor.number(1)
    if version == 1:
        cursor.take(4)
    elif kind == 2:
        return None
    return cursor.numbers(rank)


def parse_datatype(content: bytes) -> Datatype:
    """Return the type that a message describes."""
    return _parse_datatype(Cursor(content), 0)


def _parse_datatype(cursor: Cursor, level: int) -> Datatype:
    head = cursor.number(1)
    bits = cursor.number(3)
    size = cursor.number(4)
    version, kind = head >> 4, head & 15
    if not 0 < size < 2**31 or not 1 <= version <= 3:
        raise DamagedError("a data type of an unknown version or size")
    if kind == 0:
        return _parse_integer(cursor, bits, size)
    if kind == 1:
        return _parse_float(cursor, bits, size)
    if kind == 3:
        return Datatype(size, text="fixed")
    if kind == 6:
        return _parse_record(cursor, version, bits & 0xFFFF, size, level)
    if kind == 8:
        return _parse_enumeration(cursor, version, bits & 0xFFFF, size, level)
    if kind == 9 and bits & 15 == 1 and size == 16:
        return Datatype(size, text="variable")
    return Datatype(size, other=_OTHER_CLASSES.get(kind, f"of class {kind}"))


def _parse_integer(cursor: Cursor, bits: int, size: int) -> Datatype:
    offset, precision = cursor.numbers(2, 2)
    if offset or precision != 8 * size or size not in (1, 2, 4, 8):
        return Datatype(size, other="integers of an unusual size")
    return Datatype(size, np.dtype(f"{'<>'[bits & 1]}{'i' if bits & 8 else 'u'}{size}"))


def _parse_float(cursor: Cursor, bits: int, size: int) -> Datatype:
    name = _FLOATS.get(cursor.take(12))
    if name is None or int(name[1]) != size:
        return Datatype(size, other="floating-point numbers of an unusual size")
    return Datatype(size, np.dtype("<>"[bits & 1] + name))


def _parse_enumeration(cursor: Cursor, version: int, count: int, size: int, level: int) -> Datatype:
    base = _parse_datatype(cursor, level + 1)
    if base.dtype is None or base.dtype.kind not in "iu" or count > _MAX_RECORD_FIELDS:
        return Datatype(size, other="an enumeration")
    names = [cursor.name(padded=version < 3) for _ in range(count)]
    cursor.take(count * size)
    # This is how h5py stores truth values.
    is_truth = names == [b"FALSE", b"TRUE"] and size == 1
    return Datatype(size, np.dtype(bool) if is_truth else base.dtype)


def _parse_record(cursor: Cursor, version: int, count: int, size: int, level: int) -> Datatype:
    if level >= _MAX_RECORD_LEVEL or count > _MAX_RECORD_FIELDS:
        return Datatype(size, other="records of too many fields")
    fields = [_parse_field(cursor, version, size, level) for _ in range(count)]
    if [name for name, _ in fields] == [b"r", b"i"]:
        return Datatype(size, other="complex numbers")
    if all(each.dtype is not None for _, each in fields):
        return Datatype(size, other="records of numbers")
    return Datatype(size, other="records")


def _parse_field(cursor: Cursor, version: int, size: int, level: int) -> tuple[bytes, Datatype]:
    name = cursor.name(padded=version < 3)
    cursor.take(max((size.bit_length() + 7) // 8, 1) if version == 3 else 4)
    if version == 1:
        axes = cursor.number(1)
        cursor.take(27)
        if axes:
            raise DamagedError("a field of several values")
    return name, _parse_datatype(cursor, level + 1)


def parse_filters(content: bytes) -> tuple[Filter, ...]:
    """Return the filters of a dataset in the order in which they were applied."""
    cursor = Cursor(content)
    version, count = cursor.numbers(2, 1)
    if version not in (1, 2) or count > 32:
        raise DamagedError("filters of an unknown version")
    if version == 1:
        cursor.take(6)
    return tuple(_parse_filter(cursor, version) for _ in range(count))


def _parse_filter(cursor: Cursor, version: int) -> Filter:
    number = cursor.number(2)
    length = cursor.number(2) if version == 1 or number >= 256 else 0
    cursor.take(2)
    count = cursor.number(2)
    name = cursor.name(length)
    cursor.take(4 * count + (4 if version == 1 and count % 2 else 0))
    return Filter(number, name.decode("utf-8", "backslashreplace"))


class Layout:
    """Pattern of fixed size that structures of the file are unpacked by.

    Parameters
    ----------
    pattern
        As `struct` takes it, without the byte order.
    """

    def __init__(self, pattern: str) -> None:
        self._struct = struct.Struct("<" + pattern)
        self.size = self._struct.size

    def unpack(self, content: bytes) -> tuple[Any, ...]:
        """Return the fields."""
        return self._struct.unpack(content)


TREE_NODE = Layout("4sBBHQQ")
"""Signature, kind, level, entries and both neighbours of a node of a tree (version 1)."""
