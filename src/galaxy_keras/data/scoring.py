"""Scores predictions with scikit-learn's scorers, without predicting again for each."""

from __future__ import annotations

import logging
import math
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.metrics import average_precision_score, get_scorer, roc_auc_score

from galaxy_keras.data.predictions import Predictions
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import ConfigurationError

logger = logging.getLogger(__name__)

_NO_FEATURES = np.empty((0, 0))
"""Scorers pass features to the estimator, which needs none here."""


def score_predictions(
    names: Iterable[str], target: Target, predictions: Predictions
) -> dict[str, float]:
    """Score predictions against the true codes.

    For two classes the positive one is the second, the one that the network's output is the
    probability of.

    Parameters
    ----------
    names
        scikit-learn's scorer names, and those of `_OWN_SCORERS`.
    target
        The true codes.
    predictions
        The predictions for the same rows.

    Raises
    ------
    ConfigurationError
        If a scorer cannot score this target.
    """
    scores = {}
    for name in names:
        scores[name], notes = _score(name, target, predictions)
        for note in notes:
            logger.warning("Scorer %s: %s", name, note)
    return scores


def try_scorers(names: Iterable[str], target: Target) -> None:
    """Score dummy predictions, to check before training whether this target can be scored.

    Raises
    ------
    ConfigurationError
        If a scorer cannot score this target (a class that no held-out row has, for example).
    """
    description = target.description
    if description.kind == "regression":
        values = target.codes.astype(np.float32)
        predictions = Predictions(values, values)
    elif description.kind == "multilabel":
        predictions = Predictions(target.codes, target.codes.astype(np.float32))
    else:
        classes = len(description.labels)
        predictions = Predictions(target.codes, np.eye(classes, dtype=np.float32)[target.codes])
    for name in names:
        score, _ = _score(name, target, predictions)
        if not math.isfinite(score):
            raise ConfigurationError(
                f'the scorer "{name}" is undefined on these {len(target.codes)} held-out rows: '
                f"{_describe_labels(target)}. Hold out more rows, use --split stratified, "
                "or choose another scorer with --scoring"
            )


def _describe_labels(target: Target) -> str:
    if target.description.kind == "regression":
        return "their values are all the same, or too few"
    return f"{len(np.unique(target.codes))} of the target's classes occur among them"


def _score(name: str, target: Target, predictions: Predictions) -> tuple[float, list[str]]:
    """Return the score, and the warnings of scikit-learn."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UndefinedMetricWarning)
            score = _compute(name, target, predictions)
    except ValueError as error:
        raise ConfigurationError(
            f'the scorer "{name}" cannot score this {target.description.kind} target: {error}. '
            "Choose another one with --scoring"
        ) from error
    return score, [str(warning.message) for warning in caught]


def _compute(name: str, target: Target, predictions: Predictions) -> float:
    if name in _OWN_SCORERS:
        return float(_OWN_SCORERS[name](target, predictions))
    return float(
        get_scorer(name)(_make_estimator(target, predictions), _NO_FEATURES, _true_values(target))
    )


def _true_values(target: Target) -> NDArray[Any]:
    codes = target.codes
    return codes[:, 0] if codes.ndim == 2 and codes.shape[1] == 1 else codes


def _make_estimator(target: Target, predictions: Predictions) -> BaseEstimator:
    if target.description.kind == "regression":
        return _PredictedValues(predictions)
    return _PredictedClasses(target, predictions)


class _PredictedClasses(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted classifier with given predictions."""

    def __init__(self, target: Target, predictions: Predictions) -> None:
        classes = len(target.description.labels)
        several = target.description.kind == "multilabel"
        self.classes_ = [np.arange(2)] * classes if several else np.arange(classes)
        self._predictions = predictions

    def predict(self, _features: object) -> NDArray[Any]:
        return self._predictions.codes

    def predict_proba(self, _features: object) -> NDArray[Any]:
        return self._predictions.probabilities

    def __sklearn_is_fitted__(self) -> bool:
        return True


class _PredictedValues(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted regressor with given predictions."""

    def __init__(self, predictions: Predictions) -> None:
        self._predictions = predictions

    def predict(self, _features: object) -> NDArray[Any]:
        codes = self._predictions.codes
        return codes[:, 0] if codes.shape[1] == 1 else codes

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _correlate_ranks(target: Target, predictions: Predictions) -> float:
    return float(spearmanr(_true_values(target), predictions.codes.ravel()).statistic)


def _score_binarized_auc(target: Target, predictions: Predictions) -> float:
    return float(roc_auc_score(_true_values(target), predictions.positive_scores))


def _score_binarized_precision(target: Target, predictions: Predictions) -> float:
    return float(average_precision_score(_true_values(target), predictions.positive_scores))


_OWN_SCORERS = {
    "spearman_correlation": _correlate_ranks,
    "binarize_auc_scorer": _score_binarized_auc,
    "binarize_average_precision_scorer": _score_binarized_precision,
}
