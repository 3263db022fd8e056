"""Stretches of a genome, and how many bases of a window they cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.genome.intervals import Intervals
from galaxy_keras.artefacts.genome.reference import Genome

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Regions:
    """Stretches that neither overlap nor touch, in order.

    Attributes
    ----------
    starts, ends
        Shape (stretches,).
    before
        How many bases all stretches before each have, shape (stretches + 1,).
    """

    starts: Places
    ends: Places
    before: Places

    @classmethod
    def merge(cls, starts: Places, ends: Places) -> Self:
        """Return the union of any stretches; one of no length counts as one base."""
        order = np.argsort(starts, kind="stable")
        starts, ends = starts[order], np.maximum(ends, starts + 1)[order]
        ends = np.maximum.accumulate(ends)
        first = np.ones(len(starts), bool)
        first[1:] = starts[1:] > ends[:-1]
        last = np.append(first[1:], True)[: len(first)]
        starts, ends = starts[first], ends[last]
        return cls(starts, ends, np.concatenate([[0], np.cumsum(ends - starts)]))

    def count_covered(self, starts: Places, ends: Places) -> Places:
        """Return how many bases of each window are covered, shape (windows,)."""
        return self._count_before(ends) - self._count_before(starts)

    def _count_before(self, places: Places) -> Places:
        if not len(self.starts):
            return np.zeros(len(places), np.int64)
        number = np.searchsorted(self.starts, places, side="right")
        last = np.maximum(number - 1, 0)
        beyond = np.maximum(self.ends[last] - places, 0)
        return np.where(number == 0, 0, self.before[number] - beyond)


def match_chromosomes(genome: Genome, intervals: Intervals) -> NDArray[np.intp]:
    """Return the number of the chromosome of each interval; -1 where the genome has none."""
    found = [genome.find(name) for name in intervals.names]
    return np.array([-1 if each is None else each for each in found], np.intp)[
        intervals.chromosomes
    ]


def place_intervals(
    genome: Genome, intervals: Intervals, rows: NDArray[np.intp] | None = None
) -> tuple[Places, Places]:
    """Return where intervals start and end, cut at the ends of their chromosomes.

    Parameters
    ----------
    genome
        The chromosomes; intervals of others are left out.
    intervals
        The intervals.
    rows
        Which of them; None for all.
    """
    chromosomes = match_chromosomes(genome, intervals)
    chosen = np.arange(len(intervals)) if rows is None else rows
    chosen = chosen[chromosomes[chosen] >= 0]
    numbers = chromosomes[chosen]
    first, last = genome.offsets[numbers], genome.offsets[numbers + 1]
    starts = first + intervals.starts[chosen]
    ends = np.minimum(first + intervals.ends[chosen], last)
    inside = starts < last
    return starts[inside], ends[inside]


def make_regions(genome: Genome, intervals: Intervals) -> Regions:
    """Return the union of intervals."""
    return Regions.merge(*place_intervals(genome, intervals))
