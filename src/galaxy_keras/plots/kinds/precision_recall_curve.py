"""Precision against recall: how much of what is found is right, the more is found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn import metrics

from galaxy_keras.errors import DataError
from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.inputs.scores import ClassScores, read_class_scores
from galaxy_keras.plots.kinds.curve_drawings import draw_curves
from galaxy_keras.plots.kinds.curve_styles import ChanceLine, CurveStyle
from galaxy_keras.plots.kinds.curves import CurveMethod, Curves, Points, compute_curves
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

GRID = np.linspace(1, 0, 1001)
"""Recalls at which the curves of the classes are averaged."""


def plot_precision_recall_curve(
    *,
    true: TableSource,
    scores: TableSource,
    pos_label: str | None,
    class_names: str | None,
    threshold: float | None,
    report_minimum_n_positives: int,
    figure: FigureSettings,
) -> Drawing:
    """Read true classes and scores and draw precision-recall curves.

    Raises
    ------
    ConfigurationError
        If there is no class `pos_label`, or the names are not as many as the classes.
    DataError
        If the tables cannot be used, do not belong together, or give no curve.
    """
    paired = read_class_scores(true, scores, pos_label=pos_label, class_names=class_names)
    try:
        curves = compute_precision_recall_curves(
            paired, threshold=threshold, minimum_positives=report_minimum_n_positives
        )
    except DataError as error:
        raise error.with_prefix(str(true.path)) from None
    return draw_precision_recall_curves(curves, figure=figure)


def compute_precision_recall_curves(
    scores: ClassScores, *, threshold: float | None = None, minimum_positives: int = 1
) -> Curves:
    """Compute the curves as `plots.curves.compute_curves` says; areas are average precisions."""
    method = CurveMethod(_trace, _average, _locate)
    return compute_curves(scores, method, threshold=threshold, minimum_positives=minimum_positives)


def draw_precision_recall_curves(curves: Curves, *, figure: FigureSettings) -> Drawing:
    """Draw the curves, the line of chance and the operating point."""
    return draw_curves(curves, LOOK, figure=figure)


def _find_chance(curves: Curves) -> ChanceLine | None:
    if len(curves.curves) > 1:
        return None
    share = curves.curves[0].positives / curves.rows
    return ChanceLine((share, share), f"Chance (AP {share:.3f})")


LOOK = CurveStyle(
    title="Precision-recall curve",
    labels=("Recall", "Precision"),
    brief_labels=("recall", "precision"),
    area="AP",
    steps=True,
    corner="lower left",
    description="Precision-recall curves, average precision",
    find_chance=_find_chance,
    count_rows=lambda curve: (curve.positives, None),
)


def _trace(truth: BoolArray, scores: FloatArray) -> tuple[Points, float]:
    precision, recall, thresholds = metrics.precision_recall_curve(
        truth, scores, drop_intermediate=True
    )
    # The last point is where nothing is taken for the class.
    points = Points(recall, precision, np.append(thresholds, np.inf))
    # The average precision, which scikit-learn would sort all rows once more for.
    return points, float(-np.diff(recall) @ precision[:-1])


def _average(curves: Sequence[Points]) -> Points:
    """Average the precisions at which each class first reaches a recall."""
    heights = []
    for curve in curves:
        first = np.searchsorted(curve.x[::-1], GRID)
        heights.append(curve.y[::-1][first])
    return Points(GRID, np.mean(heights, axis=0))


def _locate(truth: BoolArray, taken: BoolArray) -> tuple[float, float]:
    # As in scikit-learn, the precision of finding nothing is 1.
    precision = float(truth[taken].mean()) if taken.any() else 1.0
    return float(taken[truth].mean()), precision
