"""What a GPU does: LSTM and GRU by cuDNN where it can, and training in each precision.

Run it on a machine with a GPU by `pytest -m gpu`. What cuDNN takes is told from the operations of
the graph, so that how they are found is tested without a GPU too.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from tests.processes import run_process

from galaxy_keras.artefacts.architecture.architecture_file import decode_architecture
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.builder import Builder, write_builder
from galaxy_keras.catalogue.precisions import PRECISIONS
from galaxy_keras.learning.computing import choose_loops
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.settings import TrainingSettings

pytestmark = pytest.mark.slow

L = keras.layers
Make = Callable[..., keras.layers.Layer]

TAKEN: dict[str, Make] = {
    "LSTM": lambda: L.LSTM(4),
    "GRU": lambda: L.GRU(4),
    "LSTM backwards": lambda: L.LSTM(4, go_backwards=True, return_sequences=True),
    "LSTM with dropout": lambda: L.LSTM(4, dropout=0.2),
    "GRU both ways": lambda: L.Bidirectional(L.GRU(4)),
    "LSTM in float16": lambda: L.LSTM(4, dtype="mixed_float16"),
    "GRU in bfloat16": lambda: L.GRU(4, dtype="mixed_bfloat16"),
}
LEFT: dict[str, Make] = {
    "another activation": lambda: L.LSTM(4, activation="relu"),
    "another recurrent activation": lambda: L.GRU(4, recurrent_activation="hard_sigmoid"),
    "no bias": lambda: L.LSTM(4, use_bias=False),
    "recurrent dropout": lambda: L.LSTM(4, recurrent_dropout=0.2),
    "unrolled": lambda: L.GRU(4, unroll=True),
    "reset before": lambda: L.GRU(4, reset_after=False),
}


@pytest.fixture
def gpu() -> None:
    if not tf.config.list_physical_devices("GPU"):
        pytest.skip("needs a GPU: run pytest -m gpu on a machine with one")


@pytest.fixture
def pretended_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind=None: [kind])


def make_model(layer: keras.layers.Layer, *, masked: bool = False) -> keras.Model:
    """Return a network as commands build it."""
    embedding = L.Embedding(20, 3, mask_zero=masked)
    model = keras.Sequential([keras.Input((6,)), embedding, layer])
    architecture = decode_architecture(json.loads(model.to_json()))
    choose_loops(model, architecture, accelerate=True)
    return model


def takes_cudnn(model: keras.Model) -> bool:
    """Say whether the graph of a model has an operation of cuDNN."""
    call = tf.function(lambda words: model(words, training=True))
    graph = call.get_concrete_function(tf.TensorSpec((None, 6), tf.int32)).graph.as_graph_def()
    nodes = [*graph.node, *(node for each in graph.library.function for node in each.node_def)]
    return any(node.op.startswith("CudnnRNN") for node in nodes)


@pytest.mark.usefixtures("pretended_gpu")
@pytest.mark.parametrize("kind", [*TAKEN, *LEFT])
def test_graphs_tell_what_cudnn_would_take(kind: str) -> None:
    make = (TAKEN | LEFT)[kind]

    assert takes_cudnn(make_model(make())) == (kind in TAKEN)


@pytest.mark.usefixtures("pretended_gpu")
def test_masked_layers_would_be_left_to_keras() -> None:
    assert not takes_cudnn(make_model(L.LSTM(4), masked=True))


def test_nothing_is_taken_without_a_gpu() -> None:
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("needs a machine without a GPU")

    assert not takes_cudnn(make_model(L.LSTM(4)))


@pytest.mark.gpu
@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("kind", [*TAKEN, *LEFT])
def test_cudnn_takes_what_it_can(kind: str) -> None:
    model = make_model((TAKEN | LEFT)[kind]())
    outputs = model(np.ones((2, 6), np.int32), training=True)

    assert takes_cudnn(model) == (kind in TAKEN)
    assert "GPU" in outputs.device
    assert np.isfinite(outputs.numpy().astype("float32")).all()


@pytest.mark.gpu
@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("layer", [L.LSTM, L.GRU])
def test_cudnn_gives_what_keras_gives(layer: Any) -> None:
    words = np.random.default_rng(2).integers(0, 20, (5, 6))
    by_cudnn, by_keras = make_model(layer(4)), make_model(layer(4, use_cudnn=False))
    by_keras.set_weights(by_cudnn.get_weights())

    # Matrix products of GPUs may round to 10 bits (TF32).
    np.testing.assert_allclose(by_cudnn(words), by_keras(words), atol=2e-3)


@pytest.mark.gpu
@pytest.mark.usefixtures("gpu")
def test_sequences_padded_in_front_go_through_with_a_mask() -> None:
    model = make_model(L.LSTM(4), masked=True)
    padded = np.array([[0, 0, 0, 1, 2, 3], [0, 0, 0, 0, 0, 0]])

    assert np.isfinite(model(padded).numpy()).all()


@pytest.mark.gpu
@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("layer", ["LSTM units=8", "GRU units=8", "Conv1D filters=8 kernel_size=3"])
def test_commands_train_on_a_gpu(precision: str, layer: str, tmp_path: Path) -> None:
    write_inputs(tmp_path, layer)
    # In a process of its own, because devices are chosen once in each.
    command = [sys.executable, "-m", "galaxy_keras.tools.keras_train_and_eval"]
    command += ["--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv"]
    command += ["--device", "gpu", "--precision", precision, "--seed", "3"]
    command += ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]
    done = run_process(command, cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert "Device: GPU" in done.stderr
    losses = read_model(tmp_path / "fitted.h5mlm").history["loss"]
    assert losses[-1] < losses[0]


def write_inputs(folder: Path, layer: str) -> None:
    """Write a builder, and words of which the first says what the label is."""
    words = np.random.default_rng(4).integers(1, 20, (256, 6))
    np.savetxt(folder / "X.tsv", words, delimiter="\t", fmt="%d")
    np.savetxt(folder / "y.tsv", words[:, 0] > 10, fmt="%d")
    layers = ["Embedding input_dim=20 output_dim=4", layer]
    layers += ["Flatten", "Dense units=1 activation=sigmoid"]
    settings = {
        "task": "classifier",
        "loss": "binary_crossentropy",
        "optimizer": "adam learning_rate=0.01",
        "epochs": 5,
    }
    builder = Builder(
        architecture=parse_spec({"input_shape": 6, "layers": layers}),
        training=TrainingSettings.model_validate(settings),
    )
    write_builder(folder / "builder.zip", builder)
