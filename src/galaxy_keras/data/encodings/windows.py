"""Windows over the rows of a series."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import MAX_LENGTH, EncodingEntry
from galaxy_keras.data.encodings import encoding
from galaxy_keras.data.encodings.encoding import Column, EncodingState, RawColumns, check_no_cells
from galaxy_keras.data.encodings.numeric import ColumnScaling, read_matrix
from galaxy_keras.data.encodings.state import StateReader, make_storable
from galaxy_keras.errors import DataError, escape_name


class Encoding(encoding.Encoding):
    """Windows of `length` rows, one every `step` rows, over columns of numbers in order of time.

    With the option `by`, the last of the columns that are given tells series apart: each series is
    the rows of one value there, in their order, and no window reaches into another series. Samples
    are in the order of the rows that they end in. The difference of a series' first row, which has
    no row before, is 0.
    """

    unit = "series"

    _names: list[str]
    _length: int
    _scaling: ColumnScaling

    def __init__(self, entry: EncodingEntry, options: Mapping[str, Any]) -> None:
        super().__init__(entry, options)
        self._has_groups = self.options["by"] is not None
        self._by_difference = self.options["scale"] == "difference"

    @classmethod
    def fit(cls, entry: EncodingEntry, options: Mapping[str, Any], columns: RawColumns) -> Self:
        """Compute shift and scale of each column."""
        self = cls(entry, options)
        self._length = get_length(self.options)
        if len(columns.values) < 1 + self._has_groups:
            raise DataError(
                "the encoding windows was given no columns. Select columns of numbers: windows "
                "columns=..."
            )
        self._names = make_storable(columns.names)
        values, series = self._read(columns)
        self._check_any_window(columns, series)
        self._scaling = self._fit_scaling(values, series)
        return self

    @classmethod
    def restore(
        cls, entry: EncodingEntry, options: Mapping[str, Any], state: EncodingState
    ) -> Self:
        """Read the columns' names, the length, and the numbers of each column."""
        self = cls(entry, options)
        reader = StateReader(entry.name, state)
        self._length = reader.read_length("length", self.options["length"])
        self._names = reader.read_texts("columns", unique=False)
        if len(self._names) < 1 + self._has_groups:
            reader.refuse("columns", "has too few entries")
        self._scaling = ColumnScaling.read(reader, self._count)
        return self

    def get_state(self) -> EncodingState:
        """Return the columns' names, the length, and the numbers of each column."""
        settings = {"columns": self._names, "length": self._length}
        return EncodingState(settings, self._scaling.list_arrays())

    @property
    def shape(self) -> tuple[int, ...]:
        """The rows of a window and the number of columns."""
        return self._length, self._count

    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return the windows."""
        return np.concatenate(list(self.iterate_samples(columns, MAX_LENGTH)))

    def iterate_samples(self, columns: RawColumns, count: int) -> Iterator[NDArray[Any]]:
        """Yield the windows, `count` at a time."""
        self.check_columns(columns, self._names)
        values, series = self._read(columns)
        self._check_any_window(columns, series)
        self.tally.cells += values.size
        self._series += len(series)
        self._short += sum(len(rows) < self._length for rows in series)
        scaled = self._scaling.apply(self._change(values, series), columns)
        rows = np.concatenate(series)
        ordered = scaled[rows]
        positions = np.empty_like(rows)
        positions[rows] = np.arange(len(rows))
        ends = positions[find_window_ends(series, self._length, self.options["step"])]
        before = np.arange(1 - self._length, 1)
        for start in range(0, len(ends), count):
            yield ordered[ends[start : start + count, np.newaxis] + before]

    def list_sample_rows(self, columns: RawColumns) -> NDArray[np.intp]:
        """Return the last row (from 0) of each window, shape (windows,), rising."""
        return find_window_ends(self._list_series(columns), self._length, self.options["step"])

    def reset_tally(self) -> None:
        """Count anew, series too."""
        super().reset_tally()
        self._series = self._short = 0

    def describe(self) -> list[str]:
        """Return the windows, and the range of each column."""
        step = self.options["step"]
        every = "one from each row on" if step == 1 else f"one every {step:,} rows"
        return [
            f"windows of {self._length:,} rows, {every}",
            *map(self._describe_column, range(self._count)),
        ]

    def list_warnings(self) -> list[str]:
        """Return a warning where there are series that are shorter than a window."""
        if not self._short:
            return []
        return [
            f"{self._short:,} of {self._series:,} series have fewer rows than a window "
            f"({self._length:,}) and are left out"
        ]

    @property
    def _count(self) -> int:
        """The number of columns of numbers."""
        return len(self._names) - self._has_groups

    # Series

    def _read(self, columns: RawColumns) -> tuple[NDArray[np.float64], list[NDArray[np.intp]]]:
        """Return the numbers, shape (rows, columns), and the rows of each series."""
        count = len(columns.values) - self._has_groups
        numbers = RawColumns(columns.names[:count], columns.values[:count], columns.place)
        values = read_matrix(self.entry, numbers)
        check_no_cells(
            np.isnan(values),
            numbers,
            lambda row, column: "the value is missing. Fill it in, or remove the row",
        )
        return values, self._list_series(columns)

    def _list_series(self, columns: RawColumns) -> list[NDArray[np.intp]]:
        return find_series(columns.values[-1] if self._has_groups else None, columns.rows)

    def _check_any_window(self, columns: RawColumns, series: list[NDArray[np.intp]]) -> None:
        longest = max(map(len, series), default=0)
        if longest < self._length:
            rows = "there are" if not self._has_groups else "the longest series has"
            raise DataError(
                f"a window has {self._length:,} rows, but {rows} only {longest:,}. Give more rows, "
                "or train with shorter windows (windows length=...)"
            )

    # Numbers

    def _fit_scaling(
        self, values: NDArray[np.float64], series: list[NDArray[np.intp]]
    ) -> ColumnScaling:
        if not self._by_difference:
            return ColumnScaling.fit(values, self.options["scale"])
        unscaled = ColumnScaling.fit(values, "none")
        differences = np.concatenate([np.diff(values[rows], axis=0) for rows in series])
        if not len(differences):
            return unscaled
        deviation = differences.std(axis=0)
        return replace(unscaled, scale=np.where(deviation > 0, deviation, 1.0))

    def _change(
        self, values: NDArray[np.float64], series: list[NDArray[np.intp]]
    ) -> NDArray[np.float64]:
        """Return what is scaled: the values, or their differences from the row before."""
        if not self._by_difference:
            return values
        differences = np.zeros_like(values)
        for rows in series:
            differences[rows[1:]] = np.diff(values[rows], axis=0)
        return differences

    def _describe_column(self, index: int) -> str:
        of = "differences of " if self._by_difference else ""
        return f"{of}{escape_name(self._names[index])}: {self._scaling.describe(index)}"


def get_length(options: Mapping[str, Any]) -> int:
    """Return the rows of a window.

    Raises
    ------
    DataError
        If neither the network nor the user says it.
    """
    if options["length"] is None:
        raise DataError(
            "neither the network nor the encoding windows says how many rows a window has. "
            "Give it: windows length=24"
        )
    return int(options["length"])


def find_series(by: Column | None, rows: int) -> list[NDArray[np.intp]]:
    """Return the rows of each series, from 0; of all rows where nothing tells series apart.

    Parameters
    ----------
    by
        The cells that tell them apart, or None.
    rows
        The number of rows.
    """
    if by is None:
        return [np.arange(rows)]
    found: dict[str, list[int]] = {}
    for row, cell in enumerate(by):
        found.setdefault(str(cell).strip(), []).append(row)
    return [np.array(each, np.intp) for each in found.values()]


def find_window_ends(series: list[NDArray[np.intp]], length: int, step: int) -> NDArray[np.intp]:
    """Return the last row of each window, shape (windows,), rising.

    Parameters
    ----------
    series
        The rows of each series.
    length
        Rows of a window.
    step
        Rows from the start of one window to that of the next.
    """
    return np.sort(np.concatenate([rows[length - 1 :: step] for rows in series]))
