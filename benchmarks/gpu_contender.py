"""One of those that `gpu.py` compares: trains and predicts, and prints samples per second as JSON.

Usage: gpu_contender.py JSON, the fields of a `Task`.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from gpu_networks import CLASSES, LARGE, SMALL, build_architecture, draw_data

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# Both share the card with whoever runs after them.
os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"

OURS, PLAIN = "galaxy-keras", "plain Keras"
OPTIMIZER, LOSS = "adam", "sparse_categorical_crossentropy"


class Task(NamedTuple):
    """What is measured."""

    contender: str
    network: str
    precision: str
    small: bool
    batch: int
    repeats: int


class Speed(NamedTuple):
    """Samples per second, and the name of what computed."""

    train: float
    predict: float
    device: str


def make_clock() -> Any:
    """Return a callback whose `seconds` are those of each epoch, without validation."""
    import keras

    class Clock(keras.callbacks.Callback):
        """Keras asks the device for the losses of an epoch before it validates."""

        def __init__(self) -> None:
            super().__init__()
            self.seconds: list[float] = []

        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            """Start."""
            self._start = time.perf_counter()

        def on_test_begin(self, logs: object = None) -> None:
            """Stop."""
            self.seconds.append(time.perf_counter() - self._start)

    return Clock()


def measure_predictions(predict: Callable[[], object], repeats: int) -> list[float]:
    """Return the seconds of each prediction after the first, which traces the network."""
    seconds = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        predict()
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def run_ours(task: Task, inputs: np.ndarray, classes: np.ndarray) -> tuple[list[float], Any]:
    """Train as the commands do; return the seconds of each epoch, and what predicts."""
    from galaxy_keras.artefacts.models.fitted import FittedModel
    from galaxy_keras.learning.building import build_model
    from galaxy_keras.learning.compiling import CompiledOutput, compile_model
    from galaxy_keras.learning.computing import choose_acceleration, choose_loops
    from galaxy_keras.learning.devices.devices import prepare_device
    from galaxy_keras.learning.fitting import FitData, fit_model
    from galaxy_keras.learning.prediction import Predictor
    from galaxy_keras.preparation.batch_sizes import choose_batch_size
    from galaxy_keras.schema.architecture.precision import apply_precision
    from galaxy_keras.schema.training.features import FeatureDescription
    from galaxy_keras.schema.training.settings import TrainingSettings
    from galaxy_keras.schema.training.targets import TargetDescription

    prepare_device("auto")
    plain = build_architecture(task.network, SMALL if task.small else LARGE)
    settings = TrainingSettings.model_validate(
        {
            "task": "classifier",
            "optimizer": OPTIMIZER,
            "loss": LOSS,
            "epochs": task.repeats + 1,
            "batch_size": task.batch,
        }
    )
    target = TargetDescription(kind="multiclass", columns=1, classes=tuple(range(CLASSES)))
    architecture = apply_precision(plain, task.precision)
    model = build_model(architecture)
    accelerate = choose_acceleration(None, architecture, settings.epochs * len(inputs))
    choose_loops(model, architecture, accelerate=accelerate)
    compile_model(model, settings, [CompiledOutput(settings, target.kind)])
    rows, clock = np.arange(len(inputs)), make_clock()
    data = FitData([inputs], [classes], rows, rows[: task.batch], task.batch)
    fit_model(model, data, settings, [clock])
    features = FeatureDescription(count=int(np.prod(inputs.shape[1:])))
    fitted = FittedModel(
        architecture=plain, training=settings, target=target, features=features, weights=()
    )
    size = choose_batch_size(plain)
    return clock.seconds, lambda: Predictor(fitted, model).predict([inputs], batch_size=size)


def run_plain(task: Task, inputs: np.ndarray, classes: np.ndarray) -> tuple[list[float], Any]:
    """Train as a user's own script does; see `run_ours`."""
    import keras

    architecture = build_architecture(task.network, SMALL if task.small else LARGE)
    keras.mixed_precision.set_global_policy(task.precision)
    layers = [
        getattr(keras.layers, layer.type)(**layer.options) for layer in architecture.layers[1:-1]
    ]
    last = keras.layers.Dense(CLASSES, activation="softmax", dtype="float32")
    model = keras.Sequential([keras.Input(inputs.shape[1:]), *layers, last])
    model.compile(OPTIMIZER, LOSS)
    clock = make_clock()
    model.fit(
        inputs,
        classes,
        batch_size=task.batch,
        epochs=task.repeats + 1,
        validation_data=(inputs[: task.batch], classes[: task.batch]),
        callbacks=[clock],
        verbose=0,
    )
    return clock.seconds, lambda: model.predict(inputs, batch_size=4 * task.batch, verbose=0)


def find_device() -> str:
    """Return the name of the GPU, or CPU."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if not gpus:
        return "CPU"
    return str(tf.config.experimental.get_device_details(gpus[0]).get("device_name", "GPU"))


def main() -> None:
    """Measure a task."""
    task = Task(**json.loads(sys.argv[1]))
    inputs, classes = draw_data(task.network, SMALL if task.small else LARGE)
    run = run_ours if task.contender == OURS else run_plain
    epochs, predict = run(task, inputs, classes)
    predictions = measure_predictions(predict, task.repeats)
    speed = Speed(
        len(inputs) / statistics.median(epochs[1:]),
        len(inputs) / statistics.median(predictions),
        find_device(),
    )
    print(json.dumps(speed._asdict()))


if __name__ == "__main__":
    main()
