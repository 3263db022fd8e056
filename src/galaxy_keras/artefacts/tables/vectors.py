"""Word vectors as text: a word and its numbers a line, as GloVe and word2vec write them.

Only the lines of words that are asked for are taken apart: of 400,000 lines of 100 numbers, 347 MB,
those of 10,000 words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.artefacts.tables.lines import open_bytes
from galaxy_keras.errors import DataError, escape_name

_CHUNK_BYTES = 2**22
_MAX_LINE_BYTES = 2**20


def read_vectors(
    path: Path, indices: Mapping[str, int], shape: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Return the vectors of words.

    Parameters
    ----------
    path
        The file, plain or compressed with gzip. A first line of two whole numbers, as word2vec
        writes it, is no vector.
    indices
        The row of each word.
    shape
        Rows, and numbers of a vector.

    Returns
    -------
    vectors
        The vectors, of the shape `shape`; zeros where the file has none.
    found
        Whether the file has a vector for a row, shape (rows,). Of several, the first counts.

    Raises
    ------
    DataError
        If the file cannot be read, or its vectors are of another length or no numbers.
    """
    rows = {word.encode("utf-8", "surrogatepass"): row for word, row in indices.items()}
    vectors = np.zeros(shape, np.float32)
    found = np.zeros(shape[0], bool)
    number = 0
    with open_bytes(path) as content:
        for lines in _iterate_lines(content):
            if number == 0:
                _check_length(path, lines, shape[1])
            for position, line in enumerate(lines, number + 1):
                row = rows.get(line.partition(b" ")[0])
                if row is not None and not found[row]:
                    values = _parse(path, position, line, shape[1])
                    if values is not None:
                        vectors[row], found[row] = values, True
            number += len(lines)
    if not number:
        raise DataError(f"{path} is empty: it has no vectors. Check the step that wrote it")
    return vectors, found


def write_rows(path: Path, rows: Iterable[Iterable[str]]) -> None:
    """Write rows of cells without a header, as the projector of TensorBoard reads them.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    with (
        writing_atomically(path) as temporary,
        temporary.open("w", encoding="utf-8", newline="\n") as file,
    ):
        file.writelines("\t".join(row) + "\n" for row in rows)


def _iterate_lines(file: BinaryIO) -> Iterator[list[bytes]]:
    """Yield complete lines, a few MB at once."""
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        lines = (rest + chunk).split(b"\n")
        rest = lines.pop()
        if len(rest) > _MAX_LINE_BYTES:
            break
        if lines:
            yield lines
    if rest:
        yield [rest]


def _check_length(path: Path, lines: list[bytes], length: int) -> None:
    """Check the first vector, so that a file of others is refused before it is read."""
    first = lines[0].split()
    if _is_header(first):
        first = lines[1].split() if len(lines) > 1 else []
    several_words = len(first) > length + 1 and not _is_number(first[1])
    if len(first) - 1 != length and not several_words:
        raise DataError(
            f"{path}: its vectors have {max(len(first) - 1, 0):,} numbers, but those of the layer "
            f"{length:,}. Give the layer output_dim={max(len(first) - 1, 1)}, or take vectors of "
            f"{length:,} numbers, one word and its numbers a line"
        )


def _is_header(cells: list[bytes]) -> bool:
    return len(cells) == 2 and all(cell.isdigit() for cell in cells)


def _parse(path: Path, number: int, line: bytes, length: int) -> NDArray[np.float32] | None:
    """Return the numbers of a line; None for the header, and for words that contain blanks."""
    cells = line.split()
    if number == 1 and _is_header(cells):
        return None
    if len(cells) > length + 1 and not _is_number(cells[1]):
        return None
    try:
        values = np.array(cells[1:], np.float32)
    except ValueError:
        values = np.zeros(0, np.float32)
    if len(values) != length or not np.isfinite(values).all():
        word = escape_name(cells[0].decode("utf-8", "replace"), 40)
        raise DataError(
            f'{path}, line {number:,}: the word "{word}" is not followed by {length:,} numbers. '
            "Take vectors of that length, or give the layer another output_dim"
        )
    return values


def _is_number(cell: bytes) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
