"""Parquet tables give what CSV tables give, from the same commands."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Run

pa = pytest.importorskip("pyarrow", reason="needs pyarrow: pip install '.[parquet]'")

COUNT = 40
COLUMNS = {
    "patient": [f"p{row}" for row in range(COUNT)],
    "age": [None if row % 7 == 3 else row for row in range(COUNT)],
    "weight": [row / 3 for row in range(COUNT)],
    "ward": ["north", "south", None, "west"] * (COUNT // 4),
    "smokes": [row % 3 == 0 for row in range(COUNT)],
    "returned": ["no", "yes"] * (COUNT // 2),
}
TRAIN = ("--target-columns", "name:returned", "--id-columns", "name:patient", "--seed", "1")


def write(folder: Path) -> None:
    from pyarrow import csv, parquet

    table = pa.table(COLUMNS)
    parquet.write_table(table, folder / "clinic.parquet", row_group_size=9)
    csv.write_csv(table, folder / "clinic.csv")


def check(run: Run, name: str, *options: str, code: int = 0) -> str:
    inputs = ("--output-inputs", f"{name}.npz", "--check")
    given = ("--model", "builder.zip", "--features", name, *TRAIN, *options, *inputs)
    return run("keras-train-and-eval", *given, code=code).output


def test_a_table_of_many_types(run: Run, tmp_path: Path) -> None:
    write(tmp_path)
    layers = ("--layer", "Dense units=1 activation=sigmoid")
    run("keras-model-config", "--input-shape", "9", *layers, "--output", "model.json")
    encodings = (
        *("--input", "numbers columns=[age,weight] missing=mean scale=standard indicator=true"),
        *("--input", "categories columns=[ward,smokes] output=one-hot"),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--loss", "binary_crossentropy", "--optimizer", "adam"),
        *("--target", "labels", *encodings, "--output", "builder.zip"),
    )
    # Truth values are written in other letters there: true, not True.
    told = check(run, "clinic.parquet").replace("False, True", "false, true")
    assert told == check(run, "clinic.csv")
    assert Path("clinic.parquet.npz").read_bytes() == Path("clinic.csv.npz").read_bytes()
    assert "--no-features-header" in check(run, "clinic.parquet", "--no-features-header", code=3)


def test_a_table_of_numbers(run: Run, tmp_path: Path) -> None:
    write(tmp_path)
    layers = ("--layer", "Dense units=1 activation=sigmoid")
    run("keras-model-config", "--input-shape", "1", *layers, "--output", "model.json")
    given = ("--loss", "binary_crossentropy", "--optimizer", "adam", "--task", "classifier")
    run("keras-model-builder", "--model-config", "model.json", *given, "--output", "builder.zip")
    columns = ("--features-columns", "name:weight")
    assert check(run, "clinic.parquet", *columns) == check(run, "clinic.csv", *columns)
