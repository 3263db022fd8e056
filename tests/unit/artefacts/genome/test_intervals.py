"""Intervals of BED files and tables, and what is wrong with lines of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from galaxy_keras.artefacts.genome import intervals as module
from galaxy_keras.artefacts.genome.intervals import read_intervals
from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.columns import ColumnSelection


def write(path: Path, text: str) -> Path:
    file = path / "peaks.bed"
    file.write_text(text)
    return file


def test_bed(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "browser position chr1\ntrack name=x\n# comment\nchr1\t5\t9\ta\t0\t-\n\n"
        "chr2\t0\t3\tb\t1\t.\n",
    )
    found = read_intervals(path)
    assert found.names == ("chr1", "chr2")
    assert found.chromosomes.tolist() == [0, 1]
    assert list(zip(found.starts, found.ends, found.strands, strict=True)) == [
        (5, 9, -1),
        (0, 3, 0),
    ]
    assert found.lines.tolist() == [4, 6]
    assert found.labels == ("a", "b")


def test_gzip_and_carriage_returns(tmp_path: Path) -> None:
    path = tmp_path / "peaks.bed.gz"
    path.write_bytes(gzip.compress(b"1\t5\t9\r\n1\t7\t8\r\n"))
    found = read_intervals(path)
    assert found.ends.tolist() == [9, 8]
    assert found.labels == ("", "")


@pytest.mark.parametrize("mark", ["", "#"])
def test_columns_by_name(tmp_path: Path, mark: str) -> None:
    text = f"{mark}score\tend\tchrom\tstrand\tstart\n0.5\t9\tX\t+\t5\n1\t20\tX\t-\t10\n"
    found = read_intervals(write(tmp_path, text), ColumnSelection.parse("name:score"))
    assert list(zip(found.starts, found.ends, found.strands, strict=True)) == [
        (5, 9, 1),
        (10, 20, -1),
    ]
    assert found.columns is not None
    assert found.columns.names == ("score",)
    assert found.columns.values[0].tolist() == ["0.5", "1"]


def test_columns_by_number_are_typed_and_located(tmp_path: Path) -> None:
    path = write(tmp_path, "# x\nchr1\t5\t9\t1\nchr1\t6\t9\t0\n")
    columns = read_intervals(path, ColumnSelection.parse("4")).columns
    assert columns is not None
    assert columns.values[0].tolist() == [1, 0]
    assert columns.locate(1, 0) == f"{path}, line 3, column 4"


def test_sixth_column_that_is_no_strand(tmp_path: Path) -> None:
    found = read_intervals(write(tmp_path, "a\t1\t2\tn\t0\t17\n"))
    assert found.strands.tolist() == [0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no intervals. Check the step that wrote it"),
        (
            "chr1\t5\n",
            "line 1: there are 2 columns, but an interval has chromosome, start and end. Give a "
            "tab-separated BED file",
        ),
        (
            "chr1 5 9\n",
            "line 1: there is 1 column, but an interval has chromosome, start and end. "
            "The parts are separated by blanks: write tabs instead",
        ),
        ("a\t1\t2\nchr1\t5\tx\n", 'line 2: the end is "x", which is no position. Positions are '),
        ("chr1\t-5\t9\n", 'line 1: the start is "-5", which is no position'),
        (
            "chr1\t9\t5\n",
            "line 1: the end (5) is before the start (9). Exchange them if the strand ",
        ),
        ("\t1\t5\n", "line 1: the chromosome is missing"),
        ("a\t1\t2\tn\t0\t+\na\t1\t2\tn\t0\tx\n", 'line 2: the strand is "x". It may be +, - or .'),
        ("a\t1\t2\tn\na\t1\t2\n", "line 2: there are 3 columns, but 4 in lines before"),
        ("#chrom\tend\tname\nchr1\t2\t3\n", 'there is no column "start" among chrom, end, name. '),
    ],
)
def test_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_intervals(write(tmp_path, text))
    assert message in str(caught.value)


def test_many_wrong_lines(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_intervals(write(tmp_path, "chr1\tx\t5\n" * 1000))
    assert len(caught.value.problems) == module.MAX_PROBLEMS


def test_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_INTERVALS", 3)
    with pytest.raises(DataError, match=r"has more than 3 intervals\. Give fewer, for example"):
        read_intervals(write(tmp_path, "chr1\t1\t5\n" * 4))
