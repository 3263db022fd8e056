"""The letters of sequences, one-hot encoded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import MAX_LENGTH, EncodingEntry
from galaxy_keras.data.encodings import encoding
from galaxy_keras.data.encodings.alphabets import ALPHABETS, number_sequence
from galaxy_keras.data.encodings.encoding import EncodingState, RawColumns
from galaxy_keras.data.encodings.state import StateReader
from galaxy_keras.data.encodings.text import (
    check_any_length,
    cut_items,
    get_text_column,
    place_sequences,
)


class Encoding(encoding.Encoding):
    """One number for each letter of the alphabet at each position.

    It is 1 for the letter that is there, and for a code of IUPAC (N, R, ...) the share of each
    letter that it may stand for. Positions beyond the sequence are zeros. The order of the letters
    is that of `--features-format fasta-dna`, `fasta-rna` and `fasta-protein`.
    """

    unit = "letters"

    _longest: int
    _length: int

    def __init__(self, entry: EncodingEntry, options: Mapping[str, Any]) -> None:
        super().__init__(entry, options)
        self._alphabet = ALPHABETS[self.options["alphabet"]]

    @classmethod
    def fit(cls, entry: EncodingEntry, options: Mapping[str, Any], columns: RawColumns) -> Self:
        """Look for the longest sequence."""
        self = cls(entry, options)
        self._longest = max((len(numbers) for numbers in self._number(columns)), default=0)
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

    @property
    def shape(self) -> tuple[int, ...]:
        """The length and the number of letters."""
        return self._length, len(self._alphabet.letters)

    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return the share of each letter at each position."""
        cut = [
            cut_items(numbers, self._length, self.options["cut"])
            for numbers in self._number(columns)
        ]
        self._count(cut)
        flat = np.concatenate(cut) if cut else np.zeros(0, np.uint8)
        numbers = place_sequences(flat, list(map(len, cut)), self._length, self.options["pad"])
        return self._alphabet.shares[numbers]

    def describe(self) -> list[str]:
        """Return letters and positions."""
        return [
            f"{len(self._alphabet.letters)} letters ({self._alphabet.letters}), {self._length:,} "
            f"positions; the longest sequence had {self._longest:,}"
        ]

    def _number(self, columns: RawColumns) -> Iterator[NDArray[np.uint8]]:
        for row, sequence in enumerate(get_text_column(self.entry, columns)):
            numbers = number_sequence(self.entry, self._alphabet, columns, row, sequence)
            if self.options["reverse_complement"]:
                numbers = self._alphabet.reverse_complement(numbers)
            yield numbers

    def _count(self, sequences: list[NDArray[np.uint8]]) -> None:
        self.tally.cells += len(sequences)
        self.tally.missing += sum(not len(each) for each in sequences)
        self.tally.tokens += sum(map(len, sequences))
        letters = len(self._alphabet.letters)
        self.tally.unknown += sum(int((each > letters).sum()) for each in sequences)
