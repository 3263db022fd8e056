from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pytest
import tutorial_tables
from tests.processes import run_process
from tutorial_tables import TABLES, find_table


def write_tables(output: Path, *options: str) -> None:
    command = [sys.executable, tutorial_tables.__file__, str(output), *options]
    run_process(command, check=True)


def test_drawn_reviews_are_padded_in_front(tmp_path: Path) -> None:
    write_tables(tmp_path, "--rows", "20", "--length", "300")

    reviews = np.loadtxt(tmp_path / "X_train.tsv.gz", int)
    labels = np.loadtxt(tmp_path / "y_test.tsv.gz", int)
    assert reviews.shape == (20, 300)
    assert labels.shape == (20,)
    assert set(labels) == {0, 1}
    assert reviews.max() < 10_000
    # Once a word has come, no padding follows.
    assert np.all(np.diff((reviews > 0).astype(int), axis=1) >= 0)
    assert 0 < (reviews == 0).mean() < 1


def test_first_rows_of_given_tables_are_taken(tmp_path: Path) -> None:
    for name in TABLES:
        (tmp_path / f"{name}.tsv").write_text(f"{name}\n2\n3\n")

    write_tables(tmp_path / "part", "--rows", "2", "--source", str(tmp_path))

    with gzip.open(tmp_path / "part" / "y_train.tsv.gz", "rt") as file:
        assert file.read() == "y_train\n2\n"


def test_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as error:
        find_table(tmp_path, "X_train")

    assert str(error.value) == (
        f"{tmp_path} has neither X_train.tsv nor X_train.tsv.gz; give the folder that does"
    )
