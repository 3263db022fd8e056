"""Samples in a matrix in MatrixMarket format."""

from __future__ import annotations

from collections.abc import Iterator

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.matrix_market import iterate_matrix
from galaxy_keras.data.sources.source import ROWS_PER_CHUNK, SampleSource


class Source(SampleSource[Features]):
    """A MatrixMarket file, dense or sparse; its rows are made dense chunk by chunk."""

    width_advice = "Check the columns of the matrix"
    match_advice = "Give a matrix with the columns that were trained on"

    def read_chunks(self, rows: int | None) -> Iterator[Features]:
        """Yield rows with their zeros."""
        return iterate_matrix(self.path, rows or ROWS_PER_CHUNK)

    def encode(self, chunks: Iterator[Features]) -> Iterator[Features]:
        """Return the chunks: they are numbers already."""
        return chunks
