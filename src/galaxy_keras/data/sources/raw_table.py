"""An open file of raw samples, whatever its format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.raw import RawCells


@dataclass(frozen=True, eq=False)
class RawTable:
    """An open file of raw samples.

    Attributes
    ----------
    layout
        Its columns, all of them chosen.
    read
        Yields the cells of the chosen columns of a layout, a given number of rows a chunk (None for
        as many as are read at once); it can be called once.
    """

    layout: Layout
    read: Callable[[Layout, int | None], Iterator[RawCells]]

    def iterate(self, positions: Sequence[int], rows: int | None = None) -> Iterator[RawCells]:
        """Return the cells of the columns at `positions` (from 0), `rows` rows a chunk."""
        return self.read(replace(self.layout, chosen=tuple(positions)), rows)
