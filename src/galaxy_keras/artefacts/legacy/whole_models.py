"""Whole models as Keras saves them: ``.keras`` of Keras 3, and ``.h5`` of Keras 2 and 3.

Members of ``.keras``, a zip: ``config.json``, the architecture with what the model was compiled
with; ``model.weights.h5`` (`keras3_weights`); ``metadata.json``, the version of Keras. In ``.h5``
the attributes ``model_config``, ``training_config`` and ``keras_version`` hold the same, and the
group ``model_weights`` the weights (`weights`).

Keras opens them by calling the classes that they name, and runs code that a Lambda layer brings
along. Here the names are looked up in the catalogue, and nothing of a file is run.
"""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final, NoReturn

from galaxy_keras.artefacts.architecture.architecture_file import decode_architecture
from galaxy_keras.artefacts.architecture.keras2 import LAST_MAJOR_VERSION
from galaxy_keras.artefacts.architecture.modules import complete_modules
from galaxy_keras.artefacts.arrays import LayerWeights
from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup, read_open_hdf5
from galaxy_keras.artefacts.json_text import MAX_BYTES, parse_json
from galaxy_keras.artefacts.legacy.interpretation import (
    infer_feature_description,
    infer_target_description,
    infer_training,
)
from galaxy_keras.artefacts.legacy.keras3_weights import read_keras3_weights
from galaxy_keras.artefacts.legacy.weights import read_legacy_weights
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ConfigurationError, GalaxyKerasError, ModelFileError, escape_name
from galaxy_keras.schema.architecture.graph import Architecture

KERAS_WEIGHTS: Final = "model_weights"
"""The group with the weights in a ``.h5``."""
KERAS_CONFIG: Final = "model_config"
"""The attribute with the architecture in a ``.h5``."""

_CONFIG, _WEIGHTS, _METADATA = "config.json", "model.weights.h5", "metadata.json"
_TRAINING, _VERSION = "training_config", "keras_version"
_ENCRYPTED: Final = 0x1
_MAX_RATIO: Final = 100
_ZIP_ERRORS: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_ADVICE: Final = "Save the model again with model.save"


def read_keras_archive(path: Path) -> FittedModel:
    """Return the model in a ``.keras`` file; its labels are 0, 1, ..., as the file has none.

    Raises
    ------
    ModelFileError
        If it is damaged or unsafe, names anything that is not in the catalogue, or is none that
        can be used for tables.
    """
    try:
        with zipfile.ZipFile(path) as archive, tempfile.TemporaryFile() as weights:
            _check_members(path, archive)
            config = _read_document(path, archive)
            with archive.open(_WEIGHTS) as member:
                shutil.copyfileobj(member, weights)
            weights.flush()
            root = read_open_hdf5(weights.fileno(), path)
            compiled = config.get("compile_config")
            return _make_fitted(path, config, compiled, partial(read_keras3_weights, root))
    except _ZIP_ERRORS as error:
        raise ModelFileError(f"{path} is damaged or truncated. {_ADVICE}") from error
    except OSError as error:
        raise ModelFileError(describe_read_failure(path, error)) from error


def read_keras_h5(root: AuditedGroup) -> FittedModel:
    """Return the model in a ``.h5`` file of `Model.save`; its labels are 0, 1, ...

    Raises
    ------
    ModelFileError
        As `read_keras_archive`.
    """
    config = _read_attribute(root, KERAS_CONFIG)
    version = root.read_attribute(_VERSION) if _VERSION in root.attributes else ""
    major = str(version).partition(".")[0]
    if major.isdecimal() and int(major) > LAST_MAJOR_VERSION:
        config = complete_modules(config)
    else:
        config = {_VERSION: str(LAST_MAJOR_VERSION), **config}
    compiled = _read_attribute(root, _TRAINING) if _TRAINING in root.attributes else None
    weights = root.read_group(KERAS_WEIGHTS)
    return _make_fitted(root.file, config, compiled, partial(read_legacy_weights, weights))


def _make_fitted(
    path: Path,
    config: Mapping[str, Any],
    compiled: object,
    read_weights: Callable[[Architecture], tuple[LayerWeights, ...]],
) -> FittedModel:
    try:
        architecture = decode_architecture(config)
        training = infer_training(architecture, compiled)
        target = infer_target_description(architecture, training, None)
        features = infer_feature_description(architecture)
    except GalaxyKerasError as error:
        raise ModelFileError(*error.problems).with_prefix(str(path)) from error
    return FittedModel(
        architecture=architecture,
        training=training,
        target=target,
        features=features,
        weights=read_weights(architecture),
    )


def _read_attribute(root: AuditedGroup, name: str) -> dict[str, Any]:
    text = root.read_text_attribute(name)
    try:
        return parse_json(text.encode(), f"{root.file}: {name}")
    except ConfigurationError as error:
        raise ModelFileError(*error.problems) from error


# Archives


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    for name, count in Counter(member.filename for member in members).items():
        if count > 1:
            _refuse(path, name, "is duplicated in the archive")
        if name not in (_CONFIG, _WEIGHTS, _METADATA):
            _refuse(path, name, "is nothing that a network of layers needs")
    for name in (_CONFIG, _WEIGHTS):
        if name not in archive.namelist():
            _refuse(path, name, "is missing")
    for member in members:
        _check_member(path, member)


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG) or member.is_dir():
        _refuse(path, member.filename, "is a link or a folder, not a file")
    if member.flag_bits & _ENCRYPTED:
        _refuse(path, member.filename, "is encrypted")
    if member.file_size > _MAX_RATIO * max(member.compress_size, 1):
        _refuse(path, member.filename, f"would have {member.file_size} bytes when decompressed")
    if member.filename != _WEIGHTS and member.file_size > MAX_BYTES:
        _refuse(path, member.filename, f"has more than {MAX_BYTES // 2**20} MiB")


def _read_document(path: Path, archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        return parse_json(archive.read(_CONFIG), f"{path}: {_CONFIG}")
    except ConfigurationError as error:
        raise ModelFileError(*error.problems) from error


def _refuse(path: Path, name: str, reason: str) -> NoReturn:
    raise ModelFileError(f"{path}: {escape_name(name)} {reason}. {_ADVICE}")
