"""Numbers, scaled and without gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.cells import find_number_problem, is_missing
from galaxy_keras.catalogue.encodings import EncodingEntry
from galaxy_keras.data.encodings import encoding
from galaxy_keras.data.encodings.encoding import (
    MAX_PROBLEMS,
    Column,
    EncodingState,
    RawColumns,
    check_no_cells,
)
from galaxy_keras.data.encodings.state import StateReader, make_storable
from galaxy_keras.errors import DataError, Problems, escape_name, list_names

MAX_UNSCALED: Final = 1000
"""The largest number for which there is no warning where nothing is scaled."""

_INT32: Final = np.iinfo(np.int32)
_FLOAT32_MAX: Final = float(np.finfo(np.float32).max)


class Encoding(encoding.Encoding):
    """Columns of numbers: missing values are filled in, then each column is shifted and scaled.

    The values are those of scikit-learn's SimpleImputer, followed by its StandardScaler,
    MinMaxScaler or RobustScaler. Whole numbers that stay as they are (no scale, nothing to fill
    in) stay whole, as an Embedding needs them.
    """

    _names: list[str]
    _fill: NDArray[np.float64]
    _shift: NDArray[np.float64]
    _scale: NDArray[np.float64]
    _lowest: NDArray[np.float64]
    _highest: NDArray[np.float64]

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
        filled = self._fill_in(values)
        self._lowest, self._highest = filled.min(axis=0), filled.max(axis=0)
        self._shift, self._scale = _compute_scale(filled, self.options["scale"])
        return self

    @classmethod
    def restore(
        cls, entry: EncodingEntry, options: Mapping[str, Any], state: EncodingState
    ) -> Self:
        """Read the columns' names, and the numbers of each."""
        self = cls(entry, options)
        reader = StateReader(entry, state)
        self._names = reader.read_texts("columns", unique=False)
        if not self._names:
            reader.refuse("columns", "is empty")
        shape = (len(self._names),)
        self._fill = reader.read_array("fill", shape)
        self._shift = reader.read_array("shift", shape)
        self._scale = reader.read_array("scale", shape)
        self._lowest = reader.read_array("lowest", shape)
        self._highest = reader.read_array("highest", shape)
        if not (self._scale > 0).all():
            reader.refuse("scale", "has numbers that are not above 0")
        if reader.read_count("whole", most=1):
            if not self._stays_whole:
                reader.refuse("whole", "does not fit the options")
            self.dtype = np.dtype(np.int32)
        return self

    def get_state(self) -> EncodingState:
        """Return the columns' names, and the numbers of each."""
        arrays = {
            "fill": self._fill,
            "shift": self._shift,
            "scale": self._scale,
            "lowest": self._lowest,
            "highest": self._highest,
        }
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
        scaled = (self._fill_in(values) - self._shift) / self._scale
        self._check_range(scaled, values, columns)
        parts = [scaled, missing] if self.options["indicator"] else [scaled]
        return np.concatenate(parts, axis=1, dtype=np.float32, casting="unsafe")

    def describe(self) -> list[str]:
        """Return the range of each column, and what missing values become."""
        return list(map(self._describe_column, range(len(self._names))))

    def names(self) -> list[str]:
        """Return the name of each column, then of each indicator."""
        indicators = [f"{name} is missing" for name in self._names]
        return self._names + (indicators if self.options["indicator"] else [])

    def list_warnings(self) -> list[str]:
        """Return a warning where a column of a wide range is not scaled."""
        reach = np.maximum(np.abs(self._lowest), np.abs(self._highest))
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
        values = np.empty((columns.rows, len(columns.values)), np.float64)
        problems = Problems()
        for index, column in enumerate(columns.values):
            with problems.collecting():
                values[:, index] = _read_column(columns, index, column)
        problems.raise_if_any()
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

    def _check_range(
        self, scaled: NDArray[np.float64], values: NDArray[np.float64], columns: RawColumns
    ) -> None:
        check_no_cells(
            np.abs(scaled) > _FLOAT32_MAX,
            columns,
            lambda row, column: (
                f"{values[row, column]:g} is too far from the values of training "
                f"({self._lowest[column]:g} to {self._highest[column]:g}) to be scaled. Correct it"
            ),
        )

    def _describe_column(self, index: int) -> str:
        line = (
            f"{escape_name(self._names[index])}: {self._lowest[index]:.6g} to "
            f"{self._highest[index]:.6g}"
        )
        if self.options["scale"] != "none":
            line += f", minus {self._shift[index]:.6g}, divided by {self._scale[index]:.6g}"
        if self.options["missing"] != "error":
            line += f", {self._fill[index]:.6g} where missing"
        return line


def _read_column(columns: RawColumns, index: int, column: Column) -> NDArray[np.float64]:
    if not isinstance(column, np.ndarray) or column.dtype.kind not in "iufb":
        return _parse_column(columns, index, column)
    values = column.astype(np.float64)
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        where = columns.locate(int(infinite[0]), index)
        raise DataError(f"{where}: the number is not finite. Correct it, or remove the row")
    return values


def _parse_column(columns: RawColumns, index: int, column: Column) -> NDArray[np.float64]:
    """Return the numbers that are written in text."""
    cells = [str(cell).strip() for cell in column]
    problems = {
        cell: problem
        for cell in set(cells)
        if not is_missing(cell) and (problem := find_number_problem(cell))
    }
    wrong = [row for row, cell in enumerate(cells) if cell in problems][:MAX_PROBLEMS]
    if wrong:
        raise DataError(
            *(f"{columns.locate(row, index)}: {problems[cells[row]]}" for row in wrong[:-1]),
            f"{columns.locate(wrong[-1], index)}: {problems[cells[wrong[-1]]]}. If the column "
            "holds text, take it out with numbers columns=... and encode it with categories",
        )
    return np.array([np.nan if is_missing(cell) else float(cell) for cell in cells])


def _describe_missing(row: int, column: int) -> str:
    return (
        "the value is missing. Fill it in, remove the row, or give numbers the option "
        "missing=mean, median or zero"
    )


def _are_whole(values: NDArray[np.float64]) -> NDArray[np.bool_]:
    inside = (values >= _INT32.min) & (values <= _INT32.max)
    whole: NDArray[np.bool_] = inside & (values == np.floor(values))
    return whole


def _compute_scale(
    values: NDArray[np.float64], scale: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what is subtracted from each column, and what it is divided by then."""
    if scale == "none":
        return np.zeros(values.shape[1]), np.ones(values.shape[1])
    from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

    match scale:
        case "standard":
            standard = StandardScaler().fit(values)
            return standard.mean_, standard.scale_
        case "minmax":
            minmax = MinMaxScaler().fit(values)
            return minmax.data_min_, 1 / minmax.scale_
    robust = RobustScaler().fit(values)
    return robust.center_, robust.scale_
