"""The letters of sequences, and what stands for several of them (IUPAC's codes)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import EncodingEntry
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.errors import DataError, list_names

PADDING: Final = 0
"""The number of a position without a letter; letters count from 1, then IUPAC's codes."""


@dataclass(frozen=True)
class Alphabet:
    """The letters of a kind of sequence, in the order of their cells.

    Attributes
    ----------
    name
        What the sequences are called in messages.
    letters
        Its letters.
    codes
        The letters that each other code may stand for, which get equal shares.
    complements
        The complement of each letter and code, in their order; empty where there is none.
    """

    name: str
    letters: str
    codes: Mapping[str, str]
    complements: str = ""

    @property
    def symbols(self) -> str:
        """Letters and codes; the number of each is its position here, from 1."""
        return self.letters + "".join(self.codes)

    @cached_property
    def shares(self) -> NDArray[np.float32]:
        """The share of each letter in each number, shape (1 + symbols, letters)."""
        shares = np.zeros((1 + len(self.symbols), len(self.letters)), np.float32)
        for number, symbol in enumerate(self.symbols, 1):
            possible = self.codes.get(symbol, symbol)
            shares[number, [self.letters.index(letter) for letter in possible]] = 1 / len(possible)
        return shares

    def number(self, sequence: str) -> NDArray[np.uint8]:
        """Return the number of each letter in upper or lower case; 0 for what is none."""
        return self._numbers[np.frombuffer(sequence.encode("ascii", "replace"), np.uint8)]

    def reverse_complement(self, numbers: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return the numbers of the other strand."""
        others = [0, *(1 + self.symbols.index(symbol) for symbol in self.complements)]
        return np.array(others, np.uint8)[numbers[::-1]]

    @cached_property
    def _numbers(self) -> NDArray[np.uint8]:
        table = np.zeros(256, np.uint8)
        for number, symbol in enumerate(self.symbols, 1):
            table[[ord(symbol), ord(symbol.lower())]] = number
        return table


def _make_nucleotides(name: str, letters: str) -> Alphabet:
    a, c, g, t = list(letters)
    codes = {
        "R": a + g,
        "Y": c + t,
        "S": c + g,
        "W": a + t,
        "K": g + t,
        "M": a + c,
        "B": c + g + t,
        "D": a + g + t,
        "H": a + c + t,
        "V": a + c + g,
        "N": letters,
    }
    return Alphabet(name, letters, codes, f"{letters[::-1]}YRSWMKVHDBN")


_AMINO_ACIDS: Final = "ARNDCEQGHILKMFPSTWYV"

ALPHABETS: Final = {
    "dna": _make_nucleotides("DNA", "ACGT"),
    "rna": _make_nucleotides("RNA", "ACGU"),
    "protein": Alphabet(
        "proteins",
        _AMINO_ACIDS,
        # Selenocysteine (U) and pyrrolysine (O) have no cell of their own.
        {"B": "ND", "Z": "EQ", "J": "IL", "X": _AMINO_ACIDS, "U": _AMINO_ACIDS, "O": _AMINO_ACIDS},
    ),
}
"""The alphabets by the values of the option."""


def number_sequence(
    entry: EncodingEntry, alphabet: Alphabet, columns: RawColumns, row: int, sequence: str
) -> NDArray[np.uint8]:
    """Return the numbers of a sequence's letters.

    Raises
    ------
    DataError
        If a letter is not one of the alphabet, with the place of the first.
    """
    sequence = sequence.strip()
    numbers = alphabet.number(sequence)
    if numbers.all():
        return numbers
    position = int(numbers.argmin())
    raise DataError(
        f'{columns.locate(row)}: position {position + 1:,} is "{sequence[position]}", which is not '
        f"a letter of {alphabet.name}. Its letters are {list_names(alphabet.letters, 20)}, and "
        f"{list_names(''.join(alphabet.codes), 20)} for several of them. "
        f"{_advise(entry, sequence)}"
    )


def _advise(entry: EncodingEntry, sequence: str) -> str:
    fitting = next((key for key, each in ALPHABETS.items() if each.number(sequence).all()), None)
    return f"Give {entry.name} the option alphabet={fitting}" if fitting else "Correct the sequence"
