"""Trains and evaluates language models: what of their many outputs is kept."""

from __future__ import annotations

from typing import Any, Final, cast

import keras
import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from galaxy_keras.catalogue.losses import TargetFormat
from galaxy_keras.data.predictions import Predictions
from galaxy_keras.data.targets import Target
from galaxy_keras.data.token_windows import OneHotCodes
from galaxy_keras.learning.evaluation import Evaluation, evaluate_model
from galaxy_keras.learning.fitting import FitData

PERPLEXITY: Final = "perplexity"
_CODE, _PREDICTED, _TRUE = range(3)
"""The columns of what is kept: the predicted token, its probability, that of the true one."""


def format_next_tokens(target: Target, target_format: TargetFormat) -> NDArray[Any]:
    """Return the tokens after all windows as a loss function takes them.

    Integers of shape (windows, 1), or what makes one-hot encoded ones, shape (windows, tokens),
    when its rows are asked for.
    """
    if target_format == "integer":
        return target.codes.astype(np.int32)[:, np.newaxis]
    # It has what is used of arrays: rows, shape and data type.
    return cast("NDArray[Any]", OneHotCodes(target.codes, len(target.description.labels)))


def evaluate_language_model(
    model: keras.Model,
    data: FitData,
    codes: NDArray[np.int64],
    rows: NDArray[np.intp],
    *,
    is_logit: bool,
) -> Evaluation:
    """Compute loss, metrics and, of the probabilities of all tokens, those that scores need.

    The probabilities of all tokens after all windows may be far larger than memory.

    Parameters
    ----------
    model
        A compiled model.
    data
        The windows.
    codes
        The token after each of them, shape (windows,).
    rows
        Which windows to evaluate on.
    is_logit
        Whether the network gives logits of probabilities.
    """

    def summarize(outputs: NDArray[np.float32], batch: NDArray[np.intp]) -> NDArray[np.float32]:
        probabilities = softmax(outputs, axis=1) if is_logit else outputs
        positions = np.arange(len(batch))
        predicted = probabilities.argmax(axis=1)
        kept = (
            predicted,
            probabilities[positions, predicted],
            probabilities[positions, codes[batch]],
        )
        return np.stack(kept, axis=1).astype(np.float32)

    return evaluate_model(
        model,
        data.inputs,
        data.targets,
        rows,
        batch_size=data.validation_batch_size,
        summarize=summarize,
    )


def make_token_predictions(kept: NDArray[np.float32]) -> Predictions:
    """Return the predicted tokens of what `evaluate_language_model` kept."""
    return Predictions(kept[:, _CODE].astype(np.int64), kept[:, _PREDICTED : _PREDICTED + 1])


def compute_perplexity(kept: NDArray[np.float32]) -> float:
    """Return the exponential of the mean cross-entropy of the true tokens."""
    probabilities = np.maximum(kept[:, _TRUE].astype(np.float64), np.finfo(np.float32).tiny)
    return float(np.exp(-np.log(probabilities).mean()))
