"""The commands as other processes, on a small training."""

from __future__ import annotations

import random
import sys

from tests.acceptance.conftest import write_rows
from tests.processes import run_process

OUTPUTS = ("fitted.h5mlm", "metrics.tsv", "history.tsv")
LAYERS = (
    "Dense units=8 activation=relu",
    "Dropout rate=0.4",
    "BatchNormalization",
    "Dense units=1 activation=sigmoid",
)
SEED = ("--seed", "5")


def call(name: str, *arguments: str) -> list[str]:
    module = name.replace("-", "_")
    code = f"from galaxy_keras.tools.{module} import main; main()"
    return [sys.executable, "-c", code, *arguments]


def repeat(option: str, values: tuple[str, ...]) -> list[str]:
    return [argument for value in values for argument in (option, value)]


def write_points(rows: int) -> None:
    """Write X.tsv, three numbers a row, and y.tsv, whether their sum is positive."""
    drawn = random.Random(4)
    points = [[drawn.gauss(0, 1) for _ in range(3)] for _ in range(rows)]
    write_rows("X.tsv", points)
    write_rows("y.tsv", [["ab"[sum(point) > 0]] for point in points])


def write_model(epochs: int, callbacks: tuple[str, ...] = ()) -> None:
    """Write builder.zip."""
    layers = repeat("--layer", LAYERS)
    config = call("keras-model-config", "--input-shape", "3", *layers, "--output", "model.json")
    builder = call(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--metric", "accuracy"),
        *("--loss", "binary_crossentropy", "--optimizer", "nadam", "--output", "builder.zip"),
        *("--epochs", str(epochs), "--batch-size", "16", *repeat("--callback", callbacks)),
    )
    for command in (config, builder):
        run_process(command, check=True, capture_output=True)


def train(folder: str, *options: str) -> list[str]:
    """Return the command that trains and writes `OUTPUTS` into a folder."""
    outputs = zip(("model", "metrics", "history"), OUTPUTS, strict=True)
    return call(
        "keras-train-and-eval",
        *("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", *SEED),
        *("--device", "cpu", *options),
        *(text for name, file in outputs for text in (f"--output-{name}", f"{folder}/{file}")),
    )
