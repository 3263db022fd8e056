"""An architecture JSON and the weights that Keras wrote beside it, as one trained model."""

from __future__ import annotations

from pathlib import Path

from galaxy_keras.artefacts.arrays import LayerWeights
from galaxy_keras.artefacts.content import FileType, find_model_advice, identify_file_type
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup, reading_hdf5
from galaxy_keras.artefacts.legacy.interpretation import (
    infer_feature_description,
    infer_target_description,
    infer_training,
)
from galaxy_keras.artefacts.legacy.keras3_weights import is_keras3_weights, read_keras3_weights
from galaxy_keras.artefacts.legacy.weights import LAYER_NAMES, read_legacy_weights
from galaxy_keras.artefacts.legacy.whole_models import KERAS_WEIGHTS
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ModelFileError
from galaxy_keras.schema.architecture.graph import Architecture


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
    training = infer_training(architecture)
    with reading_hdf5(weights) as root:
        return FittedModel(
            architecture=architecture,
            training=training,
            target=infer_target_description(architecture, training, None),
            features=infer_feature_description(architecture),
            weights=_read_weights(root, architecture),
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


def _read_weights(root: AuditedGroup, architecture: Architecture) -> tuple[LayerWeights, ...]:
    if KERAS_WEIGHTS in root:
        return read_legacy_weights(root.read_group(KERAS_WEIGHTS), architecture)
    if is_keras3_weights(root):
        return read_keras3_weights(root, architecture)
    if LAYER_NAMES not in root.attributes and f"{LAYER_NAMES}0" not in root.attributes:
        raise ModelFileError(
            f"{root.file} does not hold weights as Keras writes them (`save_weights` to .h5 or "
            ".weights.h5). Give the file that was written beside the architecture JSON"
        )
    return read_legacy_weights(root, architecture)
