from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from galaxy_keras.artefacts.tables import (
    TableWriter,
    read_columns,
    read_features,
    write_table,
    writing,
)
from galaxy_keras.errors import DataError


def text_array(*cells):
    return np.array(cells, dtype=object)


def test_a_table_is_written(tmp_path):
    path = tmp_path / "out.tsv"
    write_table(
        path,
        ["count", "single", "double", "label"],
        [
            np.array([1, -2]),
            np.array([0.1, 1e-7], np.float32),
            np.array([0.1, 1 / 3]),
            text_array("gr\u00f6\u00dfe", "two words"),
        ],
    )
    assert path.read_bytes().decode() == (
        "count\tsingle\tdouble\tlabel\n"
        "1\t0.1\t0.1\tgr\u00f6\u00dfe\n"
        "-2\t1e-07\t0.3333333333333333\ttwo words\n"
    )


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (np.array([71.08584], np.float32), "71.08584"),
        (np.array([1e20], np.float32), "1e+20"),
        (np.array([1.0]), "1.0"),
        (np.array([np.nan]), "nan"),
        (np.array([7], np.uint8), "7"),
        (np.array(["a"]), "a"),
        (np.array([2**62]), "4611686018427387904"),
    ],
)
def test_values_are_written_as_short_as_they_can(tmp_path, values, text):
    write_table(tmp_path / "out.tsv", ["x"], [values])
    assert (tmp_path / "out.tsv").read_text() == f"x\n{text}\n"


def test_pieces_follow_each_other(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "ROWS_PER_CHUNK", 2)
    path = tmp_path / "out.tsv"
    with TableWriter(path, ["a", "b"]) as writer:
        writer.write([np.arange(5), text_array(*"vwxyz")])
        assert not path.exists()
        writer.write([np.arange(0), text_array()])
        writer.write([np.array([5]), text_array("!")])
    assert path.read_text() == "a\tb\n0\tv\n1\tw\n2\tx\n3\ty\n4\tz\n5\t!\n"
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_without_a_header(tmp_path):
    path = tmp_path / "out.tsv"
    with TableWriter(path, ["a", "b"], header=False) as writer:
        writer.write([np.arange(2), text_array("v", "w")])
    assert path.read_text() == "0\tv\n1\tw\n"


def test_an_interrupted_table_leaves_the_old_one(tmp_path):
    path = tmp_path / "out.tsv"
    path.write_text("old")

    def write_half():
        with TableWriter(path, ["a"]) as writer:
            writer.write([np.arange(3)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_half()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("names", "columns", "message"),
    [
        (
            ["a\tb"],
            [np.array([1])],
            r"'a\tb' cannot be written to the header of a table: it contains a tab or a line end. "
            "Remove it from the data or the names",
        ),
        (
            ["a"],
            [text_array("x", "y\n")],
            r"""'y\n' cannot be written to column "a" of a table: it contains a tab or a line """
            "end. Remove it from the data or the names",
        ),
    ],
)
def test_text_that_would_break_the_table(tmp_path, names, columns, message):
    with pytest.raises(DataError) as caught:
        write_table(tmp_path / "out.tsv", names, columns)
    assert str(caught.value) == message
    assert not list(tmp_path.iterdir())


def test_missing_folder(tmp_path):
    path = tmp_path / "none" / "out.tsv"
    with pytest.raises(DataError) as caught:
        write_table(path, ["a"], [np.array([1])])
    assert str(caught.value).startswith(f"{path} cannot be written: No such file or directory.")


@pytest.mark.parametrize(
    "columns", [[], [np.arange(2)], [np.arange(2), np.arange(3)], [np.arange(2)] * 3]
)
def test_columns_must_fit_the_names(tmp_path, columns):
    with pytest.raises(ValueError, match="each name needs a column"):
        write_table(tmp_path / "out.tsv", ["a", "b"], columns)


@given(
    arrays.arrays(
        st.sampled_from([np.float32, np.int32]),
        st.tuples(st.integers(1, 5), st.integers(1, 4)),
        elements={"allow_nan": False, "allow_infinity": False},
    )
)
def test_features_are_read_back(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("tables") / "X.tsv"
    names = [f"column {number}" for number in range(values.shape[1])]
    write_table(path, names, list(values.T))
    features = read_features(path, header=True)
    assert features.names == tuple(names)
    assert (features.values.dtype.kind == "f") == (values.dtype.kind == "f")
    assert np.array_equal(features.values, values)


@given(
    arrays.arrays(
        st.sampled_from([np.float64, np.int64]),
        st.integers(1, 5),
        elements={"allow_nan": False, "allow_infinity": False},
    )
)
def test_columns_are_read_back(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("tables") / "y.tsv"
    write_table(path, ["y"], [values])
    table = read_columns(path, header=True)
    assert list(map(str, table.values[0].tolist())) == list(map(str, values.tolist()))
    assert np.array_equal(table.parse_numbers(0), values)
