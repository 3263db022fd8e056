"""Windows as samples: their letters, at their place or drawn anew, encoded when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.equal_rows import Hashes, hash_cells
from galaxy_keras.data.genome.regions import Places
from galaxy_keras.data.genome.windows import (
    Geometry,
    Rules,
    Windows,
    count_unknown,
    find_foreign_letter,
    locate_window,
    name_window,
)
from galaxy_keras.data.raw_inputs import FittedInput
from galaxy_keras.data.rows_on_demand import Rows, RowsOnDemand

ROWS_PER_CHUNK: Final = 1024
_MAX_DRAWS: Final = 10
"""After so many draws that cannot be used a window is the one in the middle of its interval."""

Compute = Callable[[Places, Places], NDArray[Any]]
"""Returns targets from starts and ends of bins, shape (bins, columns)."""


@dataclass(frozen=True, eq=False)
class WindowSamples:
    """Windows at their place in a genome, and behind them windows that are nowhere.

    Attributes
    ----------
    windows
        Those of a genome.
    shuffled
        Letters of others, as bytes, shape (others, length).
    """

    windows: Windows
    shuffled: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.windows) + len(self.shuffled)

    def read_text(self, row: int) -> str:
        """Return the letters of a window."""
        if row < len(self.windows):
            return self.windows.read_text(row)
        letters = self.shuffled[row - len(self.windows)]
        return str(letters.tobytes().decode("ascii", "replace"))

    def name(self, row: int) -> str:
        """Return the place of a window as browsers write it, and its strand where it is -."""
        if row >= len(self.windows):
            return f"shuffled_{row - len(self.windows) + 1}"
        strand = "(-)" if self.windows.strands[row] < 0 else ""
        return f"{name_window(self.windows, row)}{strand}"

    def locate(self, row: int) -> str:
        """Return where a window is, for messages."""
        return f"{self.windows.genome.path}, {self.name(row)}"

    def hash_all(self) -> Hashes:
        """Return a number for each window, equal for equal letters (`equal_rows.hash_cells`)."""
        chunks = [
            hash_cells([[self.read_text(row) for row in rows.tolist()]])
            for rows in _iterate_chunks(len(self))
        ]
        return np.concatenate(chunks)

    def encode(self, fitted: FittedInput) -> RowsOnDemand:
        """Return the windows as the network takes them, flat."""
        encoding = fitted.encoding

        def compute(rows: Rows) -> NDArray[Any]:
            numbers = rows.tolist()
            texts = [self.read_text(row) for row in numbers]
            return encode_texts(fitted, texts, lambda row: self.locate(numbers[row]))

        width = int(np.prod(encoding.shape))
        return RowsOnDemand(len(self), (width,), encoding.dtype, compute)


@dataclass(frozen=True, eq=False)
class RandomPositions:
    """Draws windows anew, uniformly in their intervals, with the targets of where they are.

    Attributes
    ----------
    samples
        The windows in the middle of the intervals.
    starts, ends
        The intervals of the windows that are drawn, counted through, shape (intervals,); they are
        the first ones of `samples`.
    rules
        Which windows may not be used.
    targets
        Computes the targets; None where they are those of the interval.
    fitted
        The encoding.
    """

    samples: WindowSamples
    starts: Places
    ends: Places
    rules: Rules
    targets: Compute | None
    fitted: FittedInput

    def draw(
        self, rows: Rows, random: np.random.Generator
    ) -> tuple[NDArray[Any], NDArray[Any] | None]:
        """Return samples, flat, and their targets (None where they stay), shape (rows, columns)."""
        windows = self.samples.windows
        places = windows.starts[np.minimum(rows, len(windows) - 1)].copy()
        for place, row in enumerate(rows.tolist()):
            if row < len(self.starts):
                places[place] = self._draw_start(row, random)
        drawn = Windows(
            windows.genome,
            windows.geometry,
            places,
            windows.strands[np.minimum(rows, len(windows) - 1)],
        )
        texts = [
            drawn.read_text(place) if row < len(self.starts) else self.samples.read_text(row)
            for place, row in enumerate(rows.tolist())
        ]
        encoded = encode_texts(self.fitted, texts, lambda place: locate_window(drawn, place))
        flat = encoded.reshape(len(encoded), -1)
        if self.targets is None:
            return flat, None
        targets = self.targets(*drawn.bins)
        targets[rows >= len(windows)] = 0
        return flat, targets

    def _draw_start(self, row: int, random: np.random.Generator) -> int:
        """Return where a window starts that can be used."""
        windows = self.samples.windows
        geometry = windows.geometry
        for _ in range(_MAX_DRAWS):
            position = random.integers(self.starts[row], max(self.ends[row], self.starts[row] + 1))
            start = int(position) - geometry.before
            if self._can_be_used(start, int(windows.starts[row]), geometry):
                return start
        return int(windows.starts[row])

    def _can_be_used(self, start: int, middle: int, geometry: Geometry) -> bool:
        genome = self.samples.windows.genome
        number = int(np.searchsorted(genome.offsets, middle, side="right"))
        first, last = genome.offsets[number - 1 : number + 1]
        if start < first or start + geometry.length > last:
            return False
        blacklist = self.rules.blacklist
        one = np.array([start])
        if blacklist is not None and blacklist.count_covered(one, one + geometry.length)[0]:
            return False
        window = Windows(genome, geometry, one, np.zeros(1, np.int8))
        letters = window.read(0)
        few_unknown = count_unknown(letters) <= self.rules.most_unknown * geometry.length
        return few_unknown and find_foreign_letter(letters) is None


def encode_texts(
    fitted: FittedInput, texts: list[str], locate: Callable[[int], str]
) -> NDArray[Any]:
    """Return sequences as the network takes them, shape (sequences, *shape of a sample)."""
    columns = RawColumns(("sequence",), (texts,), lambda row, _: locate(row))
    return fitted.encoding.encode(columns)


def _iterate_chunks(count: int) -> Iterator[Rows]:
    for start in range(0, count, ROWS_PER_CHUNK):
        yield np.arange(start, min(start + ROWS_PER_CHUNK, count))
