"""Matrices in the MatrixMarket format, as features.

Format: Boisvert, Pozo and Remington, The Matrix Market Exchange Formats, NISTIR 5935 (1996).
Read by numpy, chunk by chunk: nothing that a file only declares takes memory, and SciPy, whose
import takes longer than reading a small matrix, is not needed.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import DTypeLike, NDArray

from galaxy_keras.artefacts.content import FileType
from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.cells import find_number_problem, format_cell
from galaxy_keras.artefacts.tables.lines import Chunk, LineReader, open_lines
from galaxy_keras.errors import DataError

MAX_ROWS: Final = 2**31 - 1
MAX_COLUMNS: Final = 100_000_000
"""The most columns: a network takes each sample with its zeros, 400 MB for so many."""

CHUNK_NUMBERS: Final = 2**24

_BANNER = "%%MatrixMarket"
_ADVICE = "Write the matrix with scipy.io.mmwrite, samples as rows and features as columns"
_DTYPES: Final[dict[str, DTypeLike | None]] = {
    "real": np.float64,
    "double": np.float64,
    "integer": np.int64,
    "unsigned-integer": np.int64,
    "pattern": None,
}
_SYMMETRIES = ("general", "symmetric")
_WHOLE_NUMBER = re.compile(r"\+?[0-9]{1,18}")


def iterate_matrix(path: Path, rows: int) -> Iterator[Features]:
    """Yield the rows of a matrix, `rows` at a time, with the zeros written out.

    The matrix itself is read whole. Where chunks would have more than `CHUNK_NUMBERS` numbers
    they have fewer rows.

    Raises
    ------
    DataError
        If the file cannot be read, is not in this format, has more than `MAX_ROWS` rows or
        `MAX_COLUMNS` columns, or holds what is no finite number.
    """
    with open_lines(path, accepted=FileType.MATRIX_MARKET) as lines:
        header = _read_header(path, lines)
        read = _read_coordinates if header.is_sparse else _read_array
        slice_rows = read(header, lines)
    columns = tuple(range(1, header.columns + 1))
    step = max(min(rows, CHUNK_NUMBERS // header.columns), 1)
    for start in range(0, header.rows, step):
        values = slice_rows(start, min(start + step, header.rows))
        yield Features(values, None, columns, start + 1, header.rows)


@dataclass(frozen=True, kw_only=True)
class _Header:
    path: Path
    is_sparse: bool
    dtype: DTypeLike | None
    """The dtype of the numbers in the file; None where there are only places."""
    is_symmetric: bool
    rows: int
    columns: int
    entries: int


_SliceRows = Callable[[int, int], NDArray[Any]]
"""Returns the rows from the first number up to, and without, the second."""


# The header


def _read_header(path: Path, lines: LineReader) -> _Header:
    banner: list[str] | None = None
    while chunk := lines.read():
        for position, line in enumerate(chunk.lines):
            if banner is None:
                banner = _split_banner(path, line)
            elif not line.startswith("%") and not line.isspace():
                rest = Chunk(chunk.first_row + position + 1, chunk.lines[position + 1 :])
                lines.unread(rest)
                return _parse_header(path, banner, rest.first_row - 1, line.split())
    if banner is None:
        raise DataError(f"{path} is empty. {_ADVICE}")
    raise DataError(f"{path} ends before the line with the size of the matrix. {_ADVICE}")


def _split_banner(path: Path, line: str) -> list[str]:
    words = line.split()
    if not words or words[0] != _BANNER:
        raise DataError(f'{path} does not begin with "{_BANNER}". {_ADVICE}')
    return [word.lower() for word in words[1:]]


def _parse_header(path: Path, banner: list[str], number: int, cells: list[str]) -> _Header:
    layout, field, symmetry = _check_banner(path, banner)
    is_sparse = layout == "coordinate"
    names = ("rows", "columns", "entries")[: 3 if is_sparse else 2]
    if len(cells) != len(names) or not all(map(_WHOLE_NUMBER.fullmatch, cells)):
        raise DataError(
            f"{path}, line {number}: expected the numbers of {' and '.join(names)}, but found "
            f'"{format_cell(" ".join(cells))}". {_ADVICE}'
        )
    rows, columns, *declared = map(int, cells)
    is_symmetric = symmetry == "symmetric"
    _check_sizes(path, rows, columns, is_symmetric)
    if not is_sparse:
        declared = [rows * (rows + 1) // 2 if is_symmetric else rows * columns]
    return _Header(
        path=path,
        is_sparse=is_sparse,
        dtype=_DTYPES[field],
        is_symmetric=is_symmetric,
        rows=rows,
        columns=columns,
        entries=declared[0],
    )


def _check_banner(path: Path, banner: list[str]) -> tuple[str, str, str]:
    known = (("matrix",), ("coordinate", "array"), tuple(_DTYPES), _SYMMETRIES)
    if len(banner) != len(known):
        raise DataError(
            f'{path}, line 1: expected four words after "{_BANNER}", as in "{_BANNER} matrix '
            f'coordinate real general", but found {len(banner)}. {_ADVICE}'
        )
    for word, words in zip(banner, known, strict=True):
        if word not in words:
            raise DataError(
                f'{path}, line 1: "{format_cell(word)}" matrices cannot be read, only '
                f"{' or '.join(words)} ones. {_ADVICE}"
            )
    _, layout, field, symmetry = banner
    if layout == "array" and field == "pattern":
        raise DataError(f"{path}, line 1: an array has numbers, so it cannot be a pattern")
    return layout, field, symmetry


def _check_sizes(path: Path, rows: int, columns: int, is_symmetric: bool) -> None:
    if not rows or not columns:
        raise DataError(f"{path} has no rows or no columns. {_ADVICE}")
    if rows > MAX_ROWS or columns > MAX_COLUMNS:
        raise DataError(
            f"{path} has {rows:,} rows and {columns:,} columns, but at most {MAX_ROWS:,} rows and "
            f"{MAX_COLUMNS:,} columns can be used. Check its header"
        )
    if is_symmetric and rows != columns:
        raise DataError(
            f"{path} is symmetric, which needs as many columns as rows, but has {rows:,} rows and "
            f"{columns:,} columns. {_ADVICE}"
        )


# Entries with their places


def _read_coordinates(header: _Header, lines: LineReader) -> _SliceRows:
    """Return the rows of a matrix whose zeros are not in the file; equal places are summed."""
    keys, values = _sum_equal_places(*_sort_entries(*_collect_entries(header, lines)))
    values = _narrow(header.path, values)
    width = header.columns

    def slice_rows(start: int, stop: int) -> NDArray[Any]:
        first, last = np.searchsorted(keys, (start * width, stop * width))
        dense = np.zeros((stop - start) * width, values.dtype)
        dense[keys[first:last] - start * width] = values[first:last]
        return dense.reshape(stop - start, width)

    return slice_rows


def _collect_entries(header: _Header, lines: LineReader) -> tuple[NDArray[np.int64], NDArray[Any]]:
    """Return the places (row times width plus column, from 0) and the values of all entries."""
    fields: list[tuple[str, DTypeLike]] = [("row", np.int64), ("column", np.int64)]
    if header.dtype is not None:
        fields.append(("value", header.dtype))
    keys, values = [np.empty(0, np.int64)], [np.empty(0, header.dtype or np.float32)]
    for chunk, table in _read_tables(header, lines, np.dtype(fields)):
        rows, columns = table["row"] - 1, table["column"] - 1
        _check_places(header, chunk, rows, columns)
        keys.append(rows * header.columns + columns)
        values.append(np.ones(len(rows), np.float32) if header.dtype is None else table["value"])
        if header.is_symmetric:
            above = np.flatnonzero(rows != columns)
            keys.append(columns[above] * header.columns + rows[above])
            values.append(values[-1][above])
    return np.concatenate(keys), np.concatenate(values)


def _check_places(
    header: _Header, chunk: Chunk, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> None:
    outside = (rows < 0) | (rows >= header.rows) | (columns < 0) | (columns >= header.columns)
    if outside.any():
        number, line = _list_filled(chunk)[int(np.argmax(outside))]
        row, column = line.split()[:2]
        raise DataError(
            f"{header.path}, line {number}: there is no row {row}, column {column} in a matrix of "
            f"{header.rows:,} rows and {header.columns:,} columns, counted from 1. {_ADVICE}"
        )


def _sort_entries(
    keys: NDArray[np.int64], values: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    if (keys[1:] >= keys[:-1]).all():
        return keys, values
    order = np.argsort(keys, kind="stable")
    return keys[order], values[order]


def _sum_equal_places(
    keys: NDArray[np.int64], values: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[Any]]:
    new = np.ones(len(keys), bool)
    new[1:] = keys[1:] != keys[:-1]
    if new.all():
        return keys, values
    if values.dtype.kind == "i" and not _fits_int32(values):
        # Sums of whole numbers of 64 bits could overflow.
        values = values.astype(np.float64)
    first = np.flatnonzero(new)
    return keys[first], np.add.reduceat(values, first)


# All numbers, column by column


def _read_array(header: _Header, lines: LineReader) -> _SliceRows:
    """Return the rows of a matrix whose numbers are all in the file, or its lower triangle."""
    dtype = np.dtype([("value", header.dtype)])
    parts = [table["value"] for _, table in _read_tables(header, lines, dtype)]
    values = _narrow(header.path, np.concatenate(parts))
    if header.is_symmetric:
        matrix = np.empty((header.rows, header.columns), values.dtype)
        column, row = np.triu_indices(header.rows)
        matrix[row, column] = matrix[column, row] = values
    else:
        matrix = np.ascontiguousarray(values.reshape(header.columns, header.rows).T)
    return lambda start, stop: matrix[start:stop]


# Lines


def _read_tables(
    header: _Header, lines: LineReader, dtype: np.dtype[Any]
) -> Iterator[tuple[Chunk, NDArray[Any]]]:
    """Yield each chunk with its numbers, and check that there are as many as the header says."""
    count = 0
    while count <= header.entries and (chunk := lines.read()):
        table = _parse(chunk, dtype)
        if table is None:
            _refuse_line(header.path, chunk, dtype)
        count += len(table)
        yield chunk, table
    if count != header.entries:
        found = "more" if count > header.entries else f"{count:,}"
        raise DataError(
            f"{header.path}: its header says {header.entries:,} entries, but it has {found}. "
            "The file may be truncated; copy or write it again"
        )


def _parse(chunk: Chunk, dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """Return the numbers of the lines that are not blank; None if a number is none, or infinite."""
    try:
        with warnings.catch_warnings(action="error"):
            # Some versions of numpy only warn when they truncate 1.7 to an integer.
            table = np.loadtxt(chunk.lines, dtype, comments=None, ndmin=1)
    except (ValueError, OverflowError, Warning):
        return None
    if "value" in (dtype.names or ()) and not _is_finite(table["value"]):
        return None
    return table


def _is_finite(values: NDArray[Any]) -> bool:
    with np.errstate(over="ignore"):
        return bool(np.isfinite(values.astype(np.float32)).all())


def _list_filled(chunk: Chunk) -> list[tuple[int, str]]:
    """Return number and text of the lines that are not blank."""
    numbered = enumerate(chunk.lines, chunk.first_row)
    return [(number, line) for number, line in numbered if not line.isspace()]


def _refuse_line(path: Path, chunk: Chunk, dtype: np.dtype[Any]) -> NoReturn:
    names = dtype.names or ()
    for number, line in _list_filled(chunk):
        cells = line.split()
        if len(cells) != len(names):
            expected = f"{len(names)} numbers" if len(names) > 1 else "1 number"
            raise DataError(
                f"{path}, line {number}: expected {expected} ({', '.join(names)}), but found "
                f'"{format_cell(line.strip())}". {_ADVICE}'
            )
        for name, cell in zip(names, cells, strict=True):
            problem = find_number_problem(cell)
            if problem:
                raise DataError(f"{path}, line {number}: {problem}")
            if dtype[name].kind == "i" and not _WHOLE_NUMBER.fullmatch(cell.replace("-", "", 1)):
                raise DataError(
                    f'{path}, line {number}: "{format_cell(cell)}" is not a whole number of at '
                    f"most 18 digits, which a {name} is. {_ADVICE}"
                )
    raise DataError(f"{path}, line {chunk.first_row}: expected {len(names)} numbers. {_ADVICE}")


# Numbers


def _narrow(path: Path, values: NDArray[Any]) -> NDArray[Any]:
    """Return values as int32 if they are whole numbers that fit, else as float32."""
    if values.dtype.kind == "i" and _fits_int32(values):
        return values.astype(np.int32)
    if not _is_finite(values):
        raise DataError(f"{path}: the sum of the entries of one place is too large")
    return values.astype(np.float32)


def _fits_int32(values: NDArray[Any]) -> bool:
    limits = np.iinfo(np.int32)
    return not values.size or bool(values.min() >= limits.min and values.max() <= limits.max)
