"""Turns a network's outputs into classes, probabilities or values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.training.output_layer import find_output_layer
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

OutputKind = Literal["probability", "logit", "margin"]
DEFAULT_THRESHOLD = 0.5
_PROBABILITIES = ("sigmoid", "hard_sigmoid", "softmax")


@dataclass(frozen=True)
class Predictions:
    """The predictions of a network for some rows.

    Attributes
    ----------
    codes
        For `binary` and `multiclass` the index of the class, shape (rows,), int64;
        for `multilabel` 0 and 1, int64, for `regression` values, float32, shape (rows, outputs).
    probabilities
        The probability of each class, shape (rows, classes); for `regression` the values.
    """

    codes: NDArray[Any]
    probabilities: NDArray[np.float32]

    @property
    def positive_scores(self) -> NDArray[np.float32]:
        """The probability of the second of two classes, shape (rows,)."""
        return self.probabilities[:, -1]


def find_output_kind(architecture: Architecture, settings: TrainingSettings) -> OutputKind:
    """Return what the outputs of a network are that was trained with these settings.

    Returns
    -------
    str
        ``logit`` where the loss function takes logits (``from_logits``); ``margin``, from -1 to 1,
        for the hinge losses, unless the last activation gives probabilities; else ``probability``.
    """
    if settings.loss.options.get("from_logits"):
        return "logit"
    activation = find_output_layer(architecture).activation
    if LOSSES.get(settings.loss.name).margins and activation not in _PROBABILITIES:
        return "margin"
    return "probability"


def make_predictions(
    outputs: NDArray[np.float32],
    description: TargetDescription,
    output_kind: OutputKind,
    threshold: float = DEFAULT_THRESHOLD,
) -> Predictions:
    """Turn the outputs of a network into predictions.

    Parameters
    ----------
    outputs
        The outputs of the network, shape (rows, outputs).
    description
        What the outputs mean.
    output_kind
        Whether outputs are probabilities, their logits, or margins between -1 and 1.
    threshold
        For `binary` and `multilabel`: a class is chosen when its probability is above it.

    Returns
    -------
    Predictions
        Logits become probabilities by sigmoid or softmax, margins by (margin + 1) / 2, which maps
        -1 and 1, the targets of hinge losses, to 0 and 1. Of equally probable classes the first
        is predicted.
    """
    if description.kind == "regression":
        return Predictions(outputs, outputs)
    probabilities = _compute_probabilities(outputs, description, output_kind)
    if description.kind == "multiclass":
        return Predictions(probabilities.argmax(axis=1), probabilities)
    predicted = (probabilities > threshold).astype(np.int64)
    if description.kind == "multilabel":
        return Predictions(predicted, probabilities)
    both = np.concatenate([1 - probabilities, probabilities], axis=1)
    return Predictions(predicted[:, 0], both)


def _compute_probabilities(
    outputs: NDArray[np.float32], description: TargetDescription, output_kind: OutputKind
) -> NDArray[np.float32]:
    if output_kind == "probability":
        return outputs
    if output_kind == "margin":
        return np.asarray((outputs + 1) / 2, dtype=np.float32)
    if description.kind == "multiclass":
        return np.asarray(softmax(outputs, axis=1), dtype=np.float32)
    return np.asarray(expit(outputs), dtype=np.float32)
