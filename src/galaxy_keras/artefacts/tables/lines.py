"""Opening tables: plain or gzipped text in UTF-8, read in chunks.

Tables with another separator than tabs (CSV) are turned into lines with tabs while they are read,
so that all that reads tables reads them too. The module `csv` took 0.31 s of CPU and 46 MB for
25,000 reviews where `pandas.read_csv` took 0.63 s and 138 MB, besides 0.25 s for its import.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from galaxy_keras.artefacts.content import (
    HEADER_BYTES,
    FileType,
    find_table_advice,
    identify_start,
)
from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.catalogue.sample_formats import PARQUET
from galaxy_keras.errors import DataError

CHUNK_CHARACTERS = 2**18
"""Characters per chunk: few enough to add little memory, enough not to cost time."""

MAX_LINE_CHARACTERS = 2**27

DECOMPRESSION_BUFFER_BYTES = 2**17
"""The default of 8 KiB is a third slower."""

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive lines of a table; `first_row` is the number of the first, from 1."""

    first_row: int
    lines: list[str]


class LineReader:
    """Reads the lines of a table in order, without blank lines at its end.

    `path` names the table in messages.
    """

    def __init__(self, file: TextIO, path: Path) -> None:
        self._file = file
        self._path = path
        self._pending: list[str] = []
        self._row = 1
        self._pending_blank = 0

    def read(self, max_rows: int | None = None) -> Chunk | None:
        """Return the next lines, at most `max_rows`; None at the end.

        They have about `CHUNK_CHARACTERS` characters, which is a hint, not a limit.

        Raises
        ------
        DataError
            If a line has more than `MAX_LINE_CHARACTERS` characters: a few bytes of gzip can
            become a line that takes all memory.
        """
        while lines := self._pending or self._read_lines():
            end = len(lines) if max_rows is None else max_rows
            lines, self._pending = lines[:end], lines[end:]
            filled = _count_filled(lines)
            if filled:
                chunk = Chunk(self._row, ["\n"] * self._pending_blank + lines[:filled])
                self._row += len(chunk.lines)
                self._pending_blank = len(lines) - filled
                return chunk
            self._pending_blank += len(lines)
        return None

    def _read_lines(self) -> list[str]:
        text = self._file.read(CHUNK_CHARACTERS)
        if text and not text.endswith("\n"):
            rest = self._file.readline(MAX_LINE_CHARACTERS)
            if len(rest) == MAX_LINE_CHARACTERS:
                row = self._row + self._pending_blank + text.count("\n")
                raise DataError(_describe_long_row(self._path, row))
            text += rest
        # Only "\n" ends a line, as in the file; str.splitlines knows other ends.
        return io.StringIO(text, newline="\n").readlines()

    def unread(self, chunk: Chunk) -> None:
        """Put back `chunk`, the last that was read."""
        self._pending = chunk.lines + ["\n"] * self._pending_blank + self._pending
        self._row = chunk.first_row
        self._pending_blank = 0


class SeparatedReader(LineReader):
    """Reads the records of a table with quotes (CSV) as lines with tabs.

    Tabs and line ends inside quotes become blanks. Rows are counted as a spreadsheet shows them: a
    record of several lines is one row.

    Parameters
    ----------
    file, path
        As for `LineReader`.
    separator
        What separates the cells.
    """

    def __init__(self, file: TextIO, path: Path, separator: str) -> None:
        super().__init__(file, path)
        self._records = self._iterate_records(separator)

    def _read_lines(self) -> list[str]:
        lines: list[str] = []
        characters = 0
        for line in self._records:
            lines.append(line)
            characters += len(line)
            if characters >= CHUNK_CHARACTERS:
                break
        return lines

    def _iterate_records(self, separator: str) -> Iterator[str]:
        csv.field_size_limit(MAX_LINE_CHARACTERS)
        records = csv.reader(self._iterate_file(), delimiter=separator, strict=True)
        try:
            for cells in records:
                yield _join_cells(cells)
        except csv.Error as error:
            raise DataError(
                f"{self._path}, line {records.line_num}: this is not CSV ({error}). Quotes around "
                'a cell must be closed, and a quote inside them is doubled ("")'
            ) from None

    def _iterate_file(self) -> Iterator[str]:
        row = 0
        while line := self._file.readline(MAX_LINE_CHARACTERS):
            row += 1
            if len(line) == MAX_LINE_CHARACTERS:
                raise DataError(_describe_long_row(self._path, row))
            yield line


@contextlib.contextmanager
def open_lines(
    path: Path, separator: str | None = None, *, accepted: FileType = FileType.TEXT
) -> Iterator[LineReader]:
    """Open a table for reading from its first line.

    Bytes that are not UTF-8 become lone surrogates, so they are an error only in a cell that is
    used.

    Parameters
    ----------
    path
        The file, plain or compressed with gzip.
    separator
        What separates the cells of a table with quotes (CSV); None for tabs without quotes; for a
        Parquet file, in which nothing does, `PARQUET`.
    accepted
        What it may be beside a plain table.

    Raises
    ------
    DataError
        If the file is missing, not readable, damaged or of another format.
    """
    if separator == PARQUET:
        from galaxy_keras.artefacts.tables.parquet import opening_parquet

        with opening_parquet(path) as reader:
            yield reader
        return
    with open_bytes(path, accepted=accepted) as content:
        text = io.TextIOWrapper(content, encoding="utf-8", errors="surrogateescape")
        yield (
            LineReader(text, path) if separator is None else SeparatedReader(text, path, separator)
        )


@contextlib.contextmanager
def open_bytes(path: Path, *, accepted: FileType = FileType.TEXT) -> Iterator[io.BufferedReader]:
    """Open a file of text for reading its bytes, without a byte order mark.

    Parameters
    ----------
    path
        The file, plain or compressed with gzip.
    accepted
        What it may be beside plain text.

    Raises
    ------
    DataError
        If the file is missing, not readable, damaged or of another format; in the context, too.
    """
    try:
        with path.open("rb") as file, _decompress(file) as content:
            _check_format(content.peek(HEADER_BYTES)[:HEADER_BYTES], path, accepted)
            if content.peek(3)[:3] == _BYTE_ORDER_MARK:
                content.read(3)
            yield content
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path} is a damaged or truncated gzip file. Upload or copy it again"
        ) from error
    except OSError as error:
        raise DataError(describe_read_failure(path, error)) from error


def count_lines(path: Path, separator: str | None = None) -> int:
    """Return the number of rows of a table as `open_lines` reads it.

    Raises
    ------
    DataError
        If it cannot be read.
    """
    count = 0
    with open_lines(path, separator) as reader:
        while chunk := reader.read():
            count += len(chunk.lines)
    return count


def _join_cells(cells: list[str]) -> str:
    line = "\t".join(cells)
    if "\n" in line or line.count("\t") >= max(len(cells), 1):
        line = "\t".join(" ".join(re.split(r"[\t\n]", cell)) for cell in cells)
    return line + "\n"


def _describe_long_row(path: Path, row: int) -> str:
    return (
        f"{path}, row {row} has more than {MAX_LINE_CHARACTERS:,} characters. "
        "Check that the file is a table and has line ends"
    )


def _decompress(file: io.BufferedReader) -> io.BufferedReader:
    if file.peek(2)[:2] != _GZIP:
        return file
    unpacked: BinaryIO = gzip.GzipFile(fileobj=file)  # type: ignore[assignment]
    return io.BufferedReader(unpacked, DECOMPRESSION_BUFFER_BYTES)  # type: ignore[arg-type]


def _check_format(start: bytes, path: Path, accepted: FileType) -> None:
    file_type = identify_start(start, path)
    advice = find_table_advice(file_type)
    if advice and file_type is not accepted:
        raise DataError(f"{path} is {file_type.value}, not a table. {advice}")


def _count_filled(lines: list[str]) -> int:
    """Return the number of lines without the blank ones at the end."""
    filled = len(lines)
    while filled and lines[filled - 1].isspace():
        filled -= 1
    return filled
