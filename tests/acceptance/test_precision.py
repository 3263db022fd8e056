"""--precision of the commands: nearly the same predictions, and a model that serves all."""

from __future__ import annotations

import numpy as np
import pytest

from .conftest import Run, read_rows, write_rows

LAYERS = ["Dense units=6 activation=relu", "Dense units=1 activation=sigmoid"]
WARNING = (
    "Warning: --precision mixed_bfloat16 is made for GPUs; on most CPUs it is slower than float32."
)


def write_inputs(run: Run) -> None:
    rows = np.random.default_rng(5).normal(size=(60, 4))
    write_rows("X.tsv", rows.tolist())
    write_rows("y.tsv", [[int(row.sum() > 0)] for row in rows])
    layers = [argument for layer in LAYERS for argument in ("--layer", layer)]
    run("keras-model-config", "--input-shape", "4", *layers, "--output", "model.json")
    builder = ["--model-config", "model.json", "--task", "classifier", "--output", "builder.zip"]
    settings = ["--loss", "binary_crossentropy", "--optimizer", "adam", "--seed", "3"]
    run("keras-model-builder", *builder, *settings)


def predict(run: Run, *options: str) -> tuple[str, np.ndarray]:
    """Return what the command says, and the probabilities."""
    files = ["--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "p.tsv"]
    said = run("model-prediction", *files, "--method", "predict_proba", *options).stderr
    return said, np.array(read_rows("p.tsv")[1:], float)


@pytest.mark.slow
def test_commands_train_and_predict_in_half_precision(run: Run) -> None:
    write_inputs(run)
    tables = ["--features", "X.tsv", "--target", "y.tsv"]
    outputs = ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]
    half = ["--precision", "mixed_bfloat16"]
    trained = run("keras-train-and-eval", "--model", "builder.zip", *tables, *outputs, *half)
    said_in_full, in_full = predict(run)
    said_in_half, in_half = predict(run, *half)

    assert WARNING in trained.stderr
    assert WARNING in said_in_half
    assert "--precision" not in said_in_full
    np.testing.assert_allclose(in_half, in_full, atol=0.01)
    assert (in_half != in_full).any()


def test_another_precision_is_no_choice(run: Run) -> None:
    said = run("model-prediction", "--precision", "float16", code=2).output

    assert "'float16' is not one of 'float32', 'mixed_float16', 'mixed_bfloat16'." in said
