"""One of those compared: trains and predicts with a recurrent network when it is told to.

`contest.py` starts it with a `Setting` as JSON. It answers the name of a step on its standard
input with the seconds, wall and CPU, that its rows took, and the peak of memory in MiB. It runs
with Python 3.9 and Keras 2.10 too.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from contest import GALAXY_ML, OURS, PLAIN, PREDICTION, TRAINING, Setting
from reviews import WORDS, draw_reviews

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
# Galaxy-ML leaves the size of its batches in prediction to Keras.
PREDICTION_BATCHES = {PLAIN: 512, OURS: 512}


def read_reviews(setting: Setting) -> np.ndarray:
    """Return the first rows of the table, or draw as many, shape (rows, length)."""
    if setting.table:
        return np.loadtxt(setting.table, np.int32, delimiter="\t", max_rows=setting.rows)
    return draw_reviews(np.random.default_rng(0), setting.rows, setting.length)


def choose_threads() -> None:
    """Use as many loops as there are cores and one thread an operation, as our commands do."""
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(len(os.sched_getaffinity(0)))


def build_model(setting: Setting, length: int) -> Any:
    """Return the tutorial's network, not compiled yet."""
    import keras

    keras.utils.set_random_seed(1)
    return keras.Sequential(
        [
            keras.Input((length,)),
            keras.layers.Embedding(WORDS, 32),
            getattr(keras.layers, setting.layer)(setting.units),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


def accelerate_model(model: Any) -> None:
    """Let the recurrent layer compute faster."""
    from galaxy_keras.artefacts.architecture.architecture_file import decode_architecture
    from galaxy_keras.learning.recurrent import accelerate

    architecture = decode_architecture(json.loads(model.to_json()))
    accelerate(model, architecture, threads=len(os.sched_getaffinity(0)))


def sum_embedding_gradients(model: Any) -> None:
    """Let the optimizer get each gradient whole, as in our trainings."""
    from galaxy_keras.learning.gradients import sum_gradients

    sum_gradients(model.optimizer)


def find_peak() -> float:
    """Return the peak of this process's memory in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(task: Callable[[], object]) -> tuple[float, float]:
    """Return the wall and CPU seconds of a task."""
    wall, cpu = time.perf_counter(), time.process_time()
    task()
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Warm up, then do what is asked."""
    setting = Setting(**json.loads(sys.argv[1]))
    if setting.contender == OURS:
        choose_threads()
    reviews = read_reviews(setting)
    if setting.contender == GALAXY_ML:
        # As its tools do.
        reviews = reviews.astype(float)
    labels = np.arange(len(reviews)) % 2
    model = build_model(setting, reviews.shape[1])
    if setting.contender == OURS:
        accelerate_model(model)
    model.compile("adam", "binary_crossentropy")
    if setting.contender == OURS:
        sum_embedding_gradients(model)
    batch = PREDICTION_BATCHES.get(setting.contender)
    steps = {
        PREDICTION: lambda: model.predict(reviews, batch_size=batch, verbose=0),
        TRAINING: lambda: model.fit(reviews, labels, batch_size=setting.batch, verbose=0),
    }
    np.save(setting.predictions, steps[PREDICTION]())
    peaks = {PREDICTION: find_peak()}
    steps[TRAINING]()
    peaks[TRAINING] = find_peak()
    print("ready", flush=True)
    for line in sys.stdin:
        step = line.strip()
        print(json.dumps([*measure(steps[step]), peaks[step]]), flush=True)


if __name__ == "__main__":
    main()
