"""The architecture file: the model JSON of Keras 3, which ``keras.models.model_from_json`` opens.

A file is read as data, every class named in it is checked, and only then does it become an
`Architecture`. No class of Keras is used.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from galaxy_keras.artefacts.architecture.audit import audit_model
from galaxy_keras.artefacts.architecture.decoding import decode_model
from galaxy_keras.artefacts.architecture.encoding import encode_model
from galaxy_keras.artefacts.architecture.keras2 import is_keras2, translate_document
from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.artefacts.json_text import read_json
from galaxy_keras.errors import ConfigurationError, GalaxyKerasError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import infer_shapes


def write_architecture(path: Path, architecture: Architecture) -> None:
    """Write `architecture` to `path`.

    Raises
    ------
    ConfigurationError
        If the layers do not fit each other.
    DataError
        If the file cannot be written.
    """
    text = dump_architecture(architecture)
    with writing_atomically(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def dump_architecture(architecture: Architecture) -> str:
    """Return the text of an architecture file, which is the same for equal architectures."""
    return json.dumps(encode_architecture(architecture), indent=2) + "\n"


def read_architecture(path: Path) -> Architecture:
    """Return the architecture in `path`.

    Raises
    ------
    ConfigurationError
        If the file is not a model JSON, or its layers do not fit each other.
    ModelFileError
        If it names classes that are not in the catalogue.
    """
    document = read_json(path)
    try:
        return decode_architecture(document)
    except GalaxyKerasError as error:
        raise error.with_prefix(str(path)) from error


def encode_architecture(architecture: Architecture) -> dict[str, Any]:
    """Return `architecture` as the model JSON of Keras 3.

    Raises
    ------
    ConfigurationError
        If the layers do not fit each other.
    """
    return encode_model(architecture)


def decode_architecture(document: Mapping[str, Any]) -> Architecture:
    """Return the architecture in a model JSON of Keras 3, or of Keras 2.

    Raises
    ------
    ConfigurationError
        If `document` is not a model JSON, or its layers do not fit each other.
    ModelFileError
        If it names classes that are not in the catalogue; all are listed with their place.
    """
    _check_kind(document)
    modern = translate_document(document) if is_keras2(document) else document
    audit_model(modern)
    architecture = decode_model(modern)
    infer_shapes(architecture)
    return architecture


def _check_kind(document: Mapping[str, Any]) -> None:
    if "class_name" in document:
        return
    if "layers" in document:
        raise ConfigurationError(
            "this is a spec, not an architecture. "
            "Give it to keras-model-config with --spec, and use what that writes"
        )
    raise ConfigurationError(
        "this is not the JSON of a model. Expected a file written by keras-model-config "
        "or by model.to_json() of Keras"
    )
