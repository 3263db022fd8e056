"""Reading features: numbers in one array, without a second copy of the table in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from galaxy_keras.artefacts.tables.diagnosis import refuse_numbers
from galaxy_keras.artefacts.tables.layout import Layout, describe_no_rows, open_table
from galaxy_keras.artefacts.tables.lines import LineReader
from galaxy_keras.artefacts.tables.numbers import NumberParser
from galaxy_keras.errors import DataError
from galaxy_keras.schema.columns import ColumnSelection

ALL_COLUMNS = ColumnSelection()
GROWTH = 1.1


@dataclass(frozen=True)
class Features:
    """Numbers read from a table.

    Attributes
    ----------
    values
        Shape (rows, columns), row by row in memory: int32 where every value is an integer that
        fits, else float32, in which networks compute.
    names
        The names of the columns; None without a header.
    columns
        The numbers of the columns in the file, counted from 1.
    first_row
        The number of the first of these rows in the file, counted from 1.
    """

    values: NDArray[Any]
    names: tuple[str, ...] | None
    columns: tuple[int, ...]
    first_row: int


def read_features(
    path: Path,
    *,
    header: bool = False,
    columns: ColumnSelection = ALL_COLUMNS,
    option: str = "--features",
) -> Features:
    """Read the features of a table.

    Parameters
    ----------
    path
        Tab-separated text in UTF-8, plain or compressed with gzip.
    header
        Whether the first row holds the names of the columns.
    columns
        Which columns are read, and in which order.
    option
        The option that gives the table, for messages.

    Raises
    ------
    DataError
        If the file cannot be read, has no rows, or not every cell chosen is a finite number;
        up to ten problems are listed.
    """
    with open_table(path, header=header, columns=columns, option=option) as (layout, lines):
        features = _FeatureReader(layout, lines).read()
    if features is None:
        raise DataError(describe_no_rows(path))
    return features


def iterate_features(
    path: Path,
    *,
    header: bool = False,
    columns: ColumnSelection = ALL_COLUMNS,
    rows: int,
    option: str = "--features",
) -> Iterator[Features]:
    """Read the features of a table, `rows` rows at a time; memory does not grow with the table.

    The pieces are of the same type, or of int32 up to the first value that needs float32.
    Parameters and errors are otherwise those of `read_features`; an error is raised when the
    piece that it concerns is asked for.
    """
    with open_table(path, header=header, columns=columns, option=option) as (layout, lines):
        reader = _FeatureReader(layout, lines)
        features = reader.read(rows)
        if features is None:
            raise DataError(describe_no_rows(path))
        while features is not None:
            yield features
            features = reader.read(rows)


class _FeatureReader:
    def __init__(self, layout: Layout, lines: LineReader) -> None:
        self._layout = layout
        self._lines = lines
        self._parser = NumberParser(layout.count, layout.chosen)

    def read(self, rows: int | None = None) -> Features | None:
        """Return the next rows, all that are left or at most `rows`; None at the end."""
        matrix = _GrowingMatrix(len(self._layout.chosen))
        first_row = 0
        while piece := self._lines.read(None if rows is None else rows - len(matrix)):
            first_row = first_row or piece.first_row
            values = self._parser.parse(piece.lines)
            if values is None:
                refuse_numbers(self._layout, piece, self._lines)
            matrix.append(values)
            if len(matrix) == rows:
                break
        if not len(matrix):
            return None
        return Features(matrix.take(), self._layout.names, self._layout.columns, first_row)


class _GrowingMatrix:
    """Rows that arrive in pieces, in one array.

    The array grows by `numpy.ndarray.resize`, which moves large arrays without copying them,
    in small steps, because what is added is filled with zeros and so takes memory at once.
    """

    def __init__(self, columns: int) -> None:
        self._memory = np.empty((0, columns), np.int32)
        self._dtype: DTypeLike = np.int32
        self._rows = 0

    def __len__(self) -> int:
        return self._rows

    def append(self, values: NDArray[Any]) -> None:
        """Add rows; the first of float32 turns all that are there into float32."""
        if values.dtype != self._dtype:
            self._turn_to_float()
        end = self._rows + len(values)
        if end > len(self._memory):
            self._resize(int(end * GROWTH))
        self._memory.view(self._dtype)[self._rows : end] = values
        self._rows = end

    def take(self) -> NDArray[Any]:
        """Return the rows; the matrix must not be used afterwards."""
        self._resize(self._rows)
        return self._memory.view(self._dtype)

    def _resize(self, rows: int) -> None:
        # No other array looks at this memory before `take` gives it away.
        self._memory.resize((rows, self._memory.shape[1]), refcheck=False)

    def _turn_to_float(self) -> None:
        # Both types take four bytes, so that rows can be turned where they are.
        self._dtype = np.float32
        floats = self._memory.view(np.float32)
        for row in range(self._rows):
            floats[row] = self._memory[row]
