"""How ROC and precision-recall curves look and what they are called, drawn or interactive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from galaxy_keras.errors import list_names
from galaxy_keras.plots.drawing.style import INK, MUTED, choose_series_style
from galaxy_keras.plots.drawing.text import clean_text, count_things, format_count, name_class
from galaxy_keras.plots.kinds.curves import Curve, CurveKind, Curves, OperatingPoint, Points

MAX_LEGEND_CURVES = 10
CHANCE: dict[str, Any] = {"color": MUTED, "linestyle": (0, (1, 2)), "linewidth": 1.2}
_CROWD: dict[str, Any] = {"color": "#b5b5b5", "linestyle": "-", "linewidth": 0.8}
_AVERAGES: dict[CurveKind, tuple[str, dict[str, Any]]] = {
    "micro": ("Micro average", {"color": INK, "linestyle": (0, (5, 1.5)), "linewidth": 1.6}),
    "macro": ("Macro average", {"color": INK, "linestyle": (0, (1, 1)), "linewidth": 2.0}),
}


@dataclass(frozen=True)
class ChanceLine:
    """What guessing would give.

    Attributes
    ----------
    heights
        At the left and at the right end.
    words
        Its name.
    """

    heights: tuple[float, float]
    words: str


@dataclass(frozen=True)
class CurveStyle:
    """What tells one kind of curve from the other.

    Attributes
    ----------
    title
        Of the plot.
    labels
        Of the horizontal and the vertical axis.
    brief_labels
        The same for the operating point.
    area
        What to call the area.
    steps
        Whether a value holds until the next point rather than changing gradually.
    corner
        Where a legend fits.
    description
        What is drawn, in words.
    find_chance
        Returns the line of chance; None where classes differ in it.
    count_rows
        Returns of how many rows x and y of a curve are shares; None where that differs from
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
    """Return colour, line style and, where it is not the usual one, line width of a curve."""
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
    """Return where the operating point is; `labels` say what x and y are."""
    return f"Threshold {point.threshold:.3g}: {labels[0]} {point.x:.3f}, {labels[1]} {point.y:.3f}"


def describe_rows(curves: Curves) -> str:
    """Return how many rows there are and of which classes."""
    words = count_things(curves.rows, "row")
    if len(curves.curves) == 1:
        (curve,) = curves.curves
        words += f" ({name_class(curve.name)}: {format_count(curve.positives)})"
    if curves.left_out:
        words += f"; left out: {clean_text(list_names(curves.left_out))}"
    return words


def downsample_points(points: Points, most: int) -> Points:
    """Return at most `most` points, spread evenly along the curve.

    So a file stays small, and what happens in few rows at an end of the curve stays visible.
    """
    if len(points.x) <= most:
        return points
    steps = np.abs(np.diff(points.x)) + np.abs(np.diff(points.y))
    passed = np.concatenate([[0.0], np.cumsum(steps)])
    wanted = np.linspace(0, passed[-1], most)
    kept = np.unique(np.searchsorted(passed, wanted).clip(max=len(passed) - 1))
    thresholds = None if points.thresholds is None else points.thresholds[kept]
    return Points(points.x[kept], points.y[kept], thresholds)
