"""The letters of sequences, one-hot encoded."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.encodings.alphabets import PADDING
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.sequences import SequenceEncoding


class Encoding(SequenceEncoding):
    """One number for each letter of the alphabet at each position.

    It is 1 for the letter that is there, and for a code of IUPAC (N, R, ...) the share of each
    letter that it may stand for. Positions beyond the sequence are zeros. The order of the letters
    is that of `--features-format fasta-dna`, `fasta-rna` and `fasta-protein`.
    """

    unit = "letters"

    @property
    def shape(self) -> tuple[int, ...]:
        """The length and the number of letters."""
        return self._length, self._letters

    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return the share of each letter at each position."""
        cut = self._cut(list(self._iterate_items(columns)))
        self._count(cut, sum(int((each > self._letters).sum()) for each in cut))
        return self._alphabet.shares[self._place(cut)]

    @cached_property
    def token_texts(self) -> Sequence[str | None]:
        """The letters of the alphabet."""
        return list(self._alphabet.letters)

    @property
    def padding(self) -> int:
        """No letter."""
        return PADDING - 1

    def find_tokens(self, columns: RawColumns) -> list[NDArray[np.int32]]:
        """Return the number of each letter; codes of IUPAC come behind the letters."""
        return [each.astype(np.int32) - 1 for each in self._iterate_items(columns)]

    def encode_tokens(self, windows: NDArray[np.int32]) -> NDArray[Any]:
        """Return the share of each letter at each position."""
        return self._alphabet.shares[windows + 1]

    @property
    def draws_strands(self) -> bool:
        """Whether either strand is drawn in training."""
        return self.options["reverse_complement"] in ("train", "average")

    @property
    def averages_strands(self) -> bool:
        """Whether predictions are the means of those for both strands."""
        return bool(self.options["reverse_complement"] == "average")

    def turn(self, samples: NDArray[Any]) -> NDArray[Any]:
        """Return the reverse complements of samples, shape (samples, length, letters)."""
        # The letters are in such an order that that of their complements is the reverse.
        turned = samples[:, ::-1, ::-1]
        filled = samples.any(axis=2).sum(axis=1)
        if (filled == self._length).all():
            return turned
        # Padding stays at its end.
        shift = self._length - filled if self.options["pad"] == "back" else filled
        places = (np.arange(self._length) + shift[:, np.newaxis]) % self._length
        return np.take_along_axis(turned, places[:, :, np.newaxis], axis=1)

    def describe(self) -> list[str]:
        """Return letters and positions."""
        return [
            f"{self._letters} letters ({self._alphabet.letters}), {self._length:,} "
            f"positions; the longest sequence had {self._longest:,}"
        ]

    def _make_items(self, numbers: NDArray[np.uint8]) -> NDArray[np.uint8]:
        if self.options["reverse_complement"] == "true":
            return self._alphabet.reverse_complement(numbers)
        return numbers
