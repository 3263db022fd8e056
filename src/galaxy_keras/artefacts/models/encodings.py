"""Fitted encodings in a fitted model: a group with a numbered group for each.

Each has the name of the input or output as the attribute ``name``, ``encoding`` (JSON text:
``{"encoding": {"name", "options"}, "columns": {...}, "settings": {...}}``) and ``arrays``. What is
in `settings` and the arrays is the encoding's own (`data.encodings`), which checks it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import h5py

from galaxy_keras.artefacts.arrays import NamedArray
from galaxy_keras.artefacts.hdf5.arrays import list_indices, read_arrays, write_arrays
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup
from galaxy_keras.artefacts.models.decoding import decode_stored
from galaxy_keras.artefacts.models.h5mlm import write_json
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.training.features import EncodedColumns
from galaxy_keras.schema.values.choices import parse_component
from galaxy_keras.schema.values.component import Component

MAX_DOCUMENT_BYTES = 2**28
"""Vocabularies are larger than what other documents hold."""
_DOCUMENT, _ARRAYS = "encoding", "arrays"


@dataclass(frozen=True, eq=False, kw_only=True)
class StoredEncoding:
    """A fitted encoding as data.

    Attributes
    ----------
    name
        The name of the input or output of the network.
    encoding
        The encoding with its options.
    columns
        The columns that it was fitted on.
    settings
        What it knows, as JSON: a vocabulary, for example.
    arrays
        What it knows, as numbers: means, for example.
    """

    name: str
    encoding: Component
    columns: EncodedColumns
    settings: Mapping[str, Any] = field(default_factory=dict)
    arrays: tuple[NamedArray, ...] = ()


def write_encodings(parent: h5py.Group, name: str, encodings: Sequence[StoredEncoding]) -> None:
    """Write fitted encodings as the group `name` of `parent`; nothing where there are none."""
    if not encodings:
        return
    group = parent.create_group(name)
    for index, each in enumerate(encodings):
        part = group.create_group(f"{index:05}")
        part.attrs["name"] = each.name
        write_json(part, _DOCUMENT, _make_document(each))
        write_arrays(part, _ARRAYS, each.arrays)


def check_size(stored: StoredEncoding, remedy: str) -> None:
    """Check before training that a model can hold an encoding.

    Parameters
    ----------
    stored
        The encoding.
    remedy
        What to do if it is too large: a sentence without its full stop.

    Raises
    ------
    DataError
        If its vocabulary is too large.
    """
    size = len(json.dumps(_make_document(stored)))
    if size > MAX_DOCUMENT_BYTES:
        raise DataError(
            f"the encoding {stored.encoding.name} would take {size // 2**20} MiB in the model, but "
            f"at most {MAX_DOCUMENT_BYTES // 2**20} MiB can be stored. {remedy}"
        )


def read_encodings(
    parent: AuditedGroup, name: str, registry: Registry[Any]
) -> tuple[StoredEncoding, ...]:
    """Return what `write_encodings` wrote; empty where there is no such group.

    Raises
    ------
    ModelFileError
        If it is damaged, or an encoding or one of its options is not in the catalogue.
    """
    if name not in parent:
        return ()
    group = parent.read_group(name)
    return tuple(_read_encoding(group, index, registry) for index in list_indices(group))


def _make_document(stored: StoredEncoding) -> dict[str, Any]:
    return {
        "encoding": stored.encoding.model_dump(mode="json"),
        "columns": stored.columns.model_dump(mode="json"),
        "settings": dict(stored.settings),
    }


def _read_encoding(group: AuditedGroup, index: str, registry: Registry[Any]) -> StoredEncoding:
    part = group.read_group(index)
    arrays = read_arrays(part, _ARRAYS)

    def decode(document: Mapping[str, Any]) -> StoredEncoding:
        if set(document) != {"encoding", "columns", "settings"}:
            raise ConfigurationError('"encoding", "columns" and "settings" were expected')
        if not isinstance(document["settings"], dict):
            raise ConfigurationError('"settings" must be an object')
        return StoredEncoding(
            name=group.read_name(index),
            encoding=parse_component(registry, document["encoding"]),
            columns=EncodedColumns.model_validate(document["columns"]),
            settings=document["settings"],
            arrays=arrays,
        )

    document = part.read_json(_DOCUMENT, MAX_DOCUMENT_BYTES)
    return decode_stored(decode, document, f"{group.file}: {part.path}/{_DOCUMENT}")
