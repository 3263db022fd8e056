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

OutputScale = Literal["probability", "logit", "margin"]
DEFAULT_THRESHOLD = 0.5
_PROBABILITIES = ("sigmoid", "hard_sigmoid", "softmax")


@dataclass(frozen=True)
class Decisions:
    """What a network says of some rows.

    Attributes
    ----------
    codes
        For `binary` and `multiclass` the position of the class, shape (rows,);
        for `multilabel` 0 and 1, for `regression` values, shape (rows, outputs).
    probabilities
        For each class, shape (rows, classes); for `regression` the values.
    """

    codes: NDArray[Any]
    probabilities: NDArray[np.float32]

    @property
    def positive_scores(self) -> NDArray[np.float32]:
        """The probability of the second of two classes, shape (rows,)."""
        return self.probabilities[:, -1]


def find_output_scale(architecture: Architecture, settings: TrainingSettings) -> OutputScale:
    """Say what the outputs are that a network was trained to give with these settings."""
    if settings.loss.options.get("from_logits"):
        return "logit"
    activation = find_output_layer(architecture).activation
    if LOSSES.get(settings.loss.name).margins and activation not in _PROBABILITIES:
        return "margin"
    return "probability"


def decide(
    outputs: NDArray[np.float32],
    coding: TargetDescription,
    scale: OutputScale,
    threshold: float = DEFAULT_THRESHOLD,
) -> Decisions:
    """Decide on classes.

    Parameters
    ----------
    outputs
        What the network computed, shape (rows, outputs).
    coding
        What the outputs stand for.
    scale
        Whether outputs are probabilities, their logits, or margins between -1 and 1.
    threshold
        For `binary` and `multilabel`: a class is chosen when its probability is above it.
    """
    if coding.kind == "regression":
        return Decisions(outputs, outputs)
    probabilities = _scale_outputs(outputs, coding, scale)
    if coding.kind == "multiclass":
        return Decisions(probabilities.argmax(axis=1), probabilities)
    chosen = (probabilities > threshold).astype(np.int64)
    if coding.kind == "multilabel":
        return Decisions(chosen, probabilities)
    both = np.concatenate([1 - probabilities, probabilities], axis=1)
    return Decisions(chosen[:, 0], both)


def _scale_outputs(
    outputs: NDArray[np.float32], coding: TargetDescription, scale: OutputScale
) -> NDArray[np.float32]:
    if scale == "probability":
        return outputs
    if scale == "margin":
        return np.asarray((outputs + 1) / 2, dtype=np.float32)
    if coding.kind == "multiclass":
        return np.asarray(softmax(outputs, axis=1), dtype=np.float32)
    return np.asarray(expit(outputs), dtype=np.float32)
