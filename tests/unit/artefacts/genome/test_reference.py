"""Stretches of FASTA files are what is in them, and what pyfaidx reads."""

from __future__ import annotations

import random
from pathlib import Path

import pyfaidx
import pytest
from tests.genomes import invent_sequence, pack_blocks, write_fasta

from galaxy_keras.artefacts.genome import blocks
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.errors import DataError

LENGTHS = (1, 59, 60, 61, 120, 5000, 14)
SEQUENCES = {
    f"chr{number}": invent_sequence(length, number, "ACGTNacgtRY")
    for number, length in enumerate(LENGTHS, 1)
}


def check_stretches(genome: Genome) -> None:
    draw = random.Random(1)
    assert [each.length for each in genome.chromosomes] == list(LENGTHS)
    assert genome.names == tuple(SEQUENCES)
    for number, letters in enumerate(SEQUENCES.values()):
        for _ in range(20):
            start = draw.randrange(len(letters) + 1)
            end = draw.randrange(start, len(letters) + 1)
            assert genome.read(number, start, end).tobytes().decode() == letters[start:end]


@pytest.mark.parametrize("width", [7, 60, 10_000])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("complete", [True, False])
@pytest.mark.parametrize("chunk", [13, 64, 2**20])
def test_stretches(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    width: int,
    line_end: str,
    complete: bool,
    chunk: int,
) -> None:
    path = write_fasta(tmp_path / "genome.fa", SEQUENCES, width=width, line_end=line_end)
    if not complete:
        path.write_bytes(path.read_bytes()[: -len(line_end)])
    monkeypatch.setattr(blocks, "CHUNK_BYTES", chunk)
    check_stretches(Genome(path))


@pytest.mark.parametrize("size", [50, 500, 60_000])
def test_blocks(tmp_path: Path, size: int) -> None:
    plain = write_fasta(tmp_path / "genome.fa", SEQUENCES)
    packed = tmp_path / "genome.fa.gz"
    packed.write_bytes(pack_blocks(plain.read_bytes(), size))
    check_stretches(Genome(packed))
    assert sorted(each.name for each in tmp_path.iterdir()) == ["genome.fa", "genome.fa.gz"]


def test_equals_pyfaidx(tmp_path: Path) -> None:
    path = write_fasta(tmp_path / "genome.fa", SEQUENCES)
    genome, other = Genome(path), pyfaidx.Fasta(str(path), indexname=str(tmp_path / "other.fai"))
    draw = random.Random(2)
    for number, name in enumerate(genome.names):
        for _ in range(50):
            start = draw.randrange(LENGTHS[number])
            end = draw.randrange(start + 1, LENGTHS[number] + 1)
            assert genome.read(number, start, end).tobytes() == other[name][start:end].seq.encode()


def test_names(tmp_path: Path) -> None:
    genome = Genome(write_fasta(tmp_path / "a.fa", {"chr1": "A", "2": "A", "MT": "A"}))
    assert [genome.find(name) for name in ("chr1", "1", "chr2", "chrM", "M", "chr3")] == [
        *(0, 0, 1, 2, 2),
        None,
    ]


def test_two_spellings_are_not_matched(tmp_path: Path) -> None:
    genome = Genome(write_fasta(tmp_path / "a.fa", {"M": "A", "MT": "C", "chr1": "G", "1": "T"}))
    assert genome.find("chrM") is None
    assert genome.find("1") == 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"ACGT\n", 'is no FASTA file: it does not begin with ">" and a name'),
        (b"", 'is no FASTA file: it does not begin with ">" and a name'),
        (
            b">a\nACGT\nACG\nACGT\n",
            'line 4: the lines of the sequence "a" have different lengths, so that its stretches '
            "cannot be found. Write it with lines of one length (seqkit seq -w 60)",
        ),
        (b">a\nAC\nACG\n", 'line 3: the lines of the sequence "a" have different lengths'),
        (b">a\nAC\r\nAC\nAC\r\n", 'line 3: the lines of the sequence "a" have different lengths'),
        (b">a\nAC\n\nAC\n", 'line 4: the lines of the sequence "a" have different lengths'),
        (b">a\nAC\n>b\nA\n>a\nC\n", "has several sequences named a. Keep one of each"),
    ],
)
def test_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "genome.fa"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        Genome(path)
    assert message in str(caught.value)
