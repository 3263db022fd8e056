"""What receiver operating characteristic and precision-recall curves share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from galaxy_keras.errors import DataError, list_names
from galaxy_keras.plots.figures import create_figure
from galaxy_keras.plots.scores import ClassScores
from galaxy_keras.plots.style import INK, MUTED, series_style
from galaxy_keras.plots.text import clean_text, count_things, format_count, name_class
from galaxy_keras.schema.plots import FigureSettings

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
CurveKind = Literal["class", "micro", "macro"]

MOST_NAMED_CURVES = 10
MOST_POINTS = 2000
SIZE = (6.2, 6.2)
SIZE_WITH_LEGEND = (9.4, 6.2)

Entry = tuple[Artist, str]
"""A line of the legend."""

_CROWD: dict[str, Any] = {"color": "#b5b5b5", "linestyle": "-", "linewidth": 0.8}
_CHANCE: dict[str, Any] = {"color": MUTED, "linestyle": (0, (1, 2)), "linewidth": 1.2}
_AVERAGES: dict[CurveKind, tuple[str, dict[str, Any]]] = {
    "micro": ("Micro average", {"color": INK, "linestyle": (0, (5, 1.5)), "linewidth": 1.6}),
    "macro": ("Macro average", {"color": INK, "linestyle": (0, (1, 1)), "linewidth": 2.0}),
}


@dataclass(frozen=True)
class Curve:
    """One curve and its area.

    Attributes
    ----------
    kind
        Of one class against the rest, or an average of all of them.
    name
        The class; empty for an average.
    x, y
        Points from left to right or from right to left.
    area
        The area under the curve, or the average precision.
    """

    kind: CurveKind
    name: str
    x: FloatArray
    y: FloatArray
    area: float


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
    positives
        The number of rows that belong to the class of the first curve.
    left_out
        Classes without a curve, because too few rows belong to them or all do.
    point
        The chosen operating point; None where there are several curves.
    """

    curves: tuple[Curve, ...]
    rows: int
    positives: int
    left_out: tuple[str, ...]
    point: OperatingPoint | None


@dataclass(frozen=True)
class CurveMethod:
    """How one kind of curve is computed.

    Attributes
    ----------
    trace
        From truth and scores, both of length rows, to x, y and area.
    average
        From the curves of the classes to x and y of their average.
    locate
        From truth and which rows are taken for the class to x and y.
    """

    trace: Callable[[BoolArray, FloatArray], tuple[FloatArray, FloatArray, float]]
    average: Callable[[Sequence[Curve]], tuple[FloatArray, FloatArray]]
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
        Curve("class", name, *method.trace(truth[:, number], values[:, number]))
        for number, name in enumerate(names)
    ]
    point = None
    if len(columns) == 1:
        point = _find_point(truth[:, 0], values[:, 0], threshold, method)
    else:
        mean = float(np.mean([curve.area for curve in curves]))
        macro = Curve("macro", "", *method.average(curves), mean)
        curves += [Curve("micro", "", *method.trace(truth.ravel(), values.ravel())), macro]
    left_out = tuple(name for name in scores.names if name not in names)
    return Curves(tuple(curves), scores.rows, int(truth[:, 0].sum()), left_out, point)


def create_curve_figure(
    curves: Curves, *, title: str, labels: tuple[str, str], figure: FigureSettings
) -> tuple[Figure, Axes]:
    """Return a figure with empty axes from 0 to 1, wide enough for the legend.

    Parameters
    ----------
    labels
        Of the horizontal and the vertical axis.
    """
    size = SIZE if len(curves.curves) == 1 else SIZE_WITH_LEGEND
    picture = create_figure(figure, size, title=title, subtitle=describe_rows(curves))
    axes = picture.add_subplot(
        xlim=(-0.01, 1.01), ylim=(-0.01, 1.02), xlabel=labels[0], ylabel=labels[1]
    )
    axes.grid()
    return picture, axes


def draw_curves(axes: Axes, curves: Sequence[Curve], area: str, *, steps: bool) -> list[Entry]:
    """Draw the curves and return their entries in the legend.

    Parameters
    ----------
    area
        What to call the area.
    steps
        Whether a value holds until the next point rather than changing gradually.
    """
    classes = [curve for curve in curves if curve.kind == "class"]
    crowded = len(classes) > MOST_NAMED_CURVES
    style: Any = "steps-post" if steps else "default"
    entries: list[Entry] = []
    lines = []
    for number, curve in enumerate(curves):
        (line,) = axes.plot(*_thin(curve), drawstyle=style, **_choose_look(curve, number, crowded))
        lines.append(line)
        if curve.kind != "class" or not crowded:
            entries.append((line, _name_curve(curve, area)))
    if crowded:
        areas = [curve.area for curve in classes]
        words = f"{len(classes)} classes ({area} {min(areas):.3f} to {max(areas):.3f})"
        entries.insert(0, (lines[0], words))
    return entries


def draw_chance(axes: Axes, height: tuple[float, float], words: str) -> Entry:
    """Draw what guessing would give, from the left to the right height."""
    (line,) = axes.plot((0, 1), height, **_CHANCE)
    return line, words


def mark_point(axes: Axes, point: OperatingPoint, labels: tuple[str, str]) -> Entry:
    """Mark the operating point; `labels` say what x and y are."""
    (marker,) = axes.plot(
        point.x, point.y, "o", markersize=9, markerfacecolor="white", markeredgecolor=INK
    )
    words = f"Threshold {point.threshold:.3g}: {labels[0]} {point.x:.3f}, {labels[1]} {point.y:.3f}"
    return marker, words


def add_legend(
    figure: Figure,
    axes: Axes,
    entries: Sequence[Entry],
    corner: Literal["lower left", "lower right"],
) -> None:
    """Add the legend: in a corner of the axes for one curve, beside them for several."""
    handles, labels = zip(*entries, strict=True)
    if figure.get_figwidth() < SIZE_WITH_LEGEND[0]:
        axes.legend(handles, labels, loc=corner)
    else:
        figure.legend(handles, labels, loc="outside right center")


def describe_rows(curves: Curves) -> str:
    """Return how many rows there are and of which classes."""
    words = count_things(curves.rows, "row")
    if len(curves.curves) == 1:
        name = name_class(curves.curves[0].name)
        words += f" ({name}: {format_count(curves.positives)})"
    if curves.left_out:
        words += f"; left out: {clean_text(list_names(curves.left_out))}"
    return words


def describe_areas(curves: Curves, area: str) -> str:
    """Return the area under each curve in words."""
    return list_names([_name_curve(curve, area) for curve in curves.curves])


def _choose_columns(scores: ClassScores, least: int) -> list[int]:
    positives = scores.positives
    columns = np.flatnonzero((positives >= least) & (positives < scores.rows))
    if not len(columns):
        counts = [f"{name}: {count:,}" for name, count in zip(scores.names, positives, strict=True)]
        raise DataError(
            f"there is no curve to draw. A class needs at least {least:,} rows, and rows that do "
            f"not belong to it; of {scores.rows:,} rows there are {list_names(counts)}"
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


def _choose_look(curve: Curve, number: int, crowded: bool) -> dict[str, Any]:
    if curve.kind != "class":
        return _AVERAGES[curve.kind][1]
    if crowded:
        return _CROWD
    color, line = series_style(number)
    return {"color": color, "linestyle": line}


def _name_curve(curve: Curve, area: str) -> str:
    name = _AVERAGES[curve.kind][0] if curve.kind in _AVERAGES else name_class(curve.name)
    return f"{name} ({area} {curve.area:.3f})"


def _thin(curve: Curve) -> tuple[FloatArray, FloatArray]:
    """Return few enough points that a file stays small; nobody sees more on any screen."""
    if len(curve.x) <= MOST_POINTS:
        return curve.x, curve.y
    kept = np.linspace(0, len(curve.x) - 1, MOST_POINTS).astype(int)
    return curve.x[kept], curve.y[kept]
