"""What the encodings of biological sequences share: their lengths, fitted, and their places."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import MAX_LENGTH, EncodingEntry
from galaxy_keras.data.encodings.alphabets import ALPHABETS, number_sequence
from galaxy_keras.data.encodings.encoding import EncodingState, RawColumns
from galaxy_keras.data.encodings.state import StateReader
from galaxy_keras.data.encodings.text import (
    check_any_length,
    cut_items,
    get_text_column,
    place_sequences,
)
from galaxy_keras.data.encodings.tokens import TokenEncoding


class SequenceEncoding(TokenEncoding):
    """An encoding of one column of sequences, of which each becomes a sequence of numbers.

    A kind of its own defines `_make_items`, and of `TokenEncoding` what is not defined here.
    """

    _longest: int
    """How many numbers the longest sequence of training has."""
    _length: int

    def __init__(self, entry: EncodingEntry, options: Mapping[str, Any]) -> None:
        super().__init__(entry, options)
        self._alphabet = ALPHABETS[self.options["alphabet"]]
        self._letters = len(self._alphabet.letters)

    @classmethod
    def fit(cls, entry: EncodingEntry, options: Mapping[str, Any], columns: RawColumns) -> Self:
        """Look for the longest sequence."""
        self = cls(entry, options)
        self._longest = max(map(len, self._iterate_items(columns)), default=0)
        check_any_length(entry, columns, self._longest)
        self._length = self.options["length"] or min(self._longest, MAX_LENGTH)
        return self

    @classmethod
    def restore(
        cls, entry: EncodingEntry, options: Mapping[str, Any], state: EncodingState
    ) -> Self:
        """Read the lengths."""
        self = cls(entry, options)
        reader = StateReader(entry.name, state)
        self._length = reader.read_length("length", self.options["length"])
        self._longest = reader.read_count("longest", least=1)
        return self

    def get_state(self) -> EncodingState:
        """Return the lengths."""
        return EncodingState({"length": self._length, "longest": self._longest})

    @abstractmethod
    def _make_items(self, numbers: NDArray[np.uint8]) -> NDArray[Any]:
        """Return what a sequence becomes, of the numbers of its letters."""

    def _iterate_items(self, columns: RawColumns) -> Iterator[NDArray[Any]]:
        for row, sequence in enumerate(get_text_column(self.entry, columns)):
            yield self._make_items(
                number_sequence(self.entry, self._alphabet, columns, row, sequence)
            )

    def _cut(self, sequences: list[NDArray[Any]]) -> list[NDArray[Any]]:
        return [cut_items(each, self._length, self.options["cut"]) for each in sequences]

    def _place(self, cut: list[NDArray[Any]]) -> NDArray[np.int32]:
        """Return cut sequences as rows, filled up with zeros."""
        flat = np.concatenate(cut) if cut else np.zeros(0, np.int32)
        return place_sequences(flat, list(map(len, cut)), self._length, self.options["pad"])

    def _count(self, sequences: list[NDArray[Any]], unknown: int) -> None:
        self.tally.cells += len(sequences)
        self.tally.missing += sum(not len(each) for each in sequences)
        self.tally.tokens += sum(map(len, sequences))
        self.tally.unknown += unknown
