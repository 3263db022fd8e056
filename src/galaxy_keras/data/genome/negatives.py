"""Windows without any feature: drawn from a genome, or shuffled from windows that have one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.data.genome.regions import Places
from galaxy_keras.data.genome.windows import (
    Candidates,
    Geometry,
    Rules,
    Windows,
    find_reasons,
    make_windows,
)
from galaxy_keras.errors import DataError

GC_DIFFERENCE: Final = 0.02
"""How far the share of G and C of a window may be from that of the one it is drawn for."""
_MAX_IDLE: Final = 20
"""After so many draws in a row that give nothing there is no use in others."""
_MIN_DRAWN: Final = 256
_BASES: Final = np.frombuffer(b"GCgc", np.uint8)

Check = Callable[[Places, Places], NDArray[np.bool_]]
"""Whether bins, from their starts and ends, have none of the features."""


logger = logging.getLogger(__name__)


def draw_windows(
    genome: Genome,
    geometry: Geometry,
    rules: Rules,
    is_free: Check,
    count: int,
    random: np.random.Generator,
) -> Windows:
    """Return `count` windows at any place, each on either strand, that have no feature.

    Raises
    ------
    DataError
        If there are too few such places.
    """
    found = Windows(genome, geometry, np.zeros(0, np.int64), np.zeros(0, np.int8))
    idle = 0
    while len(found) < count and idle < _MAX_IDLE:
        drawn = _draw(genome, geometry, rules, is_free, count - len(found), random)
        idle = 0 if len(drawn) else idle + 1
        found = found.join(drawn)
    if len(found) < count:
        raise DataError(_describe_few(genome, len(found), count))
    return found.select(np.arange(count))


def draw_by_gc(
    positives: Windows,
    rules: Rules,
    is_free: Check,
    times: int,
    random: np.random.Generator,
) -> Windows:
    """Return `times` windows for each of the positives, that have an equal share of G and C.

    Equal is what differs by `GC_DIFFERENCE` at most. Windows are drawn at any place. Where there
    are none for some of the positives, there is a warning.

    Raises
    ------
    DataError
        If there are such windows for less than half of what was asked for.
    """
    genome, geometry = positives.genome, positives.geometry
    wanted = np.sort(np.repeat(measure_gc(positives), times))
    total = len(wanted)
    found = positives.select(np.zeros(0, np.intp))
    idle = 0
    while len(wanted) and idle < _MAX_IDLE:
        drawn = _draw(genome, geometry, rules, is_free, len(wanted), random)
        rows, wanted = _match(measure_gc(drawn), wanted)
        idle = 0 if len(rows) else idle + 1
        found = found.join(drawn.select(rows))
    if len(wanted) > total / 2:
        raise DataError(
            f"{_describe_few(genome, len(found), total)} Their share of G and C is to be that of "
            "the windows with a feature; --negatives-by position asks for nothing of the kind"
        )
    if len(wanted):
        logger.warning(
            "There are %d windows without a feature, not %d: for the others none has an equal "
            "share of G and C.",
            len(found),
            total,
        )
    return found


def measure_gc(windows: Windows) -> NDArray[np.float64]:
    """Return the share of G and C in each window, shape (windows,)."""
    counts = (int(np.isin(windows.read(row), _BASES).sum()) for row in range(len(windows)))
    return np.fromiter(counts, np.float64, len(windows)) / windows.geometry.length


def shuffle_dinucleotides(
    letters: NDArray[np.uint8], random: np.random.Generator
) -> NDArray[np.uint8]:
    """Return letters in another order that has the same number of each pair of neighbours.

    An Euler path through the graph of pairs is drawn (Altschul and Erickson 1985): the last step
    from each letter is drawn as a loop-erased random walk to the last letter (Wilson 1996), all
    other steps are shuffled. First and last letter stay.

    Parameters
    ----------
    letters
        Bytes of upper or lower case, shape (letters,).
    random
        Draws.

    Returns
    -------
    numpy.ndarray
        uint8, in upper case, shape (letters,).
    """
    upper = np.where(letters >= ord("a"), letters - 32, letters).astype(np.uint8)
    if len(upper) < 3:
        return upper
    symbols, codes = np.unique(upper, return_inverse=True)
    steps = [random.permutation(codes[1:][codes[:-1] == each]) for each in range(len(symbols))]
    last = int(codes[-1])
    exits = _draw_exits(steps, last, random)
    for symbol, exit_ in exits.items():
        place = int(np.flatnonzero(steps[symbol] == exit_)[0])
        steps[symbol] = np.append(np.delete(steps[symbol], place), exit_)
    path = np.empty(len(codes), np.intp)
    path[0] = codes[0]
    taken = [iter(each.tolist()) for each in steps]
    for place in range(1, len(path)):
        path[place] = next(taken[path[place - 1]])
    return symbols[path]


def _draw_exits(
    steps: list[NDArray[np.intp]], last: int, random: np.random.Generator
) -> dict[int, int]:
    """Return the last step from each symbol but the last one: a random tree that leads to it."""
    exits: dict[int, int] = {}
    inside = {last}
    for start in range(len(steps)):
        symbol = start
        while symbol not in inside:
            exits[symbol] = int(random.choice(steps[symbol]))
            symbol = exits[symbol]
        symbol = start
        while symbol not in inside:
            inside.add(symbol)
            symbol = exits[symbol]
    return exits


def _draw(
    genome: Genome,
    geometry: Geometry,
    rules: Rules,
    is_free: Check,
    count: int,
    random: np.random.Generator,
) -> Windows:
    """Return what can be used of about `count` windows that are drawn."""
    drawn = max(count + count // 4, _MIN_DRAWN)
    places = random.integers(0, genome.offsets[-1], drawn)
    chromosomes, positions = genome.divide(places)
    strands = random.choice(np.array([-1, 1], np.int8), drawn)
    candidates = Candidates(chromosomes, positions, strands)
    rows = np.flatnonzero(find_reasons(genome, geometry, candidates, rules) == 0)
    windows = make_windows(genome, geometry, candidates, rows)
    return windows.select(np.flatnonzero(is_free(*windows.bins)))


def _match(
    drawn: NDArray[np.float64], wanted: NDArray[np.float64]
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return which of the drawn are taken, and what is still wanted (both sorted in ascent)."""
    rows: list[int] = []
    left: list[float] = []
    order = np.argsort(drawn, kind="stable")
    place = 0
    for value in wanted.tolist():
        # Both are in order, so that the lowest that fits leaves most to the next ones.
        while place < len(order) and drawn[order[place]] < value - GC_DIFFERENCE:
            place += 1
        if place < len(order) and drawn[order[place]] <= value + GC_DIFFERENCE:
            rows.append(int(order[place]))
            place += 1
        else:
            left.append(value)
    return np.array(sorted(rows), np.intp), np.array(left)


def _describe_few(genome: Genome, found: int, count: int) -> str:
    return (
        f"--negatives asks for {count:,} windows without a feature, but only {found:,} were found "
        f"in {genome.path}. Ask for fewer, or use --negatives-by shuffle."
    )
