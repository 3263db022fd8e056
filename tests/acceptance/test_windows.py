"""Windows over the rows of a series, with a target at the end of each."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from .conftest import Run, read_rows, write_rows

COUNT = 60
LENGTH = 4
# What comes is how the load changed in the last two hours.
LOADS = [(row * row) % 17 + row / 10 for row in range(COUNT)]
TABLE = [
    ["hour", "load", "change"],
    *([f"h{row}", LOADS[row], round(LOADS[row] - LOADS[row - 2], 3)] for row in range(COUNT)),
]
TRAIN = ["--model", "builder.zip", "--features", "load.tsv", "--target-columns", "name:change"]
IDS = ["--id-columns", "name:hour"]
OUTPUTS = ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]


def build(run: Run, encoding: str = "windows columns=load scale=none", columns: int = 1) -> None:
    layers = ("Conv1D filters=4 kernel_size=3", "Flatten", "Dense units=1")
    options = [part for call in layers for part in ("--layer", call)]
    shape = f"{LENGTH},{columns}"
    run("keras-model-config", "--input-shape", shape, *options, "--output", "model.json")
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--loss", "mse", "--optimizer", "adam", "--seed", "1"),
        *("--optimizer-option", "learning_rate=0.02", "--epochs", "2", "--batch-size", "8"),
        *("--target", "values", "--input", encoding, "--output", "builder.zip"),
    )


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    write_rows("load.tsv", TABLE)
    build(run)
    return tmp_path


def check(run: Run, *options: str, code: int = 0) -> str:
    return run("keras-train-and-eval", *TRAIN, "--check", *options, code=code).output


def test_the_last_windows_are_held_out_with_a_gap(run: Run, folder: Path) -> None:
    said = check(run, "--output-inputs", "seen.npz")
    # 57 windows, of which 12 are held out, and 3 end in rows of them.
    assert "Rows to train: 42" in said
    assert "Rows to validation and test: 12" in said
    assert "3 windows that share rows with held-out ones are left out of training." in said
    assert "unknown" not in said
    with np.load("seen.npz", allow_pickle=False) as arrays:
        seen = arrays["input_layer"]
    assert seen.shape == (COUNT - LENGTH + 1, LENGTH, 1)
    np.testing.assert_allclose(seen[10, :, 0], LOADS[10 : 10 + LENGTH], rtol=1e-6)
    check(run, "--stream", "--output-inputs", "streamed.npz")
    assert Path("streamed.npz").read_bytes() == Path("seen.npz").read_bytes()


def test_windows_held_out_at_random_are_warned_of(run: Run, folder: Path) -> None:
    for method in ("simple", "unique"):
        said = check(run, "--split", method)
        assert "Windows are held out at random, and" in said
        assert "--split last holds out the last ones, with a gap before them." in said
    assert "at random" not in check(run, "--split", "last")


def test_two_hold_outs(run: Run, folder: Path) -> None:
    said = check(run, "--scheme", "train-val-test", "--test-size", "10", "--val-size", "10")
    assert [line for line in said.splitlines() if line.startswith("Rows")] == [
        "Rows to train: 34",
        "Rows to validation: 7",
        "Rows to test: 10",
    ]


def test_series_of_several_meters(run: Run, folder: Path) -> None:
    rows = [[row, LOADS[row], "ab"[row % 3 == 0], row % 7] for row in range(COUNT)]
    write_rows("load.tsv", [["hour", "load", "meter", "change"], *rows])
    build(run, "windows columns=[load] by=meter scale=none")
    said = check(run, *IDS, "--output-inputs", "seen.npz", "--test-size", "6")
    assert "windows of 2 columns (load, meter) as (4, 1)" in said
    assert "Rows to validation and test: 6" in said
    with np.load("seen.npz", allow_pickle=False) as arrays:
        seen = arrays["input_layer"][:, :, 0]
    assert len(seen) == COUNT - 2 * (LENGTH - 1)
    np.testing.assert_allclose(seen[0], [LOADS[row] for row in (1, 2, 4, 5)], rtol=1e-6)
    # One that is told by the meters has nothing to share.
    write_rows("meters.tsv", [[row[2]] for row in rows])
    said = check(run, "--split", "group", "--groups", "meters.tsv", *IDS)
    assert "at random" not in said


@pytest.mark.slow
def test_windows_are_trained_on_and_predicted(run: Run, folder: Path) -> None:
    given = ("--set", "epochs=60", "--split", "last", "--test-size", "12")
    files = ("true", "predictions", "examples")
    tables = [part for each in files for part in (f"--output-{each}", f"{each}.tsv")]
    run("keras-train-and-eval", *TRAIN, *given, *OUTPUTS, *tables)
    true, predictions = read_rows("true.tsv"), read_rows("predictions.tsv")
    assert true[0] == ["row", "change"]
    # Row 1 is the header.
    assert [row[0] for row in true[1:]] == [str(row) for row in range(50, 62)]
    assert [float(row[1]) for row in true[1:]] == [float(row[2]) for row in TABLE[49:]]
    assert [row[:2] for row in read_rows("examples.tsv")[1:2]] == [["50", str(LOADS[48])]]
    scores = dict(zip(*read_rows("metrics.tsv"), strict=True))
    assert float(scores["r2"]) > 0.5
    new = ("--model", "fitted.h5mlm", "--features", "load.tsv")
    run("model-prediction", *new, "--output", "p.tsv")
    predicted = read_rows("p.tsv")
    assert predicted[0] == ["row", "Predicted"]
    assert [row[0] for row in predicted[1:]] == [str(row) for row in range(5, 62)]
    assert np.array(predicted[-12:], float) == pytest.approx(
        np.array(predictions[1:], float), rel=1e-5
    )
    run("model-prediction", *new, *IDS, "--output", "named.tsv")
    assert read_rows("named.tsv")[1][0] == "h3"
    write_rows("load.tsv", TABLE[:4])
    said = run("model-prediction", *new, "--output", "p.tsv", code=4).output
    assert "load.tsv: a window of the encoding windows has 4 rows, but the longest series" in said


MISTAKES = {
    "no rows left": (
        ("--test-size", "54"),
        "all 3 training windows share rows with held-out ones: a window has 4 rows",
    ),
    "too long": (("--set", "input__by=hour"), "but the longest series has only 1"),
    "several columns": (
        ("--set", "input__by=[hour,load]"),
        "load.tsv: one column tells the series of the encoding windows apart, but by gives 2 "
        "(column 1 (hour), column 2 (load)). Choose one with --set input__by=...",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes(run: Run, folder: Path, mistake: str) -> None:
    options, message = MISTAKES[mistake]
    assert message in check(run, *options, code=4)


@pytest.mark.slow
def test_importances_of_windows(run: Run, folder: Path) -> None:
    run("keras-train-and-eval", *TRAIN, *OUTPUTS)
    run(
        "ml-visualization-ex",
        *("permutation-importances", "--model", "fitted.h5mlm", "--features", "load.tsv"),
        *("--features-header", "--target", "load.tsv", "--target-header"),
        *("--target-columns", "name:change", "--output", "plot.png"),
    )
    assert Path("plot.png").stat().st_size
