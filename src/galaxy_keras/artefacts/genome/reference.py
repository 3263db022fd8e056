"""Any stretch of the sequences of a FASTA file, without the file in memory.

The file is read once to find where its sequences and lines begin (what `samtools faidx` writes into
a `.fai`); this index is kept in memory, so that nothing is written beside the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.genome.blocks import RandomAccessFile, open_random_access
from galaxy_keras.errors import DataError, list_names, suggest

_HEADER, _NEWLINE, _RETURN, _BLANK = b">\n\r "
_MAX_NAME: Final = 1000
_MITOCHONDRION: Final = frozenset(("chrM", "chrMT", "M", "MT"))


@dataclass(frozen=True)
class Chromosome:
    """A sequence of a genome.

    Attributes
    ----------
    name
        The first word of the line above it.
    length
        How many letters it has.
    start
        Where its first letter is in the file.
    letters, line_bytes
        Letters of a line, and its bytes with the end of the line.
    """

    name: str
    length: int
    start: int
    letters: int
    line_bytes: int

    def locate(self, position: int) -> int:
        """Return where a letter (from 0) is in the file."""
        line, column = divmod(position, max(self.letters, 1))
        return self.start + line * self.line_bytes + column


class Genome:
    """The sequences of a FASTA file, plain or compressed with bgzip.

    Places of all chromosomes are also counted through: the first letter of a chromosome has the
    number `offsets` says.

    Parameters
    ----------
    path
        The file.

    Attributes
    ----------
    path
        As given.
    chromosomes
        In the order of the file.
    offsets
        How many letters are before each chromosome, and in all, shape (chromosomes + 1,).

    Raises
    ------
    DataError
        If the file cannot be read, is no FASTA file, or stretches of it cannot be found.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = open_random_access(path)
        self.chromosomes = tuple(_Indexer(self._file).run())
        self._numbers = {each.name: number for number, each in enumerate(self.chromosomes)}
        self.offsets = np.cumsum([0, *(each.length for each in self.chromosomes)])

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the chromosomes."""
        return tuple(each.name for each in self.chromosomes)

    def find(self, name: str) -> int | None:
        """Return the number of a chromosome, from 0; None if there is none.

        `chr1` and `1` are the same, `chrM`, `M`, `chrMT` and `MT` too, if only one is there.
        """
        if name in self._numbers:
            return self._numbers[name]
        found = [self._numbers[each] for each in _list_spellings(name) if each in self._numbers]
        return found[0] if len(found) == 1 else None

    def read(self, chromosome: int, start: int, end: int) -> NDArray[np.uint8]:
        """Return the letters from `start` up to `end` (from 0) of a chromosome, as bytes."""
        own = self.chromosomes[chromosome]
        raw = np.frombuffer(self._file.read(own.locate(start), own.locate(end)), np.uint8)
        return raw[raw > _BLANK]

    def divide(self, places: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return chromosome and position of places that are counted through, shape (places,)."""
        chromosomes = np.searchsorted(self.offsets, places, side="right") - 1
        return chromosomes, places - self.offsets[chromosomes]

    def explain_unknown(self, path: Path, names: Sequence[str]) -> str:
        """Return the message that none of the chromosomes in a file is in the genome."""
        return (
            f"{path}: none of its chromosomes ({list_names(names, 5)}) is in {self.path}, which "
            f"has {list_names(self.names, 5)}.{suggest(names[0], self.names)} Give files of the "
            "same assembly"
        )


def _list_spellings(name: str) -> list[str]:
    if name in _MITOCHONDRION:
        return sorted(_MITOCHONDRION - {name})
    return [name.removeprefix("chr") if name.startswith("chr") else f"chr{name}"]


class _Indexer:
    """Finds sequences and lines in one pass."""

    def __init__(self, file: RandomAccessFile) -> None:
        self._file = file
        self._starts: list[NDArray[np.int64]] = []
        self._headers: list[int] = []
        self._found: list[Chromosome] = []
        self._record: _Record | None = None
        self._line_start = 0
        self._line_number = 0
        self._header = False
        self._empty = True

    def run(self) -> list[Chromosome]:
        position, last = 0, 0
        for chunk in self._file.iterate():
            if not position:
                self._check_start(chunk)
            content = np.frombuffer(chunk, np.uint8)
            self._add(content, position, last)
            position += len(content)
            last = int(content[-1]) if len(content) else last
        if position > self._line_start:
            self._end_file(position, last)
        self._close()
        if not self._found:
            raise self._no_fasta()
        self._check_names()
        return self._found

    def _end_file(self, position: int, last: int) -> None:
        """Take a last line without its end, which ends as the others do."""
        returns = last == _RETURN
        if not self._header and self._record is not None:
            returns = returns or self._record.has_returns
            position += self._record.has_returns and last != _RETURN
        self._end_lines(np.array([position]), np.array([returns]), [self._header])

    def _check_start(self, chunk: bytes) -> None:
        if not chunk.lstrip().startswith(b">"):
            raise self._no_fasta()

    def _no_fasta(self) -> DataError:
        return DataError(
            f'{self._file.path} is no FASTA file: it does not begin with ">" and a name. Give the '
            "sequences of the genome as FASTA"
        )

    def _add(self, content: NDArray[np.uint8], position: int, last: int) -> None:
        ends = np.flatnonzero(content == _NEWLINE)
        if self._line_start == position and len(content):
            self._header = content[0] == _HEADER
        if not len(ends):
            return
        before = np.where(ends > 0, content[ends - 1], last)
        nexts = ends[:-1] + 1
        headers = np.concatenate([[self._header], content[nexts] == _HEADER])
        self._end_lines(ends + position, before == _RETURN, headers.tolist())
        self._line_start = position + int(ends[-1]) + 1
        if ends[-1] + 1 < len(content):
            self._header = bool(content[ends[-1] + 1] == _HEADER)

    def _end_lines(
        self, ends: NDArray[np.int64], returns: NDArray[np.bool_], headers: list[bool]
    ) -> None:
        """Take lines that end at `ends`, whose first starts at `self._line_start`."""
        starts = np.concatenate([[self._line_start], ends[:-1] + 1])
        letters = ends - starts - returns
        marks = [number for number, is_header in enumerate(headers) if is_header]
        for begin, end in pairwise([-1, *marks, len(starts)]):
            if begin >= 0:
                self._close()
                self._record = _Record(
                    self._read_name(int(starts[begin]), int(ends[begin])), int(ends[begin]) + 1
                )
            if self._record is not None and end > begin + 1:
                chosen = slice(begin + 1, end)
                self._record.add(letters[chosen], returns[chosen])
                if self._record.broken is not None:
                    number = self._line_number + begin + 2 + self._record.broken
                    raise DataError(self._describe_lines(self._record.name, number))
        self._line_number += len(starts)

    def _read_name(self, start: int, end: int) -> str:
        text = self._file.read(start + 1, min(end, start + _MAX_NAME))
        return (text.decode("utf-8", "replace").split() or [f"{len(self._found) + 1}"])[0]

    def _close(self) -> None:
        if self._record is not None:
            self._found.append(self._record.end())
            self._record = None

    def _check_names(self) -> None:
        names = [each.name for each in self._found]
        if len(set(names)) < len(names):
            repeated = sorted(name for name, count in Counter(names).items() if count > 1)
            raise DataError(
                f"{self._file.path} has several sequences named {list_names(repeated)}. Keep one "
                "of each"
            )

    def _describe_lines(self, name: str, number: int) -> str:
        return (
            f'{self._file.path}, line {number:,}: the lines of the sequence "{name}" have '
            "different lengths, so that its stretches cannot be found. Write it with lines of one "
            "length (seqkit seq -w 60)"
        )


class _Record:
    """The lines of one sequence: all have one length, but the last may be shorter."""

    def __init__(self, name: str, start: int) -> None:
        self.name = name
        self.broken: int | None = None
        self._start = start
        self._length = 0
        self._letters = 0
        self._line_bytes = 1
        self._ended = False

    @property
    def has_returns(self) -> bool:
        """Whether its lines end as on Windows."""
        return self._line_bytes - self._letters == 2

    def add(self, letters: NDArray[np.int64], returns: NDArray[np.bool_]) -> None:
        """Take the next lines; `broken` is the first (from 0) that does not fit."""
        if not self._letters and letters[0]:
            self._letters = int(letters[0])
            self._line_bytes = self._letters + 1 + int(returns[0])
        full = letters == self._letters
        short = np.flatnonzero(~full)
        # Behind a shorter line only empty ones may follow.
        first_short = 0 if self._ended else int(short[0]) if len(short) else len(letters)
        allowed = np.arange(len(letters)) < first_short
        if not self._ended and len(short):
            allowed[first_short] = letters[first_short] <= self._letters
        wrong = np.flatnonzero(~allowed & (letters > 0))
        mixed = np.flatnonzero(full & (returns != self.has_returns))
        found = np.concatenate([wrong, mixed])
        if len(found):
            self.broken = int(found.min())
        self._ended = self._ended or bool(len(short))
        self._length += int(letters.sum())

    def end(self) -> Chromosome:
        """Return the sequence."""
        return Chromosome(self.name, self._length, self._start, self._letters, self._line_bytes)
