"""Several devices take the steps of one, and JAX those of TensorFlow, clipped or not.

The devices are two that TensorFlow or JAX makes of one processor. Each script runs in a process of
its own: Keras has one backend, and TensorFlow takes its devices once.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from typing import Any

import pytest
from tests.processes import run_process

pytestmark = pytest.mark.slow

# Words occur several times in the share of a device, and in those of both.
COMMON = """
import json

import keras
import numpy as np

from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.compiling import CompiledOutput, compile_model
from galaxy_keras.schema.architecture.precision import apply_precision
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.settings import TrainingSettings

WORDS = np.array([[0, 0, 0, 1], [0, 0, 2, 1], [3, 3, 0, 4], [0, 4, 4, 4]] * 3)
TARGETS = np.random.default_rng(1).normal(size=(len(WORDS), 1)).astype("float32")
ONE_HOT = np.eye(6, dtype="float32")[WORDS]
EMBEDDING = "Embedding name=embedding input_dim=6 output_dim=3"
KERNEL = "Dense name=embedding units=3 use_bias=False"
OPTIMIZERS = ["Adam learning_rate=0.1" + option for option in
              ("", " clipnorm=0.3", " global_clipnorm=0.3", " clipvalue=0.05", " use_ema=True")]

def build(layer, optimizer, shape, precision="float32"):
    spec = parse_spec({"input_shape": shape, "layers": [layer, "Flatten", "Dense units=1"]})
    model = build_model(apply_precision(spec, precision))
    generator = np.random.default_rng(0)
    model.set_weights([generator.normal(size=each.shape) for each in model.get_weights()])
    settings = TrainingSettings.model_validate(
        {"task": "regressor", "loss": "mse", "optimizer": optimizer}
    )
    compile_model(model, settings, [CompiledOutput(settings, "regression")], jit_compile=False)
    return model

def fit(model, inputs):
    model.fit(inputs, TARGETS, batch_size=4, shuffle=False, verbose=0)
    return [float(value) for each in model.get_weights() for value in np.ravel(each)]
"""
SEVERAL_DEVICES = """
import tensorflow as tf

processor = tf.config.list_physical_devices("CPU")[0]
parts = [tf.config.LogicalDeviceConfiguration()] * 2
tf.config.set_logical_device_configuration(processor, parts)
two = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

def compare(optimizer, precision):
    with two.scope():
        shared = build(EMBEDDING, optimizer, 4, precision)
    alone = build(EMBEDDING, optimizer, 4, precision)
    return [fit(shared, WORDS), fit(alone, WORDS)]

print(json.dumps({
    f"{optimizer}, {precision}": compare(optimizer, precision)
    for optimizer in OPTIMIZERS for precision in ("float32", "mixed_float16")
}))
"""
JAX = """
from galaxy_keras.learning.devices.cluster import RowSharding

two = RowSharding(auto_shard_dataset=False)

def compare(optimizer):
    keras.distribution.set_distribution(two)
    shared = fit(build(EMBEDDING, optimizer, 4), WORDS)
    keras.distribution.set_distribution(None)
    alone = fit(build(EMBEDDING, optimizer, 4), WORDS)
    return [shared, alone, fit(build(KERNEL, optimizer, [4, 6]), ONE_HOT)]

print(json.dumps({optimizer: compare(optimizer) for optimizer in OPTIMIZERS}))
"""


def run_script(script: str, backend: str) -> dict[str, Any]:
    devices = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2", "JAX_PLATFORMS": "cpu"}
    environment = os.environ | devices | {"KERAS_BACKEND": backend}
    command = [sys.executable, "-c", COMMON + script]
    done = run_process(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    results: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return results


def test_two_devices_clip_the_whole_gradient() -> None:
    results = run_script(SEVERAL_DEVICES, "tensorflow")

    assert len(results) == 10
    for name, (shared, alone) in results.items():
        # In float16 the shares are rounded each by itself.
        tolerance = 0.02 if "float16" in name else 1e-6
        assert shared == pytest.approx(alone, rel=0, abs=tolerance), name


@pytest.mark.skipif(
    importlib.util.find_spec("jax") is None, reason="JAX comes with galaxy-keras[cluster]"
)
def test_jax_takes_the_steps_of_a_kernel() -> None:
    results = run_script(JAX, "jax")

    assert len(results) == 5
    for name, (shared, alone, kernel) in results.items():
        assert shared == pytest.approx(kernel, rel=0, abs=1e-6), name
        assert alone == pytest.approx(kernel, rel=0, abs=1e-6), name
