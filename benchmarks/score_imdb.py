"""Prints the confusion matrix and the scores of predicted sentiments, one line a file.

Usage: score_imdb.py TRUE.tsv.gz PREDICTIONS.tsv [...]
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import pandas as pd
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_score,
    recall_score,
)

COLUMNS = "TN\tFP\tFN\tTP\taccuracy\tprecision\trecall\tF1\tfile"


def score_file(true: pd.Series, path: Path) -> float:
    """Print one line and return the accuracy."""
    predicted = pd.read_csv(path, sep="\t")["Predicted"]
    counts = confusion_matrix(true, predicted).ravel()
    accuracy = float(accuracy_score(true, predicted))
    scores = [score(true, predicted) for score in (precision_score, recall_score, f1_score)]
    figures = [*map(str, counts), *(f"{value:.4f}" for value in (accuracy, *scores))]
    print("\t".join([*figures, path.name]))
    return accuracy


def main() -> None:
    """Score every file; with several, also their mean and spread."""
    true = pd.read_csv(sys.argv[1], header=None)[0]
    print(COLUMNS)
    accuracies = [score_file(true, Path(name)) for name in sys.argv[2:]]
    if len(accuracies) > 1:
        mean, spread = statistics.mean(accuracies), statistics.stdev(accuracies)
        best = max(accuracies)
        print(f"accuracy: mean {mean:.4f}, standard deviation {spread:.4f}, best {best:.4f}")


if __name__ == "__main__":
    main()
