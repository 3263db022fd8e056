"""Reading columns as they are: labels, targets, groups, weights, results of other commands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.cells import (
    find_number_problem,
    find_text_problem,
    format_cell,
    is_boolean,
    is_missing,
    is_missing_or_infinite,
    is_number,
    is_numeric,
    parse_number,
)
from galaxy_keras.artefacts.tables.diagnosis import (
    check_comments,
    check_rows,
    describe_undeclared_header,
)
from galaxy_keras.artefacts.tables.dialects import (
    MAX_LINES_COMPARED,
    find_separator_of_labels,
    has_decimal_comma,
)
from galaxy_keras.artefacts.tables.features import ALL_COLUMNS
from galaxy_keras.artefacts.tables.layout import (
    MAX_PROBLEMS,
    Layout,
    describe_no_rows,
    describe_separator,
    open_table,
)
from galaxy_keras.artefacts.tables.lines import LineReader
from galaxy_keras.errors import DataError, Problems
from galaxy_keras.schema.requests.columns import ColumnSelection

_MAX_FLOAT32 = float(np.finfo(np.float32).max)

# These match whole columns, one cell per line: one call instead of one for each cell.
# Integers have at most 18 digits, which always fit into int64.
_PLAIN_INTEGERS = re.compile(r"(?:(?:0|-?[1-9][0-9]{0,17})\n)*+")
_PLAIN_NUMBERS = re.compile(r"(?:-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\n)*+")


@dataclass(frozen=True)
class TableColumns:
    """Columns read from a table, each as integers or text.

    Attributes
    ----------
    layout
        Where they come from.
    values
        One array of shape (rows,) for each column: int64 where every cell is written as a plain
        integer, which can be written back as it was, else the text of the cells (object), so that
        ``01`` and ``1.10`` stay what they are.
    """

    layout: Layout
    values: tuple[NDArray[Any], ...]

    @property
    def names(self) -> tuple[str, ...] | None:
        """The names of the columns; None without a header."""
        return self.layout.names

    def holds_numbers(self, position: int) -> bool:
        """Whether each cell of a column (index into `values`) is a plain, finite number."""
        values = self.values[position]
        return values.dtype.kind in "if" or _parse_plain_numbers(values) is not None

    def parse_numbers(
        self, position: int, *, allow_missing: bool = False, bounded: bool = False
    ) -> NDArray[np.float64]:
        """Return a column as numbers, shape (rows,), however they are written.

        The truth values of pandas and R (True and FALSE, for example) are 1 and 0.

        Parameters
        ----------
        position
            Index into `values`, from 0.
        allow_missing
            Whether infinite numbers and missing values, as NaN, are accepted too.
        bounded
            Whether numbers must fit into 32 bits, as those that are drawn.

        Raises
        ------
        DataError
            If other cells are not finite numbers, or too large; up to ten are listed by row.
        """
        values = self.values[position]
        if values.dtype.kind in "if":
            return values.astype(np.float64)
        numbers = _parse_plain_numbers(values)
        fits = not bounded or numbers is None or np.abs(numbers).max(initial=0) <= _MAX_FLOAT32
        if numbers is not None and fits:
            return numbers
        problems = [
            f"{self.locate(row, position)}: {problem}"
            for row, cell in enumerate(values)
            if not (is_boolean(cell) or (allow_missing and is_missing_or_infinite(cell)))
            and (problem := find_number_problem(cell))
        ]
        if problems:
            raise DataError(*problems[:MAX_PROBLEMS])
        return np.array(list(map(parse_number, values.tolist())))

    def locate(self, row: int, position: int) -> str:
        """Return the place of a cell for a message; `row` and `position` index `values`, from 0."""
        return self.layout.locate(self.layout.first_row + row, self.layout.chosen[position])


def read_columns(
    path: Path,
    *,
    header: bool = False,
    columns: ColumnSelection = ALL_COLUMNS,
    option: str = "",
    allow_missing: bool = False,
    separator: str | None = None,
) -> TableColumns:
    """Read columns of a table as they are written.

    Parameters
    ----------
    path
        Tab-separated text in UTF-8, plain or compressed with gzip. Whitespace around a
        cell is stripped; quotes are kept.
    header
        Whether the first row holds the names of the columns.
    columns
        Which columns are read, and in which order.
    option
        The option that gives the table, such as ``--target``, for messages.
    allow_missing
        Whether cells may be empty or markers of missing values; they are read as text.
    separator
        What separates the cells of a table with quotes (CSV); None for tabs without quotes.

    Raises
    ------
    DataError
        If the file cannot be read, has no rows, rows of different lengths, or empty cells or
        missing values that it may not have; up to ten problems are listed.
    """
    opened = open_table(path, header=header, columns=columns, option=option, separator=separator)
    with opened as (layout, lines):
        cells = _read_cells(layout, lines)
    if not cells[0]:
        raise DataError(describe_no_rows(path))
    _check_separator(layout, cells[0][:MAX_LINES_COMPARED])
    if layout.count == 1:
        check_comments(layout, [[cell] for cell in cells[0][:MAX_LINES_COMPARED]])
    _check_undeclared_header(layout, cells)
    return type_columns(layout, cells, allow_missing=allow_missing)


def type_columns(
    layout: Layout, cells: Sequence[list[str]], *, allow_missing: bool = False
) -> TableColumns:
    """Return the cells of the chosen columns of a layout, typed as `read_columns` does.

    Raises
    ------
    DataError
        If there are cells without a value that may not be missing; up to ten are listed.
    """
    values = []
    problems = Problems()
    for position, column in zip(layout.chosen, cells, strict=True):
        with problems.collecting():
            values.append(_type_column(layout, position, column, allow_missing=allow_missing))
    problems.raise_if_any()
    return TableColumns(layout, tuple(values))


def _read_cells(layout: Layout, lines: LineReader) -> list[list[str]]:
    """Return the cells of each chosen column."""
    columns: list[list[str]] = [[] for _ in layout.chosen]
    while chunk := lines.read():
        check_rows(layout, chunk)
        # One flat list is far cheaper than a list for each row.
        cells = "".join(chunk.lines).rstrip("\n").replace("\n", "\t").split("\t")
        for column, position in zip(columns, layout.chosen, strict=True):
            column.extend(map(str.strip, cells[position :: layout.count]))
    return columns


def _check_separator(layout: Layout, cells: Sequence[str]) -> None:
    """Refuse a table of one column when all its first rows seem to hold several.

    A single label may well be "CD4, 2" without being two columns.
    """
    if layout.count > 1:
        return
    header = None if layout.header is None else layout.header[0]
    separator = find_separator_of_labels(cells, header)
    if separator:
        raise DataError(describe_separator(layout.path, layout.first_row, cells[0], separator))


def _type_column(
    layout: Layout, position: int, cells: list[str], *, allow_missing: bool
) -> NDArray[Any]:
    lines = "\n".join(cells) + "\n"
    if _PLAIN_INTEGERS.fullmatch(lines):
        return np.array(list(map(int, cells)), np.int64)
    if not _PLAIN_NUMBERS.fullmatch(lines):
        _check_text(layout, position, cells, allow_missing=allow_missing)
    return np.array(cells, dtype=object)


def _parse_plain_numbers(cells: NDArray[Any]) -> NDArray[np.float64] | None:
    """Return text as numbers; None where not every cell is a plain, finite number."""
    listed = cells.tolist()
    if not _PLAIN_NUMBERS.fullmatch("\n".join(listed) + "\n"):
        return None
    numbers = np.array(list(map(float, listed)), np.float64)
    return numbers if np.isfinite(numbers).all() else None


def _check_text(layout: Layout, position: int, cells: list[str], *, allow_missing: bool) -> None:
    if len(cells) > 1 and not allow_missing and not any(cells):
        raise DataError(
            f"{layout.path}, {layout.describe_column(position)} is blank in every row. Remove it, "
            f"or {layout.advise_leaving_out(position)}"
        )
    problems_by_cell = {
        cell: problem
        for cell in set(cells)
        if not (allow_missing and is_missing(cell)) and (problem := find_text_problem(cell))
    }
    if problems_by_cell:
        problems = [
            f"{layout.locate(row, position)}: {problems_by_cell[cell]}"
            for row, cell in enumerate(cells, layout.first_row)
            if cell in problems_by_cell
        ]
        raise DataError(*problems[:MAX_PROBLEMS])


def _check_undeclared_header(layout: Layout, columns: Sequence[list[str]]) -> None:
    """Refuse a table without a declared header, if a column of numbers begins with a name."""
    if layout.header is not None:
        return
    names = [
        f'"{format_cell(cells[0])}"'
        for cells in columns
        if not is_missing(cells[0]) and _begins_with_name(cells)
    ]
    if names:
        raise DataError(describe_undeclared_header(layout, names, columns[0][0]))


def _begins_with_name(cells: list[str]) -> bool:
    if len(cells) == 1 or is_numeric(cells[0]) or has_decimal_comma(cells[0]):
        return False
    rest = set(cells[1:])
    return all(map(is_number, rest)) or all(map(has_decimal_comma, rest))
