"""Variants in VCF files, plain or compressed with gzip or bgzip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from galaxy_keras.artefacts.genome.intervals import MAX_POSITION, MAX_PROBLEMS
from galaxy_keras.artefacts.tables.lines import open_lines
from galaxy_keras.errors import DataError

MAX_VARIANTS: Final = 50_000_000
_ALLELE: Final = re.compile("[ACGTRYSWKMBDHVNacgtryswkmbdhvn]+")
DELETED: Final = ("*", ".")


@dataclass(frozen=True, slots=True)
class Variant:
    """One alternative of one line.

    Attributes
    ----------
    line
        The line, from 1.
    chromosome, position, name
        As in the file; the position is that of the first letter of `reference`, from 1.
    reference, alternative
        The alleles; ``*`` for one that is not there.
    """

    line: int
    chromosome: str
    position: int
    name: str
    reference: str
    alternative: str

    @property
    def is_symbolic(self) -> bool:
        """Whether the alternative is no sequence: `<DEL>`, or a breakend."""
        return self.alternative != "*" and not _ALLELE.fullmatch(self.alternative)


def iterate_variants(path: Path) -> Iterator[Variant]:
    """Yield each alternative of each line, in order.

    Raises
    ------
    DataError
        If the file cannot be read, or lines are no variants; up to ten are listed.
    """
    problems: list[str] = []
    count = 0
    with open_lines(path) as reader:
        while chunk := reader.read():
            for number, line in enumerate(chunk.lines, chunk.first_row):
                if line.startswith("#") or not line.strip():
                    continue
                try:
                    found = _parse(number, [cell.strip() for cell in line.split("\t")])
                except ValueError as error:
                    problems.append(f"{path}, line {number:,}: {error}")
                    if len(problems) >= MAX_PROBLEMS:
                        raise DataError(*problems) from None
                    continue
                count += len(found)
                if not problems:
                    yield from found
    if problems:
        raise DataError(*problems)
    if not count:
        raise DataError(f"{path} has no variants. Check the step that wrote it")


def _parse(line: int, cells: list[str]) -> list[Variant]:
    if len(cells) < 5:
        found = "is 1 column" if len(cells) == 1 else f"are {len(cells)} columns"
        raise ValueError(
            f"there {found}, but a variant has CHROM, POS, ID, REF and ALT. Give a VCF file, "
            "whose columns are separated by tabs"
        )
    chromosome, position, name, reference, alternatives = cells[:5]
    if not (position.isascii() and position.isdigit() and int(position) < MAX_POSITION):
        raise ValueError(
            f'POS is "{position[:40]}", which is no position. Positions are whole numbers from 1'
        )
    if int(position) == 0:
        raise ValueError(
            "POS is 0, which stands for the end of a chromosome. Positions count from 1: if they "
            "are from a BED file, add 1"
        )
    if not _ALLELE.fullmatch(reference):
        raise ValueError(
            f'REF is "{reference[:40]}", which is no sequence. Its letters are A, C, G, T and N'
        )
    return [
        Variant(line, chromosome, int(position), name, reference, each)
        for each in (part.strip() for part in alternatives.split(","))
        if each != "."
    ]
