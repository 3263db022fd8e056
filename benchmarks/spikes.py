"""Shows batch by batch how a training of the tutorial's network goes, where its loss jumps.

Usage: spikes.py --data FOLDER [--seed 1] [--set NAME=VALUE ...] [--output FOLDER]

keras-train-and-eval runs as ever, but for one addition: the loss of each batch is kept, and the
norm of the gradient of all weights together, before anything is clipped. The output folder gets
spike-SEED.tsv (batch, loss, norm). Printed are the medians of each fifty batches, and the batches
around the largest norm. FOLDER has the tables of the tutorial; --set goes to the command.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from chain import Round, list_our_commands
from tutorial_tables import TABLES, find_table

STRETCH, AROUND = 50, 4


class Batch(NamedTuple):
    """What a batch came to: its number, its mean loss, and the norm of the gradient."""

    number: int
    loss: float
    norm: float


def train_watched(arguments: Sequence[str]) -> list[Batch]:
    """Run the command in this process, and return what each batch came to."""
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras
    import tensorflow as tf
    from galaxy_keras.tools.keras_train_and_eval import main

    from galaxy_keras.learning import compiling, training
    from galaxy_keras.learning.gradients import sum_gradients

    norms: list[float] = []
    losses: list[float] = []

    def watch_norms(optimizer: Any) -> None:
        apply = optimizer.apply

        def apply_watched(gradients: Sequence[Any], variables: Sequence[Any]) -> None:
            norm = tf.linalg.global_norm(gradients)
            tf.numpy_function(lambda value: norms.append(float(value)), [norm], [])
            apply(gradients, variables)

        optimizer.apply = apply_watched
        # Comes in front, so that gradients are summed when they are measured.
        sum_gradients(optimizer)

    class Losses(keras.callbacks.Callback):  # type: ignore[misc]
        """Takes the loss of each batch out of the mean of an epoch."""

        total = 0.0

        def on_train_batch_end(self, batch: int, logs: dict[str, float]) -> None:
            before = self.total if batch else 0.0
            self.total = logs["loss"] * (batch + 1)
            losses.append(self.total - before)

    compiling.sum_gradients = watch_norms
    training.build_callbacks = lambda _settings: [Losses()]
    main(arguments, standalone_mode=False)
    return [Batch(number, *each) for number, each in enumerate(zip(losses, norms, strict=True), 1)]


def describe_batches(batches: Sequence[Batch]) -> str:
    """Return a table of stretches, and one of the batches around the largest norm."""
    lines = ["batches\tmedian loss\tmedian norm\tlargest norm"]
    for start in range(0, len(batches), STRETCH):
        part = batches[start : start + STRETCH]
        losses, norms = [each.loss for each in part], [each.norm for each in part]
        figures = (statistics.median(losses), statistics.median(norms), max(norms))
        span = f"{part[0].number}-{part[-1].number}"
        lines.append("\t".join([span, *(f"{figure:.3f}" for figure in figures)]))
    largest = max(range(len(batches)), key=lambda index: batches[index].norm)
    lines += ["", "batch\tloss\tnorm"]
    lines += map(format_batch, batches[max(largest - AROUND, 0) : largest + 2 * AROUND])
    return "\n".join(lines)


def format_batch(batch: Batch) -> str:
    """Return a line of a table."""
    return f"{batch.number}\t{batch.loss:.3f}\t{batch.norm:.3f}"


def main() -> None:
    """Train, write, describe."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the tables")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--output", type=Path, default=Path("benchmark-output"))
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    tables = {name: str(find_table(options.data, name)) for name in TABLES}
    commands = list_our_commands(Round(tables, options.output, options.seed), "")
    for step in ("config", "builder"):
        subprocess.run(commands[step], check=True)
    settings = [argument for each in options.set for argument in ("--set", each)]
    batches = train_watched([*commands["train"][1:], *settings])
    with (options.output / f"spike-{options.seed}.tsv").open("w") as file:
        print(*Batch._fields, sep="\t", file=file)
        print(*map(format_batch, batches), sep="\n", file=file)
    print(describe_batches(batches))


if __name__ == "__main__":
    main()
