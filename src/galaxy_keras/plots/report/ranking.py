"""Areas under curves as functions of the weights of rows, fast for a million rows."""

from __future__ import annotations

import numpy as np

from galaxy_keras.plots.array_types import BoolArray, FloatArray, IntegerArray

MAX_STEPS = 4096
"""With this many steps the area of a million rows is about 1e-6 off and the average precision 6e-5,
in each resample by nearly as much, so that their differences are far closer."""


class Tally:
    """Weighted counts of the rows in each cell.

    The sums for the last weights are kept: all scores of a resample ask for them.

    Parameters
    ----------
    cells
        The cell of each row, from 0.
    count
        How many cells there are.
    """

    def __init__(self, cells: IntegerArray, count: int) -> None:
        self._cells = cells
        self._count = count
        self._weights: FloatArray | None = None
        self._sums: FloatArray = np.zeros(count)

    def sum(self, weights: FloatArray) -> FloatArray:
        """Return one sum for each cell; weights are not changed in place between calls."""
        if weights is not self._weights:
            self._sums = np.bincount(self._cells, weights, self._count).astype(float)
            self._weights = weights
        return self._sums


class Ranking:
    """The rows by falling score, one class against the rest.

    Rows with tied scores, and runs of negatives, share a step. Beyond `max_steps` neighbouring
    steps are joined and scores are approximate; their exact values on the sample are kept.

    Parameters
    ----------
    y_true
        Whether each row belongs to the class, shape (rows,).
    scores
        Scores of the class, shape (rows,); higher means more probable.
    max_steps
        Maximum number of steps.

    Attributes
    ----------
    exact_area, exact_precision
        Area under the ROC curve and average precision on the sample.
    """

    def __init__(self, y_true: BoolArray, scores: FloatArray, max_steps: int = MAX_STEPS) -> None:
        order = np.argsort(-scores, kind="stable")
        ends = np.flatnonzero(np.r_[np.diff(scores[order]) != 0, True])
        true_positives = np.cumsum(y_true[order])[ends].astype(float)
        false_positives = ends + 1 - true_positives
        self.exact_area = _find_area(true_positives, false_positives)
        self.exact_precision = _find_precision(true_positives, false_positives)
        ends = ends[_choose_steps(true_positives, false_positives, max_steps)]
        steps = np.empty(len(scores), dtype=np.intp)
        steps[order] = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=-1))
        self._tally = Tally(2 * steps + y_true, 2 * len(ends))

    def find_area(self, weights: FloatArray) -> float:
        """Return the area under the ROC curve; NaN if either class has no weight.

        Parameters
        ----------
        weights
            Weights of the rows, shape (rows,). Beyond `max_steps` the area is approximate.
        """
        return _find_area(*self._count(weights))

    def find_precision(self, weights: FloatArray) -> float:
        """Return the average precision, as `find_area`; NaN if the class has no weight."""
        return _find_precision(*self._count(weights))

    def _count(self, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        false_positives, true_positives = self._tally.sum(weights).reshape(-1, 2).cumsum(axis=0).T
        return true_positives, false_positives


def _choose_steps(
    true_positives: FloatArray, false_positives: FloatArray, max_steps: int
) -> IntegerArray:
    """Return the positions of the steps to keep, the last one among them."""
    gains = np.diff(true_positives, prepend=0) > 0
    # Runs of negatives can be merged: the curve only bends where positives follow.
    kept: IntegerArray = np.flatnonzero(gains | np.r_[gains[1:], True])
    if len(kept) <= max_steps:
        return kept
    passed = true_positives[kept] / true_positives[-1] + false_positives[kept] / false_positives[-1]
    desired = np.searchsorted(passed, np.linspace(0, passed[-1], max_steps))
    chosen: IntegerArray = kept[np.unique(desired.clip(max=len(kept) - 1))]
    return chosen


def _find_area(true_positives: FloatArray, false_positives: FloatArray) -> float:
    """Return the area from the cumulative counts of both classes at each step."""
    if not true_positives[-1] or not false_positives[-1]:
        return np.nan
    area = (
        true_positives[0] * false_positives[0] / 2
        + np.diff(false_positives) @ (true_positives[1:] + true_positives[:-1]) / 2
    )
    return float(area / (true_positives[-1] * false_positives[-1]))


def _find_precision(true_positives: FloatArray, false_positives: FloatArray) -> float:
    if not true_positives[-1]:
        return np.nan
    # Without predicted positives, the precision 0 / 0 counts as 0.
    precision = true_positives / np.maximum(true_positives + false_positives, np.finfo(float).tiny)
    return float(np.diff(true_positives, prepend=0) @ precision / true_positives[-1])
