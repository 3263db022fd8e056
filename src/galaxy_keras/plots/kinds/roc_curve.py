"""Receiver operating characteristic: the share that is found against the false alarms."""

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

LOOK = CurveStyle(
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
GRID = np.linspace(0, 1, 1001)
"""False positive rates at which the curves of the classes are averaged."""


def plot_roc_curve(
    *,
    true: TableSource,
    scores: TableSource,
    pos_label: str | None,
    class_names: str | None,
    threshold: float | None,
    report_minimum_n_positives: int,
    figure: FigureSettings,
) -> Drawing:
    """Read true classes and scores and draw ROC curves.

    Raises
    ------
    ConfigurationError
        If there is no class `pos_label`, or the names are not as many as the classes.
    DataError
        If the tables cannot be used, do not belong together, or give no curve.
    """
    paired = read_class_scores(true, scores, pos_label=pos_label, class_names=class_names)
    try:
        curves = compute_roc_curves(
            paired, threshold=threshold, minimum_positives=report_minimum_n_positives
        )
    except DataError as error:
        raise error.with_prefix(str(true.path)) from None
    return draw_roc_curves(curves, figure=figure)


def compute_roc_curves(
    scores: ClassScores, *, threshold: float | None = None, minimum_positives: int = 1
) -> Curves:
    """Compute ROC curves as `plots.curves.compute_curves` says; areas are those under the curve."""
    method = CurveMethod(_trace, _average, _locate)
    return compute_curves(scores, method, threshold=threshold, minimum_positives=minimum_positives)


def draw_roc_curves(curves: Curves, *, figure: FigureSettings) -> Drawing:
    """Draw the curves, the line of chance and the operating point."""
    return draw_curves(curves, LOOK, figure=figure)


def _trace(truth: BoolArray, scores: FloatArray) -> tuple[Points, float]:
    x, y, thresholds = metrics.roc_curve(truth, scores)
    return Points(x, y, thresholds), float(metrics.auc(x, y))


def _average(curves: Sequence[Points]) -> Points:
    heights = np.mean([np.interp(GRID, curve.x, curve.y) for curve in curves], axis=0)
    return Points(np.r_[0, GRID], np.r_[0, heights])


def _locate(truth: BoolArray, taken: BoolArray) -> tuple[float, float]:
    return float(taken[~truth].mean()), float(taken[truth].mean())
