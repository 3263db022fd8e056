"""keras-train-and-eval --cross-validate."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from .conftest import Run, read_rows, write_rows

FOLDS = ("--cross-validate", "3", "--output-folds", "folds.tsv")


@pytest.fixture
def data(run: Run) -> list[str]:
    """Write builder.zip, X.tsv, y.tsv and groups.tsv; return the options for them."""
    drawn = np.random.default_rng(5).normal(size=(45, 2))
    write_rows("X.tsv", drawn.round(4).tolist())
    write_rows("y.tsv", [["yes" if sum(row) > 0.4 else "no"] for row in drawn.tolist()])
    write_rows("groups.tsv", [[f"patient{row % 6}"] for row in range(45)])
    run(
        "keras-model-config",
        *("--input-shape", "2", "--layer", "Dense units=1 activation=sigmoid"),
        *("--output", "model.json"),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--optimizer", "sgd"),
        *("--loss", "binary_crossentropy", "--metric", "AUC", "--epochs", "2"),
        *("--output", "builder.zip"),
    )
    return ["--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", "--seed", "4"]


@pytest.mark.slow
def test_each_fold_is_in_the_table(run: Run, data: list[str]) -> None:
    result = run("keras-train-and-eval", *data, *FOLDS, "--split", "stratified", "--repeats", "2")
    header, *rows = read_rows("folds.tsv")
    assert header == ["repeat", "fold", "rows", "AUC", "accuracy", "loss"]
    assert [row[:3] for row in rows] == [
        [str(repeat), str(fold), "15"] for repeat in (1, 2) for fold in (1, 2, 3)
    ]
    losses = np.array([float(row[5]) for row in rows])
    assert len(set(losses)) == 6
    line = f"loss\t{losses.mean():.6g}\tsd {losses.std(ddof=1):.6g} over 6 folds"
    assert line in result.stdout.splitlines()
    assert sorted(path.name for path in Path().iterdir() if "h5mlm" in path.name) == []
    # What is said of rows and devices is said once.
    assert result.stderr.count("The positive class is") == 1
    assert "Fold 2/3 of repeat 2: " in result.stderr

    before = Path("folds.tsv").read_bytes()
    run("keras-train-and-eval", *data, *FOLDS, "--split", "stratified", "--repeats", "2")
    assert Path("folds.tsv").read_bytes() == before


@pytest.mark.slow
def test_a_fold_is_what_a_training_without_its_rows_gives(run: Run, data: list[str]) -> None:
    """The model after cross-validation is the one without; groups stay together."""
    groups = ("--groups", "groups.tsv", "--split", "group")
    outputs = ("--output-model", "m.h5mlm", "--output-metrics", "m.tsv")
    run("keras-train-and-eval", *data, *FOLDS, *groups, *outputs)
    assert sum(int(row[2]) for row in read_rows("folds.tsv")[1:]) == 45
    assert {int(row[2]) for row in read_rows("folds.tsv")[1:]} <= {14, 15, 16}
    with_folds = Path("m.h5mlm").read_bytes()
    run("keras-train-and-eval", *data, *groups, *outputs)
    assert Path("m.h5mlm").read_bytes() == with_folds

    names = [f"patient{number}" for number in range(6)]
    found = []
    for first in range(6):
        for second in range(first + 1, 6):
            held = ("--group-names", f"{names[first]},{names[second]}")
            if first == 0:
                run("keras-train-and-eval", *data, *groups, *held, *outputs)
                found.append(read_rows("m.tsv")[1])
    assert sum(row[3:] in found for row in read_rows("folds.tsv")[1:]) == 1


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--cross-validate", "3"), 2, "Missing option '--output-folds' (required with"),
        ((*FOLDS, "--output-model", "m.h5mlm"), 2, "Missing option '--output-metrics'"),
        (("--repeats", "2", "--check"), 3, "--repeats says how often --cross-validate is repeated"),
        (
            (*FOLDS, "--split", "last"),
            3,
            "--cross-validate holds out each row once, by --split simple, stratified, group or "
            "unique and without --group-names. Choose one of these",
        ),
        (
            (*FOLDS, "--checkpoint", "folder"),
            3,
            "--checkpoint is for a single training, and cannot be combined with --cross-validate",
        ),
        (
            ("--cross-validate", "46", "--output-folds", "f.tsv"),
            4,
            "--cross-validate 46 needs at least 46 rows, and there are 45. Give at most 45, or use "
            "another --split",
        ),
        (
            ("--cross-validate", "7", "--output-folds", "f.tsv", "--split", "group", "--groups",
             "groups.tsv"),
            4,
            "--cross-validate 7 needs at least 7 groups, and there are 6",
        ),
        (
            ("--cross-validate", "40", "--output-folds", "f.tsv", "--split", "stratified"),
            4,
            "--cross-validate 40 needs at least 40 rows of each class, and there are",
        ),
    ],
)  # fmt: skip
def test_what_is_refused(
    run: Run, data: list[str], options: tuple[str, ...], code: int, message: str
) -> None:
    result = run("keras-train-and-eval", *data, *options, code=code)
    assert message in result.stderr


def test_a_pipe_can_be_read_only_once(run: Run, data: list[str]) -> None:
    os.mkfifo("pipe")
    data[data.index("X.tsv")] = "pipe"
    result = run("keras-train-and-eval", *data, *FOLDS, code=2)
    assert "a pipe can be read only once. Write them to a file first." in result.stderr
