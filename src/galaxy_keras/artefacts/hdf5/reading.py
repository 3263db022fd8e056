"""Reading untrusted HDF5 files as data: parsed and audited whole, then read dataset by dataset."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.content import FileType, identify_file_type
from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.artefacts.hdf5.audit import MAX_PATH_LENGTH, audit_file
from galaxy_keras.artefacts.hdf5.chunks import read_chunks
from galaxy_keras.artefacts.hdf5.parsing import Attribute, Dataset, Group, Parser, Refused
from galaxy_keras.artefacts.hdf5.structures import DamagedError, Datatype, NewerLayoutError
from galaxy_keras.artefacts.json_text import MAX_BYTES, is_text, parse_json
from galaxy_keras.errors import ConfigurationError, ModelFileError, escape_name

_ADVICE = "It is not a model file that any version of this tool wrote; do not use it"


@dataclass(frozen=True)
class StoredValues:
    """The values of a dataset or an attribute, as the file stores them.

    Attributes
    ----------
    datatype, shape
        Their type and their arrangement.
    values
        Numbers in an array of this shape, or texts one after the other.
    """

    datatype: Datatype
    shape: tuple[int, ...]
    values: NDArray[Any] | list[bytes]


class AuditedGroup:
    """A group of an audited file. What is missing or of the wrong type is refused with its path.

    Attributes
    ----------
    file
        The path of the file, for messages.
    path
        The path of the group in the file.
    """

    def __init__(self, group: Group, parser: Parser, file: Path, path: str = "/") -> None:
        self._group = group
        self._parser = parser
        self.file = file
        self.path = path

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the groups and datasets in it, in the order of their bytes."""
        return tuple(map(_decode, self._group.members))

    @property
    def attributes(self) -> tuple[str, ...]:
        """The names of its attributes."""
        return tuple(map(_decode, self._group.attributes))

    def __contains__(self, name: str) -> bool:
        return is_text(name) and self._find_below(name) is not None

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
            If it is missing or a dataset.
        """
        item = self._find(name)
        if not isinstance(item, Group):
            self.refuse(name, "is a dataset, where a group was expected. The file is damaged")
        return AuditedGroup(item, self._parser, self.file, self._join(name))

    def is_group(self, name: str) -> bool:
        """Return whether the member called `name` is a group."""
        return isinstance(self._find(name), Group)

    def read_array(self, name: str) -> NDArray[Any]:
        """Return the numbers of the dataset called `name`.

        Shape and dtype are those of the dataset, in the machine's byte order.

        Raises
        ------
        ModelFileError
            If it is missing, damaged or does not hold numbers.
        """
        dataset = self._find_dataset(name)
        if dataset.datatype.dtype is None or dataset.shape is None:
            self.refuse(name, "does not hold numbers. The file is damaged")
        values = self.read_stored(name).values
        if isinstance(values, list):
            self.refuse(name, "does not hold numbers. The file is damaged")
        return values.astype(values.dtype.newbyteorder("="), copy=not values.flags.writeable)

    def read_text(self, name: str) -> str:
        """Return the text of the scalar dataset called `name`.

        Raises
        ------
        ModelFileError
            If it is missing, damaged or not a single text.
        """
        return self._read_text_bytes(name).decode("utf-8", "backslashreplace")

    def read_json(self, name: str, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
        """Return the JSON object in the scalar dataset called `name`, of at most `max_bytes`.

        Raises
        ------
        ModelFileError
            If it is missing, damaged, or not what `json_text.parse_json` accepts.
        """
        try:
            return parse_json(
                self._read_text_bytes(name, max_bytes), f"{self.file}, {self.path}/{name}"
            )
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
        values = self.read_stored(name).values
        if isinstance(values, list):
            return list(map(_decode, values))
        return list(values.ravel().tolist())

    def read_attribute(self, name: str) -> object:
        """Return the attribute called `name`: a number, a text or a list of them.

        Raises
        ------
        ModelFileError
            If it is missing, damaged, or neither numbers nor text.
        """
        stored = self.read_stored("", name)
        values = stored.values
        if isinstance(values, list):
            texts = list(map(_decode, values))
            return texts if stored.shape else texts[0]
        return values.tolist()

    def list_attributes(self, member: str) -> tuple[str, ...]:
        """Return the names of the attributes of a member."""
        return tuple(map(_decode, self._find(member).attributes))

    def read_stored(self, member: str, attribute: str | None = None) -> StoredValues:
        """Return the values of a dataset or an attribute as they are stored.

        Parameters
        ----------
        member
            The dataset, or what has the attribute; empty for this group itself.
        attribute
            The name of the attribute; None for the dataset.

        Raises
        ------
        ModelFileError
            If it is missing, damaged, or neither numbers nor text.
        """
        item: Dataset | Attribute | None
        if attribute is None:
            item = self._find_dataset(member)
        else:
            owner = self._find(member) if member else self._group
            item = owner.attributes.get(attribute.encode())
            if item is None:
                self.refuse(
                    member, f"has no attribute {attribute}. The file is damaged, or not ours"
                )
        with self._reading(member):
            return _read_stored(self._parser, item)

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
        has_name = b"name" in self._find(name).attributes
        stored = self.read_stored(name, "name") if has_name else None
        if stored is None or not isinstance(stored.values, list) or stored.shape:
            self.refuse(name, "has no attribute name. The file is damaged")
        return _decode(stored.values[0])

    def _read_text_bytes(self, name: str, max_bytes: int = MAX_BYTES) -> bytes:
        dataset = self._find_dataset(name)
        if dataset.datatype.text is None or dataset.shape != ():
            self.refuse(name, "is not a single text. The file is damaged")
        text = bytes(self.read_stored(name).values[0])
        if len(text) > max_bytes:
            self.refuse(name, f"is longer than {max_bytes // 2**20} MiB. The file is damaged")
        return text

    def _find_dataset(self, name: str) -> Dataset:
        item = self._find(name)
        if not isinstance(item, Dataset):
            self.refuse(name, "is a group, where a dataset was expected. The file is damaged")
        return item

    def _find(self, name: str) -> Group | Dataset:
        item = self._find_below(name) if is_text(name) else None
        if item is None:
            self.refuse(name, "is missing. The file is damaged, or not a model file")
        return item

    def _find_below(self, path: str) -> Group | Dataset | None:
        item: Group | Dataset | Refused | None = self._group
        for part in path.encode().split(b"/"):
            item = item.members.get(part) if isinstance(item, Group) else None
        return None if isinstance(item, Refused) else item

    def _join(self, name: str) -> str:
        return f"{self.path.rstrip('/')}/{name}"

    @contextlib.contextmanager
    def _reading(self, name: str) -> Iterator[None]:
        try:
            yield
        except (DamagedError, NewerLayoutError) as error:
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
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise ModelFileError(describe_read_failure(path, error)) from error
    try:
        yield read_open_hdf5(descriptor, path)
    finally:
        os.close(descriptor)


def read_open_hdf5(descriptor: int, name: Path) -> AuditedGroup:
    """Return the root group of an open HDF5 file, which must stay open while it is used.

    Parameters
    ----------
    descriptor
        Of the file, open for reading.
    name
        What messages call the file.

    Raises
    ------
    ModelFileError
        As for `reading_hdf5`.
    """
    parser = Parser(descriptor)
    root = _parse(parser, name)
    _check(root, parser.size, name)
    return AuditedGroup(root, parser, name)


def _parse(parser: Parser, path: Path) -> Group:
    try:
        return parser.parse()
    except DamagedError as error:
        raise ModelFileError(
            f"{path} is a damaged or truncated HDF5 file ({error}). Copy or write it again"
        ) from error
    except NewerLayoutError as error:
        raise ModelFileError(
            f"{path} is written in a newer layout of HDF5 ({error}), which is not read. "
            'Write it again with h5py.File(..., libver="earliest"), without track_order'
        ) from error


def _check(root: Group, size: int, path: Path) -> None:
    violations = audit_file(root, size)
    if violations:
        raise ModelFileError(*(f"{path}: {violation}. {_ADVICE}" for violation in violations))


def _read_stored(parser: Parser, item: Dataset | Attribute) -> StoredValues:
    datatype, shape = item.datatype, item.shape
    if shape is None:
        raise DamagedError("it is empty")
    if datatype.text is not None:
        raw = _read_array(parser, item, np.dtype(f"V{datatype.size}"), shape)
        texts = _read_texts(parser, [each.tobytes() for each in raw.ravel()], datatype)
        return StoredValues(datatype, shape, texts)
    if datatype.dtype is None:
        raise DamagedError("it holds neither numbers nor text")
    return StoredValues(datatype, shape, _read_array(parser, item, datatype.dtype, shape))


def _read_array(
    parser: Parser, item: Dataset | Attribute, dtype: np.dtype[Any], shape: tuple[int, ...]
) -> NDArray[Any]:
    size = math.prod(shape) * dtype.itemsize
    if isinstance(item, Dataset) and item.chunks is not None:
        return read_chunks(parser, item.chunks, shape, dtype)
    if isinstance(item, Attribute) or item.address is None:
        content = item.content[:size]
    else:
        content = parser.read(item.address, size) if size else b""
    return np.frombuffer(content, dtype, math.prod(shape)).reshape(shape)


def _read_texts(parser: Parser, cells: list[bytes], datatype: Datatype) -> list[bytes]:
    if datatype.text == "fixed":
        return [cell.rstrip(b"\0") for cell in cells]
    texts, left = [], parser.size
    for cell in cells:
        texts.append(parser.read_text(cell))
        # Many references to one long text would make more of it than the file holds.
        left -= len(texts[-1])
        if left < 0:
            raise DamagedError("its texts are longer than the file")
    return texts


def _decode(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
