"""A source of samples that the catalogue does not have: lines of + and -."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.data.sources.source import ROWS_PER_CHUNK, SampleSource


class Source(SampleSource[list[str]]):
    """Each line is a sample, each sign a number."""

    width_advice = "Write as many signs"

    def read_chunks(self, rows: int | None) -> Iterator[list[str]]:
        with self.path.open() as lines:
            while chunk := list(islice(lines, rows or ROWS_PER_CHUNK)):
                yield [line.strip() for line in chunk]

    def encode(self, chunks: Iterator[list[str]]) -> Iterator[Features]:
        numbers = {"-": -1, "+": 1, self.request.options["zero"]: 0}
        row = 1
        for chunk in chunks:
            values = np.array([[numbers[sign] for sign in line] for line in chunk], np.int32)
            yield Features(values, None, tuple(range(1, values.shape[1] + 1)), row)
            row += len(chunk)

    def locate(self, row: int, column: int) -> str:
        return f"{self.path}, line {row}, sign {column}"
