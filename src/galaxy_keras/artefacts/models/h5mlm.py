"""What the HDF5 files of builders and of fitted models have in common.

The root holds five entries by which Galaxy's datatype h5mlm recognizes a file, shows it and lists
its hyperparameters. All that is read back is stored in one group beside them.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import h5py
from pydantic import BaseModel

from galaxy_keras import __version__
from galaxy_keras.artefacts.architecture.architecture_file import encode_architecture
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup
from galaxy_keras.artefacts.models.decoding import Result, decode_stored
from galaxy_keras.errors import ModelFileError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.training.settings import TrainingSettings

URL = "https://github.com/goeckslab/Galaxy-ML"
"""Galaxy's datatype h5mlm recognizes its files by this URL."""

HyperparameterRow = tuple[str, str, str]
AnyModel = TypeVar("AnyModel", bound=BaseModel)


def write_galaxy_metadata(
    file: h5py.File,
    architecture: Architecture,
    training: TrainingSettings,
    description: str,
    hyperparameters: Sequence[HyperparameterRow],
) -> None:
    """Write the metadata that Galaxy reads.

    Parameters
    ----------
    file
        The open file.
    architecture, training
        The network and its settings.
    description
        The model in a few lines of text.
    hyperparameters
        The rows of `schema.training.hyperparameters.list_hyperparameters`.
    """
    file.attrs["-URL-"] = URL
    file.attrs["-repr-"] = description
    file.attrs["-http_repr-"] = f"<pre>{html.escape(description)}</pre>"
    document = {
        "architecture": encode_architecture(architecture),
        "training": training.model_dump(mode="json"),
    }
    write_json(file, "-model_config-", document)
    write_json(file, "-model_hyperparameters-", [list(row) for row in hyperparameters])


def describe_layers(architecture: Architecture) -> list[str]:
    """Return a line of text for each layer."""
    return [f"{layer.name}: {layer.type}" for layer in architecture.layers]


def write_json(group: h5py.Group, name: str, document: object) -> None:
    """Write a document as JSON text; equal documents give equal bytes."""
    text = json.dumps(document, allow_nan=False, sort_keys=True).encode()
    # Fixed-length string: the audit knows its size without reading it.
    group.create_dataset(name, data=text, dtype=h5py.string_dtype("utf-8", len(text)))


def check_format_version(group: AuditedGroup, max_version: int) -> None:
    """Check that the attribute ``format_version`` of a group is one that can be read.

    Raises
    ------
    ModelFileError
        If it is missing, no version, or newer than `newest`.
    """
    version = group.read_attribute("format_version")
    if not isinstance(version, int) or version < 1:
        group.refuse("", f"has the format version {version!r}, which does not exist")
    if version > max_version:
        raise ModelFileError(
            f"{group.file} has format version {version}, but galaxy-keras {__version__} reads "
            f"versions up to {max_version}. Update galaxy-keras to open it"
        )


def read_model_text(group: AuditedGroup, name: str, model: type[AnyModel]) -> AnyModel:
    """Return the JSON text `name` of a group as a model of `pydantic`.

    Raises
    ------
    ModelFileError
        If the text is damaged or not valid; the message names the file and the place.
    """
    return decode_text(group, name, model.model_validate)


def decode_text(
    group: AuditedGroup, name: str, decode: Callable[[Mapping[str, Any]], Result]
) -> Result:
    """Return `decode` of the JSON text `name` of a group.

    Raises
    ------
    ModelFileError
        If the text is damaged or not valid; the message names the file and the place.
    """
    return decode_stored(decode, group.read_json(name), f"{group.file}: {group.path}/{name}")
