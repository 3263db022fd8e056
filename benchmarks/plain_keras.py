"""The script that a user would write without galaxy-keras: the tutorial's chain in plain Keras.

Usage: plain_keras.py [--start] FOLDER OUTPUT [--seed 1] [--units 100] [--epochs 2] [--part PART]

It does what the chain of the five commands does on the same rows: hold out 20 %, train, score
the hold-out, predict the test reviews, draw the confusion matrix. FOLDER has the tables; OUTPUT
is how its files begin: OUTPUT.keras, OUTPUT.tsv, OUTPUT.png, and OUTPUT-usage.tsv, which says
what each part took. PART is train or predict, with what the other left, or score, which does both
and writes OUTPUT-history.json too; this one runs with Python 3.9 and Keras 2.10. With --start it
only imports what it needs.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import sys
import time
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.metrics import ConfusionMatrixDisplay, f1_score
from sklearn.model_selection import train_test_split
from tutorial_tables import find_table


def read_table(folder: Path, name: str) -> np.ndarray:
    """Return a table without header as an array."""
    return pd.read_csv(find_table(folder, name), sep="\t", header=None).to_numpy()


def train(
    folder: Path, seed: int, units: int, epochs: int
) -> tuple[keras.Model, dict[str, list[float]]]:
    """Train on 80 % of the rows, score the rest, and return the network and its history."""
    keras.utils.set_random_seed(seed)
    features, labels = read_table(folder, "X_train"), read_table(folder, "y_train")
    train_x, hold_x, train_y, hold_y = train_test_split(
        features, labels, test_size=0.2, random_state=seed
    )
    model = keras.Sequential(
        [
            keras.Input((features.shape[1],)),
            keras.layers.Embedding(10_000, 32),
            keras.layers.LSTM(units),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["acc"])
    held_out = (hold_x, hold_y)
    fitted = model.fit(train_x, train_y, 128, epochs, validation_data=held_out, verbose=2)
    print("hold-out f1", f1_score(hold_y, model.predict(hold_x, verbose=0) > 0.5))
    # Keras 2.10 replaces `model.history` where it predicts.
    return model, fitted.history


def predict(model: keras.Model, folder: Path, output: str) -> np.ndarray:
    """Write and return the labels of the test reviews."""
    outputs = model.predict(read_table(folder, "X_test"), verbose=0)
    predicted = np.where(outputs[:, 0] > 0.5, 1, 0)
    pd.DataFrame({"Predicted": predicted}).to_csv(f"{output}.tsv", sep="\t", index=False)
    return predicted


def draw(folder: Path, predicted: np.ndarray, output: str) -> None:
    """Draw the confusion matrix."""
    ConfusionMatrixDisplay.from_predictions(read_table(folder, "y_test")[:, 0], predicted)
    plt.savefig(f"{output}.png", dpi=125)


def read_clocks() -> tuple[float, float, float]:
    """Return the wall and CPU seconds of this process so far, and its peak of memory in MiB."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    wall = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return wall, time.process_time(), peak


def run_chain(options: argparse.Namespace) -> None:
    """Train, predict, draw."""
    clocks = [(0.0, 0.0, 0.0)]
    model, _ = train(options.folder, options.seed, options.units, options.epochs)
    model.save(f"{options.output}.keras")
    clocks.append(read_clocks())
    predicted = predict(model, options.folder, options.output)
    clocks.append(read_clocks())
    draw(options.folder, predicted, options.output)
    clocks.append(read_clocks())
    with Path(f"{options.output}-usage.tsv").open("w") as file:
        for before, after in itertools.pairwise(clocks):
            print(after[0] - before[0], after[1] - before[1], after[2], sep="\t", file=file)


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("output")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--part", choices=("train", "predict", "score"))
    options = parser.parse_args()
    if options.part == "train":
        model, _ = train(options.folder, options.seed, options.units, options.epochs)
        model.save(f"{options.output}.keras")
    elif options.part == "score":
        model, history = train(options.folder, options.seed, options.units, options.epochs)
        Path(f"{options.output}-history.json").write_text(json.dumps(history))
        predict(model, options.folder, options.output)
    elif options.part == "predict":
        model = keras.saving.load_model(f"{options.output}.keras")
        predict(model, options.folder, options.output)
    else:
        run_chain(options)


if __name__ == "__main__" and "--start" not in sys.argv:
    main()
