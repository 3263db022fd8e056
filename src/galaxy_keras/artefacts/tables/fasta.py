"""Sequences in FASTA format, one-hot encoded, as features.

Each position becomes one number for each letter of the alphabet: 1 for the letter that stands
there, 0 for the others. The letter for "any" (N, in proteins X) becomes equal shares. The order of
the letters and the shares are those of selene-sdk, on which Galaxy-ML built.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.lines import open_lines
from galaxy_keras.errors import DataError


@dataclass(frozen=True)
class Alphabet:
    """The letters of a kind of sequence, in the order of their columns."""

    name: str
    letters: str
    wildcard: str

    def encode(self, sequence: str) -> NDArray[np.float32]:
        """Return a row of len(sequence) * len(letters) numbers.

        Raises
        ------
        DataError
            If a letter is not one of the alphabet.
        """
        codes = np.frombuffer(sequence.upper().encode("ascii", "replace"), np.uint8)
        encoded = self._table()[codes]
        unknown = np.flatnonzero(~encoded.any(axis=1))
        if unknown.size:
            position = int(unknown[0])
            raise DataError(
                f'position {position + 1} is "{sequence[position]}", which is no letter of '
                f"{self.name}. Known are {self.letters} and {self.wildcard} for any"
            )
        return encoded.ravel()

    def _table(self) -> NDArray[np.float32]:
        count = len(self.letters)
        table = np.zeros((256, count), np.float32)
        table[[ord(letter) for letter in self.letters]] = np.eye(count, dtype=np.float32)
        table[ord(self.wildcard)] = 1 / count
        return table


ALPHABETS: Final = {
    "fasta-dna": Alphabet("DNA", "ACGT", "N"),
    "fasta-rna": Alphabet("RNA", "ACGU", "N"),
    "fasta-protein": Alphabet("proteins", "ARNDCEQGHILKMFPSTWYV", "X"),
}


def iterate_sequences(path: Path, alphabet: Alphabet, rows: int) -> Iterator[Features]:
    """Yield the sequences of a FASTA file, `rows` at a time; each is a row.

    Raises
    ------
    DataError
        If the file cannot be read, is not FASTA, holds other letters than the alphabet's, or
        sequences of different lengths.
    """
    encoded = _encode_all(path, alphabet)
    first_row = 1
    while chunk := list(islice(encoded, rows)):
        values = np.stack(chunk)
        yield Features(values, None, tuple(range(1, values.shape[1] + 1)), first_row)
        first_row += len(chunk)
    if first_row == 1:
        raise DataError(f"{path} has no sequences. Give a FASTA file")


def _encode_all(path: Path, alphabet: Alphabet) -> Iterator[NDArray[np.float32]]:
    length = None
    for name, sequence in _read_records(path):
        length = length or len(sequence)
        where = f'{path}, sequence "{name}"'
        if len(sequence) != length:
            raise DataError(
                f"{where} has {len(sequence)} letters, but the first has {length}. "
                "A network takes sequences of one length: cut or pad them"
            )
        try:
            yield alphabet.encode(sequence)
        except DataError as error:
            raise error.with_prefix(where) from None


def _read_records(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the letters of each sequence."""
    name: str | None = None
    parts: list[str] = []
    for number, line in enumerate(_read_lines(path), 1):
        if line.startswith(">"):
            if name is not None:
                yield name, _join(path, name, parts)
            name, parts = (line[1:].split() or [f"line {number}"])[0], []
        elif name is not None:
            parts.append(line)
        elif line:
            raise DataError(f'{path}, line {number}: a FASTA file begins with ">" and a name')
    if name is not None:
        yield name, _join(path, name, parts)


def _read_lines(path: Path) -> Iterator[str]:
    with open_lines(path) as lines:
        while chunk := lines.read():
            yield from (line.strip() for line in chunk.lines)


def _join(path: Path, name: str, parts: list[str]) -> str:
    sequence = "".join(parts)
    if not sequence:
        raise DataError(f'{path}, sequence "{name}" is empty')
    return sequence
