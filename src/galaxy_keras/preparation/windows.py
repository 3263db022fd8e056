"""Samples that are windows over several rows: which rows they are of, and which rows they share."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.data.encodings.encoding import Column
from galaxy_keras.data.encodings.windows import find_series, find_window_ends, get_length
from galaxy_keras.data.equal_rows import Hashes
from galaxy_keras.data.raw_inputs import FittedInput, choose_columns
from galaxy_keras.data.splitting import Split
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.requests.runs import SampleRequest, TrainingRequest
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.values.values import complete_options

ROW: str = "row"
"""The heading of the numbers of rows in outputs."""

_LAST = "last"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows over the rows of a table; they are samples, in the order of their last rows.

    Attributes
    ----------
    series
        The rows of each series, from 0.
    length
        Rows of a window.
    ends
        The last row of each window, shape (windows,), rising.
    """

    series: tuple[NDArray[np.intp], ...]
    length: int
    ends: NDArray[np.intp]

    @property
    def rows(self) -> int:
        """The number of rows of the table."""
        return sum(map(len, self.series))

    def hash(self, rows: Hashes) -> Hashes:
        """Return a number for each window, equal for windows of equal rows, of those of all rows.

        They are numbers of its rows times numbers of their places, added up.
        """
        factors = np.arange(1, 2 * self.length, 2, dtype=np.uint64)
        hashes = np.zeros(self.rows, np.uint64)
        for own in self.series:
            if len(own) >= self.length:
                windows = sliding_window_view(rows[own], self.length)
                hashes[own[self.length - 1 :]] = windows @ factors
        return hashes[self.ends]

    def list_rows(self, samples: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return all rows that some of the windows are made of, rising."""
        return np.flatnonzero(self._mark(samples))

    def find_sharing(
        self, samples: NDArray[np.intp], others: NDArray[np.intp], steps: int = 0
    ) -> NDArray[np.bool_]:
        """Return which of the windows share rows with others, shape (samples,).

        Parameters
        ----------
        samples, others
            Indices of windows.
        steps
            Rows after a window that it is to predict, and that count as its own.
        """
        marked = self._mark(others)
        shared = np.zeros(len(marked), bool)
        for own in self.series:
            counts = np.concatenate([[0], np.cumsum(marked[own])])
            last = np.minimum(np.arange(len(own)) + 1 + steps, len(own))
            first = np.maximum(np.arange(len(own)) + 1 - self.length, 0)
            shared[own] = counts[last] > counts[first]
        return shared[self.ends[samples]]

    def _mark(self, samples: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return whether each row is one of these windows, shape (rows,)."""
        ending = np.zeros(self.rows, bool)
        ending[self.ends[samples]] = True
        marked = np.zeros_like(ending)
        for own in self.series:
            counts = np.concatenate([[0], np.cumsum(ending[own])])
            last = np.minimum(np.arange(len(own)) + self.length, len(own))
            marked[own] = counts[last] > counts[:-1]
        return marked


def find_windows(
    cells: RawCells | None, request: SampleRequest, encodings: Sequence[InputEncoding]
) -> Windows | None:
    """Return the windows that the encodings make of rows; None where each row is a sample.

    Raises
    ------
    DataError
        If a window has more rows than there are, or nothing says how many.
    ConfigurationError
        If encodings make different windows.
    """
    if cells is None:
        return None
    left = request.columns.choose(cells.layout.header, cells.layout.count, str(request.path))
    positions = choose_columns(encodings, cells.layout, left)
    found = [
        _place(chosen.entry.name, complete_options(chosen.entry, chosen.encoding.options), own)
        for chosen, own in zip(encodings, map(cells.select, positions), strict=True)
        if chosen.entry.spans_rows
    ]
    return _join(found)


def find_fitted_windows(parts: Sequence[RawCells], fitted: Sequence[FittedInput]) -> Windows | None:
    """Return the windows that fitted encodings make of rows; None where each row is a sample.

    Parameters
    ----------
    parts
        All rows of the columns of each encoding.
    fitted
        The encodings.

    Raises
    ------
    DataError
        If a window has more rows than there are.
    """
    return _join(
        [
            _place(
                each.encoding.entry.name,
                {**each.encoding.options, "length": each.encoding.shape[0]},
                own,
            )
            for each, own in zip(fitted, parts, strict=True)
            if each.encoding.entry.spans_rows
        ]
    )


def choose_split(run: TrainingRequest, encodings: Sequence[InputEncoding]) -> TrainingRequest:
    """Return the request with the last rows as hold-out where windows are made and nobody asks."""
    windows = any(each.entry.spans_rows for each in encodings)
    if run.split_declared or run.cross_validation is not None or not windows:
        return run
    test = run.test.model_copy(update={"method": _LAST})
    validation = run.validation and run.validation.model_copy(update={"method": _LAST})
    return run.model_copy(update={"test": test, "validation": validation})


def separate_windows(windows: Windows, split: Split, run: TrainingRequest) -> Split:
    """Return the split without training windows that share rows with held-out ones.

    Windows that are held out at random share rows with nearly all others; they stay, with a
    warning.

    Raises
    ------
    DataError
        If no window is left to train on.
    """
    held = np.concatenate([split.validation, split.test])
    if split.scores_training:
        held = split.validation
    shared = windows.find_sharing(split.train, held)
    if any(each.shuffles for each in run.hold_outs):
        if shared.any():
            logger.warning(
                "Windows are held out at random, and %s of the %s training windows share rows with "
                "them, so the scores are better than those of new samples. --split last holds out "
                "the last ones, with a gap before them.",
                f"{shared.sum():,}",
                f"{len(shared):,}",
            )
        return split
    train = split.train[~shared]
    if not len(train):
        raise DataError(
            f"all {len(shared):,} training windows share rows with held-out ones: a window has "
            f"{windows.length:,} rows. Give more rows, make windows shorter, or hold out fewer"
        )
    validation = split.validation
    if split.test is not split.validation and not split.scores_training:
        validation = validation[~windows.find_sharing(validation, split.test)]
    if shared.any():
        logger.info(
            "%s windows that share rows with held-out ones are left out of training.",
            f"{shared.sum():,}",
        )
    test = validation if split.test is split.validation else split.test
    return Split(train, validation, train if split.scores_training else test)


def name_windows(windows: Windows, ids: OutputTable | None, first_row: int) -> OutputTable:
    """Return the names of the rows that windows end in; their numbers where they have none."""
    if ids is None:
        return OutputTable([ROW], [windows.ends + first_row])
    return ids.select(windows.ends)


def _place(name: str, options: dict[str, object], cells: RawCells) -> Windows:
    length = get_length(options)
    by: Column | None = cells.columns[-1] if options["by"] is not None else None
    series = find_series(by, cells.rows)
    ends = find_window_ends(series, length, int(str(options["step"])))
    if not len(ends):
        longest = max(map(len, series))
        raise DataError(
            f"{cells.layout.path}: a window of the encoding {name} has {length:,} rows, but the "
            f"longest series has only {longest:,}. Give more rows, or train with shorter windows "
            "(--set input__length=...)"
        )
    return Windows(tuple(series), length, ends)


def _join(found: Sequence[Windows]) -> Windows | None:
    if not found:
        return None
    first = found[0]
    for each in found[1:]:
        if not np.array_equal(each.ends, first.ends):
            raise ConfigurationError(
                "the windows of different inputs do not end in the same rows. Give all of them the "
                "same length, step and by"
            )
    return replace(first, length=max(each.length for each in found))
