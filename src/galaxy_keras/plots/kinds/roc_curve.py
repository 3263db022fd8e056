"""Receiver operating characteristic: true positive rate against false positive rate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from sklearn import metrics

from galaxy_keras.plots.array_types import BoolArray, FloatArray
from galaxy_keras.plots.kinds.curve_drawings import draw_curves, plot_curves
from galaxy_keras.plots.kinds.curve_styles import ChanceLine, CurveStyle
from galaxy_keras.plots.kinds.curves import CurveMethod, Points, compute_curves

GRID = np.linspace(0, 1, 1001)
"""False positive rates at which the curves of the classes are averaged."""


def _compute(y_true: BoolArray, scores: FloatArray) -> tuple[Points, float]:
    x, y, thresholds = metrics.roc_curve(y_true, scores)
    return Points(x, y, thresholds), float(metrics.auc(x, y))


def _average(curves: Sequence[Points]) -> Points:
    means = np.mean([np.interp(GRID, curve.x, curve.y) for curve in curves], axis=0)
    return Points(np.r_[0, GRID], np.r_[0, means])


def _locate(y_true: BoolArray, predicted_positive: BoolArray) -> tuple[float, float]:
    return float(predicted_positive[~y_true].mean()), float(predicted_positive[y_true].mean())


METHOD = CurveMethod(_compute, _average, _locate)
STYLE = CurveStyle(
    title="ROC curve",
    labels=("False positive rate", "True positive rate"),
    brief_labels=("FPR", "TPR"),
    area="AUC",
    steps=False,
    corner="lower right",
    description="ROC curves with the area under each",
    find_chance=lambda _curves: ChanceLine((0, 1), "Chance (AUC 0.500)"),
    count_rows=lambda curve: (curve.negatives, curve.positives),
)

compute_roc_curves = partial(compute_curves, method=METHOD)
"""`compute_curves` for ROC curves; areas are those under the curve."""
draw_roc_curves = partial(draw_curves, style=STYLE)
"""`draw_curves` for ROC curves."""
plot_roc_curve = partial(plot_curves, METHOD, STYLE)
"""`plot_curves` for ROC curves."""
