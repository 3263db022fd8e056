"""Temperature scaling: probabilities that are as often right as they say.

One number, the temperature, divides the logits of all rows; above 1 it makes probabilities less
sure. It changes no order, so neither the most probable class nor a ROC curve.
Source: Guo et al., On Calibration of Modern Neural Networks, ICML 2017.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import expit, logit, softmax

from galaxy_keras.catalogue.scorers import TargetKind

MIN_TEMPERATURE: Final = 0.05
MAX_TEMPERATURE: Final = 20.0
_EPSILON: Final = 1e-7
"""A probability on its own is so far from 0 and 1: single precision knows none closer to 1."""
_SMALLEST: Final = 1e-30
"""Of classes that exclude each other, none is less probable."""


def apply_temperature(
    probabilities: NDArray[Any], kind: TargetKind, temperature: float
) -> NDArray[np.float32]:
    """Return probabilities whose logits are divided by a temperature.

    Parameters
    ----------
    probabilities
        Shape (rows, outputs): those of classes that exclude each other where `kind` is
        ``multiclass``, else each on its own.
    kind
        The kind of the target.
    temperature
        Above 0; 1 changes nothing but rounding.
    """
    clipped = _clip(probabilities, kind)
    if kind == "multiclass":
        return np.asarray(softmax(np.log(clipped) / temperature, axis=1), np.float32)
    return np.asarray(expit(logit(clipped) / temperature), np.float32)


def fit_temperature(probabilities: NDArray[Any], codes: NDArray[Any], kind: TargetKind) -> float:
    """Return the temperature with the highest likelihood of the true classes.

    Parameters
    ----------
    probabilities, kind
        As for `apply_temperature`.
    codes
        The index of the true class of each row, or, for ``multilabel``, 0 and 1 for each output.

    Returns
    -------
    float
        From `MIN_TEMPERATURE` to `MAX_TEMPERATURE`.
    """

    def compute_loss(logarithm: float) -> float:
        scaled = apply_temperature(probabilities, kind, float(np.exp(logarithm)))
        return compute_log_loss(scaled, codes, kind)

    bounds = (np.log(MIN_TEMPERATURE), np.log(MAX_TEMPERATURE))
    return float(np.exp(minimize_scalar(compute_loss, bounds=bounds, method="bounded").x))


def compute_log_loss(probabilities: NDArray[Any], codes: NDArray[Any], kind: TargetKind) -> float:
    """Return the mean negative logarithm of the probabilities of the true classes."""
    clipped = _clip(probabilities, kind)
    if kind == "multiclass":
        return float(-np.log(clipped[np.arange(len(codes)), codes]).mean())
    true = codes.reshape(clipped.shape) == 1
    return float(-np.log(np.where(true, clipped, 1 - clipped)).mean())


def _clip(probabilities: NDArray[Any], kind: TargetKind) -> NDArray[np.float64]:
    exact = probabilities.astype(np.float64)
    if kind == "multiclass":
        return np.clip(exact, _SMALLEST, 1)
    return np.clip(exact, _EPSILON, 1 - _EPSILON)
