"""Prints counts and scores of predicted sentiments, tab-separated on one line.

Usage: score_imdb.py TRUE.tsv[.gz] PREDICTIONS.tsv

The figures are TN, FP, FN, TP, accuracy, precision, recall and F1.
"""

from __future__ import annotations

import sys

import pandas as pd
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    precision_score,
    recall_score,
)

SCORES = (accuracy_score, precision_score, recall_score, f1_score)


def main() -> None:
    """Score one file."""
    true = pd.read_csv(sys.argv[1], header=None)[0]
    predicted = pd.read_csv(sys.argv[2], sep="\t").iloc[:, 0]
    counts = confusion_matrix(true, predicted, labels=[0, 1]).ravel()
    print(*counts, *(f"{score(true, predicted):.4f}" for score in SCORES), sep="\t")


if __name__ == "__main__":
    main()
