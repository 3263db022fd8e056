"""Parses HDF5 files without the HDF5 library, which damaged files can crash.

Read is what h5py writes by default (superblock 0: groups with symbol tables or with links in their
header, object headers of version 1, contiguous, compact and chunked datasets with gzip and
shuffle), so all that the tools, Galaxy-ML and Keras write. What a file can do besides (point
outside itself, name other filters, nest or link in circles) becomes a `Refused` where it stands.

Source: HDF5 File Format Specification, version 3.0.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from galaxy_keras.artefacts.hdf5.chunks import ChunkedStorage, parse_chunks
from galaxy_keras.artefacts.hdf5.structures import (
    TREE_NODE,
    UNDEFINED,
    Cursor,
    DamagedError,
    Datatype,
    Filter,
    Layout,
    NewerLayoutError,
    parse_dataspace,
    parse_datatype,
    parse_filters,
)

MAX_OBJECTS: Final = 100_000
MAX_NESTING_DEPTH: Final = 16

_SUPERBLOCK: Final = b"\x89HDF\r\n\x1a\n" + bytes([0, 0, 0, 0, 0, 8, 8, 0])
_SUPERBLOCK_SIZE: Final = 96
_ROOT_ADDRESS: Final = slice(64, 72)
_MAX_HEADER_BLOCKS: Final = 1000

_HEADER = Layout("BxHII4x")
_MESSAGE = Layout("HHB3x")
_LOCAL_HEAP = Layout("4s4xQQQ")
_SYMBOLS = Layout("4sBxH")
_SYMBOL = Layout("QQI4x16s")
_GLOBAL_HEAP = Layout("4s4xQ")
_HEAP_OBJECT = Layout("HHxxxxQ")
_REFERENCE = Layout("IQI")

_DATASPACE, _LINK_INFO, _DATATYPE, _LINK, _EXTERNAL = 0x01, 0x02, 0x03, 0x06, 0x07
_LAYOUT, _FILTERS, _ATTRIBUTE, _CONTINUATION = 0x08, 0x0B, 0x0C, 0x10
_SYMBOL_TABLE = 0x11
_READ: Final = {
    *(_DATASPACE, _LINK_INFO, _DATATYPE, _LINK, _EXTERNAL),
    *(_LAYOUT, _FILTERS, _SYMBOL_TABLE),
}
_SHARED_FLAG: Final = 2


@dataclass(frozen=True)
class Refused:
    """What stands where a group or a dataset could, in words."""

    found: str


@dataclass(frozen=True)
class Attribute:
    """A small value beside a group or a dataset.

    Attributes
    ----------
    datatype, shape
        The type of its values; the shape is None where it holds nothing.
    content
        Their bytes.
    """

    datatype: Datatype
    shape: tuple[int, ...] | None
    content: bytes


@dataclass(frozen=True)
class Dataset:
    """A dataset: what it declares, and where its bytes are.

    Attributes
    ----------
    datatype, shape
        The type of its values; the shape is None where it holds nothing.
    content
        The bytes of a compact dataset.
    address
        Where the bytes of a contiguous dataset begin; None for the others.
    chunks
        The storage of a chunked dataset, None for the others.
    stored
        How many bytes the file holds of it.
    attributes
        By name.
    """

    datatype: Datatype
    shape: tuple[int, ...] | None
    content: bytes = b""
    address: int | None = None
    chunks: ChunkedStorage | None = None
    stored: int = 0
    attributes: dict[bytes, Attribute] = field(default_factory=dict)

    @property
    def declared(self) -> int:
        """How many bytes reading it takes: whole chunks, however few values they hold."""
        counts = [math.prod(self.shape) if self.shape is not None else 0]
        if self.chunks is not None:
            counts.append(math.prod(self.chunks.shape))
        return max(counts) * self.datatype.size


@dataclass(frozen=True)
class Group:
    """A group: what it holds, by name."""

    attributes: dict[bytes, Attribute]
    members: dict[bytes, Group | Dataset | Refused]


class Parser:
    """Parses one open file.

    Parameters
    ----------
    descriptor
        Of the file, open for reading. It is read by `os.pread`, so that a file that shrinks in
        the meantime is a damaged one and no crash.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size
        self._visited: set[int] = set()
        self._heaps: dict[int, dict[int, bytes]] = {}

    def read(self, start: int, size: int) -> bytes:
        """Return bytes of the file.

        Raises
        ------
        DamagedError
            If the file has not so many there.
        """
        if start + size > self.size:
            raise DamagedError(f"it ends at byte {self.size}, before byte {start + size}")
        content = os.pread(self._descriptor, size, start)
        while len(content) < size:
            # A single call returns at most 2 GB.
            more = os.pread(self._descriptor, size - len(content), start + len(content))
            if not more:
                raise DamagedError("it became shorter while it was read")
            content += more
        return content

    def parse(self) -> Group:
        """Return the root group with all that is below it; of datasets no values are read.

        Raises
        ------
        DamagedError
            If anything is not as the format says.
        NewerLayoutError
            If the file uses what h5py writes only on request.
        """
        head = self.read(0, _SUPERBLOCK_SIZE)
        if head[8] > 0:
            raise NewerLayoutError(f"superblock {head[8]}")
        if not head.startswith(_SUPERBLOCK):
            raise DamagedError("its first bytes are not those of HDF5")
        root = self._parse_object(int.from_bytes(head[_ROOT_ADDRESS], "little"), 1)
        if not isinstance(root, Group):
            raise DamagedError("its root is not a group")
        return root

    def read_text(self, reference: bytes) -> bytes:
        """Return the text that a reference to a global heap stands for."""
        length, address, index = _REFERENCE.unpack(reference)
        if length == 0:
            return b""
        if address not in self._heaps:
            self._heaps[address] = self._parse_global_heap(address)
        found = self._heaps[address].get(index)
        if found is None or length > len(found):
            raise DamagedError(f"there is no text {index} in the heap at byte {address}")
        return found[:length]

    def _visit(self, address: int, what: str) -> None:
        """Refuse to go to one place twice: nothing in a sound file is reached on two ways."""
        if address in self._visited:
            raise DamagedError(f"two ways lead to the {what} at byte {address}")
        self._visited.add(address)

    # Objects

    def _parse_object(self, address: int, level: int) -> Group | Dataset | Refused:
        if address in self._visited:
            return Refused("a second link to an object that is linked elsewhere in the file")
        self._visit(address, "object")
        if len(self._visited) > MAX_OBJECTS:
            raise DamagedError(f"it has more than {MAX_OBJECTS} objects")
        messages, attributes, links = self._collect_messages(address)
        if _SYMBOL_TABLE in messages or _LINK_INFO in messages or links:
            if level > MAX_NESTING_DEPTH:
                return Refused(f"groups nested more than {MAX_NESTING_DEPTH} levels deep")
            return Group(attributes, self._parse_members(messages, links, level))
        if _LAYOUT not in messages:
            return Refused("a named data type" if _DATATYPE in messages else "an unknown object")
        return self._parse_dataset(messages, attributes)

    def _collect_messages(
        self, address: int
    ) -> tuple[dict[int, bytes], dict[bytes, Attribute], list[bytes]]:
        messages: dict[int, bytes] = {}
        attributes: dict[bytes, Attribute] = {}
        links: list[bytes] = []
        for kind, body in self._iterate_messages(address):
            if kind == _ATTRIBUTE:
                name, attribute = _parse_attribute(body)
                if name in attributes:
                    raise DamagedError("an attribute is there twice")
                attributes[name] = attribute
            elif kind == _LINK:
                links.append(body)
            elif kind in messages:
                raise DamagedError(f"an object header has two messages of type {kind}")
            elif kind in _READ:
                messages[kind] = body
        return messages, attributes, links

    def _iterate_messages(self, address: int) -> Iterator[tuple[int, bytes]]:
        head = self.read(address, _HEADER.size)
        if head[:4] == b"OHDR":
            raise NewerLayoutError("object headers of version 2")
        version, count, _, size = _HEADER.unpack(head)
        if version != 1:
            raise DamagedError(f"there is no object header at byte {address}")
        blocks = [(address + _HEADER.size, size)]
        for start, length in blocks:
            self._visit(start, "object header")
            cursor = Cursor(self.read(start, length))
            while count and cursor.left >= _MESSAGE.size:
                kind, size, flags = _MESSAGE.unpack(cursor.take(_MESSAGE.size))
                body = cursor.take(size)
                count -= 1
                if kind == _CONTINUATION:
                    continued = Cursor(body)
                    blocks.append((continued.number(8), continued.number(8)))
                    if len(blocks) > _MAX_HEADER_BLOCKS:
                        raise DamagedError(f"the object header at byte {address} is too long")
                elif kind in _READ | {_ATTRIBUTE} and flags & _SHARED_FLAG:
                    raise NewerLayoutError("shared messages")
                else:
                    yield kind, body

    # Datasets

    def _parse_dataset(
        self, messages: dict[int, bytes], attributes: dict[bytes, Attribute]
    ) -> Dataset | Refused:
        if _DATASPACE not in messages or _DATATYPE not in messages:
            raise DamagedError("a dataset has no type or no shape")
        if _EXTERNAL in messages:
            return Refused(f"external storage in {self._find_external_name(messages[_EXTERNAL])!a}")
        filters = parse_filters(messages[_FILTERS]) if _FILTERS in messages else ()
        datatype = parse_datatype(messages[_DATATYPE])
        shape = parse_dataspace(messages[_DATASPACE])
        return self._parse_layout(messages[_LAYOUT], filters, datatype, shape, attributes)

    def _parse_layout(
        self,
        message: bytes,
        filters: tuple[Filter, ...],
        datatype: Datatype,
        shape: tuple[int, ...] | None,
        attributes: dict[bytes, Attribute],
    ) -> Dataset | Refused:
        cursor = Cursor(message)
        version, kind = cursor.numbers(2, 1)
        if version == 4 and kind == 3:
            return Refused("a virtual dataset, whose values may come from other files")
        if version == 4:
            raise NewerLayoutError("layouts of version 4")
        if version != 3 or kind > 2:
            raise DamagedError("a dataset has an unknown layout")
        if kind == 0:
            content = cursor.take(cursor.number(2))
            return Dataset(datatype, shape, content, stored=len(content), attributes=attributes)
        if kind == 1:
            address, size = cursor.numbers(2)
            stored = 0 if address == UNDEFINED else max(min(size, self.size - address), 0)
            return Dataset(datatype, shape, address=address, stored=stored, attributes=attributes)
        rank = cursor.number(1)
        address = cursor.number(8)
        *sides, _ = cursor.numbers(rank, 4)
        chunks = ChunkedStorage(tuple(sides), filters, parse_chunks(self, address, rank))
        return Dataset(datatype, shape, chunks=chunks, stored=chunks.stored, attributes=attributes)

    def _find_external_name(self, message: bytes) -> str:
        cursor = Cursor(message)
        cursor.take(8)
        heap = self._read_local_heap(cursor.number(8))
        name = Cursor(heap[cursor.number(8) :]).name() if cursor.left else b""
        return name.decode("utf-8", "backslashreplace")

    # Groups

    def _parse_members(
        self, messages: dict[int, bytes], links: list[bytes], level: int
    ) -> dict[bytes, Group | Dataset | Refused]:
        _check_link_info(messages.get(_LINK_INFO))
        found: list[tuple[bytes, int | Refused]] = [_parse_link(link) for link in links]
        if _SYMBOL_TABLE in messages:
            cursor = Cursor(messages[_SYMBOL_TABLE])
            found += self._iterate_symbols(cursor.number(8), cursor.number(8))
        members: dict[bytes, Group | Dataset | Refused] = {}
        for name, target in sorted(found, key=lambda link: link[0]):
            if not name or name in members or b"/" in name:
                raise DamagedError("a group has a link without a name of its own")
            if isinstance(target, int):
                members[name] = self._parse_object(target, level + 1)
            else:
                members[name] = target
        return members

    def _iterate_symbols(self, tree: int, heap: int) -> Iterator[tuple[bytes, int | Refused]]:
        names = self._read_local_heap(heap)
        for address in self._iterate_leaves(tree):
            self._visit(address, "symbol table")
            signature, version, count = _SYMBOLS.unpack(self.read(address, _SYMBOLS.size))
            if signature != b"SNOD" or version != 1:
                raise DamagedError(f"there is no symbol table at byte {address}")
            cursor = Cursor(self.read(address + _SYMBOLS.size, count * _SYMBOL.size))
            for _ in range(count):
                offset, header, cache, _ = _SYMBOL.unpack(cursor.take(_SYMBOL.size))
                if offset >= len(names):
                    raise DamagedError("the name of a link is not in its heap")
                is_soft = cache == 2
                yield Cursor(names[offset:]).name(), Refused("a soft link") if is_soft else header

    def _iterate_leaves(self, root: int) -> Iterator[int]:
        """Yield the addresses of the symbol tables of a group, in order."""
        waiting: list[tuple[int, int | None]] = [(root, None)]
        while waiting:
            address, expected = waiting.pop()
            self._visit(address, "node")
            signature, kind, level, count, _, _ = TREE_NODE.unpack(
                self.read(address, TREE_NODE.size)
            )
            if signature != b"TREE" or kind != 0 or expected not in (None, level):
                raise DamagedError(f"there is no node of a group at byte {address}")
            # Each child stands behind the name from which on it lists names.
            cursor = Cursor(self.read(address + TREE_NODE.size, 16 * count))
            children = cursor.numbers(2 * count)[1::2]
            if level == 0:
                yield from children
            waiting += [(child, level - 1) for child in reversed(children)] if level else []

    def _read_local_heap(self, address: int) -> bytes:
        signature, size, _, start = _LOCAL_HEAP.unpack(self.read(address, _LOCAL_HEAP.size))
        if signature != b"HEAP":
            raise DamagedError(f"there is no heap of names at byte {address}")
        return self.read(start, size)

    # Texts

    def _parse_global_heap(self, address: int) -> dict[int, bytes]:
        signature, size = _GLOBAL_HEAP.unpack(self.read(address, _GLOBAL_HEAP.size))
        if signature != b"GCOL":
            raise DamagedError(f"there is no heap of texts at byte {address}")
        cursor = Cursor(self.read(address, size))
        cursor.take(_GLOBAL_HEAP.size)
        objects: dict[int, bytes] = {}
        while cursor.left >= _HEAP_OBJECT.size:
            index, _, length = _HEAP_OBJECT.unpack(cursor.take(_HEAP_OBJECT.size))
            if index == 0:
                break
            objects[index] = cursor.take(length)
            cursor.take(min(-length % 8, cursor.left))
        return objects


def _parse_attribute(message: bytes) -> tuple[bytes, Attribute]:
    cursor = Cursor(message)
    version, flags = cursor.numbers(2, 1)
    if version not in (1, 2, 3):
        raise DamagedError("an attribute is of an unknown version")
    if version > 1 and flags:
        raise NewerLayoutError("shared messages")
    sizes = cursor.numbers(3, 2)
    if version == 3:
        cursor.take(1)
    parts = []
    for size in sizes:
        parts.append(cursor.take(size))
        if version == 1:
            cursor.take(-size % 8)
    name, datatype, shape = parts[0], parse_datatype(parts[1]), parse_dataspace(parts[2])
    size = 0 if shape is None else datatype.size * math.prod(shape)
    return name.partition(b"\0")[0], Attribute(datatype, shape, cursor.take(size))


def _parse_link(message: bytes) -> tuple[bytes, int | Refused]:
    cursor = Cursor(message)
    version, flags = cursor.numbers(2, 1)
    if version != 1:
        raise DamagedError("a link is of an unknown version")
    kind = cursor.number(1) if flags & 8 else 0
    if flags & 4:
        cursor.take(8)
    if flags & 16:
        cursor.take(1)
    name = cursor.take(cursor.number(1 << (flags & 3)))
    if kind == 0:
        return name, cursor.number(8)
    kinds = {1: "a soft link", 64: "an external link"}
    return name, Refused(kinds.get(kind, "a link of an unknown kind"))


def _check_link_info(message: bytes | None) -> None:
    """Refuse links that stand in a heap; few links stand in the header of their group."""
    if message is None:
        return
    cursor = Cursor(message)
    _, flags = cursor.numbers(2, 1)
    if flags & 1:
        cursor.take(8)
    if cursor.number(8) != UNDEFINED:
        raise NewerLayoutError("links in heaps")
