"""Intervals of a genome: BED, narrowPeak and the like, and tables with named columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.labels import TableColumns, type_columns
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.lines import LineReader, open_lines
from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.columns import ColumnSelection

MAX_INTERVALS: Final = 10_000_000
MAX_PROBLEMS: Final = 10
MAX_POSITION: Final = 2**40

STRANDS: Final = {"+": 1, "-": -1, ".": 0, "": 0}
_NAMES: Final = {
    "chromosome": ("chrom", "chromosome", "chr", "seqnames"),
    "start": ("start", "chromstart"),
    "end": ("end", "stop", "chromend"),
    "strand": ("strand",),
    "name": ("name",),
}
_BED_NAME, _BED_STRAND = 3, 5
_NOT_DATA: Final = ("#", "track", "browser")


@dataclass(frozen=True, eq=False)
class IntervalLayout(Layout):
    """The columns of a file of intervals, whose rows messages name by their line.

    Attributes
    ----------
    lines
        The line of each row, from 1, shape (rows,).
    """

    lines: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))

    def locate(self, row: int, position: int) -> str:
        """Name a cell for a message."""
        line = self.lines[row - self.first_row]
        return f"{self.path}, line {line:,}, {self.describe_column(position)}"


@dataclass(frozen=True, eq=False)
class Intervals:
    """Intervals as they are in a file; positions from 0, ends not included.

    Attributes
    ----------
    path
        The file.
    names
        The names of the chromosomes that occur.
    chromosomes
        The index of the name of each row, shape (rows,).
    starts, ends
        Shape (rows,).
    strands
        1, -1, or 0 where it is not said, shape (rows,).
    lines
        The line of each row, from 1, shape (rows,).
    labels
        The name of each row: of a column `name`, or column 4 of a BED; empty where it has none.
    columns
        The columns that were asked for; None where none were.
    """

    path: Path
    names: tuple[str, ...]
    chromosomes: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    strands: NDArray[np.int8]
    lines: NDArray[np.int64]
    labels: tuple[str, ...]
    columns: TableColumns | None = None

    def __len__(self) -> int:
        return len(self.starts)

    def select_columns(self, rows: NDArray[np.intp]) -> TableColumns | None:
        """Return the columns of some rows."""
        if self.columns is None:
            return None
        layout = replace(self.columns.layout, lines=self.lines[rows])  # type: ignore[call-arg]
        return TableColumns(layout, tuple(each[rows] for each in self.columns.values))


@dataclass(frozen=True)
class _Places:
    """Where the parts of an interval are in a line, from 0; None where it has none."""

    chromosome: int
    start: int
    end: int
    strand: int | None
    name: int | None


def read_intervals(
    path: Path, columns: ColumnSelection | None = None, option: str = "--intervals"
) -> Intervals:
    """Read intervals, plain or compressed with gzip.

    Parameters
    ----------
    path
        Tab-separated: chromosome, start and end, in columns of these names or the first three.
    columns
        The columns to keep beside them.
    option
        The option that gives the file, for messages.

    Raises
    ------
    DataError
        If the file cannot be read, or holds what is no interval; up to ten lines are listed.
    """
    with open_lines(path) as reader:
        return _Reader(path, columns, option).read(reader)


class _Reader:
    def __init__(self, path: Path, columns: ColumnSelection | None, option: str) -> None:
        self._path = path
        self._columns = columns
        self._option = option
        self._header: tuple[str, ...] | None = None
        self._places: _Places | None = None
        self._chosen: tuple[int, ...] = ()
        self._count = 0
        self._numbers: dict[str, int] = {}
        self._texts: dict[str, str] = {}
        self._problems: list[str] = []
        self._chunks: list[NDArray[np.int64]] = []
        self._labels: list[str] = []
        self._cells: list[list[str]] = []

    def read(self, reader: LineReader) -> Intervals:
        while chunk := reader.read():
            rows = list(self._parse(chunk.first_row, chunk.lines))
            self._chunks.append(np.array(rows, np.int64).reshape(len(rows), 5))
            if len(self._problems) >= MAX_PROBLEMS:
                break
            if sum(map(len, self._chunks)) > MAX_INTERVALS:
                raise DataError(
                    f"{self._path} has more than {MAX_INTERVALS:,} intervals. Give fewer, for "
                    "example a sample of them"
                )
        if self._problems:
            raise DataError(*self._problems[:MAX_PROBLEMS])
        if self._places is None:
            raise DataError(f"{self._path} has no intervals. Check the step that wrote it")
        return self._make(self._places)

    def _make(self, places: _Places) -> Intervals:
        numbers = np.concatenate(self._chunks)
        lines = numbers[:, 4]
        layout = IntervalLayout(
            self._path, self._option, self._header, self._count, self._chosen, lines
        )
        return Intervals(
            path=self._path,
            names=tuple(self._numbers),
            chromosomes=numbers[:, 0].astype(np.int32),
            starts=numbers[:, 1],
            ends=numbers[:, 2],
            strands=numbers[:, 3].astype(np.int8),
            lines=lines,
            labels=tuple(self._labels) if places.name is not None else ("",) * len(numbers),
            columns=None if self._columns is None else type_columns(layout, self._cells),
        )

    def _parse(self, first: int, lines: Sequence[str]) -> Iterator[tuple[int, int, int, int, int]]:
        for number, line in enumerate(lines, first):
            cells = [cell.strip() for cell in line.split("\t")]
            if line.startswith(_NOT_DATA) or not any(cells):
                self._read_comment(line)
                continue
            if self._places is None and not self._begin(number, cells):
                continue
            try:
                yield self._parse_row(number, cells)
            except ValueError as error:
                self._problems.append(f"{self._path}, line {number:,}: {error}")
                if len(self._problems) >= MAX_PROBLEMS:
                    return

    def _read_comment(self, line: str) -> None:
        """Take the names of columns from a line of them, as in Galaxy's intervals."""
        names = tuple(cell.strip() for cell in line.lstrip("#").split("\t"))
        if self._places is None and _find(names, "chromosome") is not None:
            self._header = names

    def _begin(self, number: int, cells: list[str]) -> bool:
        """Find out where things are; return whether the line is one of data."""
        named = len(cells) > 2 and not _is_number(cells[1])
        if self._header is None and named and _find(cells, "chromosome") is not None:
            self._header = tuple(cells)
            return False
        self._places = self._find_places(cells)
        self._count = len(self._header or cells)
        if self._columns is not None:
            where = f"{self._path}, line {number:,}"
            self._chosen = tuple(self._columns.choose(self._header, self._count, where))
            self._cells = [[] for _ in self._chosen]
        return True

    def _find_places(self, cells: list[str]) -> _Places:
        if self._header is None:
            has_strand = len(cells) > _BED_STRAND and cells[_BED_STRAND] in STRANDS
            return _Places(
                *(0, 1, 2),
                strand=_BED_STRAND if has_strand else None,
                name=_BED_NAME if len(cells) > _BED_NAME else None,
            )
        found = [_find(self._header, part) for part in _NAMES]
        missing = [part for part, place in zip(_NAMES, found[:3], strict=False) if place is None]
        if missing:
            raise DataError(
                f'{self._path}: there is no column "{missing[0]}" among {", ".join(self._header)}. '
                "Intervals need chromosome, start and end"
            )
        return _Places(*found)  # type: ignore[arg-type]

    def _parse_row(self, line: int, cells: list[str]) -> tuple[int, int, int, int, int]:
        places = self._places
        if places is None or len(cells) <= max(places.chromosome, places.start, places.end):
            raise ValueError(_describe_few(cells))
        start = _parse_position(cells[places.start], "start")
        end = _parse_position(cells[places.end], "end")
        if end < start:
            raise ValueError(
                f"the end ({end:,}) is before the start ({start:,}). Exchange them if the "
                "strand is meant, which has a column of its own"
            )
        if not cells[places.chromosome]:
            raise ValueError("the chromosome is missing")
        if len(cells) < self._count:
            raise ValueError(f"there are {len(cells)} columns, but {self._count} in lines before")
        for kept, position in zip(self._cells, self._chosen, strict=True):
            kept.append(self._texts.setdefault(cells[position], cells[position]))
        if places.name is not None:
            self._labels.append(self._texts.setdefault(cells[places.name], cells[places.name]))
        chromosome = self._numbers.setdefault(cells[places.chromosome], len(self._numbers))
        return chromosome, start, end, _parse_strand(places, cells), line


def _find(names: Sequence[str], part: str) -> int | None:
    return next((i for i, name in enumerate(names) if name.casefold() in _NAMES[part]), None)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _parse_position(text: str, what: str) -> int:
    if _is_number(text) and int(text) < MAX_POSITION:
        return int(text)
    raise ValueError(
        f'the {what} is "{text[:40]}", which is no position. Positions are whole numbers from 0'
    )


def _parse_strand(places: _Places, cells: list[str]) -> int:
    text = "" if places.strand is None else cells[places.strand]
    if text not in STRANDS:
        raise ValueError(f'the strand is "{text[:40]}". It may be +, - or .')
    return STRANDS[text]


def _describe_few(cells: list[str]) -> str:
    found = "is 1 column" if len(cells) == 1 else f"are {len(cells)} columns"
    advice = "Give a tab-separated BED file"
    if len(cells) == 1 and len(cells[0].split()) > 2:
        advice = "The parts are separated by blanks: write tabs instead"
    return f"there {found}, but an interval has chromosome, start and end. {advice}"
