"""The characters of a text, as indices or one-hot encoded."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import MAX_LENGTH, MAX_VOCABULARY, EncodingEntry
from galaxy_keras.data.encodings.encoding import EncodingState, RawColumns
from galaxy_keras.data.encodings.state import StateReader, is_character
from galaxy_keras.data.encodings.text import (
    cut_items,
    get_text_column,
    make_one_hot,
    place_sequences,
)
from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.errors import DataError, escape_name, list_names

FIRST_INDEX: Final = 2
"""The index of the most frequent character: 0 pads, 1 is any other character."""

_LINE_END: Final = re.compile(r"\r\n?|\n")


class Encoding(TokenEncoding):
    """The characters of texts, by frequency in training and then by code point."""

    unit = "characters"

    _characters: str
    _seen: int
    _length: int

    def __init__(self, entry: EncodingEntry, options: Mapping[str, Any]) -> None:
        super().__init__(entry, options)
        self._is_index = self.options["output"] == "index"
        if self._is_index:
            self.dtype = np.dtype(np.int32)

    @classmethod
    def fit(cls, entry: EncodingEntry, options: Mapping[str, Any], columns: RawColumns) -> Self:
        """Count the characters of the training texts."""
        self = cls(entry, options)
        counts: Counter[str] = Counter()
        longest = 0
        for text in map(self._clean, get_text_column(entry, columns)):
            counts.update(text)
            longest = max(longest, len(text))
        self._seen = len(counts)
        ranked = sorted(counts, key=lambda character: (-counts[character], character))
        self._characters = "".join(filter(is_character, ranked))[: self._count_most()]
        self._check_characters(columns)
        self._length = self.options["length"] or min(longest, MAX_LENGTH)
        self._prepare()
        return self

    @classmethod
    def restore(
        cls, entry: EncodingEntry, options: Mapping[str, Any], state: EncodingState
    ) -> Self:
        """Read characters and length."""
        self = cls(entry, options)
        reader = StateReader(entry.name, state)
        self._characters = reader.read_characters("characters", self._count_most())
        self._seen = reader.read_count("seen", least=len(self._characters))
        self._length = reader.read_length("length", self.options["length"])
        self._prepare()
        return self

    def get_state(self) -> EncodingState:
        """Return characters and length."""
        return EncodingState(
            {"characters": self._characters, "seen": self._seen, "length": self._length}
        )

    @property
    def shape(self) -> tuple[int, ...]:
        """The length, and the number of characters where they are one-hot encoded."""
        return (self._length,) if self._is_index else (self._length, self._size)

    @property
    def vocabulary_size(self) -> int | None:
        """The number of indices; None where characters are one-hot encoded."""
        return self._size if self._is_index else None

    def encode(self, columns: RawColumns) -> NDArray[Any]:
        """Return indices, or 1 in the cell of each character at its position."""
        texts = get_text_column(self.entry, columns)
        self.tally.cells += len(texts)
        self.tally.missing += sum(not text.strip() for text in texts)
        cut = [cut_items(self._clean(text), self._length, self.options["cut"]) for text in texts]
        flat = self._look_up("".join(cut))
        indices = place_sequences(flat, list(map(len, cut)), self._length, self.options["pad"])
        return indices if self._is_index else make_one_hot(indices - FIRST_INDEX, self._size)

    @cached_property
    def token_texts(self) -> Sequence[str | None]:
        """The character of each output."""
        first = FIRST_INDEX if self._is_index else 0
        unused = self._size - first - len(self._characters)
        return [*[None] * first, *self._characters, *[None] * unused]

    @property
    def padding(self) -> int:
        """Index 0; of one-hot encoded characters none."""
        return 0 if self._is_index else -FIRST_INDEX

    def find_tokens(self, columns: RawColumns) -> list[NDArray[np.int32]]:
        """Return the number of each character."""
        first = 0 if self._is_index else FIRST_INDEX
        texts = get_text_column(self.entry, columns)
        return [self._look_up(self._clean(text)) - np.int32(first) for text in texts]

    def encode_tokens(self, windows: NDArray[np.int32]) -> NDArray[Any]:
        """Return indices, or 1 in the cell of each character."""
        return windows if self._is_index else make_one_hot(windows, self._size)

    def describe(self) -> list[str]:
        """Return how many characters were kept, and which."""
        kept = list_names(self._characters, 40)
        return [
            f"{len(self._characters):,} of {self._seen:,} different characters are kept: {kept}",
            f"{self._length:,} positions",
        ]

    # Characters of a text

    def _clean(self, text: str) -> str:
        if self.options["ascii"] and not text.isascii():
            text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
        if self.options["join_lines"]:
            text = _LINE_END.sub(" ", text)
        return text.lower() if self.options["lower"] else text

    # Vocabulary

    def _check_characters(self, columns: RawColumns) -> None:
        if not self._characters:
            raise DataError(
                f'column "{escape_name(columns.names[0])}" has no characters in its '
                f"{columns.rows:,} rows. Choose the column of the texts (characters columns=...), "
                "or give the option ascii=False"
            )

    def _count_most(self) -> int:
        size: int | None = self.options["size"]
        if size is None:
            return MAX_VOCABULARY
        return size - FIRST_INDEX if self._is_index else size

    def _prepare(self) -> None:
        """Derive what encoding needs from options and vocabulary."""
        first = FIRST_INDEX if self._is_index else 0
        self._size = self.options["size"] or len(self._characters) + first
        codes = list_code_points(self._characters)
        order = np.argsort(codes)
        self._codes, self._indices = codes[order], (order + FIRST_INDEX).astype(np.int32)

    def _look_up(self, text: str) -> NDArray[np.int32]:
        """Return the index of each character, 1 for those that the vocabulary does not have."""
        codes = list_code_points(text)
        nearest = np.searchsorted(self._codes, codes).clip(max=len(self._codes) - 1)
        known = self._codes[nearest] == codes
        self.tally.tokens += len(codes)
        self.tally.unknown += len(codes) - int(known.sum())
        return np.where(known, self._indices[nearest], FIRST_INDEX - 1).astype(np.int32)


def list_code_points(text: str) -> NDArray[np.uint32]:
    """Return the number of each character of a text, unpaired surrogates among them."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
