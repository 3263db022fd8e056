"""An architecture JSON and the weights that Keras 2 wrote beside it, as one trained model."""

from __future__ import annotations

from pathlib import Path

from galaxy_keras.artefacts.content import FileType, find_model_advice, identify_file_type
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup, reading_hdf5
from galaxy_keras.artefacts.legacy.interpretation import (
    infer_feature_description,
    infer_target_description,
)
from galaxy_keras.artefacts.legacy.weights import LAYER_NAMES, read_legacy_weights
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ModelFileError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.training.output_layer import find_output_layer
from galaxy_keras.schema.training.settings import TrainingSettings

KERAS_WEIGHTS = "model_weights"
"""The group with the weights in a file of `Model.save`."""

KERAS_CONFIG = "model_config"
"""The attribute with the architecture in a file of `Model.save`."""

_KERAS3_GROUPS = ("layers", "_layer_checkpoint_dependencies")
"""The groups of which one is in every file of `Model.save_weights` of Keras 3."""

_LOSSES = {
    "sigmoid": "binary_crossentropy",
    "hard_sigmoid": "binary_crossentropy",
    "softmax": "sparse_categorical_crossentropy",
}


def read_pair(architecture: Architecture, weights: Path) -> FittedModel:
    """Return the model; its task is inferred from its last layer.

    With sigmoid or softmax it is a classifier of the labels 0, 1, ..., else a regressor.

    Raises
    ------
    ModelFileError
        If the weights cannot be read or do not belong to the architecture.
    ConfigurationError
        If the network has several outputs, or inputs of any size.
    """
    _check_type(weights)
    training = _guess_training(architecture)
    with reading_hdf5(weights) as root:
        return FittedModel(
            architecture=architecture,
            training=training,
            target=infer_target_description(architecture, training, None),
            features=infer_feature_description(architecture),
            weights=read_legacy_weights(_find_weights(root), architecture),
        )


def is_keras3_weights(root: AuditedGroup) -> bool:
    """Whether a file was written by `Model.save_weights` of Keras 3."""
    return any(name in root for name in _KERAS3_GROUPS)


def describe_keras3_weights() -> str:
    """Return the rest of a message that begins with the name of such a file."""
    return (
        "holds weights as Keras 3 saves them (.weights.h5), which cannot be read. In Python, write "
        "the whole model with model.save to a .h5 file, and give that as --weights, with "
        "model.to_json() in a .json file as --model"
    )


def _check_type(weights: Path) -> None:
    file_type = identify_file_type(weights)
    if file_type is not FileType.HDF5:
        advice = find_model_advice(file_type) or (
            "Give the .h5 file that was written beside the architecture JSON"
        )
        raise ModelFileError(
            f"{weights} is {file_type.value}, not weights of Keras (.h5). {advice}"
        )


def _guess_training(architecture: Architecture) -> TrainingSettings:
    activation = find_output_layer(architecture).activation or "linear"
    loss = _LOSSES.get(activation)
    return TrainingSettings.model_validate(
        {
            "task": "classifier" if loss else "regressor",
            "loss": loss or "mean_squared_error",
            "optimizer": "rmsprop",
        }
    )


def _find_weights(root: AuditedGroup) -> AuditedGroup:
    if KERAS_WEIGHTS in root:
        return root.read_group(KERAS_WEIGHTS)
    if is_keras3_weights(root):
        raise ModelFileError(f"{root.file} {describe_keras3_weights()}")
    if LAYER_NAMES not in root.attributes and f"{LAYER_NAMES}0" not in root.attributes:
        raise ModelFileError(
            f"{root.file} does not hold weights as Keras 2 writes them (`save_weights` to .h5). "
            "Give the .h5 file that was written beside the architecture JSON"
        )
    return root
