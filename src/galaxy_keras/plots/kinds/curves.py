"""One-vs-rest curves of classes: what ROC and precision-recall curves have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from galaxy_keras.errors import DataError, count_things, list_names
from galaxy_keras.plots.array_types import BoolArray, FloatArray
from galaxy_keras.plots.drawing.text import name_class
from galaxy_keras.plots.inputs.scores import ClassScores

CurveKind = Literal["class", "micro", "macro"]


@dataclass(frozen=True)
class Points:
    """The points of a curve.

    Attributes
    ----------
    x, y
        Coordinates, shape (points,).
    thresholds
        Thresholds, shape (points,): rows with this score or a higher one are classified as
        positive. None for an average of curves, whose thresholds differ.
    """

    x: FloatArray
    y: FloatArray
    thresholds: FloatArray | None = None


@dataclass(frozen=True)
class Curve:
    """One curve and its area.

    Attributes
    ----------
    kind
        The curve of one class against the rest, or an average over all classes.
    name
        The class; empty for an average.
    points
        From left to right or from right to left.
    area
        The area under the curve, or the average precision.
    positives, negatives
        The number of rows that belong to the class and of those that do not; of the micro
        average over all classes, of the macro average 0.
    """

    kind: CurveKind
    name: str
    points: Points
    area: float
    positives: int = 0
    negatives: int = 0


@dataclass(frozen=True)
class OperatingPoint:
    """The point of a curve at one threshold.

    Attributes
    ----------
    threshold
        Rows with a higher score are classified as positive.
    x, y
        Coordinates of the point.
    """

    threshold: float
    x: float
    y: float


@dataclass(frozen=True)
class Curves:
    """The curves of one plot.

    Attributes
    ----------
    curves
        Classes first, then averages.
    rows
        The number of rows.
    left_out
        Classes without a curve, because too few rows belong to them or all do.
    point
        The chosen operating point; None if there are several curves.
    """

    curves: tuple[Curve, ...]
    rows: int
    left_out: tuple[str, ...]
    point: OperatingPoint | None


@dataclass(frozen=True)
class CurveMethod:
    """How one kind of curve is computed.

    Attributes
    ----------
    compute
        Returns the points and the area from true classes and scores, each of shape (rows,).
    average
        Returns the points of the average from those of the classes.
    locate
        Returns x and y from true and predicted classes, each of shape (rows,).
    """

    compute: Callable[[BoolArray, FloatArray], tuple[Points, float]]
    average: Callable[[Sequence[Points]], Points]
    locate: Callable[[BoolArray, BoolArray], tuple[float, float]]


def compute_curves(
    scores: ClassScores,
    method: CurveMethod,
    *,
    threshold: float | None = None,
    minimum_positives: int = 1,
) -> Curves:
    """Compute one-vs-rest curves, and their averages if there are several.

    The micro average is over all rows and classes together; the area of the macro average is
    the mean of the classes' areas.

    Parameters
    ----------
    threshold
        Threshold of the operating point of a single curve; None for 0.5 if all scores lie
        between 0 and 1.
    minimum_positives
        Classes with fewer rows are left out.

    Raises
    ------
    DataError
        If no class has enough rows, or all rows belong to it.
    """
    columns = _choose_columns(scores, max(minimum_positives, 1))
    y_true, values = scores.y_true[:, columns], scores.scores[:, columns]
    names = [scores.names[column] for column in columns]
    curves = [
        _compute_curve("class", name, y_true[:, number], values[:, number], method)
        for number, name in enumerate(names)
    ]
    point = None
    if len(columns) == 1:
        point = _find_point(y_true[:, 0], values[:, 0], threshold, method)
    else:
        mean = float(np.mean([curve.area for curve in curves]))
        macro = Curve("macro", "", method.average([curve.points for curve in curves]), mean)
        curves += [_compute_curve("micro", "", y_true.ravel("F"), values.ravel("F"), method), macro]
    left_out = tuple(name for name in scores.names if name not in names)
    return Curves(tuple(curves), scores.rows, left_out, point)


def _choose_columns(scores: ClassScores, min_positives: int) -> list[int]:
    positives = scores.positives
    columns = np.flatnonzero((positives >= min_positives) & (positives < scores.rows))
    if not len(columns):
        counts = [
            f"{count:,} of {name_class(name)}"
            for name, count in zip(scores.names, positives, strict=True)
        ]
        needed = count_things(min_positives, "row")
        raise DataError(
            f"there is no curve to draw. A class needs at least {needed}, and others that do not "
            f"belong to it, but {count_things(scores.rows, 'row')} hold {list_names(counts)}. "
            "Give rows of several classes"
        )
    return list(columns)


def _find_point(
    y_true: BoolArray, scores: FloatArray, threshold: float | None, method: CurveMethod
) -> OperatingPoint | None:
    if threshold is None:
        if scores.min() < 0 or scores.max() > 1:
            return None
        threshold = 0.5
    return OperatingPoint(threshold, *method.locate(y_true, scores > threshold))


def _compute_curve(
    kind: CurveKind, name: str, y_true: BoolArray, scores: FloatArray, method: CurveMethod
) -> Curve:
    positives = int(y_true.sum())
    return Curve(kind, name, *method.compute(y_true, scores), positives, len(y_true) - positives)
