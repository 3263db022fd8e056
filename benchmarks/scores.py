"""Keeps the scores of each round, and makes Markdown of them."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Sequence
from pathlib import Path

from results import format_row

FIGURES = ("TN", "FP", "FN", "TP", "accuracy", "precision", "recall", "F1")


def append_score(path: Path, contender: str, seed: int, figures: str) -> None:
    """Write the tab-separated figures of a round at the end of a table."""
    if not path.exists():
        path.write_text("\t".join(("contender", "seed", *FIGURES)) + "\n")
    with path.open("a") as file:
        print(contender, seed, figures.strip(), sep="\t", file=file)


def read_scores(path: Path) -> list[dict[str, str]]:
    """Return the rows of the table."""
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def format_scores(scores: Sequence[dict[str, str]], contenders: Sequence[str]) -> str:
    """Return a Markdown table, contender by contender, and mean and spread of the accuracy."""
    header = ("", "seed", *FIGURES)
    lines = [format_row(header), format_row(["---"] * len(header))]
    summaries = []
    for contender in contenders:
        rows = [row for row in scores if row["contender"] == contender]
        lines += [format_row(row.values()) for row in rows]
        if rows:
            summaries.append(summarize_accuracy(contender, rows))
    return "\n".join([*lines, "", f"Mean accuracy: {'; '.join(summaries)}."]) + "\n"


def summarize_accuracy(contender: str, rows: Sequence[dict[str, str]]) -> str:
    """Return mean, and standard deviation where there are several, as text."""
    accuracies = [float(row["accuracy"]) for row in rows]
    mean = f"{contender} {statistics.mean(accuracies):.3f}"
    if len(rows) == 1:
        return mean
    spread = statistics.stdev(accuracies)
    return f"{mean} (standard deviation {spread:.3f}, {len(rows)} seeds)"
