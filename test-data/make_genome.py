"""Invents a small genome with two motifs planted in it, intervals, features and variants.

    python test-data/make_genome.py [--folder FOLDER] [--intervals 300] [--spacing 300] [--seed 14]

`genome.fa`: nine chromosomes of random letters. `peaks.tsv`: intervals of 200 with the columns
chrom, start, end, name, bound and strand; half of them are bound. What is bound has either the
motif TGACGTCATGGC, on any strand, or CCATTAGCAGGT, on the strand of the interval only; of the
others a third has the second motif on the wrong strand, which binds nothing. `bound.bed`: the bound
ones. `signal.bedgraph`: 5 on 100 bases of each of them. `variants.vcf`: in the last two chromosomes
single letters, half of which break a motif (INFO BREAKS=1), the others are beside one.

The files beside this script are those of the defaults. Everything is invented here, and free of
other rights.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path

CHROMOSOMES = 9
HELD_OUT = ("chr8", "chr9")
LENGTH = 200
EITHER_STRAND, ONE_STRAND = "TGACGTCATGGC", "CCATTAGCAGGT"
CHANGED = 0.04
"""The share of the letters of a planted motif that are others."""
COMPLEMENTS = str.maketrans("ACGT", "TGCA")
LETTERS_OF_A_LINE = 60


@dataclass(frozen=True)
class Interval:
    """An interval, and the motif in it."""

    chromosome: str
    start: int
    name: str
    bound: bool
    strand: str
    motif: str
    motif_start: int
    motif_strand: str


def turn(letters: str) -> str:
    """Return the other strand."""
    return letters[::-1].translate(COMPLEMENTS)


def draw_motif(chance: random.Random, number: int, strand: str) -> tuple[bool, str, str]:
    """Return whether an interval is bound, its motif and the strand of that."""
    wrong = "-" if strand == "+" else "+"
    if number % 2:
        return (False, ONE_STRAND, wrong) if number % 3 == 0 else (False, "", strand)
    if number % 4:
        return True, ONE_STRAND, strand
    return True, EITHER_STRAND, chance.choice("+-")


def plant(chance: random.Random, motif: str, strand: str) -> str:
    """Return the letters of a motif as they are in the genome."""
    letters = [chance.choice("ACGT") if chance.random() < CHANGED else each for each in motif]
    return "".join(letters) if strand == "+" else turn("".join(letters))


def invent(
    chance: random.Random, intervals: int, spacing: int
) -> tuple[dict[str, list[str]], list[Interval]]:
    """Return the letters of each chromosome, and the intervals."""
    each = -(-intervals // CHROMOSOMES)
    names = [f"chr{number}" for number in range(1, CHROMOSOMES + 1)]
    letters = {name: chance.choices("ACGT", k=(each + 2) * spacing) for name in names}
    found = []
    for number in range(intervals):
        name = names[number // each]
        start = (number % each + 1) * spacing + chance.randrange(spacing - LENGTH)
        strand = chance.choice("+-")
        bound, motif, motif_strand = draw_motif(chance, number, strand)
        motif_start = start + chance.randrange(40, LENGTH - 40 - len(EITHER_STRAND))
        planted = plant(chance, motif, motif_strand)
        letters[name][motif_start : motif_start + len(planted)] = planted
        found.append(
            Interval(
                name, start, f"peak{number + 1}", bound, strand, motif, motif_start, motif_strand
            )
        )
    return letters, found


def write_fasta(path: Path, letters: dict[str, list[str]]) -> None:
    """Write the genome."""
    with path.open("w") as file:
        for name, each in letters.items():
            file.write(f">{name}\n")
            text = "".join(each)
            for start in range(0, len(text), LETTERS_OF_A_LINE):
                file.write(text[start : start + LETTERS_OF_A_LINE] + "\n")


def write_intervals(folder: Path, intervals: list[Interval]) -> None:
    """Write intervals, features and signal."""
    peaks = ["chrom\tstart\tend\tname\tbound\tstrand"]
    bound, signal = [], []
    for each in intervals:
        end = each.start + LENGTH
        label = "yes" if each.bound else "no"
        place = f"{each.chromosome}\t{each.start}\t{end}"
        peaks.append(f"{place}\t{each.name}\t{label}\t{each.strand}")
        if each.bound:
            bound.append(f"{place}\tbound\t0\t{each.strand}")
            middle = each.start + LENGTH // 2
            signal.append(f"{each.chromosome}\t{middle - 50}\t{middle + 50}\t5")
    for name, lines in (("peaks.tsv", peaks), ("bound.bed", bound), ("signal.bedgraph", signal)):
        (folder / name).write_text("\n".join(lines) + "\n")


def write_variants(
    path: Path, chance: random.Random, letters: dict[str, list[str]], intervals: list[Interval]
) -> None:
    """Write variants that break a motif, and as many beside one."""
    lines = ["##fileformat=VCFv4.3", "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"]
    for each in intervals:
        seen = each.motif == EITHER_STRAND or (each.bound and each.strand == "+")
        if each.chromosome not in HELD_OUT or not seen:
            continue
        beside = each.motif_start + chance.choice((-1, 1)) * chance.randrange(20, 60)
        broken = each.motif_start + chance.randrange(3, len(each.motif) - 3)
        for place, breaks in sorted(((broken, 1), (beside, 0))):
            reference = letters[each.chromosome][place]
            other = chance.choice([letter for letter in "ACGT" if letter != reference])
            cells = [each.chromosome, place + 1, f"{each.name}_{breaks}", reference, other]
            lines.append("\t".join(map(str, [*cells, ".", "PASS", f"BREAKS={breaks}"])))
    path.write_text("\n".join(lines) + "\n")


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent / "genome")
    parser.add_argument("--intervals", type=int, default=300)
    parser.add_argument("--spacing", type=int, default=300)
    parser.add_argument("--seed", type=int, default=14)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(options.seed)  # noqa: S311
    letters, intervals = invent(chance, options.intervals, options.spacing)
    write_fasta(options.folder / "genome.fa", letters)
    write_intervals(options.folder, intervals)
    write_variants(options.folder / "variants.vcf", chance, letters, intervals)


if __name__ == "__main__":
    main()
