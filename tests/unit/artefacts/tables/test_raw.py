"""Cells as they are written, and one sample a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.tables.raw import (
    RawCells,
    iterate_cells,
    open_raw_table,
    open_text,
)
from galaxy_keras.errors import DataError

HEBREW = "\u05e9\u05dc\u05d5\u05dd"
TABLE = "id\ttext\tage\na\tA good film.\t3\nb\t it's \tNA\nc\t\t-1.5e1\n"


def read(
    path: Path, *positions: int, header: bool = True, rows: int | None = None
) -> list[RawCells]:
    with open_raw_table(path, header=header) as (layout, reader):
        cells = list(iterate_cells(layout, reader, rows))
    return [each.select(positions or layout.chosen) for each in cells]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "table.tsv"
    path.write_text(TABLE)
    return path


def test_cells_of_chosen_columns(path: Path) -> None:
    (cells,) = read(path, 1, 0)
    assert cells.columns == (["A good film.", "it's", ""], ["a", "b", "c"])
    assert cells.layout.names == ("text", "id")
    assert cells.rows == 3
    assert cells.locate(0, 1) == f"{path}, row 2, column 1 (id)"


def test_chunks_of_rows(path: Path) -> None:
    chunks = read(path, 0, rows=2)
    assert [each.columns[0] for each in chunks] == [["a", "b"], ["c"]]
    assert [each.first_row for each in chunks] == [2, 4]


def test_many_lines_become_chunks_of_the_rows_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "long.tsv"
    path.write_text("".join(f"{row}\t{'x' * 1000}\n" for row in range(1000)))
    chunks = read(path, 0, header=False, rows=700)
    assert [each.rows for each in chunks] == [700, 300]
    assert chunks[1].columns[0][0] == "700"


def test_numbers_with_missing_values(path: Path) -> None:
    (cells,) = read(path)
    np.testing.assert_array_equal(cells.parse_numbers(2), [3, np.nan, -15])
    assert cells.is_numeric(2)
    assert not cells.is_numeric(1)


@pytest.mark.parametrize("cell", ["1_0", "1e39", "inf", "1,5", "x", "\u0663"])
def test_what_is_no_number(path: Path, cell: str) -> None:
    path.write_text(f"age\n2\n{cell}\n")
    (cells,) = read(path)
    assert not cells.is_numeric(0)
    with pytest.raises(DataError, match=r"table.tsv, row 3, column 1 \(age\): "):
        cells.parse_numbers(0)


def test_a_column_of_text_is_named_once(path: Path) -> None:
    path.write_text("ward\nNA\nP1\nP2\n")
    (cells,) = read(path)
    with pytest.raises(DataError) as raised:
        cells.parse_numbers(0)
    assert str(raised.value) == (
        f'{path}: column 1 (ward) is text, such as "P1", but the encoding takes numbers. Leave the '
        "column out (columns=...), or choose another encoding (categories, words)"
    )


def test_a_column_without_any_value_is_not_numeric(path: Path) -> None:
    path.write_text("age\nNA\n\n")
    (cells,) = read(path)
    assert not cells.is_numeric(0)


def test_text_of_all_scripts(path: Path) -> None:
    path.write_text(f"text\n{HEBREW}\n😀\nNA\n")
    (cells,) = read(path)
    assert cells.check_text(0) == [HEBREW, "😀", "NA"]


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        (b"caf\xe9", r'the byte 0xe9 in "caf\xe9" is not UTF-8'),
        (b"a\0b", "there is a NUL byte"),
    ],
)
def test_text_that_is_none(path: Path, cell: bytes, problem: str) -> None:
    path.write_bytes(b"text\nok\n" + cell + b"\n")
    (cells,) = read(path)
    with pytest.raises(DataError) as raised:
        cells.check_text(0)
    assert f"{path}, row 3, column 1 (text): {problem}" in str(raised.value)


def test_names_of_columns_that_are_not_used_may_be_anything(path: Path) -> None:
    path.write_text("a\ta\t\n1\t2\t3\n")
    (cells,) = read(path, 2)
    assert cells.columns == (["3"],)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty: it has no rows"),
        ("a\tb\n", "has a header, but no rows of data"),
        ("a\tb\n1\n", "row 2 has 1 column, but 2 were expected"),
        ("a\n\n1\n", "row 2 is blank"),
    ],
)
def test_tables_that_cannot_be_read(path: Path, content: str, message: str) -> None:
    path.write_text(content)
    with pytest.raises(DataError) as raised:
        read(path)
    assert message in str(raised.value)


def test_lines_are_samples_with_their_tabs(tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_text("one\ttwo \n\nthree\n\n")
    with open_text(path) as (layout, reader):
        (cells,) = iterate_cells(layout, reader, None, whole_lines=True)
    assert cells.columns == (["one\ttwo", "", "three"],)
    assert cells.layout.names is None


def test_a_file_without_lines(tmp_path: Path) -> None:
    path = tmp_path / "texts.txt"
    path.write_text("")
    with pytest.raises(DataError, match=r"texts\.txt is empty: it has no lines"), open_text(path):
        pass


def test_truth_values_are_numbers_where_numbers_are_asked_for(path: Path) -> None:
    path.write_text("smoker\nTrue\nFALSE\nNA\n0.5\n")
    (cells,) = read(path)
    np.testing.assert_array_equal(cells.parse_numbers(0), [1, 0, np.nan, 0.5])
