"""Scores as functions of the weights of rows, fast enough for a thousand resamples."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from galaxy_keras.plots.array_types import BoolArray, FloatArray
from galaxy_keras.plots.kinds.regression import RegressionOutput
from galaxy_keras.plots.report.bootstrap import Statistic
from galaxy_keras.plots.report.mistakes import compute_losses
from galaxy_keras.plots.report.predictions import (
    ClassPredictions,
    HeldOutPredictions,
    MultilabelPredictions,
    RegressionPredictions,
)
from galaxy_keras.plots.report.ranking import Ranking, Tally

MACRO_AVERAGE = " (macro average)"
MAX_CLASSES_WITH_AUC = 20
"""With more classes, areas under curves are shown in the figures only."""


def list_statistics(predictions: HeldOutPredictions) -> dict[str, Statistic]:
    """Return the scores that fit the predictions, by name.

    They are those of scikit-learn; averages over classes leave out classes without a row.
    """
    match predictions:
        case ClassPredictions():
            return _list_class_statistics(predictions)
        case MultilabelPredictions():
            return _list_label_statistics(predictions)
        case RegressionPredictions(outputs=outputs):
            several = len(outputs) > 1
            named = [
                (f"{name} of {output.name}" if several else name, statistic)
                for output in outputs
                for name, statistic in _list_output_statistics(output).items()
            ]
            return dict(named)


def _list_class_statistics(predictions: ClassPredictions) -> dict[str, Statistic]:
    counts = _ClassCounts(predictions)
    statistics = {
        "Accuracy": Statistic(counts.accuracy),
        "Balanced accuracy": Statistic(counts.balanced),
    }
    if len(predictions.names) == 2:
        positive = predictions.positive
        name = predictions.names[positive]
        statistics[f"F1 of {name}"] = _select(counts.f1, positive)
        statistics[f"Precision of {name}"] = _select(counts.precision, positive)
        statistics[f"Recall of {name}"] = _select(counts.recall, positive)
    else:
        statistics["Macro F1"] = Statistic(counts.macro_f1)
    if predictions.probabilities is not None:
        chosen = predictions.list_scored()
        y_true = predictions.true[:, None] == np.array(chosen)
        suffix = f" of {predictions.names[chosen[0]]}" if len(chosen) == 1 else MACRO_AVERAGE
        areas = _list_area_statistics(y_true, predictions.probabilities[:, chosen], suffix)
        statistics |= areas | {"Log loss": _mean(compute_losses(predictions))}
    return statistics


def _list_label_statistics(predictions: MultilabelPredictions) -> dict[str, Statistic]:
    true, predicted = predictions.true, predictions.predicted
    found = (true & predicted).sum(axis=1).astype(float)
    both = (true.sum(axis=1) + predicted.sum(axis=1)).astype(float)
    statistics = {
        "Exact match ratio": _mean((true == predicted).all(axis=1).astype(float)),
        "Label accuracy": _mean((true == predicted).mean(axis=1)),
        "Micro F1": Statistic(lambda weights: _divide(2 * weights @ found, weights @ both)),
    }
    if predictions.probabilities is not None:
        suffix = MACRO_AVERAGE if true.shape[1] > 1 else ""
        statistics |= _list_area_statistics(true, predictions.probabilities, suffix)
        statistics["Log loss"] = _mean(compute_losses(predictions))
    return statistics


def _list_output_statistics(output: RegressionOutput) -> dict[str, Statistic]:
    squares, errors, true = (
        output.residuals**2,
        np.abs(output.residuals),
        output.true - output.true.mean(),
    )

    def r2(weights: FloatArray) -> float:
        spread = weights @ true**2 - (weights @ true) ** 2 / weights.sum()
        # Guard against rounding: a constant target has no variance, so R2 is undefined.
        return 1 - float(weights @ squares / spread) if spread > 1e-12 * (true @ true) else np.nan

    return {
        "R\N{SUPERSCRIPT TWO}": Statistic(r2),
        "RMSE": Statistic(lambda weights: float(np.sqrt(weights @ squares / weights.sum()))),
        "MAE": _mean(errors),
    }


def _list_area_statistics(
    y_true: BoolArray, scores: FloatArray, suffix: str
) -> dict[str, Statistic]:
    if y_true.shape[1] > MAX_CLASSES_WITH_AUC:
        return {}
    rankings = [Ranking(*column) for column in zip(y_true.T, scores.T, strict=True)]
    return {
        f"ROC AUC{suffix}": Statistic(
            lambda weights: _average([each.find_area(weights) for each in rankings]),
            _average([each.exact_area for each in rankings]),
        ),
        f"Average precision{suffix}": Statistic(
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


def _mean(values: FloatArray) -> Statistic:
    return Statistic(lambda weights: float(weights @ values / weights.sum()))


def _select(compute: Callable[[FloatArray], FloatArray], position: int) -> Statistic:
    return Statistic(lambda weights: float(compute(weights)[position]))


def _average(values: Sequence[float]) -> float:
    defined = [value for value in values if not np.isnan(value)]
    return float(np.mean(defined)) if defined else np.nan


def _divide(part: float, whole: float) -> float:
    return float(part / whole) if whole else np.nan


def _divide_each(parts: FloatArray, wholes: FloatArray) -> FloatArray:
    fractions = np.full(len(parts), np.nan)
    np.divide(parts, wholes, out=fractions, where=wholes > 0)
    return fractions
