"""What makes the scores of held-out rows better than those of new samples is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from .conftest import Run, read_rows, write_rows

pytestmark = pytest.mark.slow

Train = Callable[..., str]
ROWS = 60
INPUTS = ("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv")
OUTPUTS = ("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv")


@pytest.fixture
def train(run: Run) -> Train:
    """Train on points of two features, of which the sum decides."""
    points = np.random.default_rng(5).normal(size=(ROWS, 2)).round(4)
    write_rows("X.tsv", points)
    write_rows("y.tsv", [[label] for label in np.where(points.sum(axis=1) > 0, "up", "down")])
    run(
        "keras-model-config",
        *("--input-shape", "2", "--output", "model.json"),
        *("--layer", "Dense units=1 activation=sigmoid"),
    )
    build(run)

    def run_training(*options: str) -> str:
        defaults = (*INPUTS, *OUTPUTS)
        # An option that is given twice is refused.
        known = dict(zip(defaults[::2], defaults[1::2], strict=True))
        known |= dict(zip(options[::2], options[1::2], strict=True))
        parts = (part for option in known.items() for part in option)
        return run("keras-train-and-eval", *parts).output

    return run_training


def build(run: Run, *options: str) -> None:
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--output", "builder.zip", "--metric", "accuracy"),
        *("--task", "classifier", "--loss", "binary_crossentropy", "--optimizer", "sgd"),
        *("--epochs", "2", *options),
    )


def read_true(train: Train, *options: str) -> list[list[str]]:
    train("--output-true", "true.tsv", *options)
    return read_rows("true.tsv")


def test_rows_are_the_same_without_a_seed(train: Train) -> None:
    assert read_true(train) == read_true(train) == read_true(train, "--split-seed", "0")
    assert read_true(train) != read_true(train, "--split-seed", "1")
    assert "Rows are held out with the random seed 0; --split-seed holds out others." in train()
    assert "Rows are held out with" not in train("--seed", "1")


def test_the_model_knows_its_rows_again(train: Train) -> None:
    train("--split-seed", "4")
    going_on = ("--model", "fitted.h5mlm", "--output-model", "more.h5mlm")
    assert "was trained on" not in train(*going_on)
    assert "was trained on" not in train(*going_on, "--split-seed", "4")
    output = train(*going_on, "--split-seed", "5")
    assert "of the rows that are held out now" in output
    assert "(--split simple --test-size 0.2 --split-seed 4), or give new ones." in output
    # The rows of both trainings are remembered.
    output = train("--model", "more.h5mlm", "--output-model", "most.h5mlm", "--split-seed", "4")
    held = [train_test_split(range(ROWS), test_size=0.2, random_state=seed)[1] for seed in (4, 5)]
    share = len(set(held[0]) - set(held[1])) / len(held[0])
    assert f"was trained on {share:.0%} of the rows that are held out now" in output
    assert "Hold out rows that it was never trained on." in output


def repeat(rows: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    return [row for row in rows for _ in range(3)]


def test_equal_rows_are_told_and_kept_on_one_side(train: Train) -> None:
    write_rows("X.tsv", repeat(read_rows("X.tsv")))
    write_rows("y.tsv", repeat(read_rows("y.tsv")))
    told = "held-out rows have the same features as a training row"
    assert told in train()
    assert told not in train("--split", "unique")
    # A fifth of 60 different rows, three times each.
    assert len(read_true(train, "--split", "unique")) == 1 + 36


def test_the_target_among_the_features_is_told(train: Train) -> None:
    labels = [{"up": "3", "down": "1"}[label] for (label,) in read_rows("y.tsv")]
    rows = read_rows("X.tsv")
    write_rows("X.tsv", [[row[0], label] for row, label in zip(rows, labels, strict=True)])
    assert "Feature column 2 is the target, or another code of it" in train()


@pytest.mark.parametrize("callback", ["EarlyStopping", "ModelCheckpoint"])
def test_weights_chosen_on_the_scored_rows_are_told(callback: str, train: Train, run: Run) -> None:
    told = "The weights are chosen on the held-out rows that are also scored"
    build(run, "--callback", callback)
    assert told in train()
    assert told not in train("--scheme", "train-val-test")
    build(run, "--callback", f"{callback} monitor=loss")
    assert told not in train()
