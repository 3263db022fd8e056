"""Numbers, scaled and without gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import EncodingEntry
from galaxy_keras.data.encodings import encoding
from galaxy_keras.data.encodings.encoding import EncodingState, RawColumns, check_no_cells
from galaxy_keras.data.encodings.numeric import ColumnScaling, read_matrix
from galaxy_keras.data.encodings.state import StateReader, make_storable
from galaxy_keras.errors import DataError, escape_name, list_names

MAX_UNSCALED: Final = 1000
"""The largest number for which there is no warning where nothing is scaled."""

_INT32: Final = np.iinfo(np.int32)


class Encoding(encoding.Encoding):
    """Columns of numbers: missing values are filled in, then each column is shifted and scaled.

    The values are those of scikit-learn's SimpleImputer, followed by its StandardScaler,
    MinMaxScaler or RobustScaler. Whole numbers that stay as they are (no scale, nothing to fill
    in) stay whole, as an Embedding needs them.
    """

    _names: list[str]
    _fill: NDArray[np.float64]
    _scaling: ColumnScaling

    @classmethod
    def fit(cls, entry: EncodingEntry, options: Mapping[str, Any], columns: RawColumns) -> Self:
        """Compute what missing values become, and shift and scale of each column."""
        self = cls(entry, options)
        self._names = make_storable(columns.names)
        if not self._names or not columns.rows:
            raise DataError(
                "the encoding numbers was given no columns or no rows. Select columns of numbers: "
                "numbers columns=..."
            )
        values = self._read(columns)
        if self._stays_whole and _are_whole(values).all():
            self.dtype = np.dtype(np.int32)
        self._check_not_empty(values, columns)
        self._fill = self._compute_fill(values)
        self._scaling = ColumnScaling.fit(self._fill_in(values), self.options["scale"])
        return self

    @classmethod
    def restore(
        cls, entry: EncodingEntry, options: Mapping[str, Any], state: EncodingState
    ) -> Self:
        """Read the columns' names, and the numbers of each."""
        self = cls(entry, options)
        reader = StateReader(entry.name, state)
        self._names = reader.read_texts("columns", unique=False)
        if not self._names:
            reader.refuse("columns", "is empty")
        self._fill = reader.read_array("fill", (len(self._names),))
        self._scaling = ColumnScaling.read(reader, len(self._names))
        if reader.read_count("whole", most=1):
            if not self._stays_whole:
                reader.refuse("whole", "does not fit the options")
            self.dtype = np.dtype(np.int32)
        return self

    def get_state(self) -> EncodingState:
        """Return the columns' names, and the numbers of each."""
        arrays = {"fill": self._fill, **self._scaling.list_arrays()}
        return EncodingState({"columns": self._names, "whole": int(self._is_integer)}, arrays)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of columns, twice that with indicators of missing values."""
        return (len(self._names) * (2 if self.options["indicator"] else 1),)

    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return the scaled numbers, then the indicators of missing values."""
        self.check_columns(columns, self._names)
        values = self._read(columns)
        missing = np.isnan(values)
        self.tally.cells += values.size
        self.tally.missing += int(missing.sum())
        if self._is_integer:
            return self._make_whole(values, columns)
        scaled = self._scaling.apply(self._fill_in(values), columns)
        if not self.options["indicator"]:
            return scaled
        return np.concatenate([scaled, missing.astype(np.float32)], axis=1)

    def describe(self) -> list[str]:
        """Return the range of each column, and what missing values become."""
        return list(map(self._describe_column, range(len(self._names))))

    def names(self) -> list[str]:
        """Return the name of each column, then of each indicator."""
        indicators = [f"{name} is missing" for name in self._names]
        return self._names + (indicators if self.options["indicator"] else [])

    def list_warnings(self) -> list[str]:
        """Return a warning where a column of a wide range is not scaled."""
        reach = np.maximum(np.abs(self._scaling.lowest), np.abs(self._scaling.highest))
        widest = int(reach.argmax())
        if self.options["scale"] != "none" or self._is_integer or reach[widest] <= MAX_UNSCALED:
            return []
        return [
            f'column "{escape_name(self._names[widest])}" reaches {reach[widest]:.6g} and is not '
            "scaled; networks learn badly from such numbers. Give numbers the option scale=standard"
        ]

    @property
    def _stays_whole(self) -> bool:
        """Whether the options change no value."""
        options = self.options
        return (options["scale"], options["missing"]) == ("none", "error") and not options[
            "indicator"
        ]

    @property
    def _is_integer(self) -> bool:
        return self.dtype.kind == "i"

    # Reading

    def _read(self, columns: RawColumns) -> NDArray[np.float64]:
        """Return the columns as numbers, shape (rows, columns), NaN where they are missing."""
        values = read_matrix(self.entry, columns)
        if self.options["missing"] == "error":
            check_no_cells(np.isnan(values), columns, _describe_missing)
        return values

    def _check_not_empty(self, values: NDArray[np.float64], columns: RawColumns) -> None:
        empty = np.isnan(values).all(axis=0)
        if self.options["missing"] in ("mean", "median") and empty.any():
            names = [columns.names[index] for index in np.flatnonzero(empty)]
            raise DataError(
                f"no training row has a value in the columns: {list_names(names)}. "
                "Leave them out: numbers columns=..., or give the option missing=zero"
            )

    # Filling in and scaling

    def _compute_fill(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        match self.options["missing"]:
            case "mean":
                fill: NDArray[np.float64] = np.nanmean(values, axis=0)
            case "median":
                fill = np.nanmedian(values, axis=0)
            case _:
                fill = np.zeros(values.shape[1])
        return fill

    def _fill_in(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(np.isnan(values), self._fill, values)

    def _make_whole(self, values: NDArray[np.float64], columns: RawColumns) -> NDArray[np.int32]:
        check_no_cells(
            ~_are_whole(values),
            columns,
            lambda row, column: (
                f"{values[row, column]:g} is not a whole number of 32 bits, as all were in "
                "training. Correct it, or train with such numbers"
            ),
        )
        return values.astype(np.int32)

    def _describe_column(self, index: int) -> str:
        line = f"{escape_name(self._names[index])}: {self._scaling.describe(index)}"
        if self.options["missing"] != "error":
            line += f", {self._fill[index]:.6g} where missing"
        return line


def _describe_missing(row: int, column: int) -> str:
    return (
        "the value is missing. Fill it in, remove the row, or give numbers the option "
        "missing=mean, median or zero"
    )


def _are_whole(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    inside = (values >= _INT32.min) & (values <= _INT32.max)
    whole: NDArray[np.bool_] = inside & (values == np.floor(values))
    return whole
