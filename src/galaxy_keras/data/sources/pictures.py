"""Samples that are pictures in a folder or a zip archive, for a network with an encoded input."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from galaxy_keras.artefacts.pictures import opening_pictures
from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.data.sources.raw_table import RawTable
from galaxy_keras.data.sources.source import SampleSource
from galaxy_keras.errors import ConfigurationError, DataError, escape_name

_ROWS_PER_CHUNK = 1024


class Source(SampleSource[Features]):
    """Pictures as a table of one column, which has their names."""

    @contextmanager
    def open_raw(self) -> Iterator[RawTable]:
        """Yield the names of the pictures as cells."""
        yield RawTable(Layout(self.path, "--features", None, 1, (0,)), self._read)

    def read_names(self) -> list[str]:
        """Return the name of each picture."""
        with opening_pictures(self.path) as files:
            return files.list_pictures()

    def read_classes(self) -> list[str]:
        """Return the name of the folder that each picture is in."""
        with opening_pictures(self.path) as files:
            classes = [files.get_class(name) for name in files.list_pictures()]
        if len(set(classes)) == 1:
            raise DataError(
                f'all pictures of {self.path} are in one folder, "{escape_name(classes[0])}", but '
                "folders are their classes. Put the pictures of each class into a folder of its "
                "own, or give the table of their classes as --target"
            )
        return classes

    def count_rows(self) -> int:
        """Return the number of pictures."""
        return len(self.read_names())

    def read_chunks(self, rows: int | None) -> Iterator[Features]:
        """Refuse: numbers are made of pictures by an encoding.

        Raises
        ------
        ConfigurationError
            Always.
        """
        raise ConfigurationError(
            f"{self.path} is read as pictures (--features-format {self.entry.name}), but the "
            "network takes numbers: its builder was made without an encoding. Make one with "
            "keras-model-builder --input 'image'; where it holds a table, unpack it and give that"
        )

    def _read(self, layout: Layout, rows: int | None) -> Iterator[RawCells]:
        names = self.read_names()
        step = rows or _ROWS_PER_CHUNK
        for start in range(0, len(names), step):
            own = names[start : start + step]
            yield RawCells(layout, start + 1, (own,), list(own))

    def encode(self, chunks: Iterator[Features]) -> Iterator[Features]:
        """Return the chunks."""
        return chunks
