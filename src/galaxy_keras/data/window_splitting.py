"""Hold-outs of windows of a genome: whole chromosomes, or clusters of windows that overlap."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.errors import DataError, list_names, suggest
from galaxy_keras.schema.requests.splits import HoldOut

Rows = NDArray[np.intp]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class WindowGroups:
    """What windows have in common.

    Attributes
    ----------
    chromosomes
        The number of the chromosome of each, shape (windows,).
    names
        The names of the chromosomes.
    clusters
        The number of the cluster of each, shape (windows,): those that overlap.
    """

    chromosomes: NDArray[np.intp]
    names: Sequence[str]
    clusters: NDArray[np.intp]


def hold_out_windows(
    rows: Rows,
    hold_out: HoldOut,
    option: str,
    groups: WindowGroups,
    strata: NDArray[np.intp] | None,
) -> tuple[Rows, Rows]:
    """Return the rows that stay and those that are held out, in their order.

    Parameters
    ----------
    rows
        The rows that are divided.
    hold_out
        How; of a whole chromosome all rows are on one side, of a cluster too.
    option
        The option that gives the size, for messages.
    groups
        What windows have in common.
    strata
        The class of each row, of which `stratified` keeps the proportions.

    Raises
    ------
    DataError
        If one side would be empty, or there is no chromosome of a name.
    """
    if hold_out.method == "chromosome":
        held = _choose_chromosomes(rows, hold_out, option, groups)
    else:
        hold_out.check_rows(len(rows), "window", option)
        held = _choose_clusters(rows, hold_out, groups.clusters[rows], strata)
        if held.all() or not held.any():
            raise DataError(
                f"{option}: the {len(rows):,} windows overlap so much that they cannot be divided. "
                "Use --split chromosome, or shorter windows"
            )
    return rows[~held], rows[held]


def _choose_chromosomes(
    rows: Rows, hold_out: HoldOut, option: str, groups: WindowGroups
) -> NDArray[np.bool_]:
    numbers = groups.chromosomes[rows]
    present, counts = np.unique(numbers, return_counts=True)
    names = [groups.names[number] for number in present]
    if len(present) < 2:
        raise DataError(
            f"all {len(rows):,} windows are on {names[0]}, so that no chromosome can be held out. "
            "Use --split simple"
        )
    if hold_out.group_names:
        chosen = _find_names(hold_out.group_names, names)
    else:
        chosen = _choose_nearest(counts, _count_held(len(rows), hold_out), hold_out.random_state)
    held = np.isin(numbers, present[chosen])
    if held.all():
        raise DataError("all chromosomes are held out; at least one must be left to train on")
    logger.info(
        "%s: %s of %s windows are held out (%s).",
        option,
        f"{int(held.sum()):,}",
        f"{len(rows):,}",
        list_names([names[number] for number in sorted(chosen)]),
    )
    return held


def _find_names(wanted: Sequence[str], names: Sequence[str]) -> list[int]:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise DataError(
            f'there are no windows on a chromosome "{missing[0]}".{suggest(missing[0], names)} '
            f"There are some on {list_names(names, 30)}"
        )
    return [names.index(name) for name in wanted]


def _choose_nearest(counts: NDArray[np.intp], wanted: int, seed: int | None) -> list[int]:
    """Return chromosomes, taken in a random order, whose windows come nearest to a number."""
    chosen: list[int] = []
    held = 0
    for number in np.random.default_rng(seed).permutation(len(counts)).tolist():
        if abs(held + counts[number] - wanted) < abs(held - wanted):
            chosen.append(number)
            held += int(counts[number])
    return chosen or [int(counts.argmin())]


def _choose_clusters(
    rows: Rows, hold_out: HoldOut, clusters: NDArray[np.intp], strata: NDArray[np.intp] | None
) -> NDArray[np.bool_]:
    """Return which rows are held out: clusters that bring each class nearer to its share."""
    total = len(rows)
    stratified = hold_out.method == "stratified" and strata is not None
    kinds = strata[rows] if stratified and strata is not None else np.zeros(total, np.intp)
    _, kinds = np.unique(kinds, return_inverse=True)
    wanted = np.bincount(kinds) * (_count_held(total, hold_out) / total)
    held_kinds = np.zeros(len(wanted))
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    members = np.split(order, starts[1:])
    held = np.zeros(total, bool)
    for number in _order_clusters(members, hold_out):
        counts = np.bincount(kinds[members[number]], minlength=len(wanted))
        distance = np.abs(held_kinds + counts - wanted).sum() - np.abs(held_kinds - wanted).sum()
        if distance < 0:
            held[members[number]] = True
            held_kinds += counts
        elif not hold_out.shuffles:
            # The last rows are asked for, and no others in their place.
            break
    return held


def _order_clusters(members: Sequence[Rows], hold_out: HoldOut) -> Iterable[int]:
    if hold_out.shuffles:
        order = np.random.default_rng(hold_out.random_state).permutation(len(members))
    else:
        # The last rows: clusters by the last row that they have.
        order = np.argsort([-int(each.max()) for each in members], kind="stable")
    numbers: list[int] = order.tolist()
    return numbers


def _count_held(rows: int, hold_out: HoldOut) -> int:
    """Return how many rows are asked for, counted as scikit-learn does."""
    return math.ceil(rows * hold_out.size) if hold_out.size < 1 else int(hold_out.size)
