"""Compares training and prediction with LSTM and GRU on a CPU with plain Keras.

Usage: recurrent.py [--layer LSTM] [--units 100] [--rows 1280] [--repeats 5] [--table X.tsv.gz]

The network is the tutorial's: Embedding 10000 x 32, LSTM 100, Dense 1; binary_crossentropy, Adam,
batches of 128, for prediction of 512. Without a table, sequences are drawn that are as long as
reviews in IMDB and padded in front. Plain Keras and ours run in a process each, with the same
weights at the start, and take turns. Plain Keras has TensorFlow's default threads, ours as many
loops as there are cores and one thread an operation. Printed are medians, ratios and the largest
difference between the predictions of the untrained networks. Linux only.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from contest import OURS, PLAIN, PREDICTION, TRAINING, Setting, run_contest
from results import format_table

CONTENDERS = (OURS, PLAIN)


def parse_arguments() -> argparse.Namespace:
    """Return the options."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--layer", choices=("LSTM", "GRU"), default="LSTM")
    parser.add_argument("--units", type=int, default=100)
    parser.add_argument("--length", type=int, default=500)
    parser.add_argument("--rows", type=int, default=1280)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--table", default="")
    return parser.parse_args()


def find_difference(paths: list[str]) -> float:
    """Return the largest difference between two files of predictions."""
    import numpy as np

    first, second = map(np.load, paths)
    return float(abs(first - second).max())


def main() -> None:
    """Compare."""
    options = vars(parse_arguments())
    repeats = options.pop("repeats")
    with tempfile.TemporaryDirectory() as folder:
        files = [str(Path(folder) / f"{index}.npy") for index in range(len(CONTENDERS))]
        settings = [Setting(*each, **options) for each in zip(CONTENDERS, files, strict=True)]
        pythons = dict.fromkeys(CONTENDERS, sys.executable)
        log = Path(folder) / "log"
        records = list(run_contest(pythons, settings, repeats, options["rows"], log))
        print("Cells: wall seconds / CPU seconds / peak memory in MB.\n")
        print(format_table(records, CONTENDERS, [TRAINING, PREDICTION]))
        print(f"largest difference between predictions: {find_difference(files):.1e}")


if __name__ == "__main__":
    main()
