"""Audit of a whole HDF5 file before any of its data is read.

HDF5 lets a file point outside itself (external links and storage, virtual datasets), into
itself (soft links, cycles of hard links), name plugins (filters) and declare more than it
holds. None of this is needed for a model, so all of it is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import h5py

from galaxy_keras.errors import MAX_PROBLEMS_SHOWN, escape_name

MAX_NESTING_DEPTH = 16
MAX_OBJECTS = 100_000
MAX_ATTRIBUTES = 64
MAX_RANK = 8
MAX_PATH_LENGTH = 200
MAX_STRINGS = 100_000
MAX_COMPRESSION_RATIO = 100
"""Maximum compression ratio of a dataset: bytes declared for each byte stored."""

_BUILT_IN_FILTERS = {
    h5py.h5z.FILTER_DEFLATE: "gzip",
    h5py.h5z.FILTER_SHUFFLE: "shuffle",
    h5py.h5z.FILTER_FLETCHER32: "fletcher32",
}
_LINK_NAMES = {h5py.h5l.TYPE_SOFT: "a soft link", h5py.h5l.TYPE_EXTERNAL: "an external link"}
_NUMBER_KINDS = "fiub"
_MAX_ITEM_BYTES = 8
READ_ERRORS = (OSError, RuntimeError, ValueError, TypeError, KeyError, OverflowError, MemoryError)
"""What h5py raises on corrupt or malicious files."""


def audit_file(file: h5py.File, size: int) -> list[str]:
    """Return what is not allowed in the file, as `/path: what was found`.

    Parameters
    ----------
    file
        Open for reading; only the metadata of its objects is read.
    size
        Of the file, in bytes.
    """
    audit = _Audit(size)
    audit.visit(file["/"].id, "/")
    return audit.violations


@dataclass
class _Audit:
    size: int
    violations: list[str] = field(default_factory=list)
    declared: float = 0
    _addresses: set[int] = field(default_factory=set)
    _waiting: list[tuple[h5py.h5g.GroupID, str, int]] = field(default_factory=list)

    def visit(self, root: h5py.h5g.GroupID, path: str) -> None:
        self._check_attributes(root, path)
        self._addresses.add(h5py.h5o.get_info(root).addr)
        self._waiting.append((root, path, 1))
        while self._waiting and len(self.violations) <= MAX_PROBLEMS_SHOWN:
            self._visit_group(*self._waiting.pop())
        if self.declared > self.size:
            self._report("/", "datasets that declare more bytes than the file has")

    def _report(self, path: str, found: str) -> None:
        self.violations.append(f"{escape_name(path, MAX_PATH_LENGTH)}: {found}")

    def _visit_group(self, group: h5py.h5g.GroupID, path: str, level: int) -> None:
        if level > MAX_NESTING_DEPTH:
            self._report(path, f"groups nested more than {MAX_NESTING_DEPTH} levels deep")
            return
        try:
            names = list(group)
        except READ_ERRORS as error:
            self._report(path, f"a damaged group ({error})")
            return
        for name in names:
            if len(self._addresses) > MAX_OBJECTS:
                self._report(path, f"more than {MAX_OBJECTS} objects")
                return
            self._visit_link(group, name, f"{path.rstrip('/')}/{_decode(name)}", level)

    def _visit_link(self, group: h5py.h5g.GroupID, name: bytes, path: str, level: int) -> None:
        if not _is_text(name):
            self._report(path, "a name that is not UTF-8")
            return
        try:
            kind = group.links.get_info(name).type
            if kind != h5py.h5l.TYPE_HARD:
                self._report(path, _LINK_NAMES.get(kind, "a link of an unknown kind"))
                return
            self._visit_object(group, name, path, level)
        except READ_ERRORS as error:
            self._report(path, f"a damaged object ({error})")

    def _visit_object(self, group: h5py.h5g.GroupID, name: bytes, path: str, level: int) -> None:
        address = h5py.h5o.get_info(group, name).addr
        if address in self._addresses:
            self._report(path, "a second link to an object that is linked elsewhere in the file")
            return
        self._addresses.add(address)
        item = h5py.h5o.open(group, name)
        self._check_attributes(item, path)
        if isinstance(item, h5py.h5g.GroupID):
            self._waiting.append((item, path, level + 1))
        elif isinstance(item, h5py.h5d.DatasetID):
            self._check_dataset(item, path)
        else:
            self._report(path, "a named data type")

    def _check_attributes(self, item: Any, path: str) -> None:
        count = h5py.h5a.get_num_attrs(item)
        if count > MAX_ATTRIBUTES:
            self._report(path, f"{count} attributes, more than {MAX_ATTRIBUTES}")
            return
        for index in range(count):
            attribute = h5py.h5a.open(item, index=index)
            where = f"{path}, attribute {escape_name(_decode(attribute.name))}"
            found = _find_type_violation(attribute.dtype, attribute.shape)
            if not _is_text(attribute.name):
                found = "a name that is not UTF-8"
            if found:
                self._report(where, found)

    def _check_dataset(self, dataset: h5py.h5d.DatasetID, path: str) -> None:
        found = (
            _find_storage_violation(dataset.get_create_plist())
            or _find_type_violation(dataset.dtype, dataset.shape)
            or self._find_size_violation(dataset)
        )
        if found:
            self._report(path, found)

    def _find_size_violation(self, dataset: h5py.h5d.DatasetID) -> str | None:
        settings = dataset.get_create_plist()
        expansion = MAX_COMPRESSION_RATIO if settings.get_nfilters() else 1
        declared = _count_bytes(dataset, settings)
        held = min(dataset.get_storage_size(), self.size)
        self.declared += declared / expansion
        if declared <= held * expansion:
            return None
        return f"a dataset that declares {declared} bytes but holds {held}"


def _find_storage_violation(settings: h5py.h5p.PropDCID) -> str | None:
    if settings.get_layout() == h5py.h5d.VIRTUAL:
        return "a virtual dataset, whose values may come from other files"
    if settings.get_external_count():
        return f"external storage in {_decode(settings.get_external(0)[0])!a}"
    for index in range(settings.get_nfilters()):
        number, _, _, name = settings.get_filter(index)
        if number not in _BUILT_IN_FILTERS:
            return f"a filter that is not built in (number {number}, {_decode(name)!a})"
    return None


def _find_type_violation(dtype: Any, shape: tuple[int, ...] | None) -> str | None:
    if shape is not None and len(shape) > MAX_RANK:
        return f"an array of {len(shape)} axes, more than {MAX_RANK}"
    if h5py.check_string_dtype(dtype) is not None:
        return _find_text_violation(shape)
    # Decision trees of Galaxy-ML are records of numbers; they are never read, so they are harmless.
    parts = [dtype[name] for name in dtype.names] if dtype.names else [dtype]
    if all(part.kind in _NUMBER_KINDS and part.itemsize <= _MAX_ITEM_BYTES for part in parts):
        return None
    return f"values that are neither numbers nor text (type {dtype})"


def _find_text_violation(shape: tuple[int, ...] | None) -> str | None:
    count = math.prod(shape or ())
    return f"{count} texts, more than {MAX_STRINGS}" if count > MAX_STRINGS else None


def _count_bytes(dataset: h5py.h5d.DatasetID, settings: h5py.h5p.PropDCID) -> int:
    """Return the bytes that reading takes: whole chunks, however few values are requested."""
    sizes = [math.prod(dataset.shape or (0,))]
    if settings.get_layout() == h5py.h5d.CHUNKED:
        sizes.append(math.prod(settings.get_chunk()))
    return max(sizes) * int(dataset.dtype.itemsize)


def _is_text(name: bytes) -> bool:
    # h5py returns such names as bytes among texts, which can be neither sorted nor looked up.
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")
