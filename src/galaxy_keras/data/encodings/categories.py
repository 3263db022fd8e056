"""Categories, one-hot encoded or as indices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.cells import format_cell, is_missing
from galaxy_keras.catalogue.encodings import MAX_VOCABULARY, EncodingEntry
from galaxy_keras.data.encodings import encoding
from galaxy_keras.data.encodings.encoding import (
    MAX_PROBLEMS,
    Column,
    EncodingState,
    RawColumns,
)
from galaxy_keras.data.encodings.state import StateReader, is_storable, make_storable
from galaxy_keras.data.labels import format_label, normalize_label, sort_labels
from galaxy_keras.errors import DataError, escape_name, list_names

MAX_LEVELS_SHOWN: Final = 8
MIN_LEVELS_WARNED: Final = 100
"""From how many levels on there can be a warning that a column seems to name its rows."""


class Encoding(encoding.Encoding):
    """Columns of categories, each with the levels that training had.

    A level is known by its text: the number 1, the number 1.0 and the text ``1`` are one. Levels
    are in order: numbers by value, then text by its characters.
    """

    unit = "categories"

    _names: list[str]
    _levels: list[list[str]]
    """The levels of each column that were kept."""
    _seen: list[int]
    """How many levels each column had."""
    _rows: int

    def __init__(self, entry: EncodingEntry, options: Mapping[str, Any]) -> None:
        super().__init__(entry, options)
        self._is_index = self.options["output"] == "index"
        self._has_own = self.options["unknown"] == "own"
        if self._is_index:
            self.dtype = np.dtype(np.int32)

    @classmethod
    def fit(cls, entry: EncodingEntry, options: Mapping[str, Any], columns: RawColumns) -> Self:
        """Collect the levels of each column."""
        self = cls(entry, options)
        counts = [Counter(_list_cells(column)) for column in columns.values]
        for count in counts:
            del count[""]
        self._names, self._rows = make_storable(columns.names), columns.rows
        self._seen = list(map(len, counts))
        self._levels = [self._keep_levels(count) for count in counts]
        self._check_levels(columns)
        self._prepare()
        return self

    @classmethod
    def restore(
        cls, entry: EncodingEntry, options: Mapping[str, Any], state: EncodingState
    ) -> Self:
        """Read names and levels of the columns."""
        self = cls(entry, options)
        reader = StateReader(entry.name, state)
        self._names = reader.read_texts("columns", unique=False)
        self._levels = reader.read_lists("levels", len(self._names))
        self._seen = reader.read_counts("seen", len(self._names))
        self._rows = reader.read_count("rows", least=1)
        if not self._names or not all(self._levels):
            reader.refuse("levels", "has no columns, or a column without levels")
        if any(map(int.__lt__, self._seen, map(len, self._levels))):
            reader.refuse("seen", 'has fewer categories than "levels"')
        if sum(map(len, self._levels)) > MAX_VOCABULARY:
            reader.refuse("levels", f"has more than {MAX_VOCABULARY:,} levels")
        self._prepare()
        return self

    def get_state(self) -> EncodingState:
        """Return names and levels of the columns."""
        return EncodingState(
            {
                "columns": self._names,
                "levels": self._levels,
                "seen": self._seen,
                "rows": self._rows,
            }
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of columns for indices, else that of the levels of all columns."""
        return (len(self._names) if self._is_index else int(self._starts[-1]),)

    @property
    def vocabulary_size(self) -> int | None:
        """The number of indices; None where they are one-hot encoded."""
        return max(map(len, self._levels)) + 1 + self._has_own if self._is_index else None

    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return indices, or 1 in the cell of each level that is there."""
        self.check_columns(columns, self._names)
        encoded = np.zeros((columns.rows, *self.shape), self.dtype)
        for index in range(len(columns.values)):
            positions = self._find_levels(columns, index)
            if self._is_index:
                encoded[:, index] = positions + 1
            else:
                known = np.flatnonzero(positions >= 0)
                encoded[known, self._starts[index] + positions[known]] = 1
        return encoded

    def describe(self) -> list[str]:
        """Return the levels of each column."""
        return list(map(self._describe_column, self._names, self._levels, self._seen))

    def names(self) -> list[str]:
        """Return the name of each column for indices, else column and level of each cell."""
        return self._names if self._is_index else list(self._list_cell_names())

    def list_warnings(self) -> list[str]:
        """Return warnings of columns with names of rows, and of those with no known level."""
        names = [
            name
            for name, seen in zip(self._names, self._seen, strict=True)
            if seen > MIN_LEVELS_WARNED and seen > self._rows / 2
        ]
        lost = [
            self._names[index]
            for index, met in sorted(self._met.items())
            if met and self._unmet[index] == met
        ]
        foreign = [
            f"none of the categories of {list_names(lost)} is one that training had, so that the "
            "network is told nothing there. Check spelling, language and order of the columns"
        ]
        told = [
            f"most of the {self._rows:,} rows have a category of their own in the columns: "
            f"{list_names(names)}. If these are names or numbers of samples, leave them out: "
            "categories columns=..., or --id-columns"
        ]
        return [*(foreign if lost else super().list_warnings()), *(told if names else [])]

    def reset_tally(self) -> None:
        """Count anew, for each column too."""
        super().reset_tally()
        self._met: Counter[int] = Counter()
        self._unmet: Counter[int] = Counter()

    # Levels

    def _keep_levels(self, counts: Counter[str]) -> list[str]:
        least = self.options["min_count"]
        return sort_labels(
            level for level, count in counts.items() if count >= least and is_storable(level)
        )

    def _check_levels(self, columns: RawColumns) -> None:
        empty = [
            name for name, levels in zip(columns.names, self._levels, strict=True) if not levels
        ]
        if empty or not columns.values:
            raise DataError(
                "no category is left that is in at least "
                f"{self.options['min_count']} training rows, in the columns: {list_names(empty)}. "
                "Leave them out (categories columns=...), or lower min_count"
            )
        if sum(map(len, self._levels)) > MAX_VOCABULARY:
            raise DataError(
                f"the columns {list_names(columns.names)} have more than {MAX_VOCABULARY:,} "
                "different categories. Raise min_count, or leave columns out: categories "
                "columns=..."
            )

    def _prepare(self) -> None:
        """Derive what encoding needs from options and levels."""
        sizes = [len(levels) + self._has_own for levels in self._levels]
        self._starts = np.cumsum([0, *sizes])
        self._positions = [
            {level: position for position, level in enumerate(levels)} for levels in self._levels
        ]

    def _find_levels(self, columns: RawColumns, index: int) -> NDArray[np.intp]:
        """Return the position of each cell's level; that of `own`, or -1, for unknown ones."""
        cells = _list_cells(columns.values[index])
        known = self._positions[index]
        positions = np.fromiter((known.get(cell, -1) for cell in cells), np.intp, len(cells))
        unknown = np.flatnonzero(positions < 0)
        missing = sum(not cells[row] for row in unknown)
        self.tally.cells += len(cells)
        self.tally.missing += missing
        self.tally.tokens += len(cells) - missing
        self.tally.unknown += len(unknown) - missing
        self._met[index] += len(cells) - missing
        self._unmet[index] += len(unknown) - missing
        if len(unknown) and self.options["unknown"] == "error":
            raise DataError(
                *(
                    self._describe_unknown(columns, row, index, cells[row])
                    for row in unknown[:MAX_PROBLEMS]
                )
            )
        if self._has_own:
            positions[unknown] = len(known)
        return positions

    # Texts

    def _describe_unknown(self, columns: RawColumns, row: int, index: int, cell: str) -> str:
        levels = list_names(self._levels[index], MAX_LEVELS_SHOWN)
        problem = (
            f'"{format_cell(cell)}" is not a category of the training rows'
            if cell
            else "the category is missing"
        )
        return (
            f"{columns.locate(row, index)}: {problem} ({levels}). Correct it, or give categories "
            "the option unknown=zeros or own"
        )

    def _describe_column(self, name: str, levels: list[str], seen: int) -> str:
        kept = "" if len(levels) == seen else f" of {seen:,}"
        count = f"{len(levels):,}{kept} {'category' if seen == 1 else 'categories'}"
        return f"{escape_name(name)}: {count} ({list_names(levels, MAX_LEVELS_SHOWN)})"

    def _list_cell_names(self) -> Iterator[str]:
        for name, levels in zip(self._names, self._levels, strict=True):
            yield from (f"{name}={level}" for level in levels)
            if self._has_own:
                yield f"{name} is unknown"


def _list_cells(column: Column) -> list[str]:
    """Return what each cell is known by; the empty text where it is missing."""
    if isinstance(column, np.ndarray) and column.dtype.kind in "iufb":
        return ["" if value != value else format_label(value) for value in column.tolist()]
    known: dict[str, str] = {}
    cells = []
    for cell in column:
        text = known.get(cell)
        if text is None:
            stripped = cell.strip()
            text = known[cell] = "" if is_missing(stripped) else normalize_label(stripped)
        cells.append(text)
    return cells
