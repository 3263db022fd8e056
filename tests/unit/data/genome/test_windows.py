"""Windows by the rules, computed by hand and read letter by letter with pyfaidx."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyfaidx
import pytest
from tests.genomes import invent_sequence, write_fasta

from galaxy_keras.artefacts.genome.intervals import read_intervals
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.data.genome.regions import Regions
from galaxy_keras.data.genome.windows import (
    Candidates,
    Geometry,
    Rules,
    find_reasons,
    make_windows,
    reverse_complement,
)

LETTERS = {"chr1": invent_sequence(400, 1), "chr2": invent_sequence(300, 2, "acgtRYN")}
COMPLEMENTS = str.maketrans("ACGTacgtRYNryn", "TGCAtgcaYRNyrn")


@pytest.fixture
def genome(tmp_path: Path) -> Genome:
    return Genome(write_fasta(tmp_path / "genome.fa", LETTERS))


def find_candidates(genome: Genome, text: str) -> Candidates:
    path = genome.path.with_name("a.bed")
    path.write_text(text)
    return Candidates.from_intervals(genome, read_intervals(path))


@pytest.mark.parametrize(
    ("length", "bin_length", "start", "bin_start"),
    # Position int(101 + 0.5 * 10) = 106; the bin starts at 106 - bin // 2, and the window
    # (length - bin) // 2 before it.
    [(20, 10, 96, 101), (21, 10, 96, 101), (20, 11, 97, 101), (9, 9, 102, 102), (30, 1, 92, 106)],
)
def test_place(genome: Genome, length: int, bin_length: int, start: int, bin_start: int) -> None:
    candidates = find_candidates(genome, "chr1\t101\t111\tx\t0\t+\nchr1\t101\t112\tx\t0\t-\n")
    assert candidates.positions.tolist() == [106, 106]
    geometry = Geometry(length, bin_length)
    windows = make_windows(genome, geometry, candidates, np.arange(2))
    assert windows.starts.tolist() == [start, start]
    assert [each.tolist() for each in windows.bins] == [
        [bin_start] * 2,
        [bin_start + bin_length] * 2,
    ]
    expected = LETTERS["chr1"][start : start + length]
    assert windows.read_text(0) == expected
    assert windows.read_text(1) == expected[::-1].translate(COMPLEMENTS)


def test_equals_pyfaidx(genome: Genome) -> None:
    other = pyfaidx.Fasta(str(genome.path), indexname=str(genome.path.with_name("other.fai")))
    rows = [("chr1", 50, 60, "+"), ("chr2", 100, 151, "-"), ("chr2", 250, 251, ".")]
    text = "".join(f"{name}\t{start}\t{end}\tx\t0\t{strand}\n" for name, start, end, strand in rows)
    candidates = find_candidates(genome, text)
    windows = make_windows(genome, Geometry(40, 20), candidates, np.arange(3))
    for row, (name, start, end, strand) in enumerate(rows):
        position = int(start + 0.5 * (end - start))
        stretch = other[name][position - 20 : position + 20]
        letters = (-stretch if strand == "-" else stretch).seq
        assert windows.read_text(row) == letters


def test_codes_of_the_other_strand() -> None:
    letters = np.frombuffer(b"ACGTRYSWKMBDHVNacgtn", np.uint8)
    assert reverse_complement(letters).tobytes() == b"nacgtNBDHVKMWSRYACGT"


def test_left_out(genome: Genome) -> None:
    text = "chrX\t1\t2\nchr1\t9\t9\nchr1\t10\t10\nchr1\t390\t390\nchr1\t391\t391\nchr1\t100\t100\n"
    reasons = find_reasons(
        genome,
        Geometry(20, 10),
        find_candidates(genome, text),
        Rules(blacklist=Regions.merge(np.array([109]), np.array([120]))),
    )
    assert reasons.tolist() == [1, 2, 0, 0, 2, 3]


def test_unknown_letters(tmp_path: Path) -> None:
    genome = Genome(write_fasta(tmp_path / "n.fa", {"a": "A" * 7 + "NnN" + "A" * 10 + "N" * 4}))
    candidates = find_candidates(genome, "a\t5\t5\na\t19\t19\n")
    geometry = Geometry(10, 10)
    assert find_reasons(genome, geometry, candidates, Rules()).tolist() == [0, 4]
    strict = Rules(most_unknown=0.29)
    assert find_reasons(genome, geometry, candidates, strict).tolist() == [4, 4]
