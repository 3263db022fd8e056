"""Audit of a whole HDF5 file before any of its data is read.

HDF5 lets a file point outside itself (external links and storage, virtual datasets), into
itself (soft links, cycles of hard links), name plugins (filters) and declare more than it
holds. None of this is needed for a model, so all of it is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final

from galaxy_keras.artefacts.hdf5.chunks import GZIP, SHUFFLE
from galaxy_keras.artefacts.hdf5.parsing import Attribute, Dataset, Group, Refused
from galaxy_keras.artefacts.hdf5.structures import Datatype
from galaxy_keras.errors import MAX_PROBLEMS_SHOWN, escape_name

MAX_ATTRIBUTES: Final = 64
MAX_RANK: Final = 8
MAX_PATH_LENGTH: Final = 200
MAX_STRINGS: Final = 100_000
MAX_COMPRESSION_RATIO: Final = 100
"""Maximum compression ratio of a dataset: bytes declared for each byte stored."""


def audit_file(root: Group, size: int) -> list[str]:
    """Return what is not allowed in the file, as `/path: what was found`.

    Parameters
    ----------
    root
        All that the file holds.
    size
        Of the file, in bytes.
    """
    audit = _Audit(size)
    audit.visit(root)
    return audit.violations


@dataclass
class _Audit:
    size: int
    violations: list[str] = field(default_factory=list)
    declared: float = 0

    def visit(self, root: Group) -> None:
        waiting: list[tuple[str, Group | Dataset | Refused]] = [("/", root)]
        while waiting and len(self.violations) <= MAX_PROBLEMS_SHOWN:
            path, item = waiting.pop()
            if isinstance(item, Group):
                self._check_attributes(item.attributes, path)
                below = [self._name_member(path, *member) for member in item.members.items()]
                waiting += reversed(below)
            elif isinstance(item, Dataset):
                self._check_attributes(item.attributes, path)
                self._check_dataset(item, path)
            else:
                self._report(path, item.found)
        if self.declared > self.size:
            self._report("/", "datasets that declare more bytes than the file has")

    def _report(self, path: str, found: str) -> None:
        self.violations.append(f"{escape_name(path, MAX_PATH_LENGTH)}: {found}")

    def _name_member(
        self, path: str, name: bytes, item: Group | Dataset | Refused
    ) -> tuple[str, Group | Dataset | Refused]:
        below = f"{path.rstrip('/')}/{_decode(name)}"
        return below, item if _is_text(name) else Refused("a name that is not UTF-8")

    def _check_attributes(self, attributes: dict[bytes, Attribute], path: str) -> None:
        if len(attributes) > MAX_ATTRIBUTES:
            self._report(path, f"{len(attributes)} attributes, more than {MAX_ATTRIBUTES}")
            return
        for name, attribute in attributes.items():
            found = _find_type_violation(attribute.datatype, attribute.shape)
            if not _is_text(name):
                found = "a name that is not UTF-8"
            if found:
                self._report(f"{path}, attribute {escape_name(_decode(name))}", found)

    def _check_dataset(self, dataset: Dataset, path: str) -> None:
        found = (
            _find_filter_violation(dataset)
            or _find_type_violation(dataset.datatype, dataset.shape)
            or self._find_size_violation(dataset)
        )
        if found:
            self._report(path, found)

    def _find_size_violation(self, dataset: Dataset) -> str | None:
        is_filtered = dataset.chunks is not None and dataset.chunks.filters
        expansion = MAX_COMPRESSION_RATIO if is_filtered else 1
        held = min(dataset.stored, self.size)
        self.declared += dataset.declared / expansion
        if dataset.declared <= held * expansion:
            return None
        return f"a dataset that declares {dataset.declared} bytes but holds {held}"


def _find_filter_violation(dataset: Dataset) -> str | None:
    for each in () if dataset.chunks is None else dataset.chunks.filters:
        if each.number not in (GZIP, SHUFFLE):
            return f"a filter that is not built in (number {each.number}, {each.name!a})"
    return None


def _find_type_violation(datatype: Datatype, shape: tuple[int, ...] | None) -> str | None:
    if shape is not None and len(shape) > MAX_RANK:
        return f"an array of {len(shape)} axes, more than {MAX_RANK}"
    if datatype.text is not None:
        return _find_text_violation(shape)
    # Decision trees of Galaxy-ML are records of numbers; they are never read, so they are harmless.
    if datatype.dtype is not None or datatype.is_record_of_numbers:
        return None
    return f"values that are neither numbers nor text ({datatype.other})"


def _find_text_violation(shape: tuple[int, ...] | None) -> str | None:
    count = math.prod(shape or ())
    return f"{count} texts, more than {MAX_STRINGS}" if count > MAX_STRINGS else None


def _is_text(name: bytes) -> bool:
    try:
        name.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace")
