"""Curves of each class against the rest: what ROC and precision-recall curves share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from galaxy_keras.errors import DataError, list_names
from galaxy_keras.plots.drawing.text import count_things, name_class
from galaxy_keras.plots.inputs.scores import ClassScores

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
CurveKind = Literal["class", "micro", "macro"]


@dataclass(frozen=True)
class Points:
    """The points of a curve.

    Attributes
    ----------
    x, y
        Where they are.
    thresholds
        Rows with such a score or a higher one are taken for the class; None for an average of
        curves, whose thresholds differ.
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
        Of one class against the rest, or an average of all of them.
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
    """Where a curve is at one threshold.

    Attributes
    ----------
    threshold
        Rows with a higher score are taken for the class.
    x, y
        The point.
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
        The chosen operating point; None where there are several curves.
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
    trace
        From truth and scores, both of length rows, to points and area.
    average
        From the curves of the classes to the points of their average.
    locate
        From truth and which rows are taken for the class to x and y.
    """

    trace: Callable[[BoolArray, FloatArray], tuple[Points, float]]
    average: Callable[[Sequence[Points]], Points]
    locate: Callable[[BoolArray, BoolArray], tuple[float, float]]


def compute_curves(
    scores: ClassScores, method: CurveMethod, *, threshold: float | None, minimum_positives: int
) -> Curves:
    """Hold each class against the rest, and average over all where there are several.

    The micro average is over all rows and classes together; the area of the macro average is
    the mean of the classes' areas.

    Parameters
    ----------
    threshold
        Where to mark the operating point of a single curve; None for 0.5 where all scores lie
        between 0 and 1.
    minimum_positives
        Classes with fewer rows are left out.

    Raises
    ------
    DataError
        If no class has enough rows, or all rows belong to it.
    """
    columns = _choose_columns(scores, max(minimum_positives, 1))
    truth, values = scores.truth[:, columns], scores.scores[:, columns]
    names = [scores.names[column] for column in columns]
    curves = [
        _trace_curve("class", name, truth[:, number], values[:, number], method)
        for number, name in enumerate(names)
    ]
    point = None
    if len(columns) == 1:
        point = _find_point(truth[:, 0], values[:, 0], threshold, method)
    else:
        mean = float(np.mean([curve.area for curve in curves]))
        macro = Curve("macro", "", method.average([curve.points for curve in curves]), mean)
        curves += [_trace_curve("micro", "", truth.ravel("F"), values.ravel("F"), method), macro]
    left_out = tuple(name for name in scores.names if name not in names)
    return Curves(tuple(curves), scores.rows, left_out, point)


def _choose_columns(scores: ClassScores, least: int) -> list[int]:
    positives = scores.positives
    columns = np.flatnonzero((positives >= least) & (positives < scores.rows))
    if not len(columns):
        counts = [
            f"{count:,} of {name_class(name)}"
            for name, count in zip(scores.names, positives, strict=True)
        ]
        raise DataError(
            f"there is no curve to draw. A class needs at least {count_things(least, 'row')}, and "
            f"others that do not belong to it, but {count_things(scores.rows, 'row')} hold "
            f"{list_names(counts)}. Give rows of several classes"
        )
    return list(columns)


def _find_point(
    truth: BoolArray, scores: FloatArray, threshold: float | None, method: CurveMethod
) -> OperatingPoint | None:
    if threshold is None:
        if scores.min() < 0 or scores.max() > 1:
            return None
        threshold = 0.5
    return OperatingPoint(threshold, *method.locate(truth, scores > threshold))


def _trace_curve(
    kind: CurveKind, name: str, truth: BoolArray, scores: FloatArray, method: CurveMethod
) -> Curve:
    positives = int(truth.sum())
    return Curve(kind, name, *method.trace(truth, scores), positives, len(truth) - positives)
