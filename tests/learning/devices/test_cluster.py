"""Two devices of a cluster share the rows of a batch, whatever the layers.

They are two that JAX makes of one processor, in a process of their own: Keras has one backend.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys

import pytest
from tests.processes import run_process

pytestmark = [
    pytest.mark.slow,
    pytest.mark.thorough,
    pytest.mark.skipif(
        importlib.util.find_spec("jax") is None, reason="needs JAX: run make test-all"
    ),
]

# Batches of 8, 8 and 5 rows: the last one cannot be shared evenly.
SCRIPT = """
import json

from galaxy_keras.learning.devices.backend import load_keras

load_keras("jax")
import keras
import numpy as np
from keras import Input, Sequential, layers
from galaxy_keras.learning.devices.cluster import RowSharding

random = np.random.default_rng(0)

def build_functional():
    first, second, dense = Input((6,)), Input((6,)), layers.Dense(5)
    inner = Sequential([Input((10,)), layers.Dense(4, activation="relu")])
    joined = layers.Concatenate()([dense(first), dense(second)])
    return keras.Model([first, second], layers.Dense(1)(inner(joined)))

def build_attention():
    steps = Input((6, 2))
    mixed = layers.LayerNormalization()(layers.MultiHeadAttention(2, 3)(steps, steps))
    return keras.Model(steps, layers.Dense(1)(layers.GlobalAveragePooling1D()(mixed)))

def stack(shape, *stacked):
    return lambda: Sequential([Input(shape), *(make() for make in stacked), layers.Dense(1)])

NETWORKS = {
    "recurrent": stack(
        (6, 2),
        layers.Masking,
        lambda: layers.Bidirectional(layers.LSTM(3, return_sequences=True, dropout=0.2)),
        lambda: layers.TimeDistributed(layers.Dense(3)),
        lambda: layers.GRU(3),
    ),
    "convolution": stack(
        (6, 6, 1),
        lambda: layers.Conv2D(3, 3),
        layers.BatchNormalization,
        layers.MaxPooling2D,
        layers.Flatten,
        lambda: layers.Dropout(0.3),
    ),
    "functional": build_functional,
    "attention": build_attention,
}

def train(build, shared):
    keras.distribution.set_distribution(shared)
    keras.utils.set_random_seed(3)
    model = build()
    model.compile("sgd", "mse", metrics=["mae"])
    inputs = [random_inputs[tuple(each.shape[1:])] for each in model.inputs]
    x = inputs if len(inputs) > 1 else inputs[0]
    fitted = model.fit(x, targets, batch_size=8, epochs=2, shuffle=False, verbose=0)
    weights = np.concatenate([np.ravel(each) for each in model.get_weights()])
    return [*fitted.history["loss"], *fitted.history["mae"], *map(float, weights)]

random_inputs = {
    shape: random.normal(size=(21, *shape)).astype("float32") for shape in [(6,), (6, 2), (6, 6, 1)]
}
targets = random.normal(size=(21, 1)).astype("float32")
shared = RowSharding(auto_shard_dataset=False)
print(json.dumps({
    name: [train(build, None), train(build, shared)] for name, build in NETWORKS.items()
}))
"""


def test_results_are_those_of_one_device() -> None:
    devices = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, "-c", SCRIPT]
    done = run_process(command, env=os.environ | devices, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

    results = json.loads(done.stdout.splitlines()[-1])
    assert list(results) == ["recurrent", "convolution", "functional", "attention"]
    for name, (alone, shared) in results.items():
        assert shared == pytest.approx(alone, abs=1e-5), name
