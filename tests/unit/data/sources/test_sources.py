"""Samples in other formats than tables: sparse matrices and sequences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from galaxy_keras.artefacts.tables import Features, collect_features
from galaxy_keras.data.sources.registry import open_source
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.runs import SampleRequest

INTEGERS = """%%MatrixMarket matrix coordinate integer general
% a comment
3 4 4
1 1 7
1 4 1
3 2 -2
3 3 5
"""
REALS = INTEGERS.replace("integer", "real").replace("-2", "0.5")
TWO_SEQUENCES = ">first of two\nAC\nGT\n>second\nacgn\n"


def write(folder: Path, text: str, sample_format: str) -> SampleRequest:
    path = folder / "samples.dat"
    path.write_text(text)
    return SampleRequest(path=path, format=sample_format)


def read_samples(request: SampleRequest) -> Features:
    return collect_features(open_source(request).iterate())


def test_sparse_integers_become_a_dense_array(tmp_path: Path) -> None:
    features = read_samples(write(tmp_path, INTEGERS, "matrix-market"))

    assert features.values.dtype == np.int16
    assert features.values.tolist() == [[7, 0, 0, 1], [0, 0, 0, 0], [0, -2, 5, 0]]
    assert (features.names, features.columns, features.first_row) == (None, (1, 2, 3, 4), 1)


@pytest.mark.parametrize(
    ("sample_format", "text", "options", "expected"),
    [
        ("tabular", "1\t2\n3\t4\n\n", {}, 2),
        ("tabular", "a\tb\n1\t2\n3\t4", {"header": True}, 2),
        ("csv", 'a,b\n1,"2\n2"\n3,4\n', {"header": True, "separator": ","}, 2),
        ("text", "one\n\nthree\n", {}, 3),
        ("matrix-market", INTEGERS, {}, 3),
        ("fasta-dna", TWO_SEQUENCES, {}, 2),
        ("fasta", TWO_SEQUENCES, {}, 2),
    ],
)
def test_rows_are_counted(
    tmp_path: Path, sample_format: str, text: str, options: dict[str, Any], expected: int
) -> None:
    request = write(tmp_path, text, sample_format).model_copy(update=options)

    assert open_source(request).count_rows() == expected


def test_sparse_reals_become_float32(tmp_path: Path) -> None:
    features = read_samples(write(tmp_path, REALS, "matrix-market"))

    assert features.values.dtype == np.float32
    assert features.values[2].tolist() == [0, 0.5, 5, 0]


def test_symmetric_and_pattern_matrices_are_completed(tmp_path: Path) -> None:
    text = "%%MatrixMarket matrix coordinate pattern symmetric\n2 2 1\n2 1\n"

    features = read_samples(write(tmp_path, text, "matrix-market"))

    assert features.values.tolist() == [[0, 1], [1, 0]]


def test_sparse_rows_come_in_pieces(tmp_path: Path) -> None:
    chunks = list(open_source(write(tmp_path, INTEGERS, "matrix-market")).iterate(2))

    assert [(chunk.first_row, len(chunk.values)) for chunk in chunks] == [(1, 2), (3, 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1\t2\n", 'does not begin with "%%MatrixMarket". Write the matrix with scipy.io.mmwrite'),
        (
            INTEGERS.replace("3 2", "9 2"),
            "line 6: there is no row 9, column 2 in a matrix of 3 rows",
        ),
        (INTEGERS.replace("coordinate", "tree"), '"tree" matrices cannot be read, only coordinate'),
        (REALS.replace("0.5", "nan"), 'line 6: "nan" means a missing value. Fill it in, or remove'),
        (
            "%%MatrixMarket matrix coordinate integer general\n0 4 0\n",
            "has no rows or no columns. Write the matrix with scipy.io.mmwrite",
        ),
    ],
)
def test_sparse_matrix_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as refused:
        read_samples(write(tmp_path, text, "matrix-market"))

    assert message in str(refused.value)
    assert "samples.dat" in str(refused.value)


def test_dna_is_one_hot_encoded(tmp_path: Path) -> None:
    features = read_samples(write(tmp_path, TWO_SEQUENCES, "fasta-dna"))

    first, second = features.values.reshape(2, 4, 4)
    assert first.tolist() == np.eye(4).tolist()
    assert second[3].tolist() == [0.25, 0.25, 0.25, 0.25]
    assert features.values.dtype == np.float32
    assert len(features.columns) == 16


def test_rna_knows_u_and_not_t(tmp_path: Path) -> None:
    features = read_samples(write(tmp_path, ">a\nACGU\n", "fasta-rna"))

    assert features.values.reshape(4, 4).tolist() == np.eye(4).tolist()
    with pytest.raises(DataError, match='position 2 is "T", which is not a letter of RNA'):
        read_samples(write(tmp_path, ">a\nCT\n", "fasta-rna"))


def test_proteins_have_twenty_letters(tmp_path: Path) -> None:
    features = read_samples(write(tmp_path, ">a\nARX\n", "fasta-protein"))

    assert features.values.shape == (1, 60)
    assert features.values[0, [0, 21]].tolist() == [1, 1]
    assert features.values[0, 40:].tolist() == pytest.approx([0.05] * 20)


def test_sequences_come_in_pieces(tmp_path: Path) -> None:
    chunks = list(open_source(write(tmp_path, TWO_SEQUENCES, "fasta-dna")).iterate(1))

    assert [chunk.first_row for chunk in chunks] == [1, 2]


@pytest.mark.parametrize(
    ("kind", "letters", "columns"),
    [
        ("fasta-dna", "NRYSWKMBDHVnrk", 4),
        ("fasta-rna", "NRYSWKMBDHV", 4),
        ("fasta-protein", "XBJZUO*xu", 20),
    ],
)
def test_letters_for_any(tmp_path: Path, kind: str, letters: str, columns: int) -> None:
    features = read_samples(write(tmp_path, f">a\n{letters}\n", kind))
    assert features.values.shape == (1, columns * len(letters))
    assert (features.values == np.float32(1 / columns)).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no sequences. Give a FASTA file"),
        ("ACGT\n", 'line 1: a FASTA file begins with ">" and a name'),
        (">a\n>b\nAC\n", 'sequence "a" is empty'),
        (
            ">a\nACG\n>b\nAC\n",
            'sequence "b" has 2 letters, but the first has 3. '
            "A network takes sequences of equal length: truncate or pad them",
        ),
        (
            ">a\nAC-T\n",
            'sequence "a": position 3 is "-", which is not a letter of DNA. '
            "Its letters are ACGT, and N (or one of RYSWKMBDHV) for any. Correct the sequence, or "
            "write N",
        ),
        (">a\nAC\u00dfT\n", 'sequence "a": position 3 is "\u00df", which is not a letter of DNA'),
        (">a\nAC\u0131\n", 'sequence "a": position 3 is "\u0131", which is not a letter of DNA'),
        (">a\nAC?\n", 'sequence "a": position 3 is "?", which is not a letter of DNA'),
    ],
)
def test_fasta_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as refused:
        list(open_source(write(tmp_path, text, "fasta-dna")).iterate(10))

    assert message in str(refused.value)


@pytest.mark.parametrize(
    "chosen", [{"header": True}, {"columns": ColumnSelection.parse("1,2")}], ids=str
)
def test_columns_of_sequences_cannot_be_chosen(chosen: dict[str, object]) -> None:
    request = SampleRequest(path=Path("x.fa"), format="fasta-dna", **chosen)

    with pytest.raises(ConfigurationError, match="has neither a header nor columns to choose"):
        read_samples(request)
