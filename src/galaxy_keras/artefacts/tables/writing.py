"""Writing tables atomically: tab-separated text with a header."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.errors import DataError

ROWS_PER_CHUNK = 2**16
_FORBIDDEN_CHARACTERS = frozenset("\t\n\r")


class TableWriter:
    """Writes a table in chunks; the file appears when the context is left without error.

    Parameters
    ----------
    path
        The file.
    names
        The names of the columns.
    header
        Whether it begins with them.

    Examples
    --------
    ::

        with TableWriter(path, ["Predicted"]) as writer:
            for chunk in chunks:
                writer.write([predict(chunk)])
    """

    _stack: contextlib.ExitStack
    _file: TextIO

    def __init__(self, path: Path, names: Sequence[str], *, header: bool = True) -> None:
        self._path = path
        self._names = list(names)
        self._header = header

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as stack:
            temporary = stack.enter_context(writing_atomically(self._path))
            self._file = stack.enter_context(temporary.open("w", encoding="utf-8", newline="\n"))
            names = [_check_cells([name], "the header") for name in self._names]
            if self._header:
                self._write_rows(names)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.__exit__(kind, error, traceback)

    def write(self, columns: Sequence[NDArray[Any]]) -> None:
        """Append rows, given as one array of shape (rows,) for each column.

        Integers are written as integers, floating-point numbers with as few digits as give
        back the same number of their type, text as it is.

        Raises
        ------
        DataError
            If text contains a tab or a line end.
        ValueError
            If there are not as many columns as names, or they have different lengths.
        """
        if len(columns) != len(self._names) or len({len(column) for column in columns}) > 1:
            raise ValueError("each name needs a column, and all columns the same length")
        for start in range(0, len(columns[0]), ROWS_PER_CHUNK):
            end = start + ROWS_PER_CHUNK
            self._write_rows(
                [
                    _format_column(np.asarray(column[start:end]), name)
                    for name, column in zip(self._names, columns, strict=True)
                ]
            )

    def _write_rows(self, columns: Sequence[Sequence[str]]) -> None:
        self._file.writelines("\t".join(cells) + "\n" for cells in zip(*columns, strict=True))


def write_table(path: Path, names: Sequence[str], columns: Sequence[NDArray[Any]]) -> None:
    """Write a table with a header; see `TableWriter.write` for the columns.

    Raises
    ------
    DataError
        If the file cannot be written, or text contains a tab or a line end.
    """
    with TableWriter(path, names) as writer:
        writer.write(columns)


def _format_column(values: NDArray[Any], name: str) -> Sequence[str]:
    if values.dtype == np.float32:
        # As Python's numbers, which are float64, they would get digits that they do not have.
        return list(values.astype(np.str_))
    cells = list(map(str, values.tolist()))
    return cells if values.dtype.kind in "bif" else _check_cells(cells, f'column "{name}"')


def _check_cells(cells: list[str], where: str) -> list[str]:
    for cell in cells:
        if not _FORBIDDEN_CHARACTERS.isdisjoint(cell):
            raise DataError(
                f"{cell!r} cannot be written to {where} of a table: it contains a tab or a line "
                "end. Remove it from the data or the names"
            )
    return cells
