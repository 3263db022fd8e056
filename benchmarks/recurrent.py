"""Compares training and prediction with LSTM and GRU on a CPU with plain Keras.

Usage: recurrent.py [--layer LSTM] [--units 100] [--rows 1280] [--repeats 5] [--table X.tsv.gz]

The network is the tutorial's: Embedding 10000 x 32, LSTM 100, Dense 1; binary_crossentropy, Adam,
batches of 128, for prediction of 512. Without a table, sequences are drawn that are as long as
reviews in IMDB and padded in front. Plain Keras and ours run in a process each, with the same
weights at the start, and take turns, so that both meet the same machine. Plain Keras has
TensorFlow's default threads, ours as many loops as there are cores and one thread an operation.
Printed are medians of wall and CPU time, ratios, the peak of memory and the largest difference
between the predictions of the untrained networks. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

WORDS = 10_000
CONTENDERS = ("plain Keras", "galaxy-keras")


def parse_arguments() -> argparse.Namespace:
    """Return the options; `contender` and `folder` are set for the processes that are compared."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layer", choices=("LSTM", "GRU"), default="LSTM")
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--length", type=int, default=500)
    parser.add_argument("--rows", type=int, default=1280)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--table", type=Path)
    parser.add_argument("--contender", choices=CONTENDERS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def read_words(options: argparse.Namespace) -> np.ndarray:
    """Return the rows of the table, or draw as many, shape (rows, length)."""
    if options.table:
        from galaxy_keras.artefacts.tables import read_features

        return read_features(options.table).values[: options.rows]
    random = np.random.default_rng(0)
    # Median 176 and mean 235 words, as in IMDB.
    lengths = random.lognormal(np.log(176), 0.76, options.rows).astype(int)
    words = random.integers(1, WORDS, (options.rows, options.length))
    padding = options.length - np.minimum(lengths, options.length)
    return np.where(np.arange(options.length) < padding[:, None], 0, words).astype(np.int32)


def build_model(options: argparse.Namespace, length: int) -> Any:
    """Return the compiled network, accelerated if it is ours."""
    import keras

    from galaxy_keras.artefacts.architecture import decode_architecture
    from galaxy_keras.learning.recurrent import accelerate

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((length,)),
            keras.layers.Embedding(WORDS, 32),
            getattr(keras.layers, options.layer)(options.units),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    if options.contender == CONTENDERS[1]:
        architecture = decode_architecture(json.loads(model.to_json()))
        accelerate(model, architecture, threads=options.threads)
    model.compile("adam", "binary_crossentropy")
    return model


def measure(task: Callable[[], object]) -> list[float]:
    """Return the wall and CPU seconds of a task."""
    wall, cpu = time.perf_counter(), time.process_time()
    task()
    return [time.perf_counter() - wall, time.process_time() - cpu]


def work(options: argparse.Namespace) -> None:
    """Do what the lines of the standard input name, and print the seconds that it took."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow as tf

    if options.contender == CONTENDERS[1]:
        tf.config.threading.set_intra_op_parallelism_threads(1)
        tf.config.threading.set_inter_op_parallelism_threads(options.threads)
    words = read_words(options)
    targets = np.arange(len(words)) % 2
    model = build_model(options, words.shape[1])
    tasks = {
        "fit": lambda: model.fit(words, targets, batch_size=options.batch, verbose=0),
        "predict": lambda: model.predict(words, batch_size=4 * options.batch, verbose=0),
    }
    np.save(options.folder / f"{options.contender}.npy", tasks["predict"]())
    tasks["fit"]()
    print("ready", flush=True)
    for line in sys.stdin:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps([*measure(tasks[line.strip()]), peak]), flush=True)


def start(contender: str, folder: str) -> subprocess.Popen[str]:
    """Start the process of a contender and wait until it has warmed up."""
    command = [sys.executable, *sys.argv, "--contender", contender, "--folder", folder]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    ask(process, None)
    return process


def ask(process: subprocess.Popen[str], task: str | None) -> str:
    """Send a task, if any, and return the line that comes back."""
    if task:
        print(task, file=process.stdin, flush=True)
    answer = process.stdout.readline() if process.stdout else ""
    if not answer:
        sys.exit("the other process ended; see its messages above")
    return answer


def report(task: str, rows: int, taken: dict[str, list[list[float]]]) -> None:
    """Print the medians of a task, and how many times as fast ours is."""
    medians = {
        name: [statistics.median(each) for each in zip(*values, strict=True)]
        for name, values in taken.items()
    }
    for name, (wall, cpu, peak) in medians.items():
        print(
            f"{task:8}{name:14}{rows / wall:8.0f} rows/s{1e3 * wall / rows:8.2f} ms wall"
            f"{1e3 * cpu / rows:8.2f} ms CPU a row{peak:8.0f} MB"
        )
    ratios = [plain / ours for plain, ours in zip(*medians.values(), strict=True)]
    print(f"{task:8}ratio {ratios[0]:.2f} wall, {ratios[1]:.2f} CPU, {1 / ratios[2]:.2f} memory")


def main() -> None:
    """Compare, or be one of those compared."""
    options = parse_arguments()
    if options.contender:
        work(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        processes = {name: start(name, folder) for name in CONTENDERS}
        for task in ("fit", "predict"):
            taken: dict[str, list[list[float]]] = {name: [] for name in CONTENDERS}
            for _ in range(options.repeats):
                for name, process in processes.items():
                    taken[name].append(json.loads(ask(process, task)))
            report(task, options.rows, taken)
        plain, ours = (np.load(Path(folder) / f"{name}.npy") for name in CONTENDERS)
        print(f"largest difference between predictions: {np.abs(plain - ours).max():.1e}")
        for process in processes.values():
            process.communicate()


if __name__ == "__main__":
    main()
