"""Samples that are sequences of any length in a FASTA file, for a network with an encoded input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.fasta import iterate_records
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.data.sources.raw_table import RawTable
from galaxy_keras.data.sources.source import ROWS_PER_CHUNK, SampleSource
from galaxy_keras.errors import ConfigurationError


class Source(SampleSource[Features]):
    """A FASTA file as a table of one column without a header; records have names."""

    @contextmanager
    def open_raw(self) -> Iterator[RawTable]:
        """Yield the sequences as cells."""
        yield RawTable(Layout(self.path, "--features", None, 1, (0,)), self._read)

    def read_names(self) -> list[str]:
        """Return the name of each sequence."""
        return [record.name for record in iterate_records(self.path)]

    def count_rows(self) -> int:
        """Return the number of sequences."""
        return sum(1 for _ in iterate_records(self.path))

    def read_chunks(self, rows: int | None) -> Iterator[Features]:
        """Refuse: numbers are made of sequences by an encoding.

        Raises
        ------
        ConfigurationError
            Always.
        """
        raise ConfigurationError(
            f"{self.path} is read as sequences of any length (--features-format "
            f"{self.entry.name}), but the network takes numbers: its builder was made without an "
            "encoding. Make one with keras-model-builder --input 'letters', or give "
            "--features-format fasta-dna, fasta-rna or fasta-protein for sequences of one length"
        )

    def encode(self, chunks: Iterator[Features]) -> Iterator[Features]:
        """Return the chunks."""
        return chunks

    def _read(self, layout: Layout, rows: int | None) -> Iterator[RawCells]:
        records = iterate_records(self.path)
        first_row = 1
        while chunk := list(islice(records, rows or ROWS_PER_CHUNK)):
            names, sequences = ([each[part] for each in chunk] for part in (0, 1))
            yield RawCells(layout, first_row, (sequences,), names)
            first_row += len(chunk)
