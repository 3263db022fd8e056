"""Reads and checks what is exported, before Keras is imported."""

from __future__ import annotations

import importlib.util

from galaxy_keras.artefacts.files import check_writable
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ConfigurationError, DataError, list_names
from galaxy_keras.preparation.prediction import read_fitted_model
from galaxy_keras.schema.architecture.memory import check_network_size
from galaxy_keras.schema.requests.export import ExportRequest

_ONNX_PACKAGES = ("onnx", "tf2onnx")


def prepare_export(run: ExportRequest) -> FittedModel:
    """Return the fitted model, after checking that it can be written where it is wanted.

    Raises
    ------
    ModelFileError
        If it cannot be read.
    ConfigurationError
        If the model is not a fitted one, or packages are missing for ONNX.
    DataError
        If an output cannot be written.
    """
    if run.format == "onnx":
        _check_packages()
    if run.format == "saved-model" and run.output.exists():
        raise DataError(
            f"{run.output} exists already, but a SavedModel is a folder of its own. Give --output "
            "a path that does not exist yet, or remove it first"
        )
    check_writable([run.output, run.encodings])
    fitted = read_fitted_model(run.model, run.weights, run.require_signature)
    check_network_size(fitted.architecture)
    return fitted


def _check_packages() -> None:
    missing = [name for name in _ONNX_PACKAGES if importlib.util.find_spec(name) is None]
    if missing:
        raise ConfigurationError(
            f"--format onnx needs packages that are not installed: {list_names(missing)}. "
            "Run: pip install 'galaxy-keras[onnx]'"
        )
