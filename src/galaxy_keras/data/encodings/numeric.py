"""What the encodings of numbers share: reading columns, and scaling them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.cells import find_number_problem, is_missing
from galaxy_keras.catalogue.encodings import EncodingEntry
from galaxy_keras.data.encodings.encoding import (
    MAX_PROBLEMS,
    Column,
    RawColumns,
    check_no_cells,
)
from galaxy_keras.data.encodings.state import StateReader
from galaxy_keras.errors import DataError, Problems

_FLOAT32_MAX: Final = float(np.finfo(np.float32).max)


def read_matrix(entry: EncodingEntry, columns: RawColumns) -> NDArray[np.float64]:
    """Return columns as numbers, shape (rows, columns), NaN where they are missing.

    Raises
    ------
    DataError
        If other cells are not finite numbers; up to ten of each column are listed.
    """
    values = np.empty((columns.rows, len(columns.values)), np.float64)
    problems = Problems()
    for index, column in enumerate(columns.values):
        with problems.collecting():
            values[:, index] = _read_column(entry, columns, index, column)
    problems.raise_if_any()
    return values


@dataclass(frozen=True, eq=False)
class ColumnScaling:
    """What each column is shifted by and divided by, fitted on the training rows.

    Attributes
    ----------
    shift, scale
        What is subtracted from a column, and what it is divided by then; shape (columns,).
    lowest, highest
        The range of a column in training, before it is scaled.
    """

    shift: NDArray[np.float64]
    scale: NDArray[np.float64]
    lowest: NDArray[np.float64]
    highest: NDArray[np.float64]

    @classmethod
    def fit(cls, values: NDArray[np.float64], kind: str) -> Self:
        """Return the scaling of columns.

        Parameters
        ----------
        values
            Finite numbers, shape (rows, columns).
        kind
            ``none``, or ``standard``, ``minmax`` or ``robust`` for scikit-learn's scaler of that
            name.
        """
        shift, scale = _compute_scale(values, kind)
        return cls(shift, scale, values.min(axis=0), values.max(axis=0))

    @classmethod
    def read(cls, reader: StateReader, columns: int) -> Self:
        """Return the scaling of so many columns that a model holds.

        Raises
        ------
        ModelFileError
            If it is not what fitting could have made.
        """
        names = (each.name for each in fields(cls))
        scaling = cls(*(reader.read_array(name, (columns,)) for name in names))
        if not (scaling.scale > 0).all():
            reader.refuse("scale", "has numbers that are not above 0")
        return scaling

    def list_arrays(self) -> dict[str, NDArray[np.float64]]:
        """Return what `read` needs."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    def apply(self, values: NDArray[np.float64], columns: RawColumns) -> NDArray[np.float32]:
        """Return scaled values, shape (rows, columns), those of `columns` or derived from them.

        Raises
        ------
        DataError
            If one is too large for 32 bits then.
        """
        scaled = (values - self.shift) / self.scale
        check_no_cells(
            np.abs(scaled) > _FLOAT32_MAX,
            columns,
            lambda row, column: (
                f"{values[row, column]:g} is too far from the values of training "
                f"({self.lowest[column]:g} to {self.highest[column]:g}) to be scaled. Correct it"
            ),
        )
        return scaled.astype(np.float32)

    def describe(self, column: int) -> str:
        """Return the range of a column, and how it is scaled."""
        steps = [f"{self.lowest[column]:.6g} to {self.highest[column]:.6g}"]
        if self.shift[column] != 0:
            steps.append(f"minus {self.shift[column]:.6g}")
        if self.scale[column] != 1:
            steps.append(f"divided by {self.scale[column]:.6g}")
        return ", ".join(steps)


def _compute_scale(
    values: NDArray[np.float64], kind: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if kind == "none":
        return np.zeros(values.shape[1]), np.ones(values.shape[1])
    from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

    match kind:
        case "standard":
            standard = StandardScaler().fit(values)
            return standard.mean_, standard.scale_
        case "minmax":
            minmax = MinMaxScaler().fit(values)
            return minmax.data_min_, 1 / minmax.scale_
    robust = RobustScaler().fit(values)
    return robust.center_, robust.scale_


def _read_column(
    entry: EncodingEntry, columns: RawColumns, index: int, column: Column
) -> NDArray[np.float64]:
    if not isinstance(column, np.ndarray) or column.dtype.kind not in "iufb":
        return _parse_column(entry, columns, index, column)
    values = column.astype(np.float64)
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        where = columns.locate(int(infinite[0]), index)
        raise DataError(f"{where}: the number is not finite. Correct it, or remove the row")
    return values


def _parse_column(
    entry: EncodingEntry, columns: RawColumns, index: int, column: Column
) -> NDArray[np.float64]:
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
            f"holds text, take it out with {entry.name} columns=... and encode it with categories",
        )
    return np.array([np.nan if is_missing(cell) else float(cell) for cell in cells])
