"""Whatever happens after the last epoch, the trained model is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.cli.runner import StoppedError
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.learning import results, training
from galaxy_keras.learning.devices import distribution

from .conftest import Run, read_rows, write_rows

pytestmark = pytest.mark.slow

TRAIN = ("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", "--seed", "1")
OUTPUTS = (
    *("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"),
    *("--output-history", "history.tsv", "--output-true", "true.tsv"),
    *("--output-predictions", "proba.tsv", "--device", "cpu"),
)
SAID = (
    "Warning: The network was trained, but its evaluation failed. The trained model is written to "
    "fitted.h5mlm, without scores; other outputs that need the hold-out are not written."
)


@pytest.fixture
def build(run: Run) -> Callable[..., None]:
    def build(rate: float = 0.01) -> None:
        points = np.random.default_rng(5).normal(size=(40, 2)).round(3)
        write_rows("X.tsv", points.tolist())
        write_rows("y.tsv", [["yes" if sum(row) > 0 else "no"] for row in points])
        layer = ("--layer", "Dense units=1 activation=sigmoid")
        run("keras-model-config", "--input-shape", "2", *layer, "--output", "model.json")
        run(
            "keras-model-builder",
            *("--model-config", "model.json", "--task", "classifier", "--epochs", "2"),
            *("--loss", "binary_crossentropy", "--optimizer", "sgd"),
            *("--optimizer-option", f"learning_rate={rate}", "--output", "builder.zip"),
        )

    return build


def raising(error: BaseException) -> Callable[..., None]:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    return fail


def read_fitted() -> FittedModel:
    fitted = read_model(Path("fitted.h5mlm"))
    assert isinstance(fitted, FittedModel)
    return fitted


@pytest.mark.parametrize(
    ("error", "code", "last"),
    [
        (ConfigurationError("no score. Choose another"), 3, "Error: no score. Choose another"),
        (MemoryError(), 6, "Error: there was not enough memory."),
        (RuntimeError("unforeseen"), 70, "galaxy-keras"),
        (StoppedError(15), 143, "Error: stopped by SIGTERM."),
    ],
)
def test_scoring_fails(
    run: Run,
    build: Callable[..., None],
    error: BaseException,
    code: int,
    last: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    build()
    run("keras-train-and-eval", *TRAIN, *OUTPUTS)
    whole = read_fitted()
    for name in ("fitted.h5mlm", "history.tsv"):
        Path(name).unlink()
    kept = {name: Path(name).read_bytes() for name in ("metrics.tsv", "true.tsv", "proba.tsv")}

    monkeypatch.setattr(training, "score_predictions", raising(error))
    result = run("keras-train-and-eval", *TRAIN, *OUTPUTS, code=code)

    lines = result.stderr.splitlines()
    assert SAID in lines
    assert lines[-1].startswith(last)
    assert {name: Path(name).read_bytes() for name in kept} == kept
    assert len(read_rows("history.tsv")) == 3
    fitted = read_fitted()
    assert fitted.metrics == {}
    assert fitted.history == whole.history
    for ours, theirs in zip(fitted.weights, whole.weights, strict=True):
        for one, other in zip(ours.arrays, theirs.arrays, strict=True):
            np.testing.assert_array_equal(one, other)
    run("model-prediction", "--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "p.tsv")


def test_predictions_cannot_be_tabulated(
    run: Run, build: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    build()
    monkeypatch.setattr(results, "tabulate_all_true", raising(MemoryError()))
    lines = run("keras-train-and-eval", *TRAIN, *OUTPUTS, code=6).stderr.splitlines()
    assert SAID in lines
    assert lines[-1].startswith("Error: there was not enough memory.")
    assert read_fitted().metrics == {}


def test_evaluation_exhausts_the_memory_of_the_device(
    run: Run, build: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    build()
    error = tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
    # The checkpoint is kept, so that the same command evaluates without training again.
    kept = ("--checkpoint", "kept")
    with monkeypatch.context() as patches:
        patches.setattr(distribution, "evaluate_model", raising(error))
        result = run("keras-train-and-eval", *TRAIN, *OUTPUTS, *kept, code=6)
    assert SAID in result.stderr.splitlines()
    assert "Error: there was not enough memory." in result.stderr
    assert Path("kept").exists()
    assert read_fitted().history["loss"]
    result = run("keras-train-and-eval", *TRAIN, *OUTPUTS, *kept)
    assert "Epoch" not in result.stderr
    assert "accuracy" in read_fitted().metrics


def test_a_row_of_the_hold_out_cannot_be_computed(run: Run, build: Callable[..., None]) -> None:
    build()
    write_rows("X.tsv", [*read_rows("X.tsv")[:-1], ["3e38", "-3e38"]])
    held_out = ("--split", "none", "--test-size", "4")
    weights = ("--set", "layers_1_Dense__config__kernel_initializer='Constant value=9'")
    result = run("keras-train-and-eval", *TRAIN, *OUTPUTS, *held_out, *weights, code=6)
    lines = result.stderr.splitlines()
    assert SAID in lines
    assert lines[-1] == (
        "Error: the trained network computes no finite number from data row 40, which was held "
        "out: its training diverged, or the row is unlike all others. Lower the learning rate "
        "(--set learning_rate=...), or scale the features"
    )


def test_diverged_weights_are_not_written(run: Run, build: Callable[..., None]) -> None:
    build(rate=1e38)
    write_rows("X.tsv", [[1e5 * float(cell) for cell in row] for row in read_rows("X.tsv")])
    result = run("keras-train-and-eval", *TRAIN, *OUTPUTS, code=6)
    assert result.stderr.splitlines()[-1].startswith("Error: training diverged: ")
    assert not Path("fitted.h5mlm").exists()
