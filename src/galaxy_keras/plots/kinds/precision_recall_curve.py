"""Precision against recall as the threshold varies."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from sklearn import metrics

from galaxy_keras.plots.array_types import BoolArray, FloatArray
from galaxy_keras.plots.kinds.curve_drawings import draw_curves, plot_curves
from galaxy_keras.plots.kinds.curve_styles import ChanceLine, CurveStyle
from galaxy_keras.plots.kinds.curves import CurveMethod, Curves, Points, compute_curves

GRID = np.linspace(1, 0, 1001)
"""Recalls at which the curves of the classes are averaged."""


def _compute(y_true: BoolArray, scores: FloatArray) -> tuple[Points, float]:
    precision, recall, thresholds = metrics.precision_recall_curve(
        y_true, scores, drop_intermediate=True
    )
    # scikit-learn appends (recall 0, precision 1), which has no threshold.
    points = Points(recall, precision, np.append(thresholds, np.inf))
    # Average precision from the curve; `average_precision_score` would sort again.
    return points, float(-np.diff(recall) @ precision[:-1])


def _average(curves: Sequence[Points]) -> Points:
    """Average the precisions at which each class first reaches a recall."""
    precisions = []
    for curve in curves:
        first = np.searchsorted(curve.x[::-1], GRID)
        precisions.append(curve.y[::-1][first])
    return Points(GRID, np.mean(precisions, axis=0))


def _locate(y_true: BoolArray, predicted_positive: BoolArray) -> tuple[float, float]:
    # As in scikit-learn, the precision without predicted positives is 1.
    precision = float(y_true[predicted_positive].mean()) if predicted_positive.any() else 1.0
    return float(predicted_positive[y_true].mean()), precision


def _find_chance(curves: Curves) -> ChanceLine | None:
    if len(curves.curves) > 1:
        return None
    fraction = curves.curves[0].positives / curves.rows
    return ChanceLine((fraction, fraction), f"Chance (AP {fraction:.3f})")


METHOD = CurveMethod(_compute, _average, _locate)
STYLE = CurveStyle(
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

compute_precision_recall_curves = partial(compute_curves, method=METHOD)
"""`compute_curves` for precision-recall curves; areas are average precisions."""
draw_precision_recall_curves = partial(draw_curves, style=STYLE)
"""`draw_curves` for precision-recall curves."""
plot_precision_recall_curve = partial(plot_curves, METHOD, STYLE)
"""`plot_curves` for precision-recall curves."""
