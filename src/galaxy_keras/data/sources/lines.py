"""Samples that are lines of text, which only a network with an encoded input takes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.lines import count_lines
from galaxy_keras.artefacts.tables.raw import iterate_cells, open_text
from galaxy_keras.data.sources.raw_table import RawTable
from galaxy_keras.data.sources.source import SampleSource
from galaxy_keras.errors import ConfigurationError


class Source(SampleSource[Features]):
    """A text file, which has no numbers."""

    @contextmanager
    def open_raw(self) -> Iterator[RawTable]:
        """Yield the lines as cells of one column."""
        with open_text(self.path) as (layout, reader):
            yield RawTable(
                layout,
                lambda layout, rows: iterate_cells(layout, reader, rows, whole_lines=True),
            )

    def count_rows(self) -> int:
        """Return the number of lines."""
        return count_lines(self.path)

    def read_chunks(self, rows: int | None) -> Iterator[Features]:
        """Refuse: numbers are made of text by an encoding.

        Raises
        ------
        ConfigurationError
            Always.
        """
        raise ConfigurationError(
            f"--features-format {self.entry.name} gives text, but the network takes numbers: its "
            "builder was made without an encoding. Make one with keras-model-builder --input "
            "'words'"
        )

    def encode(self, chunks: Iterator[Features]) -> Iterator[Features]:
        """Return the chunks."""
        return chunks
