"""What a network sees, as a table or as arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.tables.arrays import write_samples
from galaxy_keras.artefacts.tables.features import read_features

SHAPES = {"a": (2, 2), "b": (1,)}


def test_whole_numbers_as_a_table(tmp_path: Path) -> None:
    path = tmp_path / "seen.tsv"
    values = np.arange(10, dtype=np.int32).reshape(2, 5)
    assert write_samples(path, [values, values[:1]], SHAPES) == 3
    assert path.read_text() == "0\t1\t2\t3\t4\n5\t6\t7\t8\t9\n0\t1\t2\t3\t4\n"


def test_numbers_have_as_few_digits_as_give_them_back(tmp_path: Path) -> None:
    path = tmp_path / "seen.tsv"
    values = np.random.default_rng(1).normal(size=(3000, 3)).astype(np.float32)
    values[0] = [0.1, 1e-30, 3]
    assert write_samples(path, [values], {"a": (3,)}) == 3000
    assert path.read_text().startswith("0.1\t1e-30\t3.0\n")
    np.testing.assert_array_equal(read_features(path).values, values)


def test_arrays_by_input(tmp_path: Path) -> None:
    path = tmp_path / "seen.npz"
    values = np.arange(15, dtype=np.uint8).reshape(3, 5)
    assert write_samples(path, [values[:1], values[1:]], SHAPES) == 3
    with np.load(path, allow_pickle=False) as file:
        arrays = dict(file)
    assert {name: values.shape for name, values in arrays.items()} == {"a": (3, 2, 2), "b": (3, 1)}
    assert arrays["a"].dtype == np.int32
    assert arrays["b"].tolist() == [[4], [9], [14]]


def test_arrays_of_fractions(tmp_path: Path) -> None:
    path = tmp_path / "seen.npz"
    write_samples(
        path, [np.array([[1, 2]], np.int32), np.array([[0.5, 1]], np.float32)], {"a": (2,)}
    )
    with np.load(path, allow_pickle=False) as file:
        values = file["a"]
    assert (values.dtype, values.tolist()) == (np.float32, [[1, 2], [0.5, 1]])
