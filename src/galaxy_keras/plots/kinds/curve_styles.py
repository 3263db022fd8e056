"""Styles and labels of ROC and precision-recall curves, drawn or interactive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from galaxy_keras.errors import count_things, list_names
from galaxy_keras.plots.drawing.style import INK, MUTED, choose_series_style
from galaxy_keras.plots.drawing.text import clean_text, format_count, name_class
from galaxy_keras.plots.kinds.curves import Curve, CurveKind, Curves, OperatingPoint, Points

MAX_LEGEND_CURVES = 10
MAX_POINTS_PER_CURVE = 2000
CHANCE: dict[str, Any] = {"color": MUTED, "linestyle": (0, (1, 2)), "linewidth": 1.2}
_CROWD: dict[str, Any] = {"color": "#b5b5b5", "linestyle": "-", "linewidth": 0.8}
_AVERAGES: dict[CurveKind, tuple[str, dict[str, Any]]] = {
    "micro": ("Micro average", {"color": INK, "linestyle": (0, (5, 1.5)), "linewidth": 1.6}),
    "macro": ("Macro average", {"color": INK, "linestyle": (0, (1, 1)), "linewidth": 2.0}),
}


@dataclass(frozen=True)
class ChanceLine:
    """The chance level.

    Attributes
    ----------
    y
        y at the left and the right end.
    label
        Its name in the legend.
    """

    y: tuple[float, float]
    label: str


@dataclass(frozen=True)
class CurveStyle:
    """How the kinds of curves differ.

    Attributes
    ----------
    title
        Title of the plot.
    labels
        Labels of the x and the y axis.
    brief_labels
        Short names of x and y, for the operating point.
    area
        Name of the area, such as AUC.
    steps
        Whether a value holds until the next point rather than changing linearly.
    corner
        Corner of the axes where a legend fits.
    description
        Alternative text of the figure, without the areas.
    find_chance
        Returns the chance level; None if the classes differ in it.
    count_rows
        Returns the denominators of x and y of a curve, in rows; None for one that differs from
        point to point.
    """

    title: str
    labels: tuple[str, str]
    brief_labels: tuple[str, str]
    area: str
    steps: bool
    corner: Literal["lower left", "lower right"]
    description: str
    find_chance: Callable[[Curves], ChanceLine | None]
    count_rows: Callable[[Curve], tuple[int | None, int | None]]


def has_many_classes(curves: Curves) -> bool:
    """Return whether there are too many classes to tell their lines apart."""
    return sum(curve.kind == "class" for curve in curves.curves) > MAX_LEGEND_CURVES


def choose_line(curve: Curve, number: int, *, many_classes: bool) -> dict[str, Any]:
    """Return matplotlib's `color`, `linestyle` and, if it is not the default, `linewidth`.

    Parameters
    ----------
    number
        Position of the curve among all curves, from 0.
    """
    if curve.kind != "class":
        return _AVERAGES[curve.kind][1]
    if many_classes:
        return _CROWD
    color, line = choose_series_style(number)
    return {"color": color, "linestyle": line}


def name_curve(curve: Curve, area: str) -> str:
    """Return a curve's name with its area."""
    name = _AVERAGES[curve.kind][0] if curve.kind in _AVERAGES else name_class(curve.name)
    return f"{name} ({area} {curve.area:.3f})"


def name_all_classes(curves: Curves, area: str) -> str:
    """Return one name for all classes, with the range of their areas."""
    areas = [curve.area for curve in curves.curves if curve.kind == "class"]
    return f"{len(areas)} classes ({area} {min(areas):.3f} to {max(areas):.3f})"


def name_point(point: OperatingPoint, labels: tuple[str, str]) -> str:
    """Return the name of the operating point; `labels` name x and y."""
    return f"Threshold {point.threshold:.3g}: {labels[0]} {point.x:.3f}, {labels[1]} {point.y:.3f}"


def describe_rows(curves: Curves) -> str:
    """Return how many rows there are and of which classes."""
    text = count_things(curves.rows, "row")
    if len(curves.curves) == 1:
        (curve,) = curves.curves
        text += f" ({name_class(curve.name)}: {format_count(curve.positives)})"
    if curves.left_out:
        text += f"; left out: {clean_text(list_names(curves.left_out))}"
    return text


def downsample_points(points: Points, max_points: int) -> Points:
    """Return at most `max_points` points of a curve, to keep files small.

    Points are chosen by distance along the curve, so that steep ends keep their detail.
    """
    if len(points.x) <= max_points:
        return points
    steps = np.abs(np.diff(points.x)) + np.abs(np.diff(points.y))
    passed = np.concatenate([[0.0], np.cumsum(steps)])
    desired = np.linspace(0, passed[-1], max_points)
    kept = np.unique(np.searchsorted(passed, desired).clip(max=len(passed) - 1))
    thresholds = None if points.thresholds is None else points.thresholds[kept]
    return Points(points.x[kept], points.y[kept], thresholds)
