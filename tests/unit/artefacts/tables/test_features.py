from __future__ import annotations

import gzip
import logging
import os
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galaxy_keras.artefacts.tables import collect_features, iterate_features, lines, read_features
from galaxy_keras.artefacts.tables.cells import find_number_problem
from galaxy_keras.artefacts.tables.numbers import parse_digits
from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.columns import ColumnSelection


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "X.dat"

    def write(content):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def choose(text):
    return ColumnSelection.parse(text)


@pytest.mark.parametrize(
    ("content", "values", "dtype"),
    [
        ("1\t2\n3\t4\n", [[1, 2], [3, 4]], "uint8"),
        ("1\t2\n3\t4", [[1, 2], [3, 4]], "uint8"),
        ("7\n", [[7]], "uint8"),
        ("1\n2\n", [[1], [2]], "uint8"),
        ("1\t2\t3\n", [[1, 2, 3]], "uint8"),
        ("0\t255\n", [[0, 255]], "uint8"),
        ("-1\t+2\n 3\t4 \n", [[-1, 2], [3, 4]], "int16"),
        ("256\n", [[256]], "int16"),
        ("-32768\t32767\n", [[-32768, 32767]], "int16"),
        ("32768\n", [[32768]], "int32"),
        ("2147483647\t-2147483648\n", [[2147483647, -2147483648]], "int32"),
    ],
)
def test_integers_take_as_few_bytes_as_they_need(table, content, values, dtype):
    features = read_features(table(content))
    assert features.values.dtype == dtype
    assert features.values.tolist() == values
    assert features.values.flags.c_contiguous
    assert features.names is None


@pytest.mark.parametrize(
    ("content", "values"),
    [
        ("1\t2.5\n3\t4\n", [[1, 2.5], [3, 4]]),
        ("1.0\n", [[1]]),
        (".5\t5.\t1e3\t-2E-1\n", [[0.5, 5, 1000, np.float32(-0.2)]]),
        ("2147483648\n", [[2147483648]]),
        ("1\n" * 3 + "0.5\n", [[1], [1], [1], [0.5]]),
    ],
)
def test_other_numbers_are_float32(table, content, values):
    features = read_features(table(content))
    assert features.values.dtype == np.float32
    assert features.values.tolist() == values


@pytest.mark.parametrize(
    "lines_read",
    [
        ["1\t23\n", "4\t5"],
        ["999999999\t0\n", "007\t12345\n"],
    ],
)
def test_digits_are_computed_together(lines_read):
    values = parse_digits(lines_read, 2)
    assert values.dtype == np.int32
    assert values.tolist() == [[int(cell) for cell in line.split("\t")] for line in lines_read]


@pytest.mark.parametrize(
    "lines_read",
    [
        ["1\t-2\n"],
        ["1\t2.5\n"],
        ["1\tx\n"],
        ["1\t\n"],
        ["1\t\n", "2\t3\n"],
        ["1\t1234567890\n"],
        ["1\t2\t3\n", "4\n"],
        ["1\n", "2\t3\t4\n"],
        ["1 2\n"],
        ["1\t\uff12\n"],
        ["1\t\udcff\n"],
        ["1\t2\n", "\n"],
    ],
)
def test_other_tables_are_left_to_loadtxt(lines_read):
    assert parse_digits(lines_read, 2) is None


def test_numbers_that_turn_to_floats_late(table, monkeypatch):
    monkeypatch.setattr(lines, "CHUNK_CHARACTERS", 8)
    features = read_features(table("16777216\t-1\n2\t3\n4\t5\n6\t0.25\n7\t8\n"))
    assert features.values.dtype == np.float32
    assert features.values.tolist() == [[16777216, -1], [2, 3], [4, 5], [6, 0.25], [7, 8]]


@pytest.mark.parametrize("on_disk", [False, True])
def test_integers_that_grow_wide_late(table, monkeypatch, on_disk):
    monkeypatch.setattr(lines, "CHUNK_CHARACTERS", 4)
    path = table("1\t2\n3\t4\n5\t-6\n7\t8\n65536\t9\n1\t0\n")
    values = collect_features(iterate_features(path), on_disk=on_disk).values
    assert values.dtype == np.int32
    assert values.tolist() == [[1, 2], [3, 4], [5, -6], [7, 8], [65536, 9], [1, 0]]


@pytest.mark.parametrize(
    "content",
    [
        b"a\tb\n1\t2\n",
        b"\xef\xbb\xbfa\tb\n1\t2\n",
        b"a\tb\r\n1\t2\r\n",
        b"a\tb\r1\t2\r",
        b"a\t b \n1\t2\n\n\n",
        b"a\tb\n1\t2\n\t\n \t\r\n",
        gzip.compress(b"a\tb\n1\t2\n", mtime=0),
        gzip.compress(b"\xef\xbb\xbfa\tb\n", mtime=0) + gzip.compress(b"1\t2\n", mtime=0),
    ],
)
def test_forms_of_text(table, content):
    features = read_features(table(content), header=True)
    assert features.names == ("a", "b")
    assert features.values.tolist() == [[1, 2]]
    assert features.first_row == 2


def test_quotes_are_plain_characters(table):
    assert read_features(table('"a"\t#b\n1\t2\n'), header=True).names == ('"a"', "#b")


@pytest.mark.parametrize(
    ("columns", "names", "numbers", "values"),
    [
        ("all", ("a", "b", "c"), (1, 2, 3), [[1, 2, 3], [4, 5, 6]]),
        ("3,1", ("c", "a"), (3, 1), [[3, 1], [6, 4]]),
        ("not:2", ("a", "c"), (1, 3), [[1, 3], [4, 6]]),
        ("name:b", ("b",), (2,), [[2], [5]]),
    ],
)
def test_columns_are_chosen(table, columns, names, numbers, values):
    features = read_features(
        table("a\tb\tc\n1\t2\t3\n4\t5\t6\n"), header=True, columns=choose(columns)
    )
    assert features.names == names
    assert features.columns == numbers
    assert features.values.tolist() == values


def test_columns_left_out_may_hold_anything(table):
    content = b"id\t\tid\tx\ns\xe9\t\tNA\t1\n\x00\tinf\t\t2\n"
    features = read_features(table(content), header=True, columns=choose("4"))
    assert features.values.tolist() == [[1], [2]]


@pytest.mark.parametrize("chunk", [1, 8, 2**19])
@pytest.mark.parametrize("rows", [1, 2, 3, 5, 99])
def test_streaming_gives_the_same_rows(table, monkeypatch, chunk, rows):
    monkeypatch.setattr(lines, "CHUNK_CHARACTERS", chunk)
    path = table("a\tb\n" + "".join(f"{row}\t{row / 2}\n" for row in range(5)) + "\n\n")
    whole = read_features(path, header=True)
    chunks = list(iterate_features(path, header=True, rows=rows))
    assert [len(each.values) for each in chunks] == [rows] * (5 // rows) + [5 % rows] * (
        5 % rows > 0
    )
    assert np.array_equal(np.concatenate([each.values for each in chunks]), whole.values)
    assert [each.first_row for each in chunks] == list(range(2, 7, rows))


def test_streaming_reads_no_further_than_asked(table):
    chunks = iterate_features(table("1\n2\n3\nx\n"), rows=3)
    assert next(chunks).values.tolist() == [[1], [2], [3]]
    with pytest.raises(DataError, match=r'row 4, column 1: "x" is not a number'):
        next(chunks)


def test_a_header_of_numbers_is_accepted_with_a_warning(table, caplog):
    path = table("3\t1\n5\t6\n")
    with caplog.at_level(logging.WARNING):
        features = read_features(path, header=True)
    assert features.names == ("3", "1")
    assert caplog.messages == [
        f"{path}: row 1 is taken as the header although it holds numbers (3, 1). "
        "If it is data, leave out --features-header."
    ]


def test_a_header_that_counts_from_0_is_one_of_our_own(table, caplog):
    with caplog.at_level(logging.WARNING):
        features = read_features(table("0\t1\n0.25\t0.75\n"), header=True)
    assert features.names == ("0", "1")
    assert not caplog.messages


def test_a_pipe_can_be_read(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(gzip.compress(b"1\t2\n", mtime=0),))
    writer.start()
    assert read_features(path).values.tolist() == [[1, 2]]
    writer.join()


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(
                st.integers(-(2**31), 2**31 - 1)
                | st.floats(width=32, allow_nan=False, allow_infinity=False),
                min_size=width,
                max_size=width,
            ),
            min_size=1,
            max_size=8,
        )
    )
)
def test_any_numbers_are_read(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("tables") / "X.tsv"
    path.write_text("".join("\t".join(map(repr, row)) + "\n" for row in rows))
    values = read_features(path).values
    assert values.dtype.kind in (
        "iu" if all(isinstance(cell, int) for row in rows for cell in row) else "f"
    )
    assert np.array_equal(values, np.array(rows, values.dtype))


@given(st.text("0123456789+-.eEinfaN_x,'\" \u00a0\uff11\udcff\0", max_size=8))
def test_what_cannot_be_read_is_explained_and_nothing_else(tmp_path_factory, cell):
    path: Path = tmp_path_factory.mktemp("tables") / "X.tsv"
    path.write_text(f"1\t{cell}\n2\t3\n", encoding="utf-8", errors="surrogateescape")
    flaw = find_number_problem(cell.strip())
    if flaw is None:
        assert np.float32(read_features(path).values[0, 1]) == np.float32(cell.strip())
        return
    with pytest.raises(DataError) as caught:
        read_features(path)
    assert str(caught.value) == f"{path}, row 1, column 2: {flaw}"


def test_very_many_repeated_names(table):
    # Comparing each name with each other would take hours.
    names = [f"n{number}" for number in range(100_000)]
    path = table("\t".join(names * 2) + "\n" + "\t".join("1" * 200_000) + "\n")

    with pytest.raises(DataError) as caught:
        read_features(path, header=True)

    assert len(caught.value.problems) == 10
    assert caught.value.problems[0].startswith(
        f'{path}, row 1: the name "n0" is used for columns 1, 100001. Rename all but one, or'
    )


def test_very_many_columns_of_text(table):
    row = "\t".join(["x"] * 100_000)

    with pytest.raises(DataError) as caught:
        read_features(table(f"{row}\n{row}\n"))

    assert caught.value.problems[-1] == "Only the first 10 problems are listed."


def test_a_line_without_end(table, monkeypatch):
    monkeypatch.setattr(lines, "CHUNK_CHARACTERS", 16)
    monkeypatch.setattr(lines, "MAX_LINE_CHARACTERS", 1000)
    path = table(gzip.compress(b"1\t2\n\n3\t4\n" + b"5" * 2000))

    with pytest.raises(DataError) as caught:
        list(iterate_features(path))

    assert str(caught.value) == (
        f"{path}, row 4 has more than 1,000 characters. "
        "Check that the file is a table and has line ends"
    )


@pytest.mark.parametrize("chunk_characters", [1, 2, 3, 5, 100])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_whatever_the_size_of_chunks(table, monkeypatch, chunk_characters, end):
    monkeypatch.setattr(lines, "CHUNK_CHARACTERS", chunk_characters)
    path = table(end.join(["1\t2", "30\t4", "5\t600", ""]))

    assert read_features(path).values.tolist() == [[1, 2], [30, 4], [5, 600]]


@pytest.mark.parametrize(
    ("content", "values", "dtype"),
    [
        ("63\tTrue\n61\tFalse\n", [[63, 1], [61, 0]], "uint8"),
        ("TRUE\t0.5\nFALSE\t2\n", [[1, 0.5], [0, 2]], "float32"),
        ("True\n", [[1]], "uint8"),
        ("True \t1\r\n False\t2\r\n", [[1, 1], [0, 2]], "uint8"),
        ("1\t0.5\nTrue\t7\n", [[1, 0.5], [1, 7]], "float32"),
    ],
)
@pytest.mark.parametrize("chunk", [1, 2**19])
def test_truth_values_of_pandas_and_r_are_1_and_0(
    table, monkeypatch, content, values, dtype, chunk
):
    monkeypatch.setattr(lines, "CHUNK_CHARACTERS", chunk)
    features = read_features(table(content))
    assert features.values.tolist() == values
    assert features.values.dtype == dtype


def test_truth_values_under_a_header_that_is_not_declared(table):
    path = table("age\tsex_F\n63\tTrue\n61\tFalse\n")
    with pytest.raises(DataError, match=r"row 1 looks like a header \(age, sex_F\)"):
        read_features(path)


@pytest.mark.parametrize("cell", ["true", "Trues", "True 1", "yes"])
def test_other_words_are_no_truth_values(table, cell):
    path = table(f"1\tTrue\n2\t{cell}\n3\tFalse\n")
    with pytest.raises(DataError) as caught:
        read_features(path)
    assert str(caught.value) == f'{path}, row 2, column 2: "{cell}" is not a number. Correct it'
