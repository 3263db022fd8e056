"""Word vectors as GloVe and word2vec write them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from galaxy_keras.artefacts.tables.vectors import read_vectors, write_rows
from galaxy_keras.errors import DataError

INDICES = {"dagger": 2, "hand": 3, "ghost": 4}


def _write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("header", ["", "4 2\n"])
@pytest.mark.parametrize("end", ["\n", "\r\n", " \n", ""])
def test_vectors_of_the_words_that_are_asked_for(tmp_path: Path, header: str, end: str):
    lines = ["the 0 1", "dagger 0.5 -2e-1", "é 1 1", "ghost 7 8"]
    text = header + (end or "\n").join(lines) + end
    vectors, found = read_vectors(_write(tmp_path / "v.txt", text), INDICES, (5, 2))
    assert vectors.tolist() == [[0, 0], [0, 0], [0.5, pytest.approx(-0.2)], [0, 0], [7, 8]]
    assert found.tolist() == [False, False, True, False, True]


def test_compressed_files(tmp_path: Path):
    path = tmp_path / "v.txt.gz"
    path.write_bytes(gzip.compress(b"hand 1 2\n"))
    vectors, _ = read_vectors(path, INDICES, (5, 2))
    assert vectors[3].tolist() == [1, 2]


def test_the_first_of_several_vectors_counts(tmp_path: Path):
    path = _write(tmp_path / "v.txt", "hand 1 2\nhand 3 4\n")
    assert read_vectors(path, INDICES, (5, 2))[0][3].tolist() == [1, 2]


def test_words_with_blanks_are_left_out(tmp_path: Path):
    # As in GloVe's vectors of the web: the word is "hand at".
    path = _write(tmp_path / "v.txt", "hand at 1 2\nghost 3 4\n")
    vectors, found = read_vectors(path, INDICES, (5, 2))
    assert found.tolist() == [False, False, False, False, True]
    assert vectors[4].tolist() == [3, 4]


def test_words_that_look_like_a_header(tmp_path: Path):
    path = _write(tmp_path / "v.txt", "7 2\n7 3\n")
    vectors, found = read_vectors(path, {"7": 0}, (1, 1))
    assert found.all()
    assert vectors.tolist() == [[3]]


def test_lines_across_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("galaxy_keras.artefacts.tables.vectors._CHUNK_BYTES", 7)
    path = _write(tmp_path / "v.txt", "hand 1 2\ndagger 3 4\nghost 5 6")
    vectors, _ = read_vectors(path, INDICES, (5, 2))
    assert vectors[2:].tolist() == [[3, 4], [1, 2], [5, 6]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty: it has no "),
        (
            "the 1 2 3\n",
            "its vectors have 3 numbers, but those of the layer 2. Give the layer output_dim=3, or "
            "take vectors of 2 numbers, one word and its numbers a line",
        ),
        ("the 1\n", "its vectors have 1 numbers, but those of the layer 2"),
        ("the 1 2\nhand 1 x\n", 'line 2: the word "hand" is not followed by 2 numbers'),
        ("the 1 2\nhand 1\n", 'line 2: the word "hand" is not followed by 2 numbers'),
        ("the 1 2\nhand 1 nan\n", 'line 2: the word "hand" is not followed by 2 numbers'),
    ],
)
def test_problems(tmp_path: Path, text: str, message: str):
    path = _write(tmp_path / "v.txt", text)
    with pytest.raises(DataError) as caught:
        read_vectors(path, INDICES, (5, 2))
    assert message in str(caught.value)


def test_a_file_that_is_missing(tmp_path: Path):
    with pytest.raises(DataError, match="does not exist"):
        read_vectors(tmp_path / "none.txt", INDICES, (5, 2))


def test_rows_without_a_header(tmp_path: Path):
    write_rows(tmp_path / "rows.tsv", [["1", "2"], ["3", "4"]])
    assert (tmp_path / "rows.tsv").read_bytes() == b"1\t2\n3\t4\n"
