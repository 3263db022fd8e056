"""What every fitted encoding of an input answers for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import EncodingEntry
from galaxy_keras.errors import DataError, list_names
from galaxy_keras.schema.values.values import complete_options

Column = Sequence[str] | NDArray[Any]
"""Cells of one column: text as it is in the file, or numbers (NaN where missing)."""

MAX_PROBLEMS: Final = 10
"""The most cells that one message lists."""

MAX_SHARE_UNKNOWN: Final = 0.5
"""The share of unknown words or levels above which there is a warning."""


@dataclass(frozen=True, eq=False)
class RawColumns:
    """The columns that one encoding takes, as they were read.

    Attributes
    ----------
    names
        Their names; numbers from 1 where the file has none.
    values
        The cells of each column, all of the same number of rows. A missing cell is the empty text,
        one of `artefacts.tables.cells.MISSING_MARKERS`, or NaN among numbers.
    place
        Returns where a cell comes from, for messages, by its row and column (from 0, in these
        columns): ``reviews.tsv, row 3, column 2``. Without it, messages tell row and name.
    read_file
        Returns the content of a file that a cell names, for pictures; raises a `DataError` if it
        cannot be read.
    """

    names: tuple[str, ...]
    values: tuple[Column, ...]
    place: Callable[[int, int], str] | None = None
    read_file: Callable[[str], bytes] | None = None

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.values[0]) if self.values else 0

    def locate(self, row: int, column: int = 0) -> str:
        """Return where a cell comes from, for messages; both are counted from 0."""
        if self.place is not None:
            return self.place(row, column)
        return f'row {row + 1}, column "{self.names[column]}"'


@dataclass(frozen=True, eq=False)
class EncodingState:
    """What a fitted encoding knows, to be stored in a model.

    Attributes
    ----------
    settings
        JSON values: vocabulary, levels, and options that were left out with what they became.
    arrays
        Numbers by name: means, scales, inverse document frequencies.
    """

    settings: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)


@dataclass
class Tally:
    """What was met in all rows that were encoded so far.

    Attributes
    ----------
    tokens, unknown
        Words, characters, letters or category cells; those of them that training did not have.
    cells, missing
        Cells of the columns; those of them without a value.
    """

    tokens: int = 0
    unknown: int = 0
    cells: int = 0
    missing: int = 0

    @property
    def unknown_share(self) -> float:
        """The share of unknown tokens, from 0 to 1."""
        return self.unknown / self.tokens if self.tokens else 0.0

    @property
    def missing_share(self) -> float:
        """The share of missing cells, from 0 to 1."""
        return self.missing / self.cells if self.cells else 0.0


class Encoding(ABC):
    """An encoding of one input, fitted.

    A kind of its own defines `fit`, `restore`, `shape`, `encode`, `get_state` and `describe`.

    Parameters
    ----------
    entry
        The encoding in the catalogue.
    options
        Its checked options; defaults may be missing.

    Attributes
    ----------
    entry
        As given.
    options
        As given, with defaults.
    dtype
        The data type of what `encode` returns.
    unit
        What `tally` counts, in the plural, for messages.
    tally
        What was met in the rows that `encode` was given; `reset_tally` begins anew.
    """

    dtype: np.dtype[Any] = np.dtype(np.float32)
    unit: ClassVar[str] = "values"

    def __init__(self, entry: EncodingEntry, options: Mapping[str, Any]) -> None:
        self.entry = entry
        self.options: Mapping[str, Any] = complete_options(entry, options)
        self.reset_tally()

    @classmethod
    @abstractmethod
    def fit(cls, entry: EncodingEntry, options: Mapping[str, Any], columns: RawColumns) -> Self:
        """Return the encoding fitted on columns of the training rows.

        Raises
        ------
        DataError
            If the columns cannot be encoded so; the message tells place and remedy.
        """

    @classmethod
    @abstractmethod
    def restore(
        cls, entry: EncodingEntry, options: Mapping[str, Any], state: EncodingState
    ) -> Self:
        """Return what `get_state` was called on; every part of `state` is checked.

        Raises
        ------
        ModelFileError
            If a part is missing, or is not what fitting could have made.
        """

    @property
    @abstractmethod
    def shape(self) -> tuple[int, ...]:
        """The shape of one sample as the network gets it."""

    @property
    def vocabulary_size(self) -> int | None:
        """How many indices there are for an Embedding (its `input_dim`); None for other numbers."""
        return None

    @abstractmethod
    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return the samples of a chunk of rows, shape (samples, *shape), datatype `dtype`.

        There is a sample for each row, but for windows over several rows (`list_sample_rows`).

        Raises
        ------
        DataError
            If a cell cannot be encoded; the message tells place and remedy.
        """

    def iterate_samples(self, columns: RawColumns, count: int) -> Iterator[NDArray[Any]]:
        """Yield what `encode` returns, at most `count` samples at a time.

        Raises
        ------
        DataError
            If a cell cannot be encoded.
        """
        encoded = self.encode(columns)
        for start in range(0, len(encoded), count):
            yield encoded[start : start + count]

    def list_sample_rows(self, columns: RawColumns) -> NDArray[np.intp]:
        """Return the row (from 0) that each sample of `encode` ends in, shape (samples,).

        This is each row itself, but for windows over several rows.
        """
        return np.arange(columns.rows)

    @property
    def draws_strands(self) -> bool:
        """Whether training draws either strand of a sequence (`turn`)."""
        return False

    @property
    def averages_strands(self) -> bool:
        """Whether predictions are the means of those for both strands (`turn`)."""
        return False

    def turn(self, samples: NDArray[Any]) -> NDArray[Any]:
        """Return the other strands of samples, shape (samples, *shape)."""
        raise TypeError(f"{self.entry.name} has no strands")

    @abstractmethod
    def get_state(self) -> EncodingState:
        """Return what `restore` needs."""

    @abstractmethod
    def describe(self) -> list[str]:
        """Return what was fitted, in lines for people."""

    def names(self) -> list[str]:
        """Return the name of each cell of a flat sample; empty where positions say nothing."""
        return []

    def list_warnings(self) -> list[str]:
        """Return what in the fitted encoding and in `tally` deserves a warning: sentences."""
        if self.tally.unknown_share <= MAX_SHARE_UNKNOWN:
            return []
        return [
            f"{self.tally.unknown_share:.0%} of the {self.unit} are not among those of the "
            "training rows that were kept. Check that language, case and kind of the samples are "
            "those of training, or raise size"
        ]

    def check_columns(self, columns: RawColumns, fitted: Sequence[str]) -> None:
        """Check that there are as many columns as in training.

        Raises
        ------
        DataError
            If there are others.
        """
        if len(columns.values) != len(fitted):
            raise DataError(
                f"the encoding {self.entry.name} was fitted on {len(fitted)} columns "
                f"({list_names(fitted)}), but {len(columns.values)} are given "
                f"({list_names(columns.names)}). Give the columns of training"
            )

    def reset_tally(self) -> None:
        """Count anew."""
        self.tally = Tally()


def check_no_cells(
    wrong: NDArray[np.bool_], columns: RawColumns, describe: Callable[[int, int], str]
) -> None:
    """Check that nothing is wrong with any cell.

    Parameters
    ----------
    wrong
        Whether something is, shape (rows, columns).
    columns
        The cells.
    describe
        Returns what is wrong with the cell of a row and a column, both from 0, and the remedy.

    Raises
    ------
    DataError
        With the places of at most ten of the wrong cells.
    """
    if wrong.any():
        places = [(int(row), int(column)) for row, column in np.argwhere(wrong)[:MAX_PROBLEMS]]
        raise DataError(
            *(f"{columns.locate(*place)}: {describe(*place)}" for place in places),
        )
