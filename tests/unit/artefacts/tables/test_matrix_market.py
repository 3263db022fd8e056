"""MatrixMarket files: as SciPy reads good ones, and each bad one refused by its line."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.io
import scipy.sparse
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables import Features, collect_features, matrix_market
from galaxy_keras.artefacts.tables.matrix_market import iterate_matrix
from galaxy_keras.errors import DataError

BANNER = "%%MatrixMarket matrix coordinate real general\n"
ARRAY = "%%MatrixMarket matrix array real general\n"
SCIPY = "Write the matrix with scipy.io.mmwrite, samples as rows and features as columns"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.mtx"


def read(path: Path, text: str | None = None, rows: int = 7) -> Features:
    if text is not None:
        path.write_text(text)
    return collect_features(iterate_matrix(path, rows))


def read_with_scipy(path: Path) -> NDArray[Any]:
    matrix = scipy.io.mmread(path)
    return np.asarray(matrix.toarray() if scipy.sparse.issparse(matrix) else matrix)


def make_matrix(kind: str) -> Any:
    random = np.random.default_rng(5)
    matrix = scipy.sparse.random(40, 30, 0.2, random_state=random)
    if kind == "integers":
        matrix.data = np.round(matrix.data * 1e5).astype(np.int64)
    elif kind == "large integers":
        matrix.data = np.round(matrix.data * 2**60).astype(np.int64)
    elif kind == "columns first":
        matrix = matrix.tocsc()
    elif kind == "no entries":
        matrix = scipy.sparse.csr_matrix((4, 5))
    elif kind == "equal places":
        twice = np.concatenate
        places = (twice([matrix.row, matrix.row]), twice([matrix.col, matrix.col]))
        matrix = scipy.sparse.coo_matrix((twice([matrix.data, matrix.data]), places), (40, 30))
    elif kind == "symmetric":
        square = scipy.sparse.random(25, 25, 0.2, random_state=random)
        matrix = square + square.T
    elif kind == "array":
        matrix = random.normal(size=(9, 5))
    elif kind == "array of integers":
        matrix = random.integers(-9, 9, (9, 5))
    elif kind == "symmetric array":
        square = random.normal(size=(6, 6))
        matrix = square + square.T
    return matrix


@pytest.mark.parametrize(
    "kind",
    ["reals", "integers", "large integers", "columns first", "no entries", "equal places",
     "symmetric", "array", "array of integers", "symmetric array"],
)  # fmt: skip
def test_as_scipy_reads_it(path: Path, kind: str) -> None:
    scipy.io.mmwrite(path, make_matrix(kind))
    expected = read_with_scipy(path)

    features = read(path)

    whole = expected.dtype.kind == "i" and abs(expected).max() < 2**31
    assert (features.values.dtype.kind in "iu") == whole
    assert np.array_equal(features.values, expected.astype(np.int32 if whole else np.float32))
    assert features.total_rows == len(expected)


@pytest.mark.parametrize("field", ["pattern", "double", "unsigned-integer"])
def test_fields(path: Path, field: str) -> None:
    text = f"%%MatrixMarket MATRIX Coordinate {field} general\n2 2 1\n2 1\n"
    text = text if field == "pattern" else text.replace("2 1\n", "2 1 1\n", 2)
    text = text.replace("2 2 1 1", "2 2 1")

    assert read(path, text).values.tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize(
    "text",
    [
        BANNER + "% a comment\n%\n\n2 2 2\n\n1 1 0.5\n   2   2\t1e1\n\n",
        (BANNER + "2 2 2\n1 1 .5\n2 2 +10.\n").replace("\n", "\r\n"),
        BANNER + "2 2 2\n2 2 10\n1 1 0.5",
    ],
    ids=["comments and blank lines", "line ends of Windows", "no end of the last line"],
)
def test_layouts(path: Path, text: str) -> None:
    assert read(path, text).values.tolist() == [[0.5, 0], [0, 10]]


def test_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress((BANNER + "1 2 1\n1 2 3\n").encode()))

    assert read(path).values.tolist() == [[0, 3]]


def test_wide_matrices_come_in_smaller_chunks(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix_market, "CHUNK_NUMBERS", 10)
    path.write_text(BANNER + "5 4 0\n")

    assert [len(chunk.values) for chunk in iterate_matrix(path, 64)] == [2, 2, 1]


def test_a_declared_size_takes_no_memory(path: Path) -> None:
    path.write_text(BANNER + "2000000000 4 1\n1 1 1.0\n")

    first = next(iterate_matrix(path, 2))

    assert first.values.tolist() == [[1, 0, 0, 0], [0, 0, 0, 0]]
    assert first.total_rows == 2_000_000_000


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("0,5", '"0,5" has a comma. Write numbers like 1000 or 0.5'),
        ("0x1p3", '"0x1p3" is not a number. Correct it'),
        ("1_000", '"1_000" is not a number. Correct it'),
        ("1.5abc", '"1.5abc" is not a number. Correct it'),
        ("1e60", '"1e60" is too large. Numbers may go up to 3.4e38'),
        ("-inf", '"-inf" is not a finite number. Correct it, or remove the row'),
        ("NaN", '"NaN" means a missing value. Fill it in, or remove the row'),
        ("1 1", f'expected 3 numbers (row, column, value), but found "1 2 1 1". {SCIPY}'),
    ],
)
def test_numbers_are_those_of_tables(path: Path, cell: str, problem: str) -> None:
    with pytest.raises(DataError) as refused:
        read(path, BANNER + f"2 2 2\n1 1 1\n\n1 2 {cell}\n")

    assert str(refused.value) == f"{path}, line 5: {problem}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", " is empty. "),
        ("%MatrixMarket matrix coordinate real general\n1 1 0\n", ' does not begin with "%%'),
        ("%%MatrixMarket matrix coordinate real\n1 1 0\n",
         ', line 1: expected four words after "%%MatrixMarket", as in "%%MatrixMarket matrix '
         'coordinate real general", but found 3. '),
        ("%%MatrixMarket vector coordinate real general\n1 1 0\n",
         ', line 1: "vector" matrices cannot be read, only matrix ones. '),
        ("%%MatrixMarket matrix coordinate complex general\n1 1 0\n",
         ', line 1: "complex" matrices cannot be read, only real or double or integer or '),
        ("%%MatrixMarket matrix coordinate real skew-symmetric\n1 1 0\n",
         ', line 1: "skew-symmetric" matrices cannot be read, only general or symmetric ones. '),
        ("%%MatrixMarket matrix array pattern general\n1 1\n",
         ", line 1: an array has numbers, so it cannot be a pattern"),
        (BANNER + "% no size\n", " ends before the line with the size of the matrix. "),
        (BANNER + "2 2\n", ', line 2: expected the numbers of rows and columns and entries, but '
         'found "2 2". '),
        (ARRAY + "2 2 4\n", ', line 2: expected the numbers of rows and columns, but found "2 2 4'),
        (BANNER + "2 -2 0\n", ', line 2: expected the numbers of rows and columns and entries, '),
        (BANNER + "2 " + "9" * 5000 + " 0\n", ", line 2: expected the numbers of rows and column"),
        (BANNER + "0 2 0\n", " has no rows or no columns. "),
        (BANNER + "4 1000000000 1\n1 1 1.0\n",
         " has 4 rows and 1,000,000,000 columns, but at most 2,147,483,647 rows and 100,000,000 "
         "columns can be used. Check its header"),
        (BANNER + "100000000000 4 1\n1 1 1.0\n", " has 100,000,000,000 rows and 4 columns, but"),
        ("%%MatrixMarket matrix array real symmetric\n2 400\n" + "1.0\n" * 10,
         " is symmetric, which needs as many columns as rows, but has 2 rows and 400 columns. "),
        (BANNER + "2 2 1\n0 1 1\n", ", line 3: there is no row 0, column 1 in a matrix of 2 rows "
         "and 2 columns, counted from 1. "),
        (BANNER + "2 2 1\n1 3 1\n", ", line 3: there is no row 1, column 3 in a matrix of 2 rows"),
        (BANNER + "2 2 1\n-1 1 1\n", ", line 3: there is no row -1, column 1 in a matrix of 2 row"),
        (BANNER + "2 2 1\n1.0 1 1\n", ', line 3: "1.0" is not a whole number of at most 18 digits, '
         "which a row is. "),
        (BANNER + "2 2 1\n1 " + "9" * 19 + " 1\n", '9" is not a whole number of at most 18 digits, '
         "which a column is. "),
        (BANNER.replace("real", "integer") + "2 2 1\n1 1 7.0\n", ', line 3: "7.0" is not a whole '
         "number of at most 18 digits, which a value is. "),
        (BANNER + "2 2 2\n1 1 1\n", ": its header says 2 entries, but it has 1. "
         "The file may be truncated; copy or write it again"),
        (BANNER + "2 2 1\n1 1 1\n1 2 1\n", ": its header says 1 entries, but it has more. "),
        (ARRAY + "2 2\n1\n2\n3\n", ": its header says 4 entries, but it has 3. "),
        (ARRAY + "2 2\n1 2\n3\n4\n", ', line 3: expected 1 number (value), but found "1 2". '),
        (BANNER + "2 2 2\n1 1 3e38\n1 1 3e38\n", ": the sum of the entries of one place is too "),
    ],
)  # fmt: skip
def test_refuses(path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as refused:
        read(path, text)

    assert message in str(refused.value)
    assert str(refused.value).startswith(str(path))
