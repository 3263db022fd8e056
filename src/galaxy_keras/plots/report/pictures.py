"""The figures of a report, as SVG that can be combined in one page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from galaxy_keras.errors import DataError
from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.drawing.output import encode_svg
from galaxy_keras.plots.drawing.text import POINTS_PER_INCH
from galaxy_keras.plots.inputs.classes import Classes
from galaxy_keras.plots.inputs.scores import ClassScores
from galaxy_keras.plots.kinds.calibration_curve import (
    MAX_CLASSES as MAX_CLASSES_CALIBRATED,
)
from galaxy_keras.plots.kinds.calibration_curve import (
    compute_calibrations,
    draw_calibrations,
)
from galaxy_keras.plots.kinds.confusion_matrix import (
    ConfusionMatrix,
    count_confusion_matrix,
    draw_confusion_matrix,
)
from galaxy_keras.plots.kinds.precision_recall_curve import (
    compute_precision_recall_curves,
    draw_precision_recall_curves,
)
from galaxy_keras.plots.kinds.regression import draw_predicted_vs_true, draw_residuals
from galaxy_keras.plots.kinds.roc_curve import compute_roc_curves, draw_roc_curves
from galaxy_keras.plots.kinds.score_distribution import (
    compute_score_distributions,
    draw_score_distributions,
)
from galaxy_keras.plots.report.content import Block, Paragraph, Picture
from galaxy_keras.plots.report.predictions import (
    ClassPredictions,
    MultilabelPredictions,
    RegressionPredictions,
)
from galaxy_keras.schema.requests.plots import FigureSettings

UNTITLED = FigureSettings(title="")
"""The heading above a figure is its title."""
NARROW = FigureSettings(title="", width=5.2, height=5.2)
"""Its text is large enough to be read on a phone that shows the whole figure."""
MAX_CLASSES_WITH_PANELS = 8
MAX_OUTPUTS_DRAWN = 4
"""Points of more outputs than these would make the file large."""

_COMMENTS = re.compile(r"<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_NAMES = re.compile(r'( id="|="url\(#|href="#)')


def embed(drawing: Drawing, prefix: str, title: str | None = None) -> Picture:
    """Return a drawing for a page that holds others too.

    Parameters
    ----------
    prefix
        Put before each name in the SVG, which must be unique in the page.
    title
        The heading above it; None for that of the drawing.
    """
    svg = encode_svg(drawing)
    # Texts have their quotes escaped, so that only attributes match.
    named = _NAMES.sub(lambda match: f"{match.group()}{prefix}-", _COMMENTS.sub("", svg))
    return Picture(
        title or drawing.title,
        named[named.index("<svg") :].strip(),
        drawing.description,
        float(drawing.figure.get_figwidth() * POINTS_PER_INCH),
    )


def add_prefix(picture: Picture, prefix: str) -> Picture:
    """Return a picture with one more prefix before each name in its SVG."""
    svg = _NAMES.sub(lambda match: f"{match.group()}{prefix}-", picture.svg)
    return replace(picture, svg=svg)


def count_predictions(predictions: ClassPredictions) -> ConfusionMatrix:
    """Count the rows of each true class that were predicted as which class."""
    classes = Classes(predictions.names, predictions.names)
    return count_confusion_matrix(predictions.true, predictions.predicted, classes)


def draw_confusion_matrix_picture(predictions: ClassPredictions) -> Picture:
    """Draw the confusion matrix."""
    matrix = count_predictions(predictions)
    settings = NARROW if len(predictions.names) <= MAX_CLASSES_WITH_PANELS else UNTITLED
    return embed(draw_confusion_matrix(matrix, settings=settings), "confusion")


def list_class_scores(predictions: ClassPredictions | MultilabelPredictions) -> ClassScores | None:
    """Return one-vs-rest scores of each class, of two the positive one; None without scores."""
    if predictions.probabilities is None:
        return None
    if isinstance(predictions, MultilabelPredictions):
        return ClassScores(predictions.names, predictions.true, predictions.probabilities)
    chosen = predictions.list_scored()
    y_true = predictions.true[:, None] == np.array(chosen)
    names = tuple(predictions.names[each] for each in chosen)
    return ClassScores(names, y_true, predictions.probabilities[:, chosen])


def draw_score_pictures(scores: ClassScores) -> list[Block]:
    """Draw curves of the probabilities, and for few classes calibration and distribution."""
    settings = NARROW if len(scores.names) == 1 else UNTITLED
    scores = scores.sort_columns()
    blocks = [
        _draw_if_possible(
            lambda: draw_roc_curves(compute_roc_curves(scores), settings=settings), "roc"
        ),
        _draw_if_possible(
            lambda: draw_precision_recall_curves(
                compute_precision_recall_curves(scores), settings=settings
            ),
            "precision-recall",
        ),
    ]
    if len(scores.names) <= MAX_CLASSES_CALIBRATED:
        drawing = draw_calibrations(compute_calibrations(scores), settings=settings)
        blocks.append(embed(drawing, "calibration"))
        distributions = compute_score_distributions(scores)
        blocks.append(
            embed(draw_score_distributions(distributions, settings=settings), "distribution")
        )
    return blocks


def draw_value_pictures(predictions: RegressionPredictions) -> list[Block]:
    """Draw predicted against true values, and residuals."""
    outputs = list(predictions.outputs[:MAX_OUTPUTS_DRAWN])
    blocks: list[Block] = []
    if len(predictions.outputs) > len(outputs):
        blocks.append(
            Paragraph(f"The first {len(outputs)} of {len(predictions.outputs)} outputs are drawn.")
        )
    settings = NARROW if len(outputs) == 1 else UNTITLED
    blocks.append(embed(draw_predicted_vs_true(outputs, settings=settings), "predicted"))
    blocks.append(embed(draw_residuals(outputs, settings=settings), "residuals"))
    return blocks


def _draw_if_possible(draw: Callable[[], Drawing], prefix: str) -> Block:
    """Return a picture, or a paragraph on why there is none."""
    try:
        return embed(draw(), prefix)
    except DataError as error:
        return Paragraph(f"{prefix.replace('-', ' ').capitalize()}: {error}")
