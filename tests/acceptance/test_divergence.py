"""Training whose loss becomes infinite: an error, or the best weights so far when asked for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .conftest import Run, read_rows, write_rows

pytestmark = pytest.mark.slow

TRAIN = ("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", "--seed", "1")
OUTPUTS = (
    *("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"),
    *("--output-history", "history.tsv", "--device", "cpu"),
)


def build(run: Run, *callbacks: str) -> None:
    drawn = random.Random(2)
    rows = [[drawn.gauss(0, 1) for _ in range(3)] for _ in range(300)]
    write_rows("X.tsv", rows)
    write_rows("y.tsv", [[sum(row)] for row in rows])
    layer = ("--layer", "Dense units=1")
    run("keras-model-config", "--input-shape", "3", *layer, "--output", "model.json")
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "regressor", "--loss", "mse"),
        *("--optimizer", "sgd", "--optimizer-option", "learning_rate=3", "--epochs", "30"),
        *(text for callback in callbacks for text in ("--callback", callback)),
        *("--output", "builder.zip"),
    )


def test_divergence_is_an_error(run: Run) -> None:
    build(run)
    result = run("keras-train-and-eval", *TRAIN, *OUTPUTS, "--checkpoint", "kept", code=6)
    message = result.stderr.splitlines()[-1]
    assert message.startswith("Error: training diverged: the loss was no longer finite in epoch ")
    assert "Lower the learning rate (--set learning_rate=...)" in message
    assert not Path("fitted.h5mlm").exists()
    assert not Path("kept").exists()


@pytest.mark.parametrize(
    "callback",
    [
        "ModelCheckpoint monitor=val_loss",
        "EarlyStopping monitor=val_loss patience=100 restore_best_weights=True",
    ],
)
def test_the_best_weights_are_kept(run: Run, callback: str) -> None:
    build(run, callback)
    result = run("keras-train-and-eval", *TRAIN, *OUTPUTS)
    warning = next(line for line in result.stderr.splitlines() if "diverged" in line)
    assert warning.startswith("Warning: Training diverged: the loss was no longer finite")
    names, *history = read_rows("history.tsv")
    losses = [float(row[names.index("val_loss")]) for row in history]
    best = losses.index(min(losses))
    assert warning.endswith(f"The weights are those of epoch {best + 1}, the best so far.")
    header, scores = read_rows("metrics.tsv")
    assert float(scores[header.index("loss")]) == pytest.approx(losses[best], rel=1e-5)
