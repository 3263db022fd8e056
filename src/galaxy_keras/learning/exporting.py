"""Writes a fitted network in the formats of Keras, TensorFlow and ONNX."""

from __future__ import annotations

import logging
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import keras

from galaxy_keras.artefacts.architecture.architecture_file import dump_architecture
from galaxy_keras.artefacts.files import describe_write_failure, writing_atomically
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.catalogue.run_choices import ExportFormat
from galaxy_keras.errors import DataError, list_names
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.devices.backend import suppressing_native_output
from galaxy_keras.learning.weights import restore_weights
from galaxy_keras.schema.architecture.graph import Architecture

_OWN_CLASS = re.compile(r'"galaxy_keras>(\w+)"')

logger = logging.getLogger(__name__)


def export_model(fitted: FittedModel, export_format: ExportFormat, path: Path) -> None:
    """Write the network of a fitted model so that other programs open it.

    It computes in float32 what the fitted model computes, raw outputs included: a target that was
    scaled for the training is not scaled back.

    Parameters
    ----------
    fitted
        The model.
    export_format
        ``keras`` (one file, `keras.saving.load_model`), ``weights`` (`Model.load_weights`),
        ``saved-model`` (a folder, `tf.saved_model.load`) or ``onnx``.
    path
        What to write, under any name; an existing file is replaced when the new one is complete.

    Raises
    ------
    ModelFileError
        If the weights do not fit the architecture.
    DataError
        If the path cannot be written.
    """
    model = build_model(fitted.architecture)
    restore_weights(model, fitted.weights)
    if export_format in ("keras", "weights"):
        _warn_of_own_classes(fitted.architecture)
    if export_format == "saved-model":
        _write_folder(model, path)
        return
    suffix, write = _WRITERS[export_format]
    # Keras chooses by the suffix, and a dataset of Galaxy has another one.
    with writing_atomically(path) as target, tempfile.TemporaryDirectory(dir=target.parent) as own:
        written = Path(own, f"model{suffix}")
        write(model, written)
        shutil.copyfile(written, target)


def _write_keras(model: keras.Model, path: Path) -> None:
    model.save(path)


def _write_weights(model: keras.Model, path: Path) -> None:
    model.save_weights(path)


def _write_onnx(model: keras.Model, path: Path) -> None:
    # Keras learns the structure of the inputs from a call.
    samples = [keras.ops.zeros([size or 1 for size in each.shape]) for each in model.inputs]
    with suppressing_native_output():
        model(samples if len(samples) > 1 else samples[0])
        model.export(path, format="onnx", verbose=False)


_WRITERS: dict[str, tuple[str, Callable[[keras.Model, Path], None]]] = {
    "keras": (".keras", _write_keras),
    "weights": (".weights.h5", _write_weights),
    "onnx": (".onnx", _write_onnx),
}


def _write_folder(model: keras.Model, path: Path) -> None:
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as own, suppressing_native_output():
            written = Path(own, "model")
            model.export(written, format="tf_saved_model", verbose=False)
            written.rename(path)
    except OSError as error:
        raise DataError(describe_write_failure(path, error)) from error


def _warn_of_own_classes(architecture: Architecture) -> None:
    own = sorted(set(_OWN_CLASS.findall(dump_architecture(architecture))))
    if own:
        logger.warning(
            "Keras 3 has no %s. Where the file is opened, import galaxy_keras.learning.layers "
            "first, or export with --format saved-model or onnx, which hold no layers.",
            list_names(own),
        )
