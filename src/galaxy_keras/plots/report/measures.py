"""Scores as functions of the weights of rows, fast enough to compute a thousand times."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from galaxy_keras.plots.regression import Fit
from galaxy_keras.plots.report.bootstrap import Measure
from galaxy_keras.plots.report.mistakes import compute_losses
from galaxy_keras.plots.report.predictions import (
    ClassPredictions,
    LabelPredictions,
    Predictions,
    ValuePredictions,
)

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
ClassMeasure = Callable[[FloatArray], float]

MOST_CLASSES = 20
"""With more classes, areas under curves are left to the pictures."""


def list_measures(predictions: Predictions) -> dict[str, Measure]:
    """Return the scores that fit the predictions, by name.

    They are those of scikit-learn; averages over classes leave out classes without a row.
    """
    match predictions:
        case ClassPredictions():
            return _measure_classes(predictions)
        case LabelPredictions():
            return _measure_labels(predictions)
        case ValuePredictions(fits=fits):
            several = len(fits) > 1
            named = [
                (f"{name} of {fit.name}" if several else name, measure)
                for fit in fits
                for name, measure in _measure_fit(fit).items()
            ]
            return dict(named)


def rank_area(truth: BoolArray, scores: FloatArray) -> Measure:
    """Return the area under the ROC curve of one class against the rest."""
    order, ends = _sort_scores(scores)
    positive = truth[order]

    def measure(weights: FloatArray) -> float:
        found, others = _count_found(weights[order], positive, ends)
        if not found[-1] or not others[-1]:
            return np.nan
        widths = np.diff(others)
        area = found[0] * others[0] / 2 + widths @ (found[1:] + found[:-1]) / 2
        return float(area / (found[-1] * others[-1]))

    return measure


def average_precision(truth: BoolArray, scores: FloatArray) -> Measure:
    """Return the average precision of one class against the rest."""
    order, ends = _sort_scores(scores)
    positive = truth[order]

    def measure(weights: FloatArray) -> float:
        found, others = _count_found(weights[order], positive, ends)
        if not found[-1]:
            return np.nan
        # Before the first row that is taken, 0 of 0 counts as 0.
        precision = found / np.maximum(found + others, np.finfo(float).tiny)
        steps = found.copy()
        steps[1:] -= found[:-1]
        return float(steps @ precision / found[-1])

    return measure


def _measure_classes(predictions: ClassPredictions) -> dict[str, Measure]:
    right = (predictions.true == predictions.predicted).astype(float)
    counts = _ClassCounts(predictions)
    measures: dict[str, Measure] = {"Accuracy": _mean(right), "Balanced accuracy": counts.balanced}
    if len(predictions.names) == 2:
        name = predictions.names[1]
        measures[f"F1 of {name}"] = lambda weights: float(counts.f1(weights)[1])
        measures[f"Precision of {name}"] = lambda weights: float(counts.precision(weights)[1])
        measures[f"Recall of {name}"] = lambda weights: float(counts.recall(weights)[1])
    else:
        measures["F1, mean of classes"] = counts.macro_f1
    if predictions.probabilities is not None:
        truth = predictions.true[:, None] == np.arange(len(predictions.names))
        first = 1 if len(predictions.names) == 2 else 0
        areas = truth[:, first:], predictions.probabilities[:, first:]
        measures |= _measure_areas(*areas) | {"Log loss": _mean(compute_losses(predictions))}
    return measures


def _measure_labels(predictions: LabelPredictions) -> dict[str, Measure]:
    true, predicted = predictions.true, predictions.predicted
    found = (true & predicted).sum(axis=1).astype(float)
    both = (true.sum(axis=1) + predicted.sum(axis=1)).astype(float)
    measures: dict[str, Measure] = {
        "All labels right": _mean((true == predicted).all(axis=1).astype(float)),
        "Share of labels right": _mean((true == predicted).mean(axis=1)),
        "F1 over all labels": lambda weights: _divide(2 * weights @ found, weights @ both),
    }
    if predictions.probabilities is not None:
        measures |= _measure_areas(true, predictions.probabilities)
        measures["Log loss"] = _mean(compute_losses(predictions))
    return measures


def _measure_fit(fit: Fit) -> dict[str, Measure]:
    squares, errors, true = fit.residuals**2, np.abs(fit.residuals), fit.true - fit.true.mean()

    def r2(weights: FloatArray) -> float:
        spread = weights @ true**2 - (weights @ true) ** 2 / weights.sum()
        # What rounding leaves of equal values is no spread.
        return 1 - float(weights @ squares / spread) if spread > 1e-12 * (true @ true) else np.nan

    return {
        "R\N{SUPERSCRIPT TWO}": r2,
        "RMSE": lambda weights: float(np.sqrt(_mean(squares)(weights))),
        "MAE": _mean(errors),
    }


def _measure_areas(truth: BoolArray, scores: FloatArray) -> dict[str, Measure]:
    if truth.shape[1] > MOST_CLASSES:
        return {}
    suffix = ", mean of classes" if truth.shape[1] > 1 else ""
    columns = range(truth.shape[1])
    return {
        f"ROC AUC{suffix}": _mean_of([rank_area(truth[:, n], scores[:, n]) for n in columns]),
        f"Average precision{suffix}": _mean_of(
            [average_precision(truth[:, n], scores[:, n]) for n in columns]
        ),
    }


class _ClassCounts:
    """Rows of each true and predicted class, by the weights of rows."""

    def __init__(self, predictions: ClassPredictions) -> None:
        self._size = len(predictions.names)
        self._cells = predictions.true * self._size + predictions.predicted

    def balanced(self, weights: FloatArray) -> float:
        return float(np.nanmean(self.recall(weights)))

    def macro_f1(self, weights: FloatArray) -> float:
        return float(np.nanmean(self.f1(weights)))

    def recall(self, weights: FloatArray) -> FloatArray:
        counts = self._count(weights)
        return _divide_each(np.diag(counts), counts.sum(axis=1))

    def precision(self, weights: FloatArray) -> FloatArray:
        counts = self._count(weights)
        return _divide_each(np.diag(counts), counts.sum(axis=0))

    def f1(self, weights: FloatArray) -> FloatArray:
        counts = self._count(weights)
        return _divide_each(2 * np.diag(counts), counts.sum(axis=0) + counts.sum(axis=1))

    def _count(self, weights: FloatArray) -> FloatArray:
        size = self._size
        counts: FloatArray = np.bincount(self._cells, weights, size * size).astype(float)
        return counts.reshape(size, size)


def _mean(values: FloatArray) -> Measure:
    return lambda weights: float(weights @ values / weights.sum())


def _mean_of(measures: Sequence[ClassMeasure]) -> Measure:
    def measure(weights: FloatArray) -> float:
        values = np.array([each(weights) for each in measures])
        defined = values[~np.isnan(values)]
        return float(defined.mean()) if len(defined) else np.nan

    return measure


def _divide(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan


def _divide_each(parts: FloatArray, wholes: FloatArray) -> FloatArray:
    shares = np.full(len(parts), np.nan)
    np.divide(parts, wholes, out=shares, where=wholes > 0)
    return shares


def _sort_scores(scores: FloatArray) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return rows by falling score, and the last of each group of equal scores."""
    order = np.argsort(-scores, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(scores[order]) != 0, True])
    return order, ends


def _count_found(
    weights: FloatArray, positive: BoolArray, ends: npt.NDArray[np.intp]
) -> tuple[FloatArray, FloatArray]:
    """Return the weight of positive and of other rows down to each distinct score."""
    found, taken = np.cumsum(weights * positive), np.cumsum(weights)
    if len(ends) < len(weights):
        found, taken = found[ends], taken[ends]
    return found, taken - found
