"""Samples in a table of numbers, separated by tabs or as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from galaxy_keras.artefacts.tables import Features, iterate_features
from galaxy_keras.artefacts.tables.lines import count_lines
from galaxy_keras.artefacts.tables.raw import iterate_cells, open_raw_table
from galaxy_keras.data.sources.raw_table import RawTable
from galaxy_keras.data.sources.source import SampleSource


class Source(SampleSource[Features]):
    """A table, whose columns can be chosen."""

    @contextmanager
    def open_raw(self) -> Iterator[RawTable]:
        """Yield the cells as they are."""
        request = self.request
        opened = open_raw_table(request.path, header=request.header, separator=request.separator)
        with opened as (layout, reader):
            yield RawTable(layout, lambda layout, rows: iterate_cells(layout, reader, rows))

    def count_rows(self) -> int:
        """Return the number of rows below the header."""
        return count_lines(self.path, self.request.separator) - self.request.header

    def read_chunks(self, rows: int | None) -> Iterator[Features]:
        """Yield rows, `rows` at a time or as many as are parsed at once."""
        request = self.request
        return iterate_features(
            request.path,
            header=request.header,
            columns=request.columns,
            rows=rows,
            separator=request.separator,
        )

    def encode(self, chunks: Iterator[Features]) -> Iterator[Features]:
        """Return the chunks: they are numbers already."""
        return chunks
