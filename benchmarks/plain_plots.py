"""The script that a user would write for a plot without galaxy-keras: scikit-learn and matplotlib.

Usage: plain_plots.py PLOT FOLDER OUTPUT

FOLDER has y.tsv (labels), p.tsv (probability of the second) and d.tsv (predicted labels). For
`report` it draws what the report shows of two classes, and computes the same intervals: of the
scores and of the areas under two curves, on 100 resamples.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from sklearn.calibration import CalibrationDisplay
from sklearn.metrics import (
    ConfusionMatrixDisplay,
    PrecisionRecallDisplay,
    RocCurveDisplay,
    accuracy_score,
    average_precision_score,
    precision_recall_fscore_support,
    roc_auc_score,
)

RESAMPLES = 100


class Table:
    """The columns of the tables, read when they are needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, name: str) -> np.ndarray:
        """Return the one column of a table."""
        path = self._folder / f"{name}.tsv"
        return pd.read_csv(path, sep="\t", header=None)[0].to_numpy()

    @property
    def positive(self) -> np.ndarray:
        """Which rows belong to the second class."""
        return self.read("y") == "positive"


def draw_confusions(table: Table, axes: Axes) -> None:
    """Draw the confusion matrix."""
    ConfusionMatrixDisplay.from_predictions(table.read("y"), table.read("d"), ax=axes)


def draw_class_scores(table: Table, axes: Axes) -> None:
    """Draw precision, recall and F1 of each class."""
    true, predicted = table.read("y"), table.read("d")
    scores = np.array(precision_recall_fscore_support(true, predicted)[:3])
    for place, name in enumerate(("negative", "positive")):
        axes.bar(np.arange(3) + place / 3, scores[:, place], 1 / 3, label=name)
    axes.legend()


def draw_roc_curve(table: Table, axes: Axes) -> None:
    """Draw the ROC curve."""
    RocCurveDisplay.from_predictions(table.positive, table.read("p"), ax=axes)


def draw_precision_recall_curve(table: Table, axes: Axes) -> None:
    """Draw precision against recall."""
    PrecisionRecallDisplay.from_predictions(table.positive, table.read("p"), ax=axes)


def draw_calibration(table: Table, axes: Axes) -> None:
    """Draw how often probabilities come true."""
    CalibrationDisplay.from_predictions(table.positive, table.read("p"), n_bins=10, ax=axes)


def draw_distribution(table: Table, axes: Axes) -> None:
    """Draw the histogram of the probabilities of each class."""
    positive, scores = table.positive, table.read("p")
    for chosen in (~positive, positive):
        axes.hist(scores[chosen], bins=50, alpha=0.5)


def draw_report(table: Table, figure: Axes) -> None:
    """Compute the intervals of the report; its pictures are drawn beside each other."""
    positive, scores, random = table.positive, table.read("p"), np.random.default_rng(0)
    drawn = []
    for _ in range(RESAMPLES):
        rows = random.integers(0, len(scores), len(scores))
        true, score = positive[rows], scores[rows]
        drawn.append(
            [
                accuracy_score(true, score > 0.5),
                *np.ravel(precision_recall_fscore_support(true, score > 0.5)[:3]),
                roc_auc_score(true, score),
                average_precision_score(true, score),
            ]
        )
    print(np.percentile(drawn, [2.5, 97.5], axis=0))


PARTS: dict[str, Callable[[Table, Axes], None]] = {
    "confusion-matrix": draw_confusions,
    "per-class-scores": draw_class_scores,
    "roc-curve": draw_roc_curve,
    "precision-recall-curve": draw_precision_recall_curve,
    "calibration-curve": draw_calibration,
    "score-distribution": draw_distribution,
    "report": draw_report,
}


def main() -> None:
    """Draw what the command line asks for."""
    plot, folder, output = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    names = list(PARTS) if plot == "report" else [plot]
    figure, axes = plt.subplots(len(names), squeeze=False)
    for name, each in zip(names, axes.flat, strict=True):
        PARTS[name](Table(folder), each)
    figure.savefig(output)


if __name__ == "__main__":
    main()
