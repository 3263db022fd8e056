"""Reading features: numbers, in chunks or in one array, without a second copy of the table."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.diagnosis import raise_number_errors
from galaxy_keras.artefacts.tables.layout import Layout, describe_no_rows, open_table
from galaxy_keras.artefacts.tables.lines import LineReader
from galaxy_keras.artefacts.tables.matrix import MatrixInMemory, MatrixOnDisk
from galaxy_keras.artefacts.tables.numbers import NumberParser
from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.columns import ColumnSelection

ALL_COLUMNS = ColumnSelection()


@dataclass(frozen=True)
class Features:
    """Numbers read from a table.

    Attributes
    ----------
    values
        Shape (rows, columns), in C order: the smallest of uint8, int16 and int32 that
        holds every value, else float32. Networks compute with int32 and float32.
    names
        The names of the columns; None without a header.
    columns
        The numbers of the columns in the file, counted from 1.
    first_row
        The number of the first of these rows in the file, counted from 1.
    total_rows
        How many rows the file has; None where that is known only at its end.
    """

    values: NDArray[Any]
    names: tuple[str, ...] | None
    columns: tuple[int, ...]
    first_row: int
    total_rows: int | None = None


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
        If the file cannot be read, has no rows, or not every chosen cell is a finite number;
        up to ten problems are listed.
    """
    return collect_features(iterate_features(path, header=header, columns=columns, option=option))


def iterate_features(
    path: Path,
    *,
    header: bool = False,
    columns: ColumnSelection = ALL_COLUMNS,
    rows: int | None = None,
    option: str = "--features",
    separator: str | None = None,
) -> Iterator[Features]:
    """Yield the features of a table in chunks; memory does not grow with the table.

    The chunks have `rows` rows (default: as many as are parsed at once). They are of int32 up to
    the first value that needs float32. `separator` is that of a table with quotes (CSV), None for
    tabs without quotes. Other parameters and errors are those of
    `read_features`; an error is raised when the chunk that it concerns is requested.
    """
    opened = open_table(path, header=header, columns=columns, option=option, separator=separator)
    with opened as (layout, lines):
        reader = _FeatureReader(layout, lines)
        read = reader.read if rows is None else partial(reader.gather, rows)
        features = read()
        if features is None:
            raise DataError(describe_no_rows(path))
        while features is not None:
            yield features
            features = read()


def collect_features(chunks: Iterable[Features], *, on_disk: bool = False) -> Features:
    """Return the chunks of a table as one array.

    Parameters
    ----------
    chunks
        At least one.
    on_disk
        Whether the array is a `numpy.memmap` of a temporary file, which is deleted with the array.

    Raises
    ------
    DataError
        If a chunk cannot be read, or the temporary file cannot be written.
    """
    remaining = iter(chunks)
    first = next(remaining)
    columns = first.values.shape[1]
    with closing(MatrixOnDisk(columns) if on_disk else MatrixInMemory(columns)) as matrix:
        for chunk in itertools.chain([first], remaining):
            matrix.append(chunk.values)
        return replace(first, values=matrix.to_array())


class _FeatureReader:
    def __init__(self, layout: Layout, lines: LineReader) -> None:
        self._layout = layout
        self._lines = lines
        self._parser = NumberParser(layout.count, layout.chosen)
        self._names, self._columns = layout.names, layout.columns

    def read(self, max_rows: int | None = None) -> Features | None:
        """Return the next rows, at most `max_rows`; None at the end."""
        chunk = self._lines.read(max_rows)
        if chunk is None:
            return None
        values = self._parser.parse(chunk.lines)
        if values is None:
            raise_number_errors(self._layout, chunk, self._lines)
        return Features(values, self._names, self._columns, chunk.first_row)

    def gather(self, rows: int) -> Features | None:
        """Return the next `rows` rows, fewer where there are no more; None at the end."""
        first = chunk = self.read(rows)
        matrix = MatrixInMemory(len(self._layout.chosen), np.int32)
        while chunk is not None:
            matrix.append(chunk.values)
            chunk = self.read(rows - len(matrix)) if len(matrix) < rows else None
        return first and replace(first, values=matrix.to_array())
