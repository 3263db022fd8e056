"""Several devices share the rows of each batch, and come to the same results as one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from tests.processes import run_process

from .conftest import Run, write_rows

pytestmark = pytest.mark.slow

ROWS = 103
LAYERS = ["Dense units=7 activation=relu kernel_regularizer=l2", "Dense units=1 activation=sigmoid"]
# This machine's processor counts as several devices.
SEVERAL_PROCESSORS = """
import tensorflow as tf

processor = tf.config.list_physical_devices("CPU")[0]
parts = [tf.config.LogicalDeviceConfiguration()] * {devices}
tf.config.set_logical_device_configuration(processor, parts)

{preparation}
from galaxy_keras.tools.keras_train_and_eval import main

main()
"""
POWER_CUT = """
import os
from galaxy_keras.learning.checkpointing import Checkpointing

write = Checkpointing.on_epoch_end

def write_and_end(self, epoch, logs=None):
    write(self, epoch, logs)
    if epoch == 1:
        os._exit(9)

Checkpointing.on_epoch_end = write_and_end
"""


@pytest.fixture
def command(run: Run, tmp_path: Path) -> list[str]:
    """Write tables and a builder; return the options of training but for outputs."""
    generator = np.random.default_rng(5)
    values = generator.normal(size=(ROWS, 4))
    write_rows("X.tsv", values.tolist())
    write_rows("y.tsv", [[int(row.sum() > 0)] for row in values])
    write_rows("w.tsv", [[each] for each in generator.uniform(0.5, 2, ROWS)])
    layers = [argument for layer in LAYERS for argument in ("--layer", layer)]
    run("keras-model-config", "--input-shape", "4", *layers, "--output", "model.json")
    settings = ["--loss", "binary_crossentropy", "--optimizer", "adam learning_rate=0.05"]
    settings += ["--metric", "AUC", "--batch-size", "32", "--epochs", "4", "--seed", "3"]
    builder = ["--model-config", "model.json", "--task", "classifier", "--output", "builder.zip"]
    run("keras-model-builder", *builder, *settings)
    tables = ["--features", "X.tsv", "--target", "y.tsv", "--sample-weights", "w.tsv"]
    return ["--model", "builder.zip", *tables, "--scheme", "train-val-test"]


def train(
    command: list[str], name: str, *options: str, devices: int = 2, preparation: str = ""
) -> subprocess.CompletedProcess[str]:
    """Train in a process of its own; TensorFlow takes its devices only once."""
    script = SEVERAL_PROCESSORS.format(devices=devices, preparation=preparation)
    outputs = ["--output-model", f"{name}.h5mlm", "--output-metrics", f"{name}.tsv"]
    process = [sys.executable, "-c", script, *command, "--device", "cpu", *options, *outputs]
    return run_process(process, capture_output=True, text=True)


def read_trained(name: str) -> FittedModel:
    return read_model(Path(f"{name}.h5mlm"))


def assert_same_weights(fitted: FittedModel, expected: FittedModel) -> None:
    for layer, alone in zip(fitted.weights, expected.weights, strict=True):
        for array, wanted in zip(layer.arrays, alone.arrays, strict=True):
            np.testing.assert_allclose(array, wanted, rtol=0, atol=1e-5)
    for state, wanted in zip(fitted.optimizer_state, expected.optimizer_state, strict=True):
        np.testing.assert_allclose(state.values, wanted.values, rtol=0, atol=1e-5)


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("sizes", "exact"),
    [
        # 62 training rows are batches of 32 and 30.
        (("--test-size", "21", "--val-size", "20"), True),
        # 61 are one of 32 and one of 29, which goes whole to each device.
        (("--test-size", "21", "--val-size", "21"), False),
    ],
    ids=["even", "odd"],
)
def test_two_devices_train_as_one(command: list[str], sizes: list[str], exact: bool) -> None:
    alone = train(command, "one", *sizes)
    together = train(command, "two", *sizes, "--devices", "all")

    assert (alone.returncode, together.returncode) == (0, 0), alone.stderr + together.stderr
    assert "2 devices split each batch." in together.stderr
    assert "share" not in alone.stderr
    one, two = read_trained("one"), read_trained("two")
    assert_same_weights(two, one)
    assert two.metrics == pytest.approx(one.metrics, abs=1e-5)
    assert list(two.history) == ["loss", "AUC", "val_loss", "val_AUC"]
    for name, values in one.history.items():
        # The mean over an epoch counts the rows of a batch that is given whole once per device.
        counted_once = exact or name.startswith("val_")
        assert two.history[name] == pytest.approx(values, abs=1e-5 if counted_once else 0.05)


@pytest.mark.thorough
def test_training_goes_on_from_a_checkpoint(command: list[str]) -> None:
    options = ["--devices", "all", "--checkpoint", "kept"]
    whole = train(command, "whole", "--devices", "all")
    cut = train(command, "cut", *options, preparation=POWER_CUT)
    went_on = train(command, "cut", *options)

    assert (whole.returncode, cut.returncode, went_on.returncode) == (0, 9, 0), went_on.stderr
    assert "Resuming after epoch 2" in went_on.stderr
    assert read_trained("cut").history == read_trained("whole").history
    assert_same_weights(read_trained("cut"), read_trained("whole"))


@pytest.mark.thorough
def test_training_goes_on_from_a_fitted_model(command: list[str]) -> None:
    first = train(command, "first")
    again = ["--model", "first.h5mlm", *command[2:], "--set", "learning_rate=0.01"]
    alone = train(again, "one")
    together = train(again, "two", "--devices", "all")

    codes = [each.returncode for each in (first, alone, together)]
    assert codes == [0, 0, 0], together.stderr
    assert_same_weights(read_trained("two"), read_trained("one"))


def test_all_devices_are_one(command: list[str]) -> None:
    alone = train(command, "alone", "--devices", "all", devices=1)

    assert alone.returncode == 0
    assert "--devices all: there is only one CPU here, which computes alone." in alone.stderr


def test_batch_that_cannot_be_shared(command: list[str]) -> None:
    refused = train(command, "three", "--devices", "all", devices=3)

    assert refused.returncode == 3
    assert refused.stderr.endswith(
        "Error: --devices all: a batch of 32 rows cannot be split evenly over 3 devices. "
        "Use a multiple of 3 (--set batch_size=33)\n"
    )


def test_accumulated_gradients_are_of_one_device(command: list[str]) -> None:
    option = ["--set", "gradient_accumulation_steps=3"]
    refused = train(command, "two", "--devices", "all", *option)
    advised = ["--set", "gradient_accumulation_steps=None", "--set", "batch_size=96"]
    alone = train(command, "one", *option)
    together = train(command, "two", "--devices", "all", *advised)

    assert refused.returncode == 3
    assert refused.stderr.endswith(
        "Error: --devices all: gradient_accumulation_steps=3 works on one device only. Let the "
        "devices compute larger batches instead (--set gradient_accumulation_steps=None "
        "--set batch_size=96)\n"
    )
    assert (alone.returncode, together.returncode) == (0, 0), alone.stderr + together.stderr
