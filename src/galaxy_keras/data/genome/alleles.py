"""The windows of the alleles of a variant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.artefacts.genome.variants import Variant

_MISSING = ord("N")


@dataclass(frozen=True, eq=False)
class AlleleWindows:
    """The windows of a variant, as text.

    Attributes
    ----------
    reference, alternative
        The windows with each allele, both of the same length.
    matches
        Whether the genome has the reference allele that the file gives.
    """

    reference: str
    alternative: str
    matches: bool


def make_allele_windows(
    genome: Genome, chromosome: int, variant: Variant, length: int
) -> AlleleWindows | None:
    """Return the windows with either allele in their middle; None beyond the chromosome.

    Windows begin half a length before the middle of the reference allele. An alternative of another
    length takes its place, and the rest of the window is filled up with what is before and behind
    it; places beyond the ends of the chromosome are N.

    Parameters
    ----------
    genome
        The genome.
    chromosome
        The number of the chromosome.
    variant
        The alleles, which are sequences.
    length
        Letters of a window.
    """
    reference = variant.reference
    first = variant.position - 1
    if first + len(reference) > genome.chromosomes[chromosome].length:
        return None
    center = variant.position + len(reference) // 2
    start, end = center - length // 2, center + (length + 1) // 2
    if start < 0 or end > genome.chromosomes[chromosome].length:
        return None
    around = genome.read(chromosome, start, end).copy()
    known = genome.read(chromosome, first, first + len(reference)).tobytes().decode().upper()
    place = length // 2 - len(reference) // 2 - 1
    _put(around, place, reference)
    alternative = "" if variant.alternative == "*" else variant.alternative
    if len(alternative) == len(reference):
        other = around.copy()
        _put(other, place, alternative)
    else:
        other = _make_other(genome, chromosome, variant, alternative, length)
    return AlleleWindows(_decode(around), _decode(other), known == reference.upper())


def _put(window: NDArray[np.uint8], place: int, allele: str) -> None:
    """Write an allele at a place of a window, as far as it is inside."""
    skipped = max(-place, 0)
    letters = np.frombuffer(allele.encode(), np.uint8)[skipped : len(window) - place]
    window[place + skipped : place + skipped + len(letters)] = letters


def _make_other(
    genome: Genome, chromosome: int, variant: Variant, alternative: str, length: int
) -> NDArray[np.uint8]:
    if len(alternative) >= length:
        cut = (len(alternative) - length) // 2
        return np.frombuffer(alternative[cut : cut + length].encode(), np.uint8)
    before = length // 2 - len(alternative) // 2
    behind = (length + 1) // 2 - (len(alternative) + 1) // 2
    first = variant.position - 1
    last = first + len(variant.reference)
    return np.concatenate(
        [
            _read_padded(genome, chromosome, first - before, first),
            np.frombuffer(alternative.encode(), np.uint8),
            _read_padded(genome, chromosome, last, last + behind),
        ]
    )


def _read_padded(genome: Genome, chromosome: int, start: int, end: int) -> NDArray[np.uint8]:
    length = genome.chromosomes[chromosome].length
    inside = genome.read(chromosome, min(max(start, 0), length), min(max(end, 0), length))
    before, behind = max(-start, 0), max(end - length, 0)
    return np.pad(inside, (before, behind), constant_values=_MISSING)


def _decode(window: NDArray[np.uint8]) -> str:
    return window.tobytes().decode("ascii", "replace")
