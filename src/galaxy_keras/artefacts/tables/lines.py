"""Opening tables: plain or gzipped text in UTF-8, read a piece at a time."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from galaxy_keras.errors import DataError

CHUNK_CHARACTERS = 2**18
"""Small enough to add little to the memory of a table, large enough not to cost time."""

DECOMPRESSION_BUFFER_BYTES = 2**17
"""How much is unpacked at once; the default, 8 KiB, takes a third more time."""

_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_OTHER_FORMATS = {
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an Excel workbook",
    b"\x89HDF": "an HDF5 file",
    b"\xfd7zXZ\x00": "compressed with xz",
}


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some lines of a table that follow each other; `first_row` is the number of the first."""

    first_row: int
    lines: list[str]


class LineReader:
    """Gives the lines of a table in order; blank lines at its end are left out."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._ahead: list[str] = []
        self._row = 1
        self._blank = 0

    def read(self, most: int | None = None) -> Chunk | None:
        """Return the next lines, at most `most` and about `CHUNK_CHARACTERS`; None at the end."""
        while lines := self._ahead or self._file.readlines(CHUNK_CHARACTERS):
            lines, self._ahead = lines[:most], lines[len(lines) if most is None else most :]
            filled = _count_filled(lines)
            if filled:
                chunk = Chunk(self._row, ["\n"] * self._blank + lines[:filled])
                self._row += len(chunk.lines)
                self._blank = len(lines) - filled
                return chunk
            self._blank += len(lines)
        return None

    def unread(self, chunk: Chunk) -> None:
        """Let `piece`, the last that was read, be read again."""
        self._ahead = chunk.lines + ["\n"] * self._blank + self._ahead
        self._row = chunk.first_row
        self._blank = 0


@contextlib.contextmanager
def open_lines(path: Path) -> Iterator[LineReader]:
    """Open a table for reading from its first line.

    Bytes that are not UTF-8 become lone surrogates, so that they are an error only in a cell
    that is used.

    Raises
    ------
    DataError
        If the file is missing, not readable, damaged or of another format.
    """
    try:
        with path.open("rb") as file, _decompress(file) as content:
            _check_format(content.peek(8)[:8], path)
            if content.peek(3)[:3] == _BYTE_ORDER_MARK:
                content.read(3)
            text = io.TextIOWrapper(content, encoding="utf-8", errors="surrogateescape")
            yield LineReader(text)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(
            f"{path} is compressed with gzip, and damaged or cut short. Upload or copy it again"
        ) from error
    except OSError as error:
        raise DataError(_describe_failure(path, error)) from error


def _decompress(file: io.BufferedReader) -> io.BufferedReader:
    if file.peek(2)[:2] != _GZIP:
        return file
    unpacked: BinaryIO = gzip.GzipFile(fileobj=file)  # type: ignore[assignment]
    return io.BufferedReader(unpacked, DECOMPRESSION_BUFFER_BYTES)  # type: ignore[arg-type]


def _check_format(start: bytes, path: Path) -> None:
    for signature, description in _OTHER_FORMATS.items():
        if start.startswith(signature):
            raise DataError(
                f"{path} is {description}, not a table. Save or export the table as "
                "tab-separated text in UTF-8"
            )


def _count_filled(lines: list[str]) -> int:
    """Return the number of lines without the blank ones at the end."""
    filled = len(lines)
    while filled and lines[filled - 1].isspace():
        filled -= 1
    return filled


def _describe_failure(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"{path} does not exist. Check the path"
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder, not a table. Give the file itself"
    if isinstance(error, PermissionError):
        return f"{path} may not be read. Ask its owner for permission to read it"
    return f"{path} cannot be read: {error.strerror or error}"
