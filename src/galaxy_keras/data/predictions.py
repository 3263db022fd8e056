"""Turns a network's outputs into classes, probabilities or values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, softmax

from galaxy_keras.catalogue.losses import EXCLUSIVE_ACTIVATIONS, LABEL_ACTIVATIONS, LOSSES
from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.data.calibration import apply_temperature
from galaxy_keras.schema.training.output_layer import OutputLayer
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

OutputKind = Literal["probability", "logit", "margin", "score"]
DEFAULT_THRESHOLD = 0.5
_PROBABILITIES = (*LABEL_ACTIVATIONS, *EXCLUSIVE_ACTIVATIONS)
_ROUNDING = 1e-6
_ADVICE: dict[TargetKind, str] = {
    "binary": "Train a network that ends in sigmoid with binary_crossentropy",
    "multiclass": "Train a network that ends in softmax with categorical_crossentropy",
    "multilabel": "Train a network that ends in sigmoid with binary_crossentropy",
}


@dataclass(frozen=True)
class Predictions:
    """The predictions of a network for some rows.

    Attributes
    ----------
    codes
        For `binary` and `multiclass` the index of the class, shape (rows,), int64;
        for `multilabel` 0 and 1, int64, for `regression` values, float32, shape (rows, outputs).
    probabilities
        The probability of each class, shape (rows, classes), or a score where the network gives no
        probabilities; for `regression` the values.
    """

    codes: NDArray[Any]
    probabilities: NDArray[np.float32]

    @property
    def positive_scores(self) -> NDArray[np.float32]:
        """The probability of the second of two classes, shape (rows,)."""
        return self.probabilities[:, -1]


@dataclass(frozen=True)
class MissingProbabilities:
    """Why a network gives no probabilities that sum to 1 over its classes, and what would.

    Attributes
    ----------
    outputs
        What it gives: scores, or the probability of each class alone.
    reason, advice
        Each a sentence without its full stop, the first to go on after a comma.
    """

    outputs: Literal["scores", "the probability of each class alone"]
    reason: str
    advice: str

    @property
    def text(self) -> str:
        """Both, as one text."""
        return f"{self.reason}. {self.advice}"


def find_output_kind(layer: OutputLayer, settings: TrainingSettings) -> OutputKind:
    """Return what the outputs of a network are that was trained with these settings.

    Parameters
    ----------
    layer
        The layer of the output.
    settings
        The settings as they are for this output.

    Returns
    -------
    str
        ``logit`` where the loss function takes logits (``from_logits``); ``probability`` where the
        last activation gives probabilities, or is not known; else ``margin`` for the hinge losses,
        whose classes are at -1 and 1, and ``score`` for others, whose classes are at 0 and 1.
    """
    if settings.loss.options.get("from_logits"):
        return "logit"
    activation = layer.activation
    if activation in _PROBABILITIES:
        return "probability"
    if LOSSES.get(settings.loss.name).margins:
        return "margin"
    return "probability" if activation is None else "score"


def explain_missing_probabilities(
    layer: OutputLayer, settings: TrainingSettings, kind: TargetKind
) -> MissingProbabilities | None:
    """Return why a classifier gives no probabilities of its classes; None where it does.

    Probabilities of classes that exclude each other sum to 1: a sigmoid for each of several
    classes gives only that of each class against all others.
    """
    if kind == "regression":
        return None
    output_kind = find_output_kind(layer, settings)
    network = f"{layer.where}, has {layer.activation or 'no'} activation"
    if output_kind in ("margin", "score"):
        loss = LOSSES.get(settings.loss.name).short_name
        reason = f"{network} and the loss is {loss}, so that the network gives scores"
        return MissingProbabilities("scores", reason, _ADVICE[kind])
    independent = output_kind == "probability" and layer.activation in LABEL_ACTIVATIONS
    if kind == "multiclass" and independent:
        reason = f"{network}, so that the probabilities of the classes do not sum to 1"
        return MissingProbabilities("the probability of each class alone", reason, _ADVICE[kind])
    return None


def find_improbable(predictions: Predictions) -> tuple[int, int] | None:
    """Return row and column of the first probability that is none, below 0 or above 1; or None."""
    values = predictions.probabilities
    if values.min() >= -_ROUNDING and values.max() <= 1 + _ROUNDING:
        return None
    row, column = np.argwhere((values < -_ROUNDING) | (values > 1 + _ROUNDING))[0]
    return int(row), int(column)


def make_predictions(
    outputs: NDArray[np.float32],
    description: TargetDescription,
    output_kind: OutputKind,
    threshold: float | None = None,
    positive: int = 1,
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
        A label, or of two classes the positive one, is chosen when its probability is above it.
        None for that of the model, or else 0.5, or the most probable of several outputs.
    positive
        Which of two classes is the positive one, whose probability `threshold` is compared with.

    Returns
    -------
    Predictions
        Logits become probabilities by sigmoid or softmax. Margins and scores are none; margins
        become scores by (margin + 1) / 2, which maps -1 and 1, the targets of hinge losses, to 0
        and 1. Of equally probable classes the first is predicted.
    """
    if description.kind == "regression":
        return Predictions(outputs, outputs)
    probabilities = _compute_probabilities(outputs, description, output_kind)
    if description.temperature is not None:
        probabilities = apply_temperature(probabilities, description.kind, description.temperature)
    if threshold is None and description.threshold is not None:
        threshold, positive = description.threshold, 1
    if description.kind == "multilabel":
        chosen = probabilities > (DEFAULT_THRESHOLD if threshold is None else threshold)
        return Predictions(chosen.astype(np.int64), probabilities)
    if description.kind == "binary":
        probabilities = np.concatenate([1 - probabilities, probabilities], axis=1)
        threshold = DEFAULT_THRESHOLD if threshold is None else threshold
    if threshold is None:
        return Predictions(probabilities.argmax(axis=1), probabilities)
    is_positive = probabilities[:, positive] > threshold
    return Predictions(np.where(is_positive, positive, 1 - positive), probabilities)


def _compute_probabilities(
    outputs: NDArray[np.float32], description: TargetDescription, output_kind: OutputKind
) -> NDArray[np.float32]:
    if output_kind in ("probability", "score"):
        return outputs
    if output_kind == "margin":
        return np.asarray((outputs + 1) / 2, dtype=np.float32)
    if description.kind == "multiclass":
        return np.asarray(softmax(outputs, axis=1), dtype=np.float32)
    return np.asarray(expit(outputs), dtype=np.float32)
