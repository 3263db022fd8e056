"""The windows of intervals: their places, and which of them can be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.genome.intervals import Intervals
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.data.encodings.alphabets import ALPHABETS
from galaxy_keras.data.genome.regions import Places, Regions, match_chromosomes
from galaxy_keras.errors import DataError

MAX_UNKNOWN: Final = 0.3
"""The share of N above which a window is not used where nobody says otherwise."""
DEFAULT_BIN: Final = 200
_N: Final = np.frombuffer(b"Nn", np.uint8)
_ALPHABET: Final = ALPHABETS["dna"]


@dataclass(frozen=True)
class Geometry:
    """How a window lies around a position.

    Attributes
    ----------
    length
        Letters of a window.
    bin
        Letters of the bin in its middle that targets are of, at most `length`.
    """

    length: int
    bin: int

    @property
    def before(self) -> int:
        """How many letters of the window are before the position."""
        return self.bin // 2 + (self.length - self.bin) // 2

    @property
    def bin_start(self) -> int:
        """Where the bin starts in the window."""
        return (self.length - self.bin) // 2


@dataclass(frozen=True, eq=False)
class Windows:
    """Windows of one length inside the chromosomes of a genome.

    Attributes
    ----------
    genome
        The genome.
    geometry
        How windows lie around positions.
    starts
        Where they start, counted through all chromosomes, shape (windows,).
    strands
        -1 for the reverse complement, else 0 or 1, shape (windows,).
    """

    genome: Genome
    geometry: Geometry
    starts: Places
    strands: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def chromosomes(self) -> NDArray[np.intp]:
        """The number of the chromosome of each, shape (windows,)."""
        return self.genome.divide(self.starts)[0]

    @property
    def bins(self) -> tuple[Places, Places]:
        """Where their bins start and end."""
        starts = self.starts + self.geometry.bin_start
        return starts, starts + self.geometry.bin

    def select(self, rows: NDArray[np.intp]) -> Windows:
        """Return some of them."""
        return replace(self, starts=self.starts[rows], strands=self.strands[rows])

    def join(self, other: Windows) -> Windows:
        """Return these and others of the same kind."""
        return replace(
            self,
            starts=np.concatenate([self.starts, other.starts]),
            strands=np.concatenate([self.strands, other.strands]),
        )

    def read(self, row: int) -> NDArray[np.uint8]:
        """Return the letters of a window as bytes, of its strand, in upper or lower case."""
        start = int(self.starts[row])
        number = int(np.searchsorted(self.genome.offsets, start, side="right")) - 1
        start -= int(self.genome.offsets[number])
        letters = self.genome.read(number, start, start + self.geometry.length)
        return reverse_complement(letters) if self.strands[row] < 0 else letters

    def read_text(self, row: int) -> str:
        """Return the letters of a window, of its strand."""
        return self.read(row).tobytes().decode("ascii", "replace")


@dataclass(frozen=True, eq=False)
class Candidates:
    """Positions that windows are to be made around.

    Attributes
    ----------
    chromosomes
        The number of the chromosome of each; -1 where the genome has none, shape (candidates,).
    positions
        In their chromosome, from 0, shape (candidates,).
    strands
        1, -1 or 0.
    """

    chromosomes: NDArray[np.intp]
    positions: Places
    strands: NDArray[np.int8]

    @classmethod
    def from_intervals(cls, genome: Genome, intervals: Intervals) -> Candidates:
        """Return the middles of intervals."""
        # int(start + 0.5 * (end - start)) of the replaced tool, in whole numbers.
        middles = intervals.starts + (intervals.ends - intervals.starts) // 2
        return cls(match_chromosomes(genome, intervals), middles, intervals.strands)


@dataclass(frozen=True)
class Rules:
    """Which windows are left out.

    Attributes
    ----------
    blacklist
        Regions that they may not overlap, or None.
    most_unknown
        The largest share of N that they may have.
    """

    blacklist: Regions | None = None
    most_unknown: float = MAX_UNKNOWN


REASONS: Final[Mapping[int, str]] = {
    1: "are on chromosomes that the genome does not have",
    2: "leave their chromosome",
    3: "overlap the blacklist",
    4: "have too many unknown letters (N)",
}
"""Why windows are left out, by the number that `find_reasons` returns."""


def find_reasons(
    genome: Genome, geometry: Geometry, candidates: Candidates, rules: Rules
) -> NDArray[np.int8]:
    """Return why no window around each position can be used (`REASONS`), 0 where one can.

    Raises
    ------
    DataError
        If a window has a letter that is none of DNA.
    """
    reasons = np.zeros(len(candidates.positions), np.int8)
    known = candidates.chromosomes >= 0
    first = candidates.positions - geometry.before
    lengths = np.diff(genome.offsets)[np.where(known, candidates.chromosomes, 0)]
    outside = (first < 0) | (first + geometry.length > lengths)
    reasons[outside] = 2
    reasons[~known] = 1
    starts = genome.offsets[np.where(known, candidates.chromosomes, 0)] + first
    if rules.blacklist is not None:
        covered = rules.blacklist.count_covered(starts, starts + geometry.length)
        reasons[(reasons == 0) & (covered > 0)] = 3
    rows = np.flatnonzero(reasons == 0)
    strands = np.zeros(len(rows), np.int8)
    windows = Windows(genome, geometry, starts[rows], strands)
    for number, row in enumerate(rows):
        letters = windows.read(number)
        _check_letters(windows, number, letters)
        if count_unknown(letters) > rules.most_unknown * geometry.length:
            reasons[row] = 4
    return reasons


def _check_letters(windows: Windows, row: int, letters: NDArray[np.uint8]) -> None:
    place = find_foreign_letter(letters)
    if place is not None:
        raise DataError(
            f'{locate_window(windows, row)}: letter {place + 1:,} is "{chr(letters[place])}", '
            "which is not a letter of DNA. Its letters are A, C, G, T and the codes of IUPAC. "
            "Give the sequences of a genome"
        )


def make_windows(
    genome: Genome, geometry: Geometry, candidates: Candidates, rows: NDArray[np.intp]
) -> Windows:
    """Return the windows around some of the positions, all of which can be used."""
    starts = genome.offsets[candidates.chromosomes[rows]] + candidates.positions[rows]
    return Windows(genome, geometry, starts - geometry.before, candidates.strands[rows])


def count_unknown(letters: NDArray[np.uint8]) -> int:
    """Return how many letters are N."""
    return int(((letters == _N[0]) | (letters == _N[1])).sum())


def locate_window(windows: Windows, row: int) -> str:
    """Return where a window is, for messages."""
    return f"{windows.genome.path}, {name_window(windows, row)}"


def name_window(windows: Windows, row: int) -> str:
    """Return the place of a window as browsers write it: ``chr1:101-300``."""
    chromosomes, starts = windows.genome.divide(windows.starts[row : row + 1])
    name = windows.genome.chromosomes[int(chromosomes[0])].name
    start = int(starts[0])
    return f"{name}:{start + 1}-{start + windows.geometry.length}"


def find_foreign_letter(letters: NDArray[np.uint8]) -> int | None:
    """Return where the first letter is that IUPAC's codes of DNA do not have; None without any."""
    foreign = ~_KNOWN[letters]
    return int(foreign.argmax()) if foreign.any() else None


def reverse_complement(letters: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the letters of the other strand, as bytes; case is kept."""
    return _COMPLEMENTS[letters[::-1]]


def _make_complements() -> NDArray[np.uint8]:
    table = np.arange(256, dtype=np.uint8)
    for symbol, other in zip(_ALPHABET.symbols, _ALPHABET.complements, strict=True):
        table[[ord(symbol), ord(symbol.lower())]] = ord(other), ord(other.lower())
    return table


def _make_known() -> NDArray[np.bool_]:
    table = np.zeros(256, bool)
    for symbol in _ALPHABET.symbols:
        table[[ord(symbol), ord(symbol.lower())]] = True
    return table


_COMPLEMENTS: Final = _make_complements()
_KNOWN: Final = _make_known()
