"""Finding and describing the errors in rows that cannot be parsed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NoReturn

from galaxy_keras.artefacts.tables.cells import (
    CellProblem,
    find_number_problem,
    format_cell,
    is_boolean,
    is_missing,
    is_number,
    is_numeric,
)
from galaxy_keras.artefacts.tables.dialects import (
    MAX_LINES_COMPARED,
    describe_line,
    find_separator,
    has_decimal_comma,
    is_comment,
    is_quoted_number,
    iterate_blank_ends,
)
from galaxy_keras.artefacts.tables.layout import (
    MAX_PROBLEMS,
    Layout,
    describe_separator,
    split_cells,
)
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
    check_comments(layout, rows)
    _check_separator(layout, rows)
    _check_widths(layout, rows if layout.header else rows[1:])
    problems = [*_find_undeclared_header(layout, rows), *_find_dialects(layout, rows)]
    if problems:
        raise DataError(*problems)


def check_comments(layout: Layout, rows: list[list[str]]) -> None:
    """Refuse a table that begins with comment lines.

    Parameters
    ----------
    layout
        The columns of the table.
    rows
        The cells of its first rows of data, without a declared header.

    Raises
    ------
    DataError
        If the first row begins with ``#`` and has not as many columns as those after it, or is one
        of a single column without a declared header.
    """
    first = list(layout.header) if layout.header else rows[0]
    rest = rows if layout.header else rows[1:]
    rest = [row for row in rest if not row[0].startswith("#")]
    if not first[0].startswith("#") or not rest:
        return
    titled = all(len(row) != len(first) for row in rest)
    alone = layout.header is None and len(first) == 1 and is_comment(first[0])
    if titled or alone:
        raise DataError(
            f"{layout.path} begins with a comment, {describe_line(1, first[0])}. Remove all lines "
            "of comments (in Galaxy: Remove beginning of a file)"
        )


def _check_separator(layout: Layout, rows: list[list[str]]) -> None:
    lines = [row[0] for row in rows[:MAX_LINES_COMPARED] if len(row) == 1]
    if len(lines) < min(len(rows), MAX_LINES_COMPARED):
        return
    separator = find_separator(lines)
    if separator:
        text = describe_separator(layout.path, layout.first_row, lines[0], separator)
        raise DataError(f"{text}{_advise_on_names(layout, lines)}")


def _advise_on_names(layout: Layout, lines: list[str]) -> str:
    """Return advice to declare a header, if the first of lines without tabs seems to be one."""
    if layout.header is not None or len(lines) < 2:
        return ""
    named = not any(map(str.isdigit, lines[0])) and any(map(str.isdigit, lines[1]))
    return f". Row 1 seems to be a header. {layout.advise_header()}" if named else ""


def _find_undeclared_header(layout: Layout, rows: list[list[str]]) -> Iterator[str]:
    if layout.header is None and len(rows) > 1 and _is_header(rows[0], rows[1], layout.chosen):
        names = [format_cell(rows[0][position]) for position in layout.chosen]
        yield describe_undeclared_header(layout, names, names[0])


def describe_undeclared_header(layout: Layout, names: Sequence[str], first: str) -> str:
    """Return the message that the first row is a header which was not declared.

    Parameters
    ----------
    layout
        The columns of the table.
    names
        The names that show it.
    first
        The first chosen cell of the row.
    """
    nameless = layout.chosen[0] == 0 and not first.strip('"')
    index = f". Column 1 has no name in it. {layout.advise_on_index()}" if nameless else ""
    shown = list_names([name for name in names if name], most=5)
    return (
        f"{layout.path}: row 1 looks like a header ({shown}), but none was declared. "
        f"{layout.advise_header()}{index}"
    )


def _find_dialects(layout: Layout, rows: list[list[str]]) -> Iterator[str]:
    """Yield what most of the chosen cells have in common that keeps them from being numbers."""
    row, cells = layout.first_row, rows[0]
    if layout.header is None and len(rows) > 1 and _is_header(rows[0], rows[1], layout.chosen):
        row, cells = row + 1, rows[1]
    if len(cells) != layout.count:
        return
    for is_written_so, what in (
        (has_decimal_comma, "decimal commas. Write points, as in 0.5"),
        (is_quoted_number, "quotes. Write them without, in R with quote=FALSE"),
    ):
        written = [position for position in layout.chosen if is_written_so(cells[position])]
        if 2 * len(written) > len(layout.chosen):
            place = layout.locate(row, written[0])
            yield f"{place}: numbers such as {format_cell(cells[written[0]])} have {what}"
    yield from _find_blank_ends(layout, rows)


def _find_blank_ends(layout: Layout, rows: list[list[str]]) -> Iterator[str]:
    if any(len(row) != layout.count for row in rows):
        return
    ends = [end for end in iterate_blank_ends(rows) if end in layout.chosen][::-1]
    if ends and len(rows) > 1:
        numbers = list_names([str(position + 1) for position in ends], most=5)
        columns = f"column {numbers} is" if len(ends) == 1 else f"columns {numbers} are"
        yield (
            f"{layout.path}: {columns} blank in every row. Remove the tabs at the ends of rows, or "
            f"{layout.advise_leaving_out(*ends)}"
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
    if not any(cells[-1] for cells in rows):
        advice = "The last column is blank: remove the tabs at the ends of rows"
    elif width == layout.count + 1 > 2:
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
        if _is_written_number(second[position]) and not _is_value(first[position])
    ]
    return 2 * len(named) > len(chosen)


def _is_written_number(cell: str) -> bool:
    return is_number(cell) or is_boolean(cell) or has_decimal_comma(cell) or is_quoted_number(cell)


def _is_value(cell: str) -> bool:
    return (
        is_numeric(cell)
        or is_boolean(cell)
        or is_missing(cell)
        or has_decimal_comma(cell)
        or is_quoted_number(cell)
    )


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
            if not is_boolean(cells[position]) and (problem := find_number_problem(cells[position]))
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
    without = f", or {layout.advise_leaving_out(position)}" if layout.count > 1 else ""
    return (
        f"{layout.path}, {layout.describe_column(position)}: no cell can be used as a number; "
        f"in row {row}, {problem.what}. {_advise_on_text(cells)}{without}"
    )


def _advise_on_text(cells: list[str]) -> str:
    """Return what to do with a column of text, by what it seems to hold."""
    texts = {cell for cell in cells if not _is_value(cell)}
    if sum(len(text.split()) >= MIN_WORDS for text in texts) > len(texts) / 2:
        return (
            "If it holds text to learn from, encode it (keras-model-builder --input 'words "
            "columns=...')"
        )
    if 1 < len(texts) <= len(cells) / 2:
        return (
            f"If it holds categories ({list_names(sorted(texts), most=3)}), encode it "
            "(keras-model-builder --input 'categories columns=...'), or write one column of 0 and "
            "1 for each of them instead"
        )
    return "Correct the column"


def _find_ragged_rows(layout: Layout, chunk: Chunk) -> list[str]:
    problems = []
    for row, line in enumerate(chunk.lines, chunk.first_row):
        width = line.count("\t") + 1
        if line.isspace():
            problems.append(f"{layout.path}, row {row} is blank. Remove it")
        elif width != layout.count and line.startswith("#"):
            problems.append(
                f"{layout.path}, {describe_line(row, line.strip())} seems to be a comment. "
                "Remove it"
            )
        elif width != layout.count:
            problems.append(
                f"{layout.path}, row {row} has {_count_columns(width)}, "
                f"but {layout.count} were expected, as in row 1"
            )
    return problems


def _count_columns(count: int) -> str:
    return "1 column" if count == 1 else f"{count} columns"
