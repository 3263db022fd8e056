"""Recognizing tables as other programs write them: separators, commas, comments, row names.

Where such a table would be wrong in every row or every cell, one message says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from galaxy_keras.artefacts.tables.cells import format_cell, is_number

MAX_LINES_COMPARED = 100

_SEPARATORS = {";": "semicolons", ",": "commas", "|": "vertical bars"}
_QUOTED = re.compile(r'"[^"]*"')
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")
_BLANK_AT_SEPARATOR = re.compile(r"\s[,;|]|[,;|]\s")
_PANDAS_INDEX = re.compile(r"Unnamed: [0-9]+")
_COMMENT = re.compile(r"##|#\s|#$")


def find_separator(lines: Sequence[str]) -> str | None:
    """Return what separates the columns of lines without tabs, such as ``commas``.

    Parameters
    ----------
    lines
        Consecutive lines of a table, from its first; the first may be a header. They are known
        not to be single numbers, or names of columns.

    Returns
    -------
    str or None
        None if nothing does, or if the lines hold single numbers with a decimal comma.
    """
    if have_decimal_commas(lines):
        return None
    for separator, name in _SEPARATORS.items():
        counts = {_count(line, separator) for line in lines}
        alike = len(counts) == 1 and not any(map(_has_blank_at_separator, lines))
        if 0 not in counts and (alike or _has_number(lines, separator)):
            return name
    return "spaces" if _are_separated_by_spaces(lines) else None


def find_separator_of_labels(lines: Sequence[str], header: str | None) -> str | None:
    """Return what separates the columns of lines that may hold one label each, with commas in it.

    Parameters
    ----------
    lines
        Consecutive lines of a table, from its first row of data, or from its header where that
        was not declared.
    header
        The declared header.

    Returns
    -------
    str or None
        None unless there is a number among the parts of every line (but the first, which may be
        a header), or all have as many parts as the header or, where most differ as lines with
        identifiers do, as each other. With blanks beside it, as in ``T cell, 2``, nothing
        separates but numbers.
    """
    if have_decimal_commas(lines):
        return None
    rest = lines[1:] or lines
    for separator, name in _SEPARATORS.items():
        counts = {_count(line, separator) for line in lines}
        if 0 in counts:
            continue
        if any(map(_has_blank_at_separator, rest)):
            found = all(_are_numbers(line, separator) for line in rest)
        else:
            found = all(_has_number([line], separator) for line in rest) or (
                len(counts) == 1 and _are_records(lines, separator, header)
            )
        if found:
            return name
    return "spaces" if _are_separated_by_spaces(lines) else None


def have_decimal_commas(cells: Sequence[str]) -> bool:
    """Whether all cells are numbers with a decimal comma, below a name without a comma.

    Two whole numbers with a comma between them look the same, so that a table without a header
    does not tell.
    """
    if len(cells) < 2 or ("," in cells[0] and not has_decimal_comma(cells[0])):
        return False
    named = "," not in cells[0] and not is_number(cells[0])
    return named and all(map(has_decimal_comma, cells[1:]))


def has_decimal_comma(cell: str) -> bool:
    """Whether a cell is a number with a comma instead of a point, or two with one between them."""
    return _DECIMAL_COMMA.fullmatch(cell) is not None


def is_quoted_number(cell: str) -> bool:
    """Whether a cell is a number in quotes."""
    return cell[:1] in ("'", '"') and is_number(cell.strip("\"'"))


def is_comment(cell: str) -> bool:
    """Whether the first cell of a line begins as comments do, and not as ``#chrom``."""
    return _COMMENT.match(cell) is not None


def is_pandas_index(name: str) -> bool:
    """Whether pandas gave this name to a column without one, such as an index that was saved."""
    return _PANDAS_INDEX.fullmatch(name) is not None


def iterate_blank_ends(rows: Sequence[Sequence[str]]) -> Iterator[int]:
    """Yield the positions, from 0, of the last columns of a table that are blank in every row."""
    for position in reversed(range(len(rows[0]))):
        if any(row[position] for row in rows):
            return
        yield position


def describe_line(row: int, line: str) -> str:
    """Return number and text of a line for a message."""
    return f'row {row} ("{format_cell(line)}")'


def _are_records(lines: Sequence[str], separator: str, header: str | None) -> bool:
    if header is not None:
        return _count(header, separator) == _count(lines[0], separator)
    return len(lines) > 2 and len(set(lines)) > len(lines) / 2


def _are_separated_by_spaces(lines: Sequence[str]) -> bool:
    rows = [line.split() for line in lines]
    if len(rows[0]) == 1 or len({len(row) for row in rows}) > 1:
        return False
    data = rows[1:] or rows
    return all(is_number(part) for row in data for part in row)


def _has_blank_at_separator(line: str) -> bool:
    return _BLANK_AT_SEPARATOR.search(_QUOTED.sub("", line)) is not None


def _are_numbers(line: str, separator: str) -> bool:
    return all(is_number(part.strip()) for part in line.split(separator))


def _count(line: str, separator: str) -> int:
    """Return how often a separator occurs outside quotes."""
    return (_QUOTED.sub("", line) if '"' in line else line).count(separator)


def _has_number(lines: Sequence[str], separator: str) -> bool:
    parts = (part.strip() for line in lines for part in line.split(separator))
    return any(is_number(part) or has_decimal_comma(part) for part in parts)
