"""What the source of the samples of a run answers for, whatever its kind."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import ClassVar, Final, Generic, TypeVar

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.catalogue.sample_formats import SampleFormat
from galaxy_keras.data.features import MATCH_ADVICE, WIDTH_ADVICE, order_columns
from galaxy_keras.data.sources.raw_table import RawTable
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.runs import SampleRequest
from galaxy_keras.schema.training.features import FeatureDescription

ROWS_PER_CHUNK: Final = 64
"""Samples that are read at once where nobody asks for a number and the format suggests none."""

RawChunk = TypeVar("RawChunk")


class SampleSource(ABC, Generic[RawChunk]):
    """Samples in a file of one kind.

    A source reads raw chunks (`read_chunks`), which hold samples as they are in the file, and an
    encoding turns them into arrays (`encode`). A kind of its own defines these two, and overrides
    of the rest what is not said or done as for a table.

    Parameters
    ----------
    request
        The file, and the values of the options.
    entry
        The format in the catalogue.

    Attributes
    ----------
    width_advice, match_advice
        What to do where the number of columns is not the one that a new network takes, and not
        the one that a fitted model was trained on: sentences without their full stop.
    raw_advice
        What to give to a network with encodings instead, where the samples are numbers only.
    """

    width_advice: ClassVar[str] = WIDTH_ADVICE
    match_advice: ClassVar[str] = MATCH_ADVICE
    raw_advice: ClassVar[str] = "Give a table, or text"

    def __init__(self, request: SampleRequest, entry: SampleFormat) -> None:
        self.path = request.path
        self.request = request
        self.entry = entry

    def iterate(self, rows: int | None = None) -> Iterator[Features]:
        """Return the samples as arrays, chunk by chunk; memory does not grow with the file.

        Parameters
        ----------
        rows
            Samples of each chunk but the last; None for as many as are read at once.

        Raises
        ------
        DataError
            If the file cannot be read or is not of its format; when the chunk is asked for.
        ConfigurationError
            If a header or columns are chosen where the format has none.
        """
        if not self.entry.has_columns:
            self._check_no_columns()
        return self.encode(self.read_chunks(rows))

    def open_raw(self) -> AbstractContextManager[RawTable]:
        """Open the samples as they are, for encodings to make numbers of.

        Raises
        ------
        DataError
            If the file cannot be read, or has no samples.
        ConfigurationError
            If its format is one of numbers.
        """
        raise ConfigurationError(
            f"--features-format {self.entry.name} gives numbers, but the network has encodings "
            "(--input of keras-model-builder), which make numbers of raw samples. "
            f"{self.raw_advice}"
        )

    def read_names(self) -> list[str] | None:
        """Return the names of all samples as the file has them; None where it has none.

        Raises
        ------
        DataError
            If the file cannot be read.
        """
        return None

    def read_classes(self) -> list[str] | None:
        """Return the class that each sample has by where it lies; None where it has none.

        Raises
        ------
        DataError
            If the file cannot be read, or a sample lies nowhere.
        """
        return None

    def count_rows(self) -> int:
        """Return the number of samples.

        Raises
        ------
        DataError
            If the file cannot be read.
        """
        return sum(len(features.values) for features in self.iterate())

    @abstractmethod
    def read_chunks(self, rows: int | None) -> Iterator[RawChunk]:
        """Yield what the file holds, `rows` samples at a time, at least one chunk."""

    @abstractmethod
    def encode(self, chunks: Iterator[RawChunk]) -> Iterator[Features]:
        """Yield each chunk as numbers."""

    def locate(self, row: int, column: int) -> str:
        """Return where a number comes from, for messages: its row and column, from 1."""
        return f"{self.path}, row {row}, column {column}"

    def find_sample_shape(self, count: int) -> tuple[int, ...] | None:
        """Return the shape of a sample of `count` numbers; None where they are mere columns."""
        return None

    def describe(self, features: Features) -> FeatureDescription:
        """Return what a fitted model stores of the samples that it was trained on."""
        dtype = "float32" if features.values.dtype.kind == "f" else "int32"
        return FeatureDescription(count=features.values.shape[1], names=features.names, dtype=dtype)

    def match(self, chunk: Features, expected: FeatureDescription) -> list[int] | None:
        """Return where the numbers that a model takes are in a chunk; None where all is in order.

        Raises
        ------
        DataError
            If the samples are not of the kind that the model was trained on.
        """
        count = chunk.values.shape[1]
        return order_columns(chunk.names, count, expected, self.path, self.match_advice)

    def _check_no_columns(self) -> None:
        if self.request.header or self.request.columns != ColumnSelection():
            raise ConfigurationError(
                f"--features-format {self.entry.name} has neither a header nor columns to choose. "
                "Leave --features-header and --features-columns out"
            )
