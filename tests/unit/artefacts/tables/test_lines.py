"""Tables with quotes (CSV) as lines with tabs."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from galaxy_keras.artefacts.tables import lines
from galaxy_keras.artefacts.tables.features import iterate_features
from galaxy_keras.artefacts.tables.labels import read_columns
from galaxy_keras.artefacts.tables.lines import open_lines
from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.columns import ColumnSelection


def read(path: Path, separator: str = ",") -> list[str]:
    with open_lines(path, separator) as reader:
        found = []
        while chunk := reader.read():
            found += chunk.lines
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n", ["a\tb\n", "1\t2\n"]),
        ("a,b\r\n1,2\r\n", ["a\tb\n", "1\t2\n"]),
        ('"x, y","say ""hi"""\n', ['x, y\tsay "hi"\n']),
        ('"two\nlines",3\n', ["two lines\t3\n"]),
        ('"a\tb",c\n', ["a b\tc\n"]),
        ("a\tb,c\n", ["a b\tc\n"]),
        (",\n,x\n", ["\t\n", "\tx\n"]),
        ("one\n", ["one\n"]),
        ("\ufeffa,b\n", ["a\tb\n"]),
    ],
    ids=str,
)
def test_records_become_lines(tmp_path: Path, text: str, expected: list[str]) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, newline="")
    assert read(path) == expected


def test_what_python_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    rows = [["text", "n"], *([f'{"x" * 90}; "{row}"', str(row)] for row in range(9000))]
    with gzip.open(path, "wt", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert [line.rstrip("\n").split("\t") for line in read(path, ";")] == rows


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('a\n"never closed\n', "line 2: this is not CSV (unexpected end of data)"),
        ('a\n"b"c\n', "line 2: this is not CSV (',' expected after '\"')"),
    ],
)
def test_damaged_quotes(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(DataError) as raised:
        read(path)
    assert f"{path}, {message}. Quotes around a cell must be closed" in str(raised.value)


def test_a_line_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_CHARACTERS", 100)
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" + "x" * 200 + "\n")
    with pytest.raises(DataError, match="row 2 has more than 100 characters"):
        read(path)


def test_a_quoted_cell_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "MAX_LINE_CHARACTERS", 100)
    path = tmp_path / "table.csv"
    path.write_text('a,b\n"' + "x\n" * 200)
    with pytest.raises(DataError, match="this is not CSV"):
        read(path)


def test_numbers_and_labels_are_read_from_csv(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text('a;b;label\n1;0.5;"no; never"\n2;1.5;yes\n')
    labels = read_columns(path, header=True, separator=";").values[2]
    assert labels.tolist() == ["no; never", "yes"]
    chosen = ColumnSelection.parse("1,2")
    (features,) = iterate_features(path, header=True, columns=chosen, separator=";")
    assert features.values.tolist() == [[1, 0.5], [2, 1.5]]
    assert features.names == ("a", "b")
