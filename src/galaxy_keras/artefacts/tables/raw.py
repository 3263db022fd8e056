"""Reading raw samples: the cells of a table as they are written, or one sample a line."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.cells import (
    find_number_problem,
    find_text_problem,
    format_cell,
    is_boolean,
    is_missing,
    is_number,
    parse_number,
)
from galaxy_keras.artefacts.tables.diagnosis import check_rows
from galaxy_keras.artefacts.tables.features import ALL_COLUMNS
from galaxy_keras.artefacts.tables.layout import (
    MAX_PROBLEMS,
    Layout,
    advise_no_header,
    describe_no_rows,
    open_table,
    split_cells,
)
from galaxy_keras.artefacts.tables.lines import Chunk, LineReader, open_lines
from galaxy_keras.errors import DataError, escape_name, list_names

logger = logging.getLogger(__name__)
_FLOAT_CHARACTERS = frozenset("0123456789+-.eE")
_SEQUENCE = re.compile(r"[A-Za-z*-]+")
_FIRST_CHARACTERS = frozenset("+-.,\"'")
ReadFile = Callable[[str], bytes]
"""Returns the content of a file by its name; raises a `DataError` if it cannot be read."""

_MAX = np.finfo(np.float32).max


@dataclass(frozen=True)
class RawCells:
    """Cells of consecutive rows.

    Attributes
    ----------
    layout
        The columns of the file; those that were read are `layout.chosen`.
    first_row
        The number of the first row in the file, counted from 1.
    columns
        The cells of each column that was read, without surrounding whitespace.
    row_names
        The name of each row, where the file has names instead of numbers of rows.
    read_file
        Returns the content of a file that a cell names, for pictures.
    """

    layout: Layout
    first_row: int
    columns: tuple[list[str], ...]
    row_names: list[str] | None = None
    read_file: ReadFile | None = None

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.columns[0])

    def locate(self, row: int, column: int) -> str:
        """Return where a cell comes from, for messages; both index `columns`, from 0."""
        if self.row_names is not None:
            name = self.row_names[row]
            # What names itself is named by what is wrong with it.
            itself = name == self.columns[column][row]
            return f"{self.layout.path}" if itself else f'{self.layout.path}, "{escape_name(name)}"'
        return self.layout.locate(self.first_row + row, self.layout.chosen[column])

    def check_text(self, column: int) -> list[str]:
        """Return the cells of a column as text; they may be empty.

        Raises
        ------
        DataError
            If a cell is not text in UTF-8, or has a NUL byte; up to ten are listed.
        """
        cells = self.columns[column]
        joined = "\n".join(cells)
        if "\0" not in joined and _is_utf8(joined):
            return cells
        problems = [
            f"{self.locate(row, column)}: {problem}"
            for row, cell in enumerate(cells)
            if not is_missing(cell) and (problem := find_text_problem(cell))
        ]
        raise DataError(*problems[:MAX_PROBLEMS])

    def parse_numbers(self, column: int) -> NDArray[np.float64]:
        """Return a column as numbers, shape (rows,); NaN where a cell is missing.

        The truth values of pandas and R (True and FALSE, for example) are 1 and 0.

        Raises
        ------
        DataError
            If other cells are not finite numbers; up to ten are listed, or one where all are text.
        """
        cells = self.columns[column]
        if not _FLOAT_CHARACTERS.issuperset("".join(cells)):
            # Python reads "1_000" and digits of other scripts as numbers too.
            return self._parse_each(column)
        try:
            numbers = np.fromiter(map(float, cells), np.float64, len(cells))
        except ValueError:
            return self._parse_each(column)
        return numbers if (np.abs(numbers) <= _MAX).all() else self._parse_each(column)

    def is_numeric(self, column: int) -> bool:
        """Whether every cell of a column that is not missing is a finite number, and one is."""
        given = [cell for cell in set(self.columns[column]) if not is_missing(cell)]
        return bool(given) and not any(map(find_number_problem, given))

    def select(self, positions: Sequence[int]) -> RawCells:
        """Return the columns at these positions in the file, counted from 0."""
        own = dict(zip(self.layout.chosen, self.columns, strict=True))
        layout = replace(self.layout, chosen=tuple(positions))
        return replace(self, layout=layout, columns=tuple(own[each] for each in positions))

    def slice_rows(self, rows: slice) -> RawCells:
        """Return consecutive rows, from 0."""
        return replace(
            self,
            first_row=self.first_row + rows.start,
            columns=tuple(column[rows] for column in self.columns),
            row_names=None if self.row_names is None else self.row_names[rows],
        )

    def _parse_each(self, column: int) -> NDArray[np.float64]:
        cells = self.columns[column]
        problems = [
            f"{self.locate(row, column)}: {problem}"
            for row, cell in enumerate(cells)
            if not (is_missing(cell) or is_boolean(cell)) and (problem := find_number_problem(cell))
        ]
        if problems:
            self._refuse_text(column)
            raise DataError(*problems[:MAX_PROBLEMS])
        return np.array(list(map(parse_number, cells)))

    def _refuse_text(self, column: int) -> None:
        """Refuse a column none of whose cells begins as a number does."""
        given = [cell for cell in self.columns[column] if not is_missing(cell)]
        if not any(cell[0].isdigit() or cell[0] in _FIRST_CHARACTERS for cell in given):
            where = self.layout.describe_column(self.layout.chosen[column])
            raise DataError(
                f'{self.layout.path}: {where} is text, such as "{format_cell(given[0])}", but the '
                "encoding takes numbers. Leave the column out (columns=...), or choose another "
                "encoding (categories, words)"
            )


@contextlib.contextmanager
def open_raw_table(
    path: Path, *, header: bool, separator: str | None = None, option: str = "--features"
) -> Iterator[tuple[Layout, LineReader]]:
    """Open a table of raw samples; yield its layout with all columns chosen, and its reader.

    Names are not checked: only those of the columns that are used must be unique.

    Raises
    ------
    DataError
        If the file cannot be read, or has no rows.
    """
    opened = open_table(path, header=False, columns=ALL_COLUMNS, option=option, separator=separator)
    with opened as (layout, reader):
        _check_no_sequences(path, reader)
        if header:
            first = reader.read(1)
            names = split_cells(first.lines[0]) if first else []
            layout = replace(layout, header=tuple(names))
            if names and all(map(is_number, names)):
                logger.warning(
                    "%s: row 1 is taken as the header although it holds numbers (%s). If it is "
                    "data, %s.",
                    path,
                    list_names(names, most=5),
                    advise_no_header(layout, is_csv=separator is not None),
                )
        yield layout, reader


def _check_no_sequences(path: Path, reader: LineReader) -> None:
    """Refuse FASTA, which begins with a name and a line of letters."""
    first = reader.read(2)
    if first is None:
        return
    reader.unread(first)
    name, *rest = first.lines
    if name.startswith(">") and rest and _SEQUENCE.fullmatch(rest[0].strip()):
        raise DataError(
            f'{path} begins with ">", as sequences in FASTA format do, which are not a table. If '
            "it holds sequences, give --features-format fasta (in Galaxy: sequences in a fasta "
            "file, any kind and length)"
        )


@contextlib.contextmanager
def open_text(path: Path, option: str = "--features") -> Iterator[tuple[Layout, LineReader]]:
    """Open a file with one sample a line; yield a layout of one column, and its reader.

    Raises
    ------
    DataError
        If the file cannot be read, or has no lines.
    """
    with open_lines(path) as reader:
        first = reader.read(1)
        if first is None:
            raise DataError(f"{path} is empty: it has no lines. Check the step that wrote it")
        reader.unread(first)
        yield Layout(path, option, None, 1, (0,)), reader


def iterate_cells(
    layout: Layout, reader: LineReader, rows: int | None, *, whole_lines: bool = False
) -> Iterator[RawCells]:
    """Yield the cells of the chosen columns of `layout`, chunk by chunk, at least one chunk.

    Parameters
    ----------
    layout, reader
        What `open_raw_table` or `open_text` yields.
    rows
        Rows of each chunk but the last; None for as many as are read at once.
    whole_lines
        Whether a line is one cell, tabs included.

    Raises
    ------
    DataError
        If there are no rows, or rows of different lengths; when the chunk is asked for.
    """
    count = 0
    for chunk in _iterate_chunks(reader, rows):
        count += len(chunk.lines)
        if whole_lines:
            lines = [line.strip() for line in chunk.lines]
            yield RawCells(layout, chunk.first_row, (lines,))
        else:
            check_rows(layout, chunk)
            yield RawCells(layout, chunk.first_row, _split_columns(layout, chunk))
    if not count:
        raise DataError(describe_no_rows(layout.path))


def _iterate_chunks(reader: LineReader, rows: int | None) -> Iterator[Chunk]:
    if rows is None:
        while chunk := reader.read():
            yield chunk
        return
    while chunk := reader.read(rows):
        lines = chunk.lines
        while len(lines) < rows and (more := reader.read(rows - len(lines))):
            lines = lines + more.lines
        yield Chunk(chunk.first_row, lines)


def _split_columns(layout: Layout, chunk: Chunk) -> tuple[list[str], ...]:
    # One flat list is far cheaper than a list for each row.
    cells = "".join(chunk.lines).rstrip("\n").replace("\n", "\t").split("\t")
    return tuple(
        list(map(str.strip, cells[position :: layout.count])) for position in layout.chosen
    )


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
