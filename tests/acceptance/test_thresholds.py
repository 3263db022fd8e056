"""keras-train-and-eval --choose-threshold and --calibrate, and what prediction makes of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel

from .conftest import Run, read_rows, write_rows


@pytest.fixture
def data(run: Run) -> list[str]:
    """Write builder.zip, X.tsv and y.tsv, one in five of which is positive."""
    drawn = np.random.default_rng(8).normal(size=(150, 2))
    write_rows("X.tsv", drawn.round(4).tolist())
    write_rows("y.tsv", [["ill" if sum(row) > 1.2 else "healthy"] for row in drawn.tolist()])
    run(
        "keras-model-config",
        *("--input-shape", "2", "--layer", "Dense units=1 activation=sigmoid"),
        *("--output", "model.json"),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--optimizer", "sgd"),
        *("--loss", "binary_crossentropy", "--epochs", "3", "--output", "builder.zip"),
    )
    return [
        *("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", "--seed", "4"),
        *("--output-model", "m.h5mlm", "--output-metrics", "m.tsv", "--split", "stratified"),
    ]


@pytest.mark.slow
def test_a_threshold_is_chosen_stored_and_used(run: Run, data: list[str]) -> None:
    result = run(
        "keras-train-and-eval",
        *(*data, "--scheme", "train-val-test", "--choose-threshold", "sensitivity=1"),
        *("--output-labels", "labels.tsv", "--output-predictions", "scores.tsv"),
    )
    fitted = read_model(Path("m.h5mlm"))
    assert isinstance(fitted, FittedModel)
    threshold = fitted.target.threshold
    assert threshold is not None
    assert f"ill is predicted above the probability {threshold:.4g}: on 24 validation rows, F1" in (
        result.stderr
    )
    assert "sensitivity 1.000 and" in result.stderr
    assert "The threshold is chosen on the held-out rows that are also scored" not in result.stderr

    def expect(scores: str, limit: float) -> list[list[str]]:
        return [["ill" if float(row[1]) > limit else "healthy"] for row in read_rows(scores)[1:]]

    assert read_rows("labels.tsv")[1:] == expect("scores.tsv", threshold)
    predict = ("--model", "m.h5mlm", "--features", "X.tsv", "--output")
    run("model-prediction", *predict, "p.tsv", "--method", "predict_proba")
    run("model-prediction", *predict, "l.tsv")
    assert read_rows("l.tsv")[1:] == expect("p.tsv", threshold)
    assert expect("p.tsv", threshold) != expect("p.tsv", 0.5)
    # What the user says counts, and the other class is decided on in the same way.
    run("model-prediction", *predict, "half.tsv", "--threshold", "0.5")
    assert read_rows("half.tsv")[1:] == expect("p.tsv", 0.5)
    run("model-prediction", *predict, "other.tsv", "--pos-label", "healthy")
    assert read_rows("other.tsv") == read_rows("l.tsv")


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--choose-threshold", "auc"), 3, '--choose-threshold: "auc" is no way to choose one'),
        (
            ("--choose-threshold", "f1", "--test-size", "0"),
            4,
            "--choose-threshold takes the validation rows, and there are none of both classes. "
            "Hold out more rows, or use --split stratified",
        ),
    ],
)
def test_what_is_refused(
    run: Run, data: list[str], options: tuple[str, ...], code: int, message: str
) -> None:
    result = run("keras-train-and-eval", *data, "--check", *options, code=code)
    assert message in result.stderr


def test_other_targets_have_no_threshold(run: Run, data: list[str]) -> None:
    write_rows("y.tsv", [[["a", "b", "c"][row % 3]] for row in range(150)])
    run(
        "keras-model-config",
        *("--input-shape", "2", "--layer", "Dense units=3 activation=softmax"),
        *("--output", "model.json"),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--optimizer", "sgd"),
        *("--loss", "sparse_categorical_crossentropy", "--output", "builder.zip"),
    )
    result = run("keras-train-and-eval", *data, "--check", "--choose-threshold", "f1", code=3)
    assert (
        "--choose-threshold is for a network with one output for two classes, and this one has "
        "another target. Leave the option out"
    ) in result.stderr


def test_scored_rows_that_choose_are_warned_of(run: Run, data: list[str]) -> None:
    result = run("keras-train-and-eval", *data, "--check", "--choose-threshold", "f1")
    assert (
        "Warning: The threshold is chosen on the held-out rows that are also scored, so the scores "
        "are better than those of new samples. --scheme train-val-test scores other rows."
    ) in result.stderr


@pytest.mark.slow
def test_probabilities_are_calibrated_in_predictions_too(run: Run, data: list[str]) -> None:
    predict = ("--model", "m.h5mlm", "--features", "X.tsv", "--method", "predict_proba", "--output")
    scheme = ("--scheme", "train-val-test")
    run("keras-train-and-eval", *data, *scheme)
    run("model-prediction", *predict, "raw.tsv")
    result = run(
        "keras-train-and-eval", *data, *scheme, "--calibrate", "temperature",
        *("--choose-threshold", "f1", "--output-labels", "labels.tsv"),
        *("--output-predictions", "scores.tsv"),
    )  # fmt: skip
    run("model-prediction", *predict, "calibrated.tsv")
    fitted = read_model(Path("m.h5mlm"))
    assert isinstance(fitted, FittedModel)
    temperature, threshold = fitted.target.temperature, fitted.target.threshold
    assert temperature is not None
    assert threshold is not None
    assert f"Probabilities are calibrated with the temperature {temperature:.3g}: on 24" in (
        result.stderr
    )
    raw, calibrated = (
        np.array([float(row[1]) for row in read_rows(path)[1:]])
        for path in ("raw.tsv", "calibrated.tsv")
    )
    expected = 1 / (1 + np.exp(-np.log(raw / (1 - raw)) / temperature))
    np.testing.assert_allclose(calibrated, expected, atol=1e-5)
    assert np.abs(calibrated - raw).max() > 0.01
    scores = [float(row[1]) for row in read_rows("scores.tsv")[1:]]
    assert read_rows("labels.tsv")[1:] == [
        ["ill" if score > threshold else "healthy"] for score in scores
    ]


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (
            ("--test-size", "0"),
            4,
            "--calibrate takes the validation rows, and there are none. Hold out some (--test-size "
            "0.2)",
        ),
        (
            ("--set", "loss=hinge", "--set", "layers_1_Dense__config__activation=linear"),
            3,
            "--calibrate is for a network with one output that gives probabilities of classes, and "
            "this one gives others. Leave the option out",
        ),
        ((), 0, "Warning: Probabilities are calibrated on the held-out rows that are also scored"),
    ],
)
def test_what_cannot_be_calibrated(
    run: Run, data: list[str], options: tuple[str, ...], code: int, message: str
) -> None:
    result = run(
        "keras-train-and-eval", *data, "--check", "--calibrate", "temperature", *options, code=code
    )
    assert message in result.stderr
