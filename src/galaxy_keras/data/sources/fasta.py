"""Samples that are sequences of one length in a FASTA file, one-hot encoded.

Each position becomes one number for each letter of the alphabet: 1 for the letter that is
there, 0 for the others. The letter for "any" (N, in proteins X) becomes equal fractions, and so do
the other letters of IUPAC that stand for several or for none of them. The order of the letters and
the fractions are those of selene-sdk, on which Galaxy-ML built.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.fasta import Record, iterate_records
from galaxy_keras.data.sources.source import ROWS_PER_CHUNK, SampleSource
from galaxy_keras.errors import DataError


@dataclass(frozen=True)
class Alphabet:
    """The letters of a kind of sequence, in the order of their columns.

    Attributes
    ----------
    name
        The kind, for messages.
    letters
        Those that have a column.
    wildcards
        The letter for any, and the others of IUPAC, which are taken for it.
    """

    name: str
    letters: str
    wildcards: str

    def encode(self, sequence: str) -> NDArray[np.float32]:
        """Return a row of len(sequence) * len(letters) numbers, of capital or small letters.

        Raises
        ------
        DataError
            If a letter is not one of the alphabet.
        """
        # What is not ASCII becomes "?", which no alphabet has; in capitals it might be a letter.
        codes = np.frombuffer(sequence.encode("ascii", "replace"), np.uint8)
        encoded = self._table()[codes]
        unknown = np.flatnonzero(~encoded.any(axis=1))
        if unknown.size:
            position = int(unknown[0])
            raise DataError(
                f'position {position + 1} is "{sequence[position]}", which is not a letter of '
                f"{self.name}. Its letters are {self.letters}, and {self.wildcards[0]} (or one of "
                f"{self.wildcards[1:]}) for any. Correct the sequence, or write {self.wildcards[0]}"
            )
        return encoded.ravel()

    def _table(self) -> NDArray[np.float32]:
        count = len(self.letters)
        table = np.zeros((256, count), np.float32)
        for letters in (self.letters, self.letters.lower()):
            table[[ord(letter) for letter in letters]] = np.eye(count, dtype=np.float32)
        table[[ord(letter) for letter in self.wildcards + self.wildcards.lower()]] = 1 / count
        return table


ALPHABETS: Final = {
    "fasta-dna": Alphabet("DNA", "ACGT", "NRYSWKMBDHV"),
    "fasta-rna": Alphabet("RNA", "ACGU", "NRYSWKMBDHV"),
    "fasta-protein": Alphabet("proteins", "ARNDCEQGHILKMFPSTWYV", "XBJZUO*"),
}


class Source(SampleSource[Sequence[Record]]):
    """A FASTA file; each sequence is a sample."""

    width_advice = "Check --features-format and the length of the sequences"
    match_advice = "Give sequences of the kind and the length that were trained on"
    raw_advice = "Give --features-format fasta"

    def find_sample_shape(self, count: int) -> tuple[int, ...]:
        """Return the length of the sequences and the number of letters."""
        letters = len(ALPHABETS[self.entry.name].letters)
        return count // letters, letters

    def count_rows(self) -> int:
        """Return the number of sequences."""
        return sum(1 for _ in iterate_records(self.path))

    def read_chunks(self, rows: int | None) -> Iterator[Sequence[Record]]:
        """Yield sequences with their names."""
        records = iterate_records(self.path)
        while chunk := list(islice(records, rows or ROWS_PER_CHUNK)):
            yield chunk

    def encode(self, chunks: Iterator[Sequence[Record]]) -> Iterator[Features]:
        """Yield the sequences as numbers.

        Raises
        ------
        DataError
            If a sequence has other letters than those of the alphabet, or another length than the
            first.
        """
        first_row, length = 1, None
        for chunk in chunks:
            length = length or len(chunk[0].sequence)
            values = np.stack([self._encode(record, length) for record in chunk])
            yield Features(values, None, tuple(range(1, values.shape[1] + 1)), first_row)
            first_row += len(chunk)

    def _encode(self, record: Record, length: int) -> NDArray[np.float32]:
        where = f'{self.path}, sequence "{record.name}"'
        if len(record.sequence) != length:
            raise DataError(
                f"{where} has {len(record.sequence)} letters, but the first has {length}. "
                "A network takes sequences of equal length: truncate or pad them"
            )
        try:
            return ALPHABETS[self.entry.name].encode(record.sequence)
        except DataError as error:
            raise error.with_prefix(where) from None
