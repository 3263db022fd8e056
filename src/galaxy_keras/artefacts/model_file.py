"""Reading any file that holds a model; its type is recognized by its content."""

from __future__ import annotations

import zipfile
from pathlib import Path

from galaxy_keras.artefacts.architecture.architecture_file import read_architecture
from galaxy_keras.artefacts.content import FileType, describe_foreign_model, identify_file_type
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup, reading_hdf5
from galaxy_keras.artefacts.legacy.galaxy_ml import MODEL_CONFIG, read_galaxy_ml
from galaxy_keras.artefacts.legacy.keras3_weights import is_keras3_weights
from galaxy_keras.artefacts.legacy.pairs import read_pair
from galaxy_keras.artefacts.legacy.weights import LAYER_NAMES
from galaxy_keras.artefacts.legacy.whole_models import (
    KERAS_CONFIG,
    KERAS_WEIGHTS,
    read_keras_archive,
    read_keras_h5,
)
from galaxy_keras.artefacts.models.builder import Builder, read_builder
from galaxy_keras.artefacts.models.builder_h5mlm import (
    BUILDER_GROUP,
    read_builder_h5mlm,
)
from galaxy_keras.artefacts.models.fitted import GROUP, FittedModel, read_fitted
from galaxy_keras.artefacts.models.signing import (
    check_archive_signature,
    check_group_signature,
    read_key,
)
from galaxy_keras.errors import ConfigurationError, ModelFileError

_PICKLE = (
    "is a Python pickle, as Galaxy-ML up to 1.0.8 wrote them. Opening one runs whatever code is in "
    "it, so it was not opened. Give the architecture JSON of the model as --model and the weights "
    "(.h5) that were written beside it as --weights; without weights, make a new builder from the "
    "architecture JSON with keras-model-builder"
)


def read_model(
    path: Path, weights: Path | None = None, key: Path | None = None
) -> Builder | FittedModel:
    """Return the model in `path`.

    Parameters
    ----------
    path
        A builder (zip, or `.h5mlm` of ours or of Galaxy-ML), a fitted `.h5mlm` of either, a whole
        model that Keras saved (`.keras`, `.h5`); with `weights`, the architecture JSON that they
        belong to.
    weights
        Weights that Keras wrote (`.weights.h5`, `.h5`).
    key
        The file with the key that the model must be signed with; None asks for no signature.

    Raises
    ------
    ModelFileError
        If it is anything else, damaged or unsafe, or not signed as it must be.
    ConfigurationError
        If an architecture JSON cannot be used.
    """
    file_type = identify_file_type(path)
    secret = None if key is None else read_key(key)
    if weights is not None:
        return _read_pair(path, file_type, weights, secret)
    if file_type is FileType.HDF5:
        return _read_hdf5(path, secret)
    if file_type is FileType.ZIP:
        return _read_zip(path, secret)
    if file_type is FileType.KERAS:
        _check_no_signature(path, file_type, secret)
        return read_keras_archive(path)
    raise ModelFileError(f"{path} {_describe_unsupported(file_type)}")


def _read_pair(path: Path, file_type: FileType, weights: Path, secret: bytes | None) -> FittedModel:
    if file_type is not FileType.JSON:
        raise ModelFileError(
            f"{path} is {file_type.value}; --weights requires an architecture JSON as --model. "
            "Leave --weights out, or give the JSON"
        )
    _check_no_signature(path, file_type, secret)
    architecture = read_architecture(path)
    try:
        return read_pair(architecture, weights)
    except ConfigurationError as error:
        raise error.with_prefix(str(path)) from error


def _check_no_signature(path: Path, file_type: FileType, secret: bytes | None) -> None:
    if secret is not None:
        raise ModelFileError(
            f"{path} is {file_type.value}, which cannot be signed. Give a builder or a fitted "
            "model, or leave --require-signature out"
        )


def _read_hdf5(path: Path, secret: bytes | None) -> Builder | FittedModel:
    with reading_hdf5(path) as root:
        if secret is not None:
            check_group_signature(root, secret)
        if BUILDER_GROUP in root:
            return read_builder_h5mlm(root)
        if GROUP in root:
            return read_fitted(root)
        return _read_foreign(root)


def _read_foreign(root: AuditedGroup) -> Builder | FittedModel:
    if MODEL_CONFIG in root:
        return read_galaxy_ml(root)
    if KERAS_CONFIG in root.attributes:
        return read_keras_h5(root)
    if LAYER_NAMES in root.attributes or KERAS_WEIGHTS in root or is_keras3_weights(root):
        raise ModelFileError(
            f"{root.file} holds weights of Keras without a model that could be read as data. "
            "Give it as --weights, and the architecture JSON of the model as --model"
        )
    raise ModelFileError(
        f"{root.file} is an HDF5 file, but neither a fitted model of galaxy-keras nor one of "
        "Galaxy-ML. Give the file that keras-train-and-eval or keras-model-builder wrote"
    )


def _read_zip(path: Path, secret: bytes | None) -> Builder:
    if _holds_pickle(path):
        raise ModelFileError(f"{path} {_PICKLE}")
    if secret is not None:
        check_archive_signature(path, secret)
    return read_builder(path)


def _holds_pickle(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return any(name.endswith((".pkl", ".pickle", ".joblib")) for name in names)


def _describe_unsupported(file_type: FileType) -> str:
    if file_type is FileType.PICKLE:
        return _PICKLE
    if file_type is FileType.JSON:
        return (
            "is JSON, not a model that can be trained or used. Make a builder from an architecture "
            "with keras-model-builder, or give the weights of the trained network as --weights"
        )
    return describe_foreign_model(file_type) or (
        f"is {file_type.value}, not a model. Give a builder (.zip) that keras-model-builder wrote "
        "or a fitted model (.h5mlm) that keras-train-and-eval wrote"
    )
