"""What windows are to predict: features that cover their bin, or the mean of a signal over it."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.genome.intervals import Intervals
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.data.genome.regions import Places, Regions, place_intervals
from galaxy_keras.errors import DataError, list_names, suggest

logger = logging.getLogger(__name__)


def compute_threshold(overlap: float, bin_length: int) -> int:
    """Return how many bases of a bin a feature must exceed, of the share that it is to cover.

    The rule is that of selene-sdk (`selene_sdk/targets/_genomic_features.pyx`).
    """
    return max(int(overlap * bin_length - 1), 0)


@dataclass(frozen=True, eq=False)
class FeatureTargets:
    """Which features a window has.

    Attributes
    ----------
    names
        The features.
    regions
        Where each is.
    threshold
        How many bases of a bin each must exceed.
    """

    names: tuple[str, ...]
    regions: tuple[Regions, ...]
    threshold: int

    def compute(self, starts: Places, ends: Places) -> NDArray[np.uint8]:
        """Return whether windows with these bins have each feature, shape (windows, features)."""
        found = np.empty((len(starts), len(self.regions)), np.uint8)
        for column, regions in enumerate(self.regions):
            found[:, column] = regions.count_covered(starts, ends) > self.threshold
        return found


def make_feature_targets(
    genome: Genome, intervals: Intervals, names: tuple[str, ...] | None, threshold: int
) -> FeatureTargets:
    """Return the features that the intervals of a BED name.

    Parameters
    ----------
    genome
        The genome.
    intervals
        Where features are.
    names
        The features, in order; None for all, sorted.
    threshold
        How many bases of a bin each must exceed.

    Raises
    ------
    DataError
        If intervals have no name, a feature is asked for that there is none of, or none of the
        chromosomes is in the genome.
    """
    _check_labels(intervals)
    labels, codes = np.unique(np.array(intervals.labels, object), return_inverse=True)
    found = tuple(str(label) for label in labels)
    if not any(genome.find(name) is not None for name in intervals.names):
        raise DataError(genome.explain_unknown(intervals.path, intervals.names))
    chosen = found if names is None else names
    missing = [name for name in chosen if name not in found]
    if missing:
        raise DataError(
            f'{intervals.path} has no feature "{missing[0]}".{suggest(missing[0], found)} Its '
            f"features are {list_names(found)}. Check --target-names"
        )
    regions = []
    for name in chosen:
        rows = np.flatnonzero(codes == found.index(name))
        regions.append(Regions.merge(*place_intervals(genome, intervals, rows)))
    return FeatureTargets(chosen, tuple(regions), threshold)


def _check_labels(intervals: Intervals) -> None:
    unnamed = next((row for row, label in enumerate(intervals.labels) if not label), None)
    if unnamed is not None:
        raise DataError(
            f"{intervals.path}, line {intervals.lines[unnamed]:,}: the feature has no name. Column "
            "4 of --target-features names it"
        )


@dataclass(frozen=True, eq=False)
class SignalTarget:
    """The mean of a signal over the bin of a window; bases without a value count as 0.

    Attributes
    ----------
    starts, ends
        Stretches of one value, in order, shape (stretches,).
    sums
        The sum over all bases before each stretch, shape (stretches + 1,).
    values
        The value of each base of a stretch.
    covered
        The bases that have a value.
    """

    starts: Places
    ends: Places
    sums: NDArray[np.float64]
    values: NDArray[np.float64]
    covered: Regions

    @classmethod
    def make(cls, starts: Places, ends: Places, values: NDArray[np.float64]) -> SignalTarget:
        """Return the signal of stretches in any order, none of which overlap."""
        order = np.argsort(starts, kind="stable")
        starts, ends, values = starts[order], ends[order], values[order]
        sums = np.concatenate([[0.0], np.cumsum(values * (ends - starts))])
        return cls(starts, ends, sums, values, Regions.merge(starts, ends))

    def compute(self, starts: Places, ends: Places) -> NDArray[np.float64]:
        """Return the mean over bins, shape (windows,)."""
        return (self._sum_before(ends) - self._sum_before(starts)) / (ends - starts)

    def find_missing(self, starts: Places, ends: Places) -> NDArray[np.intp]:
        """Return which of the windows have bases without a value in their bin."""
        return np.flatnonzero(self.covered.count_covered(starts, ends) < ends - starts)

    def _sum_before(self, places: Places) -> NDArray[np.float64]:
        if not len(self.starts):
            return np.zeros(len(places))
        number = np.searchsorted(self.starts, places, side="right")
        last = np.maximum(number - 1, 0)
        beyond = np.maximum(self.ends[last] - places, 0) * self.values[last]
        return np.where(number == 0, 0.0, self.sums[number] - beyond)
