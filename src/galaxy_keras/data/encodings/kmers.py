"""The k-mers of sequences, as indices or counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import EncodingEntry
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.sequences import SequenceEncoding

FIRST_INDEX: Final = 2
"""The index of the first k-mer (AAA): 0 pads, 1 has a letter that stands for several."""


class Encoding(SequenceEncoding):
    """The k-mers of each sequence, one every `stride` letters.

    Their indices are those of all k-mers in the order of the alphabet's letters.
    """

    unit = "k-mers"

    def __init__(self, entry: EncodingEntry, options: Mapping[str, Any]) -> None:
        super().__init__(entry, options)
        self._k: int = self.options["k"]
        self._is_index = self.options["output"] == "index"
        if self._is_index:
            self.dtype = np.dtype(np.int32)

    @property
    def shape(self) -> tuple[int, ...]:
        """The length, or the number of all k-mers."""
        return (self._length if self._is_index else self._kinds,)

    @property
    def vocabulary_size(self) -> int | None:
        """The number of indices; None for counts."""
        return self._kinds + FIRST_INDEX if self._is_index else None

    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return indices, or counts."""
        sequences = list(self._iterate_items(columns))
        self._count(sequences, sum(int((each < FIRST_INDEX).sum()) for each in sequences))
        if self._is_index:
            return self._place(self._cut(sequences))
        return self._count_kmers(sequences)

    @cached_property
    def token_texts(self) -> Sequence[str | None]:
        """The k-mer of each index."""
        return [*[None] * FIRST_INDEX, *map("".join, self._list_kmers())]

    @property
    def padding(self) -> int:
        """Index 0."""
        return 0

    def find_tokens(self, columns: RawColumns) -> list[NDArray[np.int32]]:
        """Return the index of each k-mer."""
        return list(self._iterate_items(columns))

    def encode_tokens(self, windows: NDArray[np.int32]) -> NDArray[Any]:
        """Return indices."""
        return windows

    def describe(self) -> list[str]:
        """Return how many k-mers there are, and positions."""
        lines = [f"{self._kinds:,} k-mers of {self._k} letters ({self._alphabet.letters})"]
        if self._is_index:
            lines.append(
                f"{self._length:,} positions; the longest sequence had {self._longest:,} k-mers"
            )
        return lines

    def names(self) -> list[str]:
        """Return the k-mer of each count."""
        return [] if self._is_index else list(map("".join, self._list_kmers()))

    @property
    def _kinds(self) -> int:
        return int(self._letters**self._k)

    def _list_kmers(self) -> Iterator[tuple[str, ...]]:
        return product(self._alphabet.letters, repeat=self._k)

    def _make_items(self, numbers: NDArray[np.uint8]) -> NDArray[np.int32]:
        starts = range(0, len(numbers) - self._k + 1, self.options["stride"])
        indices = np.zeros(len(starts), np.int32)
        ambiguous = np.zeros(len(starts), bool)
        for offset in range(self._k):
            letters = numbers[starts.start + offset : starts.stop + offset : starts.step]
            indices = indices * self._letters + (letters.astype(np.int32) - 1)
            ambiguous |= letters > self._letters
        return np.where(ambiguous, FIRST_INDEX - 1, indices + FIRST_INDEX).astype(np.int32)

    def _join(self, texts: list[str], *, continued: bool) -> str:
        """Return k-mers without what each shares with the one before."""
        new = -min(int(self.options["stride"]), self._k)
        first = texts[:1] if not continued else [text[new:] for text in texts[:1]]
        return "".join([*first, *(text[new:] for text in texts[1:])])

    def _count_kmers(self, sequences: list[NDArray[np.int32]]) -> NDArray[np.float32]:
        counts = np.zeros((len(sequences), self._kinds), np.float32)
        for row, indices in enumerate(sequences):
            known = indices[indices >= FIRST_INDEX] - FIRST_INDEX
            counts[row] = np.bincount(known, minlength=self._kinds)
        return counts
