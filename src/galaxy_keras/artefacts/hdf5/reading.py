"""Reading untrusted HDF5 files as data: audited whole, then read dataset by dataset."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import h5py
import numpy as np

from galaxy_keras.artefacts.content import FileType, identify_file_type
from galaxy_keras.artefacts.hdf5.audit import MAX_PATH_LENGTH, READ_ERRORS, audit_file
from galaxy_keras.artefacts.hdf5.heaps import find_heap_violation
from galaxy_keras.artefacts.hdf5.memory_limit import limiting_memory
from galaxy_keras.artefacts.json_text import MAX_BYTES, is_text, parse_json
from galaxy_keras.errors import ConfigurationError, ModelFileError, escape_name

MEMORY_BASE, MEMORY_FACTOR = 256 * 2**20, 8
"""Memory limit for reading: a constant in bytes, and a factor on the size of the file."""

_ADVICE = "It is not a model file that any version of this tool wrote; do not use it"


class AuditedGroup:
    """A group of an audited file. What is missing or of the wrong type is refused with its path.

    Attributes
    ----------
    group
        The group itself.
    file
        The path of the file, for messages.
    path
        The path of the group in the file.
    """

    def __init__(self, group: h5py.Group, file: Path) -> None:
        self.group = group
        self.file = file
        self.path = str(group.name)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the groups and datasets in it."""
        return tuple(self.group)

    @property
    def attributes(self) -> tuple[str, ...]:
        """The names of its attributes."""
        return tuple(self.group.attrs)

    def __contains__(self, name: str) -> bool:
        # `name` may come from an attribute that is not valid UTF-8; h5py cannot look it up.
        return is_text(name) and name in self.group

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Raise a `ModelFileError` about the member called `name`.

        An empty `name` means the group itself; `problem` continues the sentence "PATH ...".
        """
        path = f"{self.path.rstrip('/')}/{name}".rstrip("/") or "/"
        where = escape_name(path, MAX_PATH_LENGTH)
        raise ModelFileError(f"{self.file}: {where} {problem}")

    def read_group(self, name: str) -> AuditedGroup:
        """Return the group called `name`.

        Raises
        ------
        ModelFileError
            If it is missing, damaged or a dataset.
        """
        item = self._find(name)
        if not isinstance(item, h5py.Group):
            self.refuse(name, "is a dataset, where a group was expected. The file is damaged")
        return AuditedGroup(item, self.file)

    def read_array(self, name: str) -> np.ndarray:
        """Return the numbers of the dataset called `name`.

        Shape and dtype are those of the dataset, in the machine's byte order.

        Raises
        ------
        ModelFileError
            If it is missing, damaged or does not hold numbers.
        """
        dataset = self._find_dataset(name)
        if dataset.dtype.kind not in "fiub" or dataset.shape is None:
            self.refuse(name, "does not hold numbers. The file is damaged")
        with self._reading(name):
            return np.asarray(dataset[()], dtype=dataset.dtype.newbyteorder("="))

    def read_text(self, name: str) -> str:
        """Return the text of the scalar dataset called `name`.

        Raises
        ------
        ModelFileError
            If it is missing, damaged or not a single text.
        """
        return self._read_text_bytes(name).decode("utf-8", "backslashreplace")

    def read_json(self, name: str) -> dict[str, Any]:
        """Return the JSON object in the scalar dataset called `name`.

        Raises
        ------
        ModelFileError
            If it is missing, damaged, or not what `json_text.parse_json` accepts.
        """
        try:
            return parse_json(self._read_text_bytes(name), f"{self.file}, {self.path}/{name}")
        except ConfigurationError as error:
            raise ModelFileError(*error.problems) from error

    def read_class_labels(self, name: str) -> list[int] | list[float] | list[str]:
        """Return the class labels in the dataset called `name`, one for each value.

        Integers, floating-point numbers and text come back as what they are.

        Raises
        ------
        ModelFileError
            If it is missing, damaged or holds neither numbers nor text.
        """
        dataset = self._find_dataset(name)
        if h5py.check_string_dtype(dataset.dtype) is None:
            return list(self.read_array(name).ravel().tolist())
        with self._reading(name):
            return [_decode(value) for value in np.ravel(dataset[()])]

    def read_attribute(self, name: str) -> object:
        """Return the attribute called `name`: a number, a text or a list of them.

        Raises
        ------
        ModelFileError
            If it is missing or damaged.
        """
        if name not in self.group.attrs:
            self.refuse("", f"has no attribute {name}. The file is damaged, or not ours")
        with self._reading(name):
            value = self.group.attrs[name]
        if isinstance(value, np.ndarray):
            return [_decode(each) for each in value.ravel().tolist()]
        return _decode(value.item() if isinstance(value, np.generic) else value)

    def read_text_attribute(self, name: str) -> str:
        """Return the text of the attribute called `name`.

        Raises
        ------
        ModelFileError
            If it is missing, damaged or not text.
        """
        value = self.read_attribute(name)
        if not isinstance(value, str):
            self.refuse("", f"has an attribute {name} that is not text. The file is damaged")
        return value

    def read_name(self, name: str) -> str:
        """Return the attribute ``name`` of the group or dataset called `name`.

        Raises
        ------
        ModelFileError
            If either is missing or damaged, or the attribute is not text.
        """
        item = self._find(name)
        with self._reading(name):
            value = item.attrs.get("name")
        if not isinstance(value, str):
            self.refuse(name, "has no attribute name. The file is damaged")
        return value

    def _read_text_bytes(self, name: str) -> bytes:
        dataset = self._find_dataset(name)
        if h5py.check_string_dtype(dataset.dtype) is None or dataset.shape != ():
            self.refuse(name, "is not a single text. The file is damaged")
        with self._reading(name):
            text = bytes(dataset[()])
        if len(text) > MAX_BYTES:
            self.refuse(name, f"is longer than {MAX_BYTES // 2**20} MiB. The file is damaged")
        return text

    def _find_dataset(self, name: str) -> h5py.Dataset:
        item = self._find(name)
        if not isinstance(item, h5py.Dataset):
            self.refuse(name, "is a group, where a dataset was expected. The file is damaged")
        return item

    def _find(self, name: str) -> Any:
        if name not in self:
            self.refuse(name, "is missing. The file is damaged, or not a model file")
        with self._reading(name):
            return self.group[name]

    @contextlib.contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        try:
            yield
        except READ_ERRORS as error:
            self.refuse(name, f"cannot be read ({error}). The file is damaged")


@contextlib.contextmanager
def reading_hdf5(path: Path) -> Iterator[AuditedGroup]:
    """Open an HDF5 file as data and yield its root group.

    Raises
    ------
    ModelFileError
        If `path` is not HDF5, is damaged or truncated, or holds anything that
        `audit.audit_file` refuses; all violations are listed.
    """
    content = identify_file_type(path)
    if content is not FileType.HDF5:
        raise ModelFileError(
            f"{path} is {content.value}, not a fitted model (HDF5, `.h5mlm`). "
            "Give the file that keras-train-and-eval wrote"
        )
    _check_heaps(path)
    size = path.stat().st_size
    with limiting_memory(MEMORY_BASE + MEMORY_FACTOR * size), _open(path) as file:
        _check(file, path, size)
        yield AuditedGroup(file["/"], path)


def _check_heaps(path: Path) -> None:
    violation = find_heap_violation(path)
    if violation:
        raise ModelFileError(f"{path}: {violation}. {_ADVICE}")


def _open(path: Path) -> h5py.File:
    try:
        # No lock: the file may be on a read-only or a network file system.
        return h5py.File(path, "r", locking=False)
    except READ_ERRORS as error:
        raise ModelFileError(
            f"{path} is a damaged or truncated HDF5 file ({error}). Copy or write it again"
        ) from error


def _check(file: h5py.File, path: Path, size: int) -> None:
    try:
        violations = audit_file(file, size)
    except READ_ERRORS as error:
        raise ModelFileError(
            f"{path} is a damaged HDF5 file ({error}). Copy or write it again"
        ) from error
    if violations:
        raise ModelFileError(*(f"{path}: {violation}. {_ADVICE}" for violation in violations))


def _decode(value: Any) -> Any:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else value
