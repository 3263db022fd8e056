"""Two processes train one network, and come to the same results as one."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from tests.processes import running

from .conftest import Run, read_rows, write_rows

needs_jax = pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="needs JAX: run make test-all"
)
ROWS = 103
COLUMNS = 12
PATIENCE = 600
"""Seconds until a process counts as hanging."""
TABLES = ["--features", "X.tsv", "--target", "y.tsv", "--sample-weights", "w.tsv"]
# 65 rows to train on: two batches of 32 and one of 1.
SCHEME = ["--scheme", "train-val-test", "--test-size", "20", "--val-size", "18", "--device", "cpu"]
OUTPUTS = ("model", "metrics", "history", "true", "predictions")

# A cluster of one process, which no command line makes: the same with nothing to share.
ALONE = """
from galaxy_keras.schema.requests.cluster import Cluster
from galaxy_keras.tools import keras_train_and_eval

Cluster.parse = lambda text, environment: Cluster(
    host="localhost", port=int(text), num_processes=1, process_id=0
)
keras_train_and_eval.main()
"""
DEATH = """
import os
import signal
from galaxy_keras.learning.devices.backend import load_keras

load_keras("jax")
from galaxy_keras.learning.fitting import TerminateOnNonFinite

def end(self, epoch, logs=None):
    if epoch == 1:
        os.kill(os.getpid(), signal.SIGKILL)

TerminateOnNonFinite.on_epoch_end = end
from galaxy_keras.tools.keras_train_and_eval import main

main()
"""
PLAIN = "from galaxy_keras.tools.keras_train_and_eval import main; main()"


@pytest.fixture
def port() -> int:
    with socket.create_server(("", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def build(run: Run) -> Run:
    """Write tables; return what writes a builder of some layers."""
    generator = np.random.default_rng(5)
    values = generator.integers(0, 30, (ROWS, COLUMNS))
    write_rows("X.tsv", values.tolist())
    write_rows("y.tsv", [[int(row.mean() > 14.5)] for row in values])
    write_rows("w.tsv", [[each] for each in generator.uniform(0.5, 2, ROWS)])

    def build_model(*layers: str, seed: Sequence[str] = ("--seed", "3")) -> None:
        layers = (*layers, "Dense units=1 activation=sigmoid")
        given = [argument for layer in layers for argument in ("--layer", layer)]
        run("keras-model-config", "--input-shape", f"{COLUMNS}", *given, "--output", "model.json")
        settings = ["--loss", "binary_crossentropy", "--optimizer", "adam learning_rate=0.05"]
        settings += ["--metric", "AUC", "--batch-size", "32", "--epochs", "3", *seed]
        builder = ["--model-config", "model.json", "--task", "classifier"]
        run("keras-model-builder", *builder, *settings, "--output", "builder.zip")

    return build_model


def name_outputs(folder: str) -> list[str]:
    Path(folder).mkdir()
    return [text for name in OUTPUTS for text in (f"--output-{name}", f"{folder}/{name}")]


def start(
    script: str, folder: str, cluster: str, model: str = "builder.zip", device: str = "cpu"
) -> AbstractContextManager[subprocess.Popen[str]]:
    command = [sys.executable, "-c", script, "--model", model, *TABLES, *SCHEME[:-1], device]
    command += ["--cluster", cluster, *name_outputs(folder)]
    return running(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def run_alone(port: int, device: str = "cpu") -> tuple[int, str]:
    """Run a process that is its own cluster; return its code and messages."""
    with start(ALONE, "one", str(port), device=device) as process:
        messages = process.communicate(timeout=PATIENCE)[1]
    return process.returncode, messages


def start_two(
    port: int, model: str = "builder.zip", scripts: Sequence[str] = (PLAIN, PLAIN)
) -> list[tuple[int, str, str]]:
    """Run two processes; return the code, output and messages of each."""
    with contextlib.ExitStack() as stack:
        processes = [
            stack.enter_context(start(script, f"two{index}", f"localhost:{port},2,{index}", model))
            for index, script in enumerate(scripts)
        ]
        said = [process.communicate(timeout=PATIENCE) for process in processes]
    return [(process.returncode, *each) for process, each in zip(processes, said, strict=True)]


def read_trained(folder: str) -> FittedModel:
    return read_model(Path(folder) / "model")


def assert_same(fitted: FittedModel, expected: FittedModel) -> None:
    for layer, wanted in zip(fitted.weights, expected.weights, strict=True):
        assert layer.paths == wanted.paths
        for array, exact in zip(layer.arrays, wanted.arrays, strict=True):
            np.testing.assert_allclose(array, exact, rtol=0, atol=1e-5)
    for state, wanted in zip(fitted.optimizer_state, expected.optimizer_state, strict=True):
        assert state.name == wanted.name
        np.testing.assert_allclose(state.values, wanted.values, rtol=0, atol=1e-5)
    assert fitted.metrics == pytest.approx(expected.metrics, abs=1e-5)
    assert fitted.history.keys() == expected.history.keys()
    for name, values in fitted.history.items():
        assert values == pytest.approx(expected.history[name], abs=1e-5)


def read_probabilities(path: str) -> np.ndarray:
    return np.array(read_rows(path)[1:], dtype=float)


@pytest.mark.thorough
@needs_jax
@pytest.mark.slow
def test_two_processes_train_as_one(build: Run, run: Run, port: int) -> None:
    embedding, noise = "Embedding input_dim=30 output_dim=4", "Dropout rate=0.3"
    build(embedding, "LSTM units=5", noise, "BatchNormalization")
    code, messages = run_alone(port)
    assert code == 0, messages
    leader, other = start_two(port)

    assert (leader[0], other[0]) == (0, 0), leader[2] + other[2]
    assert "2 processes with 2 devices (CPU) split each batch." in leader[2]
    assert leader[2].count("Epoch ") == 3
    assert [line.split("\t")[0] for line in leader[1].splitlines()] == ["AUC", "accuracy", "loss"]
    assert other[1] == ""
    # What is said of the data, all processes say; only the first one tells of the training.
    assert other[2].splitlines()[1:] == ["Waiting for the 2 processes of the cluster."]
    assert list(Path("two1").iterdir()) == []
    assert_same(read_trained("two0"), read_trained("one"))
    assert read_trained("two0").versions.keys() == {"galaxy-keras", "keras", "jax", "python"}
    assert sorted(Path("two0").iterdir()) == sorted(Path("two0") / name for name in OUTPUTS)
    # What TensorFlow makes of the file.
    outputs = read_probabilities("two0/predictions")
    np.testing.assert_allclose(outputs, read_probabilities("one/predictions"), rtol=0, atol=1e-5)
    predict = ["--model", "two0/model", "--features", "X.tsv", "--method", "predict_proba"]
    run("model-prediction", *predict, "--output", "predicted.tsv")
    predicted = read_probabilities("predicted.tsv")
    for row in outputs:
        assert np.abs(predicted - row).max(axis=1).min() < 1e-5


@pytest.mark.thorough
@needs_jax
@pytest.mark.slow
def test_training_goes_on_with_what_tensorflow_trained_and_back(
    build: Run, run: Run, port: int
) -> None:
    # Noise that changes nothing has a random state that goes from one library to the other.
    build("GaussianNoise stddev=1e-8", "Dense units=7 activation=relu")
    first = [*TABLES, *SCHEME, *name_outputs("first"), "--model", "builder.zip"]
    run("keras-train-and-eval", *first)
    second = [*TABLES, *SCHEME, *name_outputs("second"), "--model", "first/model"]
    run("keras-train-and-eval", *second)
    leader, other = start_two(port, "first/model")

    assert (leader[0], other[0]) == (0, 0), leader[2] + other[2]
    assert_same(read_trained("two0"), read_trained("second"))
    back = [*TABLES, *SCHEME, *name_outputs("back"), "--model", "two0/model"]
    run("keras-train-and-eval", *back)


@pytest.mark.thorough
@needs_jax
@pytest.mark.slow
def test_a_process_that_dies_leaves_none_hanging(build: Run, port: int) -> None:
    build("Dense units=7 activation=relu")
    leader, other = start_two(port, scripts=(PLAIN, DEATH))

    assert (leader[0], other[0]) == (6, -9), leader[2]
    assert leader[2].endswith(
        "Error: another process of the cluster stopped early or can no longer be "
        "reached. Check its log, and restart all processes\n"
    )
    assert list(Path("two0").iterdir()) == []


@pytest.mark.thorough
@needs_jax
@pytest.mark.slow
def test_jax_finds_no_gpu(build: Run, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    build()
    monkeypatch.setenv("JAX_PLATFORMS", "cpu")
    code, messages = run_alone(port, "gpu")

    assert code == 3
    assert messages.endswith(
        "Error: --device gpu was asked for, but JAX detects no GPU. Check the driver with "
        "nvidia-smi and that jax[cuda12] is installed, or use --device auto\n"
    )


def test_jax_is_not_installed(build: Run, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    build()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    outputs = ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]
    command = ["--model", "builder.zip", *TABLES, *outputs, "--cluster", "localhost:29500,2,0"]
    refused = run("keras-train-and-eval", *command, code=3)

    assert refused.stderr == (
        "Error: --cluster computes with JAX, which is not installed. "
        "Run: pip install 'galaxy-keras[cluster]'\n"
    )


@needs_jax
def test_a_cluster_needs_a_seed(build: Run, run: Run) -> None:
    build(seed=())
    outputs = ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]
    command = ["--model", "builder.zip", *TABLES, *outputs, "--cluster", "localhost:29500,2,0"]
    refused = run("keras-train-and-eval", *command, code=3)

    assert refused.stderr == (
        "Error: --cluster needs a seed so that all processes draw the same batches. Give --seed\n"
    )
