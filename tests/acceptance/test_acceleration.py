"""Acceleration changes how LSTM layers are computed, not what comes out."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from tests.processes import run_process

from .conftest import Run, read_rows, write_rows

REVIEWS = Path(__file__).parents[2] / "test-data"
LAYERS = ["Embedding input_dim=64 output_dim=4", "LSTM units=5", "Dense units=1 activation=sigmoid"]

# What would be too little to be worth it is enough here.
SHORT_RUNS_COUNT = """
from galaxy_keras.learning.devices.backend import load_keras
from galaxy_keras.tools.{module} import main

load_keras()
import galaxy_keras.learning.recurrent.acceleration as acceleration

acceleration.MIN_ROW_STEPS = 5_000
main()
"""


def run_alone(module: str, *arguments: str) -> str:
    """Run a command alone, because it chooses the threads of its process; return messages."""
    command = [sys.executable, "-c", SHORT_RUNS_COUNT.format(module=module), *arguments]
    return run_process(command, capture_output=True, text=True, check=True).stderr


@pytest.mark.thorough
@pytest.mark.slow
def test_accelerated_results_are_the_same_but_for_rounding(run: Run) -> None:
    for name in ("X", "y"):
        write_rows(f"{name}.tsv", read_rows(str(REVIEWS / f"reviews_{name}_train.tsv"))[:200])
    layers = [argument for layer in LAYERS for argument in ("--layer", layer)]
    run("keras-model-config", "--input-shape", "40", *layers, "--output", "model.json")
    settings = ["--loss", "binary_crossentropy", "--optimizer", "adam", "--seed", "3"]
    builder = ["--model-config", "model.json", "--task", "classifier", "--output", "builder.zip"]
    run("keras-model-builder", *builder, *settings)
    tables = ["--features", "X.tsv", "--target", "y.tsv"]
    probabilities = []
    for choice in (["--no-accelerate"], []):
        outputs = ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]
        train = [*choice, "--model", "builder.zip", *tables, *outputs]
        said = run_alone("keras_train_and_eval", *train)
        faster = "Computed faster on the CPU, with the same results: lstm."
        assert said.count(faster) == (not choice)
        predict = ["--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "p.tsv"]
        said = run_alone("model_prediction", *choice, "--method", "predict_proba", *predict)
        assert said.count(faster) == (not choice)
        probabilities.append(np.array(read_rows("p.tsv")[1:], dtype=float))
    np.testing.assert_allclose(probabilities[1], probabilities[0], rtol=0, atol=1e-5)
