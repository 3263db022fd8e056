"""How far a score may be off because other rows might have been held out."""

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
"""About how many rows are looked at in all resamples of one score."""


@dataclass(frozen=True)
class Statistic:
    """A score.

    Attributes
    ----------
    compute
        From the weight of each row to the score; NaN where it is not defined.
    value
        Of the rows as they are, where `compute` only comes near to it; None where it is exact.
    """

    compute: Callable[[FloatArray], float]
    value: float | None = None


@dataclass(frozen=True)
class Estimate:
    """A score and the interval around it.

    Attributes
    ----------
    name
        The score.
    value
        On the rows as they are.
    low, high
        The ends of the interval; NaN where the score is not defined on any resample.
    """

    name: str
    value: float
    low: float
    high: float


def choose_resamples(rows: int, columns: int = 1) -> int:
    """Return how many resamples to draw: fewer where there is much to compute."""
    return int(np.clip(MAX_RESAMPLED_ROWS // (rows * columns), MIN_RESAMPLES, MAX_RESAMPLES))


def estimate(
    statistics: Mapping[str, Statistic], rows: int, *, n_resamples: int, seed: int = SEED
) -> list[Estimate]:
    """Return each score with its percentile bootstrap interval of 95 %.

    A resample takes `rows` rows at random with replacement; how often a row is taken is its
    weight. All scores are computed on the same resamples. Where a score is not computed
    exactly, the interval is moved by what that is off on the rows as they are.

    Parameters
    ----------
    statistics
        By the names of the scores.
    rows
        How many there are.
    n_resamples
        How many to draw.
    seed
        Of the drawing.
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
    near = statistic.compute(unit_weights)
    value = near if statistic.value is None else statistic.value
    low, high = _find_interval(resampled + (value - near))
    return Estimate(name, value, low, high)


def _find_interval(values: FloatArray) -> tuple[float, float]:
    defined = values[~np.isnan(values)]
    if not len(defined):
        return np.nan, np.nan
    margin = (100 - CONFIDENCE_LEVEL) / 2
    low, high = np.percentile(defined, [margin, 100 - margin])
    return float(low), float(high)
