"""FASTA files as tables of one column, whose rows have names."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from galaxy_keras.data.sources.registry import open_source
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.requests.runs import SampleRequest

FASTA = ">one first of all\nACG\nT\n>two\nAC\n\n>three\nACGTAC\n"


def request(path: Path, **options: object) -> SampleRequest:
    given = {"features": path, "features_header": None, "features_columns": "all", **options}
    found = SampleRequest.from_options(given)
    assert found is not None
    return found


@pytest.fixture
def fasta(tmp_path: Path) -> Path:
    path = tmp_path / "seqs.fa"
    path.write_text(FASTA)
    return path


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("seqs.fa", "fasta"),
        ("SEQS.FASTA", "fasta"),
        ("seqs.faa.gz", "fasta"),
        ("seqs.txt", "tabular"),
        ("fa", "tabular"),
    ],
)
def test_the_name_of_a_file_says_its_format(tmp_path: Path, name: str, found: str) -> None:
    assert request(tmp_path / name).format == found


def test_what_is_chosen_counts_more_than_the_name(tmp_path: Path) -> None:
    assert request(tmp_path / "seqs.fa", features_format="fasta-dna").format == "fasta-dna"
    assert request(tmp_path / "seqs.fa", separator="comma").format == "csv"


@pytest.mark.parametrize("rows", [None, 2, 1])
def test_sequences_are_cells_of_one_column(fasta: Path, rows: int | None) -> None:
    with open_source(request(fasta)).open_raw() as table:
        assert (table.layout.header, table.layout.count) == (None, 1)
        chunks = list(table.iterate([0], rows))
    assert [cell for chunk in chunks for cell in chunk.columns[0]] == ["ACGT", "AC", "ACGTAC"]
    assert [name for chunk in chunks for name in chunk.row_names or ()] == ["one", "two", "three"]
    assert chunks[-1].locate(-1, 0) == f'{fasta}, "three"'
    assert {len(chunk.columns[0]) for chunk in chunks[:-1]} <= {rows}


def test_names_are_read_alone(fasta: Path) -> None:
    assert open_source(request(fasta)).read_names() == ["one", "two", "three"]


def test_a_compressed_file_gives_the_same(fasta: Path) -> None:
    compressed = fasta.with_name("seqs.fa.gz")
    compressed.write_bytes(gzip.compress(fasta.read_bytes()))
    with open_source(request(compressed)).open_raw() as table:
        (chunk,) = table.iterate([0])
    assert chunk.columns == (["ACGT", "AC", "ACGTAC"],)


def test_without_an_encoding_there_are_no_numbers(fasta: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"seqs\.fa is read as sequences of any length"):
        next(open_source(request(fasta)).iterate())


def test_sequences_of_one_length_are_numbers_already(fasta: Path) -> None:
    source = open_source(request(fasta, features_format="fasta-dna"))
    with pytest.raises(ConfigurationError, match=r"raw samples\. Give --features-format fasta$"):
        source.open_raw()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no sequences. Give a FASTA file"),
        (">one\n>two\nA\n", 'sequence "one" is empty. Remove it, or write its letters below'),
        ("ACGT\n", 'line 1: a FASTA file begins with ">" and a name'),
    ],
)
def test_what_is_no_fasta(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "seqs.fa"
    path.write_text(text)
    with open_source(request(path)).open_raw() as table, pytest.raises(DataError, match=message):
        list(table.iterate([0]))
