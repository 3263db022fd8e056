"""What is inferred from the first row of a table, and how messages name rows and columns."""

from __future__ import annotations

import contextlib
import itertools
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from galaxy_keras.artefacts.tables.cells import (
    find_text_problem,
    format_cell,
    is_missing,
    is_number,
)
from galaxy_keras.artefacts.tables.dialects import (
    describe_line,
    find_separator,
    is_pandas_index,
)
from galaxy_keras.artefacts.tables.lines import LineReader, open_lines
from galaxy_keras.errors import DataError, list_names
from galaxy_keras.schema.requests.columns import ColumnSelection, locate_names

MAX_PROBLEMS = 10
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Layout:
    """The columns of a table.

    Attributes
    ----------
    path
        The file.
    option
        The option that gives the table, such as ``--features``; empty if there is none.
        Those for its header and its columns begin in the same way.
    header
        The names of all columns, None without a header.
    count
        The number of all columns.
    chosen
        Positions of the columns that are used, counted from 0, in order.
    """

    path: Path
    option: str
    header: tuple[str, ...] | None
    count: int
    chosen: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...] | None:
        """The names of the columns that are used."""
        return None if self.header is None else tuple(self.header[each] for each in self.chosen)

    @property
    def first_row(self) -> int:
        """The number of the first row of data, counted from 1."""
        return 1 if self.header is None else 2

    @property
    def columns(self) -> tuple[int, ...]:
        """The numbers of the columns that are used, counted from 1."""
        return tuple(position + 1 for position in self.chosen)

    def locate(self, row: int, position: int) -> str:
        """Name a cell for a message."""
        return f"{self.path}, row {row}, {self.describe_column(position)}"

    def describe_column(self, position: int) -> str:
        """Return number (from 1) and name of the column at `position` (from 0) for a message."""
        name = f" ({format_cell(self.header[position])})" if self.header else ""
        return f"column {position + 1}{name}"

    def advise_header(self) -> str:
        """Return advice on how a header is declared."""
        galaxy = 'in Galaxy: "Does the dataset contain header: Yes"'
        if not self.option:
            return f"Declare that the first row is a header ({galaxy})"
        return f"Declare it with {self.option}-header ({galaxy})"

    def advise_leaving_out(self, *positions: int) -> str:
        """Return advice on how the columns at `positions` (from 0) are left out."""
        what = "the column" if len(positions) == 1 else "them"
        if not self.option:
            return f"leave {what} out"
        numbers = ",".join(str(position + 1) for position in positions)
        return f"leave {what} out, for example with {self.option}-columns not:{numbers}"

    def advise_on_index(self) -> str:
        """Return advice on a first column of row names."""
        return (
            "If it holds row names that pandas or R wrote, write the table again with index=False "
            f"or row.names=FALSE, or {self.advise_leaving_out(0)}"
        )


@contextlib.contextmanager
def open_table(
    path: Path,
    *,
    header: bool,
    columns: ColumnSelection,
    option: str,
    separator: str | None = None,
) -> Iterator[tuple[Layout, LineReader]]:
    """Open a table, read its first row, choose columns, and yield layout and reader.

    The reader gives the rows of data. `option` is for messages (`Layout.option`), `separator` that
    of a table with quotes (`lines.open_lines`).

    Raises
    ------
    DataError
        If the file cannot be read, has no rows, or its header or the choice of columns
        cannot be used.
    """
    with open_lines(path, separator) as reader:
        first = reader.read(1)
        if first is None:
            raise DataError(f"{path} is empty: it has no rows. Check the step that wrote it")
        if first.lines[0].isspace():
            raise DataError(f"{path}, row 1 is blank. Remove it")
        layout = _read_layout(path, split_cells(first.lines[0]), header, columns, option)
        if header:
            _check_header(layout, is_csv=separator is not None)
        else:
            reader.unread(first)
        yield layout, reader


def describe_no_rows(path: Path) -> str:
    """Return the message about a table that has a header but no rows."""
    return f"{path} has a header, but no rows of data. Check the step that wrote it"


def split_cells(line: str) -> list[str]:
    """Return the cells of a line, stripped of surrounding whitespace."""
    return [cell.strip() for cell in line.split("\t")]


def _read_layout(
    path: Path, cells: list[str], header: bool, columns: ColumnSelection, option: str
) -> Layout:
    names = tuple(cells) if header else None
    try:
        chosen = columns.choose(names, len(cells), str(path))
    except DataError:
        separator = find_separator(cells) if len(cells) == 1 else None
        if separator:
            raise DataError(describe_separator(path, 1, cells[0], separator)) from None
        raise
    return Layout(path, option, names, len(cells), tuple(chosen))


def check_separated(layout: Layout) -> None:
    """Check that a column that was not found is not one of those of a file with semicolons.

    Raises
    ------
    DataError
        If the only name in the header has several, separated by commas or semicolons.
    """
    if layout.count != 1 or not layout.header:
        return
    separator = find_separator([layout.header[0]])
    if separator:
        raise DataError(
            f"{layout.path}: columns are separated by tabs in this format, but "
            f"{describe_line(1, layout.header[0])} has {separator} instead. Give "
            f"{layout.option}-format csv, or name the file .csv"
        )


def describe_separator(path: Path, row: int, line: str, separator: str) -> str:
    """Return the message that columns are separated by something other than tabs.

    Parameters
    ----------
    path
        The table.
    row
        The number of the line, counted from 1.
    line
        The line that shows it.
    separator
        What separates them, such as ``commas``.
    """
    return (
        f"{path}: columns must be separated by tabs, but {describe_line(row, line)} has "
        f"{separator} instead. Convert the file to tab-separated (in Galaxy: Convert CSV to "
        "tabular, or Convert delimiters to TAB); decimal commas must become points"
    )


def _check_header(layout: Layout, *, is_csv: bool) -> None:
    problems = itertools.chain(_find_bad_names(layout), _find_repeated_names(layout))
    listed = list(itertools.islice(problems, MAX_PROBLEMS))
    if listed:
        raise DataError(*listed)
    names = layout.names or ()
    if all(is_number(name) for name in names) and not _are_consecutive(names):
        logger.warning(
            "%s: row 1 is taken as the header although it holds numbers (%s). If it is data, %s.",
            layout.path,
            list_names(names, most=5),
            advise_no_header(layout, is_csv=is_csv),
        )
    for position, name in zip(layout.chosen, names, strict=True):
        if is_pandas_index(name):
            logger.warning(
                "%s: %s seems to hold row numbers that pandas wrote. To keep them from being used, "
                "write the table again with index=False, or %s.",
                layout.path,
                layout.describe_column(position),
                layout.advise_leaving_out(position),
            )


def advise_no_header(layout: Layout, *, is_csv: bool) -> str:
    """Return advice on how to say that a table has no header, which CSV has by itself."""
    if not layout.option:
        return "declare no header"
    prefix, name = layout.option[:2], layout.option[2:]
    return f"give {prefix}no-{name}-header" if is_csv else f"leave out {layout.option}-header"


def _are_consecutive(names: Sequence[str]) -> bool:
    """Whether names are 0, 1, 2 or 1, 2, 3, ..., as in tables of probabilities written here."""
    return len(names) > 1 and any(
        list(names) == [str(number) for number in range(start, start + len(names))]
        for start in (0, 1)
    )


def _find_bad_names(layout: Layout) -> Iterator[str]:
    named = tuple(zip(layout.chosen, layout.names or (), strict=True))
    nameless = [position for position, name in named if not name.strip('"')]
    if nameless:
        yield _describe_nameless(layout, nameless)
    for position, name in named:
        if not is_missing(name) and (problem := find_text_problem(name)):
            yield f"{layout.path}, row 1, column {position + 1}: {problem}"


def _describe_nameless(layout: Layout, nameless: Sequence[int]) -> str:
    shown = list_names([str(position + 1) for position in nameless], most=5)
    column, name_it = (
        (f"column {shown} has", "Name it")
        if len(nameless) == 1
        else (f"columns {shown} have", "Name them")
    )
    advice = f"{name_it}, or {layout.advise_leaving_out(*nameless)}"
    if nameless == [0]:
        advice = f"Name it. {layout.advise_on_index()}"
    elif min(nameless) >= layout.count - len(nameless):
        advice = f"Remove the tabs at the ends of rows. {advice}"
    return f"{layout.path}, row 1: {column} no name in the header. {advice}"


def _find_repeated_names(layout: Layout) -> Iterator[str]:
    names = layout.names or ()
    positions = locate_names(names)
    repeated = [name for name, found in positions.items() if name and len(found) > 1]
    if repeated and all(is_number(name) for name in names):
        yield (
            f"{layout.path}: row 1 was declared to be a header, but looks like data: it holds "
            f'numbers only, and "{repeated[0]}" several times. '
            + (f"Leave out {layout.option}-header" if layout.option else "Declare no header")
        )
        return
    for name in repeated:
        numbers = [layout.chosen[position] + 1 for position in positions[name]]
        shown = list_names([str(number) for number in numbers], most=5)
        yield (
            f'{layout.path}, row 1: the name "{format_cell(name)}" is used for columns {shown}. '
            f"Rename all but one, or {layout.advise_leaving_out(numbers[-1] - 1)}"
        )
