"""Precision, recall and F1 of each class, as bars."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from galaxy_keras.errors import count_things
from galaxy_keras.plots.array_types import FloatArray, IntegerArray
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import SERIES_COLORS
from galaxy_keras.plots.drawing.text import clean_text, shorten_text
from galaxy_keras.plots.inputs.sources import read_label_pair
from galaxy_keras.plots.kinds.confusion_matrix import ConfusionMatrix, compute_confusion_matrix
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

TITLE = "Scores by class"
WIDTH = 7.5
MAX_LABEL_LENGTH = 32
BAR = 0.27
"""Height of one of the three bars; 1 is the distance between classes."""


@dataclass(frozen=True)
class PerClassScores:
    """Precision, recall and F1 of each class.

    Attributes
    ----------
    names
        The classes.
    precision, recall, f1
        Scores, shape (classes,); 0 where a score is undefined, as in scikit-learn.
    support
        Numbers of rows of each true class, shape (classes,).
    """

    names: tuple[str, ...]
    precision: FloatArray
    recall: FloatArray
    f1: FloatArray
    support: IntegerArray


def plot_per_class_scores(
    *,
    true: TableSource,
    predicted: TableSource,
    class_names: str | None,
    class_order: str | None,
    settings: FigureSettings,
) -> Drawing:
    """Read true and predicted labels and draw precision, recall and F1 of each class.

    Raises
    ------
    ConfigurationError
        If the class names or their order cannot be used.
    DataError
        If the tables cannot be used, or do not belong together.
    """
    true_labels, predicted_labels = read_label_pair(true, predicted)
    matrix = compute_confusion_matrix(
        true_labels, predicted_labels, order=class_order, names=class_names
    )
    return draw_per_class_scores(compute_per_class_scores(matrix), settings=settings)


def compute_per_class_scores(matrix: ConfusionMatrix) -> PerClassScores:
    """Return precision, recall and F1 of each class of a confusion matrix."""
    correct = np.diag(matrix.counts)
    support, predicted = matrix.counts.sum(axis=1), matrix.counts.sum(axis=0)
    return PerClassScores(
        matrix.classes.names,
        _divide(correct, predicted),
        _divide(correct, support),
        _divide(2 * correct, support + predicted),
        support,
    )


def draw_per_class_scores(scores: PerClassScores, *, settings: FigureSettings) -> Drawing:
    """Draw three bars for each class, the first class on top."""
    count = len(scores.names)
    figure = create_figure(
        settings,
        (WIDTH, min(1.7 + 0.5 * max(count, 3), 55)),
        title=TITLE,
        subtitle=_describe_average(scores),
    )
    axes = figure.add_subplot(xlabel="Score", xlim=(0, 1))
    positions = np.arange(count)
    for number, (label, values) in enumerate(_list_scores(scores)):
        axes.barh(
            positions + (number - 1) * BAR,
            values,
            height=BAR * 0.9,
            color=SERIES_COLORS[number],
            label=label,
        )
    names = [clean_text(name) for name in scores.names]
    axes.set_yticks(positions, _label_classes(names, scores))
    axes.set_ylim(count - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    figure.legend(loc="outside lower center", ncols=3)
    for position, tick in enumerate(axes.get_yticklabels()):
        tick.set_gid(f"class-{position}")
    tooltips = {f"class-{position}": name for position, name in enumerate(names)}
    description = f"Bars of precision, recall and F1 of each class. {_describe_average(scores)}."
    return Drawing(figure, choose_title(settings, TITLE), description, tooltips)


def _divide(parts: IntegerArray, wholes: IntegerArray) -> FloatArray:
    return np.divide(parts, wholes, out=np.zeros(len(parts)), where=wholes > 0)


def _list_scores(scores: PerClassScores) -> tuple[tuple[str, FloatArray], ...]:
    return (("Precision", scores.precision), ("Recall", scores.recall), ("F1", scores.f1))


def _label_classes(names: list[str], scores: PerClassScores) -> list[str]:
    return [
        f"{shorten_text(name, MAX_LABEL_LENGTH)}\n{count_things(support, 'row')}"
        for name, support in zip(names, scores.support.tolist(), strict=True)
    ]


def _describe_average(scores: PerClassScores) -> str:
    means = ", ".join(f"{label} {values.mean():.3f}" for label, values in _list_scores(scores))
    return f"Mean of the classes: {means}"
