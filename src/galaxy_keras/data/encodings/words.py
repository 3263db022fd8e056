"""The words of a text, as indices or as a bag of words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import repeat
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import MAX_LENGTH, MAX_VOCABULARY, EncodingEntry
from galaxy_keras.data.encodings.encoding import EncodingState, RawColumns
from galaxy_keras.data.encodings.state import StateReader, is_storable
from galaxy_keras.data.encodings.text import (
    cut_items,
    flatten,
    get_text_column,
    place_sequences,
)
from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.errors import DataError, escape_name

START: Final = 1
UNKNOWN: Final = 2
_MISSING: Final = -1
"""Stands for a word that is not in the vocabulary, until these are counted."""
_SKIPPED: Final = -2
"""Stands for a word that is in it and shall be unknown to the network (`skip_top`)."""

_BLANK_BEFORE_MARK: Final = re.compile(r" (?=[.,;:!?])")
_LINE_BREAK: Final = re.compile(r"<br\s*/?>", re.IGNORECASE)


class Encoding(TokenEncoding):
    """The words of texts.

    A word's index is its rank by frequency in training, from 1, plus `first_index`; words of equal
    frequency are ranked by their characters. Index 0 pads, 1 marks the start, 2 is any other word.
    A bag has one cell for each word, from the most frequent after `skip_top` on.
    """

    unit = "words"

    _words: list[str]
    """The words by rank, those that are skipped among them."""
    _seen: int
    _texts: int
    _length: int
    _size: int
    _idf: NDArray[np.float64]

    def __init__(self, entry: EncodingEntry, options: Mapping[str, Any]) -> None:
        super().__init__(entry, options)
        self._output: str = self.options["output"]
        if self._output == "index":
            self.dtype = np.dtype(np.int32)
        apart = self.options["split"] == "punctuation"
        self._replacements = [
            (mark, f" {mark} " if apart else " ") for mark in dict.fromkeys(self.options["remove"])
        ]

    @classmethod
    def fit(cls, entry: EncodingEntry, options: Mapping[str, Any], columns: RawColumns) -> Self:
        """Count the words of the training texts."""
        self = cls(entry, options)
        texts = get_text_column(entry, columns)
        counts: Counter[str] = Counter()
        documents: Counter[str] = Counter()
        longest = 0
        for words in map(self._split, texts):
            counts.update(words)
            longest = max(longest, len(words))
            if self._output == "tf-idf":
                documents.update(set(words))
        self._seen, self._texts, self._words = len(counts), len(texts), self._rank(counts)
        self._check_words(columns)
        length = longest + self.options["start"]
        self._length = self.options["length"] or min(length, MAX_LENGTH)
        self._prepare()
        if self._output == "tf-idf":
            self._idf = self._compute_idf(documents)
        return self

    @classmethod
    def restore(
        cls, entry: EncodingEntry, options: Mapping[str, Any], state: EncodingState
    ) -> Self:
        """Read vocabulary, sizes and inverse document frequencies."""
        self = cls(entry, options)
        reader = StateReader(entry.name, state)
        self._words = reader.read_texts("words", self._count_ranks())
        self._seen = reader.read_count("seen", least=len(self._words))
        self._texts = reader.read_count("texts", least=1)
        self._length = reader.read_length("length", self.options["length"])
        if self._count_left() < 1:
            reader.refuse("words", "has too few entries")
        self._prepare()
        if self._output == "tf-idf":
            self._idf = reader.read_array("idf", (self._size,))
        return self

    def get_state(self) -> EncodingState:
        """Return vocabulary, sizes and inverse document frequencies."""
        settings = {
            "words": self._words,
            "seen": self._seen,
            "texts": self._texts,
            "length": self._length,
        }
        return EncodingState(settings, {"idf": self._idf} if self._output == "tf-idf" else {})

    @property
    def shape(self) -> tuple[int, ...]:
        """The length, or the number of words in a bag."""
        return (self._length,) if self._output == "index" else (self._size,)

    @property
    def vocabulary_size(self) -> int | None:
        """The number of indices; None for bags."""
        return self._size if self._output == "index" else None

    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return indices, or bags of words."""
        texts = get_text_column(self.entry, columns)
        self.tally.cells += len(texts)
        self.tally.missing += sum(not text.strip() for text in texts)
        return (
            self._encode_positions(texts) if self._output == "index" else self._encode_bags(texts)
        )

    @cached_property
    def token_texts(self) -> Sequence[str | None]:
        """The word of each index."""
        texts: list[str | None] = [None] * self._size
        for word, index in self._indices.items():
            if index != _SKIPPED:
                texts[index] = word
        return texts

    @property
    def padding(self) -> int:
        """Index 0."""
        return 0

    def find_tokens(self, columns: RawColumns) -> list[NDArray[np.int32]]:
        """Return the index of each word; no word is left out, that neighbours stay neighbours."""
        return [self._number_words(text) for text in get_text_column(self.entry, columns)]

    def encode_tokens(self, windows: NDArray[np.int32]) -> NDArray[Any]:
        """Return indices."""
        return windows

    def describe(self) -> list[str]:
        """Return how many words were kept, and which indices they have."""
        kept = min(self._count_left(), self._size)
        lines = [f"{kept:,} of {self._seen:,} different words in {self._texts:,} texts are kept"]
        if self._output == "index":
            last = self.options["first_index"] + len(self._words)
            lines.append(f"indices {last - kept + 1:,} to {last:,}, {self._length:,} positions")
        return lines

    def names(self) -> list[str]:
        """Return the word of each cell of a bag; cells beyond the last word have no name."""
        if self._output == "index":
            return []
        words = self._words[self.options["skip_top"] :]
        return words + [""] * (self._size - len(words))

    # Words of a text

    def _split(self, text: str) -> list[str]:
        if self.options["markup"] == "remove" and "<" in text:
            text = _LINE_BREAK.sub(" ", text)
        if self.options["lower"]:
            text = text.lower()
        # A fifth of the time that str.translate takes: most texts have few kinds of marks.
        for mark, blank in self._replacements:
            if mark in text:
                text = text.replace(mark, blank)
        return text.split()

    # Vocabulary

    def _rank(self, counts: Counter[str]) -> list[str]:
        least = self.options["min_count"]
        frequent = (word for word, count in counts.items() if count >= least and is_storable(word))
        ranked = sorted(frequent, key=lambda word: (-counts[word], word))
        return ranked[: self._count_ranks()]

    def _count_ranks(self) -> int:
        """Return how many of the most frequent words are stored, with those that are skipped."""
        size, first, skipped = (self.options[each] for each in ("size", "first_index", "skip_top"))
        if size is None:
            return MAX_VOCABULARY
        ranks: int = size - 1 - first if self._output == "index" else size + skipped
        return min(ranks, MAX_VOCABULARY)

    def _count_left(self) -> int:
        """Return how many words are left without those that are skipped."""
        first, skipped = self.options["first_index"], self.options["skip_top"]
        if self._output == "index":
            skipped = max(skipped - first - 1, 0)
        return len(self._words) - int(skipped)

    def _check_words(self, columns: RawColumns) -> None:
        if not self._seen:
            raise DataError(
                f'column "{escape_name(columns.names[0])}" has no words in its {self._texts:,} '
                "rows. Choose the column of the texts: words columns=..."
            )
        if self._count_left() < 1:
            raise DataError(
                f'column "{escape_name(columns.names[0])}" has {self._seen:,} different words, of '
                f"which none is left with skip_top={self.options['skip_top']} and "
                f"min_count={self.options['min_count']}. Lower them"
            )

    def _compute_idf(self, documents: Counter[str]) -> NDArray[np.float64]:
        """Return ln((1 + n) / (1 + df)) + 1, as scikit-learn's TfidfTransformer does."""
        frequencies = np.array([documents[word] for word in self.names()], np.float64)
        return np.log((1 + self._texts) / (1 + frequencies)) + 1

    def _prepare(self) -> None:
        """Derive what encoding needs from options and vocabulary."""
        first, skipped, count = (
            self.options["first_index"],
            self.options["skip_top"],
            len(self._words),
        )
        if self._output == "index":
            self._size = self.options["size"] or first + count + 1
            numbers, least = range(first + 1, first + count + 1), skipped
        else:
            self._size = self.options["size"] or count - skipped
            numbers, least = range(-skipped, count - skipped), 0
        self._unknown = min(first, UNKNOWN)
        self._mark = START if skipped <= START else self._unknown
        indices = (number if number >= least else _SKIPPED for number in numbers)
        self._indices = dict(zip(self._words, indices, strict=True))

    # Samples

    def _find_indices(self, text: str) -> list[int]:
        """Return the index of each word, negative for one that the network shall not know."""
        return self._look_up(self._split(text))

    def _find_positions(self, text: str) -> list[int]:
        """Return what stands at the positions of a sample."""
        words, length, where = self._split(text), self._length, self.options["cut"]
        if self._unknown:
            indices = self._look_up(cut_items(words, length, where))
        else:
            indices = [index for index in self._look_up(words) if index >= 0]
        if self.options["start"]:
            indices.insert(0, self._mark)
        return cut_items(indices, length, where)

    def _look_up(self, words: Sequence[str]) -> list[int]:
        indices = list(map(self._indices.get, words, repeat(_MISSING)))
        self.tally.tokens += len(indices)
        self.tally.unknown += indices.count(_MISSING)
        return indices

    def _number_words(self, text: str) -> NDArray[np.int32]:
        indices = np.array(self._find_indices(text), np.int32)
        indices[indices < 0] = self._unknown
        return np.insert(indices, 0, self._mark) if self.options["start"] else indices

    def _join(self, texts: list[str], *, continued: bool) -> str:
        return _BLANK_BEFORE_MARK.sub("", " ".join(texts))

    def _encode_positions(self, texts: Sequence[str]) -> NDArray[np.int32]:
        flat, lengths = flatten(map(self._find_positions, texts))
        flat[flat < 0] = self._unknown
        return place_sequences(flat, lengths, self._length, self.options["pad"])

    def _encode_bags(self, texts: Sequence[str]) -> NDArray[np.float32]:
        flat, lengths = flatten(map(self._find_indices, texts))
        known = flat >= 0
        rows = np.repeat(np.arange(len(texts)), lengths)[known]
        cells, counts = np.unique(rows * self._size + flat[known], return_counts=True)
        bags = np.zeros((len(texts), self._size), np.float32)
        bags.reshape(-1)[cells] = self._weight(*np.divmod(cells, self._size), counts)
        return bags

    def _weight(
        self, rows: NDArray[np.intp], words: NDArray[np.intp], counts: NDArray[np.intp]
    ) -> NDArray[Any]:
        """Return the number for each word that is in a text, which is so often there."""
        if self._output == "binary":
            return np.ones(len(counts))
        if self._output == "count":
            return counts
        weights: NDArray[np.float64] = counts * self._idf[words]
        squares = np.bincount(rows, weights**2)
        return weights / np.sqrt(squares[rows])
