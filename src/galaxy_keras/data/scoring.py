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

from galaxy_keras.data.decisions import Decisions
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import ConfigurationError

logger = logging.getLogger(__name__)

ROWS = np.empty((0, 0))
"""Scorers hand features to the estimator, which needs none here."""


def score_decisions(names: Iterable[str], target: Target, decisions: Decisions) -> dict[str, float]:
    """Score decisions against the true codes.

    For two classes the positive one is the second in sorted order, the one that the
    network's output stands for.

    Parameters
    ----------
    names
        scikit-learn's scorer names, and those of `_OWN_SCORERS`.
    target
        The true codes.
    decisions
        What the network says of the same rows.

    Raises
    ------
    ConfigurationError
        If a scorer cannot score this target.
    """
    scores = {}
    for name in names:
        scores[name], notes = _score(name, target, decisions)
        for note in notes:
            logger.warning("Scorer %s: %s", name, note)
    return scores


def try_scorers(names: Iterable[str], target: Target) -> None:
    """Score made-up decisions, to learn before training whether this target can be scored.

    Raises
    ------
    ConfigurationError
        If a scorer cannot score this target (a class that no held-out row has, for example).
    """
    coding = target.coding
    if coding.kind == "regression":
        values = target.codes.astype(np.float32)
        decisions = Decisions(values, values)
    elif coding.kind == "multilabel":
        decisions = Decisions(target.codes, target.codes.astype(np.float32))
    else:
        classes = len(coding.labels)
        decisions = Decisions(target.codes, np.eye(classes, dtype=np.float32)[target.codes])
    for name in names:
        score, _ = _score(name, target, decisions)
        if not math.isfinite(score):
            raise ConfigurationError(
                f'the scorer "{name}" has no value on these {len(target.codes)} held-out rows: '
                f"{_describe_labels(target)}. Hold out more rows, use --split stratified, "
                "or choose another scorer with --scoring"
            )


def _describe_labels(target: Target) -> str:
    if target.coding.kind == "regression":
        return "their values are all the same, or too few"
    return f"{len(np.unique(target.codes))} of the target's classes are among them"


def _score(name: str, target: Target, decisions: Decisions) -> tuple[float, list[str]]:
    """Return the score, and what scikit-learn has to say about it."""
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", UndefinedMetricWarning)
            score = _compute(name, target, decisions)
    except ValueError as error:
        raise ConfigurationError(
            f'the scorer "{name}" cannot score this {target.coding.kind} target: {error}. '
            "Choose another one with --scoring"
        ) from error
    return score, [str(warning.message) for warning in caught]


def _compute(name: str, target: Target, decisions: Decisions) -> float:
    if name in _OWN_SCORERS:
        return float(_OWN_SCORERS[name](target, decisions))
    return float(get_scorer(name)(_make_estimator(target, decisions), ROWS, _truth(target)))


def _truth(target: Target) -> NDArray[Any]:
    codes = target.codes
    return codes[:, 0] if codes.ndim == 2 and codes.shape[1] == 1 else codes


def _make_estimator(target: Target, decisions: Decisions) -> BaseEstimator:
    if target.coding.kind == "regression":
        return _PredictedValues(decisions)
    return _PredictedClasses(target, decisions)


class _PredictedClasses(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted classifier whose predictions are known already."""

    def __init__(self, target: Target, decisions: Decisions) -> None:
        classes = len(target.coding.labels)
        several = target.coding.kind == "multilabel"
        self.classes_ = [np.arange(2)] * classes if several else np.arange(classes)
        self._decisions = decisions

    def predict(self, _features: object) -> NDArray[Any]:
        return self._decisions.codes

    def predict_proba(self, _features: object) -> NDArray[Any]:
        return self._decisions.probabilities

    def __sklearn_is_fitted__(self) -> bool:
        return True


class _PredictedValues(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """A fitted regressor whose predictions are known already."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions

    def predict(self, _features: object) -> NDArray[Any]:
        codes = self._decisions.codes
        return codes[:, 0] if codes.shape[1] == 1 else codes

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _correlate_ranks(target: Target, decisions: Decisions) -> float:
    return float(spearmanr(_truth(target), decisions.codes.ravel()).statistic)


def _score_binarized_auc(target: Target, decisions: Decisions) -> float:
    return float(roc_auc_score(_truth(target), decisions.positive_scores))


def _score_binarized_precision(target: Target, decisions: Decisions) -> float:
    return float(average_precision_score(_truth(target), decisions.positive_scores))


_OWN_SCORERS = {
    "spearman_correlation": _correlate_ranks,
    "binarize_auc_scorer": _score_binarized_auc,
    "binarize_average_precision_scorer": _score_binarized_precision,
}
