"""Choosing the probability above which the positive one of two classes is predicted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.thresholds import ThresholdRule


@dataclass(frozen=True)
class ChosenThreshold:
    """A threshold, and what it gives on the rows that it was chosen on.

    Attributes
    ----------
    value
        A row is positive if its probability is above it.
    f1, sensitivity, specificity
        Of the positive class.
    rows
        How many rows it was chosen on.
    """

    value: float
    f1: float
    sensitivity: float
    specificity: float
    rows: int


def choose_threshold(
    rule: ThresholdRule, is_positive: NDArray[np.bool_], probabilities: NDArray[np.floating]
) -> ChosenThreshold:
    """Choose a threshold; of equally good ones that which is closest to 0.5.

    Parameters
    ----------
    rule
        What it is to achieve.
    is_positive
        Whether each row is of the positive class, shape (rows,).
    probabilities
        That of the positive class, from 0 to 1, shape (rows,).

    Raises
    ------
    DataError
        If all rows are of one class.
    """
    positives, negatives = int(is_positive.sum()), int((~is_positive).sum())
    if not positives or not negatives:
        raise DataError(
            "the threshold is chosen on the validation rows, but these are all of one class. Hold "
            "out more rows, or use --split stratified"
        )
    values = _list_candidates(probabilities)
    # Of each class, how many rows have a probability above each candidate.
    true_positives = _count_above(probabilities[is_positive], values)
    false_positives = _count_above(probabilities[~is_positive], values)
    sensitivity = true_positives / positives
    specificity = 1 - false_positives / negatives
    f1 = 2 * true_positives / (positives + true_positives + false_positives)
    merit = _compute_merit(rule, f1, sensitivity, specificity, (positives, negatives))
    best = np.flatnonzero(merit >= merit.max() - 1e-12)
    chosen = best[np.abs(values[best] - 0.5).argmin()]
    return ChosenThreshold(
        float(values[chosen]),
        float(f1[chosen]),
        float(sensitivity[chosen]),
        float(specificity[chosen]),
        len(is_positive),
    )


def _list_candidates(probabilities: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return a value between any two neighbouring probabilities, 0.5 if it is there, and the ends.

    At 0 all rows are positive that can be, at 1 none is.
    """
    distinct = np.unique(np.clip(probabilities.astype(np.float64), 0, 1))
    between = (distinct[1:] + distinct[:-1]) / 2
    nearest = np.clip(0.5, distinct[:-1], np.nextafter(distinct[1:], 0))
    holds_half = (distinct[:-1] <= 0.5) & (distinct[1:] > 0.5)
    return np.concatenate([[0.0], np.where(holds_half, nearest, between), [1.0]])


def _count_above(
    probabilities: NDArray[np.floating], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    ordered = np.sort(probabilities.astype(np.float64))
    return (len(ordered) - np.searchsorted(ordered, values, side="right")).astype(np.float64)


def _compute_merit(
    rule: ThresholdRule,
    f1: NDArray[np.float64],
    sensitivity: NDArray[np.float64],
    specificity: NDArray[np.float64],
    counts: tuple[int, int],
) -> NDArray[np.float64]:
    """Return a number for each candidate, the higher the better."""
    positives, negatives = counts
    if rule.aim == "f1":
        return f1
    if rule.aim == "cost":
        false_positive, false_negative = rule.costs
        wrong = false_positive * (1 - specificity) * negatives
        return -(wrong + false_negative * (1 - sensitivity) * positives)
    wanted, other = sensitivity, specificity
    if rule.aim == "specificity":
        wanted, other = other, wanted
    return np.where(wanted >= rule.rate - 1e-12, other, -1.0)
