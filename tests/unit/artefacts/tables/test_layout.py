"""Tables that are something else than they are read as."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from galaxy_keras.artefacts.tables import iterate_features
from galaxy_keras.artefacts.tables.layout import Layout, check_separated
from galaxy_keras.artefacts.tables.raw import open_raw_table
from galaxy_keras.errors import DataError


def write(folder: Path, text: str) -> Path:
    path = folder / "t.tsv"
    path.write_text(text)
    return path


@pytest.mark.parametrize("text", [">s1 first\nACGT\n>s2\nAC\n", ">p\nMK*\n", ">a\nAC-GT\n"])
def test_sequences_are_no_table(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    message = "as sequences in FASTA format do, which are not a table. If it holds sequences, give"
    with pytest.raises(DataError, match=message), open_raw_table(path, header=False):
        pass


@pytest.mark.parametrize("text", ["> quoted\nand answered here\n", ">\n", ">a\tb\nAC\tGT\n"])
def test_what_only_begins_like_sequences(tmp_path: Path, text: str) -> None:
    with open_raw_table(write(tmp_path, text), header=False) as (_, reader):
        chunk = reader.read()
    assert chunk is not None
    assert "".join(chunk.lines) == text


@pytest.mark.parametrize(
    ("header", "expected"),
    [(("age;weight",), "semicolons"), (("age,weight",), "commas"), (("age",), ""), (None, "")],
)
def test_names_that_were_not_separated(header: tuple[str, ...] | None, expected: str) -> None:
    layout = Layout(Path("t.tsv"), "--features", header, 1, (0,))
    if not expected:
        check_separated(layout)
        return
    with pytest.raises(DataError) as error:
        check_separated(layout)
    assert str(error.value) == (
        f't.tsv: columns are separated by tabs in this format, but row 1 ("{header[0]}") has '
        f"{expected} instead. Give --features-format csv, or name the file .csv"
    )


@pytest.mark.parametrize(
    ("separator", "advice"), [(",", "give --no-features-header"), (None, "leave out --features-h")]
)
def test_numbers_as_header(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, separator: str | None, advice: str
) -> None:
    text = "1,2.5\n3,4\n" if separator else "1\t2.5\n3\t4\n"
    path = write(tmp_path, text)
    with caplog.at_level(logging.WARNING):
        list(iterate_features(path, header=True, separator=separator))
        with open_raw_table(path, header=True, separator=separator):
            pass
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert all("row 1 is taken as the header although it holds numbers (1, 2.5)" in t for t in told)
    assert all(f"If it is data, {advice}" in text for text in told)
