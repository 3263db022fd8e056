"""Reads what a model file says of a fitted encoding, which may come from anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import MAX_LENGTH, MAX_VOCABULARY
from galaxy_keras.data.encodings.encoding import EncodingState
from galaxy_keras.errors import ModelFileError, escape_name

MAX_TEXT_LENGTH: Final = 200
"""The most characters of a word or a level."""

# Characters 0x80 to 0x9f are left in: texts that were once in Windows-1252 are full of them.
_NOT_STORED: Final = re.compile("[\0-\x1f\x7f\u2028\u2029\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether a word or a level may be in a vocabulary: short, and without control characters."""
    return 0 < len(text) <= MAX_TEXT_LENGTH and not _NOT_STORED.search(text)


def is_character(character: str) -> bool:
    """Whether a character may be in a vocabulary: any but control characters; line ends may."""
    return character in "\t\n" or not _NOT_STORED.match(character)


def make_storable(names: Iterable[str]) -> list[str]:
    """Return the names of columns for the file of a model: escaped and cut where necessary."""
    return [escape_name(name, MAX_TEXT_LENGTH - 3)[:MAX_TEXT_LENGTH] or "?" for name in names]


class StateReader:
    """Takes an `EncodingState` apart; whatever is not as expected is a `ModelFileError`.

    Parameters
    ----------
    name
        The name of the encoding, for messages.
    state
        What is stored of it.
    """

    def __init__(self, name: str, state: EncodingState) -> None:
        self._name = name
        self._state = state

    def read_count(self, name: str, *, least: int = 0, most: int = 2**63 - 1) -> int:
        """Return a whole number from `least` to `most`."""
        value = self._read(name)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            self.refuse(name, f"is not a whole number from {least:,} to {most:,}")
        return value

    def read_texts(
        self, name: str, most: int = MAX_VOCABULARY, *, unique: bool = True
    ) -> list[str]:
        """Return at most `most` texts, each of which `is_storable`, none of them twice."""
        values = self._read(name)
        if not isinstance(values, list) or len(values) > most:
            self.refuse(name, f"is not a list of at most {most:,} texts")
        for number, value in enumerate(values, 1):
            if not isinstance(value, str):
                self.refuse(name, f"has an entry that is not text (number {number:,})")
            if not is_storable(value):
                self.refuse(
                    name,
                    f'has an entry (number {number:,}, "{escape_name(value, 40)}") that is empty, '
                    f"longer than {MAX_TEXT_LENGTH} characters or has control characters",
                )
        if unique:
            self._check_unique(name, values)
        return values

    def read_characters(self, name: str, most: int) -> str:
        """Return 1 to `most` different characters, each of which `is_character`."""
        value = self._read(name)
        if not isinstance(value, str) or not 0 < len(value) <= most:
            self.refuse(name, f"is not a text of 1 to {most:,} characters")
        if not all(map(is_character, value)):
            self.refuse(name, "has control characters")
        self._check_unique(name, list(value))
        return value

    def read_length(self, name: str, given: int | None) -> int:
        """Return the positions of a sample, which are those of the option if it is given."""
        length = self.read_count(name, least=1, most=MAX_LENGTH)
        if given not in (None, length):
            self.refuse(name, f"is not the option length={given}")
        return length

    def read_lists(self, name: str, count: int) -> list[list[str]]:
        """Return `count` lists, each as `read_texts` returns one."""
        values = self._read_list(name, count)
        inside = {f"{name}[{index}]": each for index, each in enumerate(values)}
        reader = StateReader(self._name, EncodingState(inside))
        return [reader.read_texts(each) for each in inside]

    def read_counts(self, name: str, count: int) -> list[int]:
        """Return `count` whole numbers from 0."""
        values = self._read_list(name, count)
        inside = {f"{name}[{index}]": each for index, each in enumerate(values)}
        reader = StateReader(self._name, EncodingState(inside))
        return [reader.read_count(each) for each in inside]

    def read_array(self, name: str, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Return finite numbers in an array of exactly this shape."""
        values = self._state.arrays.get(name)
        if values is None:
            self.refuse(name, "is missing")
        if not isinstance(values, np.ndarray) or values.dtype.kind not in "iuf":
            self.refuse(name, "does not hold numbers")
        if values.shape != shape:
            self.refuse(name, f"has the shape {values.shape}, where {shape} was expected")
        if not np.isfinite(values).all():
            self.refuse(name, "has numbers that are not finite")
        return values.astype(np.float64)

    def refuse(self, name: str, problem: str) -> NoReturn:
        """Raise a `ModelFileError`."""
        raise ModelFileError(
            f'encoding {self._name}: "{escape_name(name)}" {problem}. The file is damaged'
        )

    def _read(self, name: str) -> Any:
        if name not in self._state.settings:
            self.refuse(name, "is missing")
        return self._state.settings[name]

    def _read_list(self, name: str, count: int) -> list[Any]:
        values = self._read(name)
        if not isinstance(values, list) or len(values) != count:
            self.refuse(name, f"is not a list of {count:,} entries")
        return values

    def _check_unique(self, name: str, values: list[str]) -> None:
        if len(set(values)) == len(values):
            return
        seen: set[str] = set()
        for value in values:
            if value in seen:
                self.refuse(name, f'has the entry "{escape_name(value, 40)}" twice')
            seen.add(value)
