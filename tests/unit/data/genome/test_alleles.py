"""The windows of alleles, computed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.genomes import invent_sequence, write_fasta

from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.artefacts.genome.variants import Variant
from galaxy_keras.data.genome.alleles import AlleleWindows, make_allele_windows

LETTERS = "AACCGGTTAACGTTGCATGCATTACGGA"


@pytest.fixture
def genome(tmp_path: Path) -> Genome:
    return Genome(write_fasta(tmp_path / "a.fa", {"a": LETTERS}))


def make(
    genome: Genome, position: int, reference: str, alternative: str, length: int
) -> AlleleWindows | None:
    return make_allele_windows(
        genome, 0, Variant(1, "a", position, ".", reference, alternative), length
    )


def test_substitution(genome: Genome) -> None:
    # center = 14 + 0 = 14; the window is [9, 19) and the allele at 5 - 0 - 1 = 4 of it.
    found = make(genome, 14, "T", "C", 10)
    assert found is not None
    assert found.reference == LETTERS[9:19] == "ACGTTGCATG"
    assert found.alternative == "ACGTCGCATG"
    assert found.matches


def test_several_letters(genome: Genome) -> None:
    # center = 14 + 3 // 2 = 15; [10, 21) for length 11; the allele at 5 - 1 - 1 = 3.
    found = make(genome, 14, "TGC", "AAA", 11)
    assert found is not None
    assert found.reference == LETTERS[10:21]
    assert found.alternative == LETTERS[10:13] + "AAA" + LETTERS[16:21]


@pytest.mark.parametrize(
    ("position", "reference", "alternative", "expected"),
    [
        # before = 5 - 0 bases that end at 13, behind = 5 - 1 from 16.
        (14, "TGC", "T", LETTERS[8:13] + "T" + LETTERS[16:20]),
        # before = 5 - 2, behind = 5 - 2.
        (14, "T", "TAAA", LETTERS[10:13] + "TAAA" + LETTERS[14:17]),
        # before = 5 - 1, behind = 5 - 2.
        (14, "T", "TAA", LETTERS[9:13] + "TAA" + LETTERS[14:17]),
        # Nothing instead: 5 before, 5 behind.
        (14, "T", "*", LETTERS[8:13] + LETTERS[14:19]),
        # The middle of 12 letters.
        (14, "T", "AACCGGTTAACC", "ACCGGTTAAC"),
        (14, "T", "AACCGGTTAA", "AACCGGTTAA"),
    ],
)
def test_other_lengths(
    genome: Genome, position: int, reference: str, alternative: str, expected: str
) -> None:
    found = make(genome, position, reference, alternative, 10)
    assert found is not None
    assert found.alternative == expected
    assert found.matches


def test_ends_are_filled_with_n(genome: Genome) -> None:
    # center = 5, the window [0, 10); 5 bases before the allele at 4 begin at -1.
    found = make(genome, 5, "G", "*", 10)
    assert found is not None
    assert found.alternative == "N" + LETTERS[:4] + LETTERS[5:10]
    # center = 23, the window [18, 28); 5 bases behind the allele from 24 on.
    found = make(genome, 22, "TTA", "*", 10)
    assert found is not None
    assert found.alternative == LETTERS[16:21] + LETTERS[24:] + "N"


@pytest.mark.parametrize(("position", "length"), [(3, 10), (27, 10), (28, 1), (40, 4)])
def test_beyond_the_ends(genome: Genome, position: int, length: int) -> None:
    assert make(genome, position, "AAAA" if position == 28 else "A", "C", length) is None


def test_allele_that_the_genome_does_not_have(genome: Genome) -> None:
    found = make(genome, 14, "G", "C", 10)
    assert found is not None
    assert not found.matches
    assert found.reference == LETTERS[9:13] + "G" + LETTERS[14:19]


def test_lower_case_matches(tmp_path: Path) -> None:
    genome = Genome(write_fasta(tmp_path / "a.fa", {"a": LETTERS.lower()}))
    found = make(genome, 14, "T", "C", 10)
    assert found is not None
    assert found.matches


@pytest.mark.parametrize("length", [9, 10])
@pytest.mark.parametrize("count", [12, 13])
def test_alleles_longer_than_the_window(tmp_path: Path, length: int, count: int) -> None:
    letters = invent_sequence(200, 5)
    genome = Genome(write_fasta(tmp_path / "a.fa", {"a": letters}))
    reference, alternative = letters[99 : 99 + count], "".join("ACGT"[n % 4] for n in range(count))
    found = make(genome, 100, reference, alternative, length)
    assert found is not None
    center = 100 + count // 2
    changed = letters[:99] + alternative + letters[99 + count :]
    window = slice(center - length // 2, center + (length + 1) // 2)
    assert (found.reference, found.alternative) == (letters[window], changed[window])
