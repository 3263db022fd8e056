"""Measures a training step of embeddings by the form in which the optimizer gets their gradient.

Usage: embeddings.py [--rounds 3] [--steps 5] [--sizes 10000x32 1000000x100]
                     [--optimizers Adam SGD] [--devices one two jax] [--output FOLDER]

The network is Embedding, GlobalAveragePooling1D, Dense 1; batches are 128 x 500 words, drawn
evenly where there are many, as in reviews where there are 10,000. The forms are: slices, as
TensorFlow computes them and Keras takes them; unique, slices summed by word; dense, what
galaxy-keras does. Two devices are two that TensorFlow makes of the processor. On JAX gradients
are dense in any case. Each measurement is a process of its own, and all take turns. The folder
gets every measurement (embeddings.tsv; those that are there stay) and the table of them
(embeddings.md): medians of the CPU time of a step, and the peak of memory. Linux only.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

from machine import describe_machine
from measure import Usage
from results import find_median, format_row

ROWS, LENGTH = 128, 500
FORMS = {"one": ("slices", "unique", "dense"), "two": ("slices", "dense"), "jax": ("dense",)}


class Setting(NamedTuple):
    """What one process computes."""

    words: int
    width: int
    optimizer: str
    devices: str
    form: str
    steps: int


def draw_words(setting: Setting) -> Any:
    """Return a batch of word indices."""
    import numpy as np
    from reviews import WORDS, draw_reviews

    random = np.random.default_rng(0)
    if setting.words == WORDS:
        return draw_reviews(random, ROWS, LENGTH)
    return random.integers(0, setting.words, (ROWS, LENGTH), dtype=np.int32)


def build_model(setting: Setting) -> Any:
    """Return the network, compiled so that its optimizer gets gradients in the form."""
    import keras

    model = keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            keras.layers.Embedding(setting.words, setting.width),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    optimizer = keras.optimizers.get(setting.optimizer)
    if setting.form == "dense":
        from galaxy_keras.learning.gradients import sum_gradients

        sum_gradients(optimizer)
    elif setting.form == "unique":
        make_unique(optimizer)
    model.compile(optimizer, "binary_crossentropy", jit_compile=False)
    return model


def make_unique(optimizer: Any) -> None:
    """Let an optimizer sum slices of the same word, and keep them as slices."""
    import tensorflow as tf

    apply = optimizer.apply

    def merge(gradient: Any) -> Any:
        if not isinstance(gradient, tf.IndexedSlices):
            return gradient
        words, places = tf.unique(gradient.indices)
        values = tf.math.unsorted_segment_sum(gradient.values, places, tf.size(words))
        return tf.IndexedSlices(values, words, gradient.dense_shape)

    optimizer.apply = lambda gradients, variables: apply(list(map(merge, gradients)), variables)


def split_processor() -> Any:
    """Make two devices of the processor, and return the strategy that uses both."""
    import tensorflow as tf

    processor = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration()] * 2
    tf.config.set_logical_device_configuration(processor, parts)
    return tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])


def measure_steps(setting: Setting) -> Usage:
    """Return the medians of a step's seconds, and the peak of memory, of this process."""
    import numpy as np

    if setting.devices == "two":
        with split_processor().scope():
            model = build_model(setting)
    else:
        model = build_model(setting)
    words, labels = draw_words(setting), np.arange(ROWS)[:, None] % 2
    clocks = [(time.perf_counter(), time.process_time())]
    for _ in range(setting.steps + 2):
        model.train_on_batch(words, labels)
        clocks.append((time.perf_counter(), time.process_time()))
    # The first two trace and fill caches.
    walls, cpus = zip(*clocks[2:], strict=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Usage(find_step(walls), find_step(cpus), peak)


def find_step(clock: tuple[float, ...]) -> float:
    """Return the median of the differences."""
    return statistics.median(after - before for before, after in itertools.pairwise(clock))


def run_process(setting: Setting) -> Usage:
    """Measure in a process of its own."""
    backend = "jax" if setting.devices == "jax" else "tensorflow"
    environment = {"KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3", "JAX_PLATFORMS": "cpu"}
    command = [sys.executable, __file__, "--process", json.dumps(setting)]
    done = subprocess.run(
        command, check=True, env=os.environ | environment, stdout=subprocess.PIPE, text=True
    )
    return Usage(*json.loads(done.stdout.splitlines()[-1]))


def list_settings(options: argparse.Namespace) -> list[Setting]:
    """Return all that is measured."""
    sizes = [tuple(map(int, size.split("x"))) for size in options.sizes]
    return [
        Setting(words, width, optimizer, devices, form, options.steps)
        for words, width in sizes
        for optimizer in options.optimizers
        for devices in options.devices
        for form in FORMS[devices]
    ]


def append_measurement(path: Path, setting: Setting, usage: Usage) -> None:
    """Write a measurement at the end of a table, at once, so that none is lost."""
    if not path.exists():
        path.write_text("\t".join((*Setting._fields, *Usage._fields)) + "\n")
    with path.open("a") as file:
        print(*setting, *(f"{figure:.4f}" for figure in usage), sep="\t", file=file)


def read_measurements(path: Path) -> dict[Setting, list[Usage]]:
    """Return the measurements of a table."""
    usages: dict[Setting, list[Usage]] = {}
    for line in path.read_text().splitlines()[1:]:
        words, width, optimizer, devices, form, steps, *figures = line.split("\t")
        setting = Setting(int(words), int(width), optimizer, devices, form, int(steps))
        usages.setdefault(setting, []).append(Usage(*map(float, figures)))
    return usages


def format_measurements(usages: dict[Setting, list[Usage]]) -> str:
    """Return a Markdown table: a line for each network, optimizer and devices."""
    names = FORMS["one"]
    header = ("embedding", "optimizer", "devices", *names)
    lines = [format_row(header), format_row(["---"] * len(header))]
    found = {each[:5]: usage for each, usage in usages.items()}
    for key in dict.fromkeys(each[:4] for each in usages):
        words, width, optimizer, devices = key
        cells = [format_cell(found.get((*key, name), [])) for name in names]
        lines.append(format_row([f"{words:,} x {width}", optimizer, devices, *cells]))
    return "\n".join(lines) + "\n"


def format_cell(usages: list[Usage]) -> str:
    """Return milliseconds of CPU time and MB as text."""
    if not usages:
        return ""
    usage = find_median(usages)
    return f"{1000 * usage.cpu:.0f} / {usage.peak:.0f}"


def parse_arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--sizes", nargs="+", default=["10000x32", "1000000x100"])
    parser.add_argument("--optimizers", nargs="+", default=["Adam", "SGD"])
    parser.add_argument("--devices", nargs="+", choices=FORMS, default=list(FORMS))
    parser.add_argument("--output", type=Path, default=Path("benchmark-output"))
    parser.add_argument("--process", help=argparse.SUPPRESS)
    return parser.parse_args()


def write_report(output: Path) -> None:
    """Write the Markdown table of all measurements that are there."""
    conditions = (output / "embeddings-conditions.txt").read_text()
    table = format_measurements(read_measurements(output / "embeddings.tsv"))
    (output / "embeddings.md").write_text(
        f"{conditions}\n\nCells: milliseconds of CPU time of a step / peak of memory in MB, "
        f"medians.\n\n{table}"
    )


def main() -> None:
    """Measure all, and write the table after each measurement."""
    options = parse_arguments()
    if options.process:
        print(json.dumps(measure_steps(Setting(*json.loads(options.process)))))
        return
    output = options.output
    output.mkdir(parents=True, exist_ok=True)
    conditions = describe_machine(os.getloadavg()[0])
    (output / "embeddings-conditions.txt").write_text(conditions)
    for _ in range(options.rounds):
        for setting in list_settings(options):
            append_measurement(output / "embeddings.tsv", setting, run_process(setting))
            write_report(output)


if __name__ == "__main__":
    main()
