"""Scores as functions of the weights of rows, fast enough to compute a thousand times."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from galaxy_keras.plots.kinds.regression import RegressionOutput
from galaxy_keras.plots.report.bootstrap import Measure
from galaxy_keras.plots.report.mistakes import compute_losses
from galaxy_keras.plots.report.predictions import (
    ClassPredictions,
    MultilabelPredictions,
    Predictions,
    RegressionPredictions,
)
from galaxy_keras.plots.report.ranking import Ranking, Tally

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

MAX_CLASSES_WITH_AUC = 20
"""With more classes, areas under curves are left to the pictures."""


def list_measures(predictions: Predictions) -> dict[str, Measure]:
    """Return the scores that fit the predictions, by name.

    They are those of scikit-learn; averages over classes leave out classes without a row.
    """
    match predictions:
        case ClassPredictions():
            return _measure_classes(predictions)
        case MultilabelPredictions():
            return _measure_labels(predictions)
        case RegressionPredictions(fits=fits):
            several = len(fits) > 1
            named = [
                (f"{name} of {fit.name}" if several else name, measure)
                for fit in fits
                for name, measure in _measure_fit(fit).items()
            ]
            return dict(named)


def _measure_classes(predictions: ClassPredictions) -> dict[str, Measure]:
    counts = _ClassCounts(predictions)
    measures = {
        "Accuracy": Measure(counts.accuracy),
        "Balanced accuracy": Measure(counts.balanced),
    }
    if len(predictions.names) == 2:
        name = predictions.names[1]
        measures[f"F1 of {name}"] = _select_second(counts.f1)
        measures[f"Precision of {name}"] = _select_second(counts.precision)
        measures[f"Recall of {name}"] = _select_second(counts.recall)
    else:
        measures["F1, mean of classes"] = Measure(counts.macro_f1)
    if predictions.probabilities is not None:
        truth = predictions.true[:, None] == np.arange(len(predictions.names))
        first = 1 if len(predictions.names) == 2 else 0
        areas = truth[:, first:], predictions.probabilities[:, first:]
        measures |= _measure_areas(*areas) | {"Log loss": _mean(compute_losses(predictions))}
    return measures


def _measure_labels(predictions: MultilabelPredictions) -> dict[str, Measure]:
    true, predicted = predictions.true, predictions.predicted
    found = (true & predicted).sum(axis=1).astype(float)
    both = (true.sum(axis=1) + predicted.sum(axis=1)).astype(float)
    measures = {
        "All labels right": _mean((true == predicted).all(axis=1).astype(float)),
        "Share of labels right": _mean((true == predicted).mean(axis=1)),
        "F1 over all labels": Measure(lambda weights: _divide(2 * weights @ found, weights @ both)),
    }
    if predictions.probabilities is not None:
        measures |= _measure_areas(true, predictions.probabilities)
        measures["Log loss"] = _mean(compute_losses(predictions))
    return measures


def _measure_fit(fit: RegressionOutput) -> dict[str, Measure]:
    squares, errors, true = fit.residuals**2, np.abs(fit.residuals), fit.true - fit.true.mean()

    def r2(weights: FloatArray) -> float:
        spread = weights @ true**2 - (weights @ true) ** 2 / weights.sum()
        # What rounding leaves of equal values is no spread.
        return 1 - float(weights @ squares / spread) if spread > 1e-12 * (true @ true) else np.nan

    return {
        "R\N{SUPERSCRIPT TWO}": Measure(r2),
        "RMSE": Measure(lambda weights: float(np.sqrt(weights @ squares / weights.sum()))),
        "MAE": _mean(errors),
    }


def _measure_areas(truth: BoolArray, scores: FloatArray) -> dict[str, Measure]:
    if truth.shape[1] > MAX_CLASSES_WITH_AUC:
        return {}
    suffix = ", mean of classes" if truth.shape[1] > 1 else ""
    rankings = [Ranking(*column) for column in zip(truth.T, scores.T, strict=True)]
    return {
        f"ROC AUC{suffix}": Measure(
            lambda weights: _average([each.find_area(weights) for each in rankings]),
            _average([each.exact_area for each in rankings]),
        ),
        f"Average precision{suffix}": Measure(
            lambda weights: _average([each.find_precision(weights) for each in rankings]),
            _average([each.exact_precision for each in rankings]),
        ),
    }


class _ClassCounts:
    """Rows of each true and predicted class, by the weights of rows."""

    def __init__(self, predictions: ClassPredictions) -> None:
        size = len(predictions.names)
        self._size = size
        self._tally = Tally(predictions.true * size + predictions.predicted, size * size)

    def accuracy(self, weights: FloatArray) -> float:
        counts = self._count(weights)
        return float(np.trace(counts) / counts.sum())

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
        return self._tally.sum(weights).reshape(self._size, self._size)


def _mean(values: FloatArray) -> Measure:
    return Measure(lambda weights: float(weights @ values / weights.sum()))


def _select_second(compute: Callable[[FloatArray], FloatArray]) -> Measure:
    return Measure(lambda weights: float(compute(weights)[1]))


def _average(values: Sequence[float]) -> float:
    defined = [value for value in values if not np.isnan(value)]
    return float(np.mean(defined)) if defined else np.nan


def _divide(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan


def _divide_each(parts: FloatArray, wholes: FloatArray) -> FloatArray:
    shares = np.full(len(parts), np.nan)
    np.divide(parts, wholes, out=shares, where=wholes > 0)
    return shares
