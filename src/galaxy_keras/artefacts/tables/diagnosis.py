"""Finding and describing the errors in rows that cannot be parsed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from galaxy_keras.artefacts.tables.cells import (
    CellProblem,
    find_number_problem,
    format_cell,
    is_missing,
    is_number,
    is_numeric,
)
from galaxy_keras.artefacts.tables.layout import MAX_PROBLEMS, Layout, check_separator, split_cells
from galaxy_keras.artefacts.tables.lines import Chunk, LineReader
from galaxy_keras.artefacts.tables.numbers import NumberParser
from galaxy_keras.errors import DataError, list_names

MIN_WORDS = 3
"""The fewest words of a cell that is taken for running text."""


def raise_number_errors(layout: Layout, first: Chunk, reader: LineReader) -> NoReturn:
    """Raise an error that lists the problems from `first` to the end of the table.

    Parameters
    ----------
    layout
        The columns of the table.
    first
        The first chunk that cannot be parsed.
    reader
        Gives the lines after it; all are read, until `MAX_PROBLEMS` problems are found.

    Raises
    ------
    DataError
        Always.
    """
    first = _add_row(first, reader)
    _check_first_rows(layout, first)
    problems: list[str] = []
    chosen = list(layout.chosen)
    chunk: Chunk | None = first
    while chunk and chosen and len(problems) < MAX_PROBLEMS:
        if NumberParser(layout.count, chosen).parse(chunk.lines) is None:
            problems += _find_problems(layout, _add_row(chunk, reader), chosen)
        chunk = reader.read()
    if len(problems) > MAX_PROBLEMS:
        problems[MAX_PROBLEMS:] = [f"Only the first {MAX_PROBLEMS} problems are listed."]
    raise DataError(*problems)


def check_rows(layout: Layout, chunk: Chunk) -> None:
    """Check that no row is blank and that each has as many columns as the first row.

    Parameters
    ----------
    layout
        Gives the number of columns.
    chunk
        The rows.

    Raises
    ------
    DataError
        If not; up to `MAX_PROBLEMS` rows are listed.
    """
    tabs = layout.count - 1
    if any(line.count("\t") != tabs for line in chunk.lines) or any(map(str.isspace, chunk.lines)):
        _check_first_rows(layout, chunk)
        raise DataError(*_find_ragged_rows(layout, chunk)[:MAX_PROBLEMS])


def _add_row(chunk: Chunk, reader: LineReader) -> Chunk:
    """Return a chunk of one row, as wide tables give, with the next row added.

    A header can be told from data only by comparing two rows.
    """
    following = reader.read(1) if len(chunk.lines) == 1 else None
    return Chunk(chunk.first_row, chunk.lines + following.lines) if following else chunk


def _check_first_rows(layout: Layout, chunk: Chunk) -> None:
    """Raise one error for what would otherwise be an error in every row or every cell of a row."""
    if chunk.first_row != layout.first_row:
        return
    rows = [split_cells(line) for line in chunk.lines]
    _check_no_sequences(layout, rows[0])
    check_separator(layout.path, chunk.first_row, rows[0])
    _check_widths(layout, rows if layout.header else rows[1:])
    if layout.header is None and len(rows) > 1 and _is_header(rows[0], rows[1], layout.chosen):
        shown = list_names([format_cell(rows[0][position]) for position in layout.chosen], most=5)
        raise DataError(
            f"{layout.path}: row 1 looks like a header ({shown}), but none was declared. "
            f"{layout.advise_header()}"
        )


def _check_no_sequences(layout: Layout, first: list[str]) -> None:
    if first[0].startswith(">") and not is_number(first[0][1:]):
        advice = "Give tab-separated text"
        if layout.option == "--features":
            advice = (
                "If it holds sequences, give --features-format fasta-dna, fasta-rna or "
                "fasta-protein"
            )
        raise DataError(
            f'{layout.path} begins with ">", as sequences in FASTA format do, which are not a '
            f"table. {advice}"
        )


def _check_widths(layout: Layout, rows: list[list[str]]) -> None:
    widths = {len(cells) for cells in rows}
    if len(rows) < 2 or len(widths) > 1 or layout.count in widths:
        return
    width = widths.pop()
    advice = "If row 1 is a title or a comment, remove it"
    if width == layout.count + 1 > 2:
        advice = "If R wrote the table, write it again with row.names = FALSE"
    raise DataError(
        f"{layout.path}: row 1 has {_count_columns(layout.count)}, but the rows after it have "
        f"{width}. {advice}"
    )


def _is_header(first: list[str], second: list[str], chosen: Sequence[int]) -> bool:
    """Whether most of the chosen cells are text in the first row and numbers in the second."""
    if len(first) != len(second):
        return False
    named = [
        position
        for position in chosen
        if is_number(second[position]) and not _is_value(first[position])
    ]
    return 2 * len(named) > len(chosen)


def _is_value(cell: str) -> bool:
    return is_numeric(cell) or is_missing(cell)


def _find_problems(layout: Layout, chunk: Chunk, chosen: list[int]) -> list[str]:
    """Describe rows and cells; a column without any number is described once, then dropped."""
    rows = {
        row: cells
        for row, line in enumerate(chunk.lines, chunk.first_row)
        if len(cells := split_cells(line)) == layout.count and not line.isspace()
    }
    problems = _find_ragged_rows(layout, chunk)
    for position in list(chosen):
        bad = {
            row: problem
            for row, cells in rows.items()
            if (problem := find_number_problem(cells[position]))
        }
        if 1 < len(rows) == len(bad):
            chosen.remove(position)
            cells = [row[position] for row in rows.values()]
            problems.append(
                _describe_text_column(layout, position, cells, *next(iter(bad.items())))
            )
        else:
            problems += [f"{layout.locate(row, position)}: {bad[row]}" for row in bad]
        if len(problems) > MAX_PROBLEMS:
            break
    return problems


def _describe_text_column(
    layout: Layout, position: int, cells: list[str], row: int, problem: CellProblem
) -> str:
    return (
        f"{layout.path}, {layout.describe_column(position)}: no cell can be used as a number; "
        f"in row {row}, {problem.what}. {_advise_on_text(cells)}, or "
        f"{layout.advise_leaving_out(position)}"
    )


def _advise_on_text(cells: list[str]) -> str:
    """Return what to do with a column of text, by what it seems to hold."""
    texts = {cell for cell in cells if not _is_value(cell)}
    if sum(len(text.split()) >= MIN_WORDS for text in texts) > len(texts) / 2:
        return (
            "If it holds text to learn from, turn words into whole numbers first, one column for "
            "each position in the text"
        )
    if 1 < len(texts) <= len(cells) / 2:
        return (
            f"If it holds categories ({list_names(sorted(texts), most=3)}), write one column of 0 "
            "and 1 for each of them instead"
        )
    return "Correct the column"


def _find_ragged_rows(layout: Layout, chunk: Chunk) -> list[str]:
    problems = []
    for row, line in enumerate(chunk.lines, chunk.first_row):
        width = line.count("\t") + 1
        if line.isspace():
            problems.append(f"{layout.path}, row {row} is blank. Remove it")
        elif width != layout.count:
            problems.append(
                f"{layout.path}, row {row} has {_count_columns(width)}, "
                f"but {layout.count} were expected, as in row 1"
            )
    return problems


def _count_columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"
