"""Percentile bootstrap confidence intervals of scores.

The method is that of Efron and Tibshirani (1993, An Introduction to the Bootstrap, chapter 13).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from galaxy_keras.plots.array_types import FloatArray

SEED = 0
CONFIDENCE_LEVEL = 95
MAX_RESAMPLES = 1000
MIN_RESAMPLES = 100
MAX_RESAMPLED_ROWS = 20_000_000
"""Approximate number of rows in all resamples of one score."""


@dataclass(frozen=True)
class Statistic:
    """A score.

    Attributes
    ----------
    compute
        Returns the score from the weights of the rows, shape (rows,); NaN if it is undefined.
    value
        Exact value on the sample if `compute` approximates; None if it is exact.
    """

    compute: Callable[[FloatArray], float]
    value: float | None = None


@dataclass(frozen=True)
class Estimate:
    """A score and the interval around it.

    Attributes
    ----------
    name
        Name of the score.
    value
        The score on the sample.
    low, high
        The ends of the interval; NaN if the score is undefined on all resamples.
    """

    name: str
    value: float
    low: float
    high: float


def choose_resamples(rows: int, columns: int = 1) -> int:
    """Return the number of resamples: fewer for many rows.

    Parameters
    ----------
    columns
        Number of classes for each of which the scores are computed.
    """
    return int(np.clip(MAX_RESAMPLED_ROWS // (rows * columns), MIN_RESAMPLES, MAX_RESAMPLES))


def estimate(
    statistics: Mapping[str, Statistic], rows: int, *, n_resamples: int, seed: int = SEED
) -> list[Estimate]:
    """Return each score with its 95% percentile bootstrap interval.

    A resample draws `rows` rows with replacement; the weight of a row, shape (rows,), is the
    number of times that it was drawn. All scores are computed on the same resamples, and NaN is
    left out of the percentiles. If a score is approximate, the interval is shifted by the
    approximation error on the full sample.

    Parameters
    ----------
    statistics
        The scores by their names.
    rows
        Number of rows of the sample.
    n_resamples
        Number of resamples.
    seed
        Random seed of the resamples.
    """
    random = np.random.default_rng(seed)
    resampled = np.empty((n_resamples, len(statistics)))
    for number in range(n_resamples):
        weights = np.bincount(random.integers(0, rows, rows), minlength=rows).astype(float)
        resampled[number] = [statistic.compute(weights) for statistic in statistics.values()]
    return [
        _estimate_one(name, statistic, resampled[:, number], np.ones(rows))
        for number, (name, statistic) in enumerate(statistics.items())
    ]


def _estimate_one(
    name: str, statistic: Statistic, resampled: FloatArray, unit_weights: FloatArray
) -> Estimate:
    approximate = statistic.compute(unit_weights)
    value = approximate if statistic.value is None else statistic.value
    low, high = _find_interval(resampled + (value - approximate))
    return Estimate(name, value, low, high)


def _find_interval(values: FloatArray) -> tuple[float, float]:
    defined = values[~np.isnan(values)]
    if not len(defined):
        return np.nan, np.nan
    margin = (100 - CONFIDENCE_LEVEL) / 2
    low, high = np.percentile(defined, [margin, 100 - margin])
    return float(low), float(high)
