"""Drawing ROC and precision-recall curves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from galaxy_keras.errors import list_names
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import INK
from galaxy_keras.plots.kinds.curve_charts import chart_curves
from galaxy_keras.plots.kinds.curve_styles import (
    CHANCE,
    CurveStyle,
    choose_line,
    describe_rows,
    downsample_points,
    has_many_classes,
    name_all_classes,
    name_curve,
    name_point,
)
from galaxy_keras.plots.kinds.curves import Curves, OperatingPoint
from galaxy_keras.schema.requests.plots import FigureSettings

MAX_POINTS_PER_CURVE = 2000
SIZE = (6.2, 6.2)
SIZE_WITH_LEGEND = (9.4, 6.2)

Entry = tuple[Artist, str]
"""A line of the legend."""


def draw_curves(curves: Curves, look: CurveStyle, *, figure: FigureSettings) -> Drawing:
    """Draw the curves, the line of chance and the operating point."""
    size = SIZE if len(curves.curves) == 1 else SIZE_WITH_LEGEND
    picture = create_figure(figure, size, title=look.title, subtitle=describe_rows(curves))
    axes = picture.add_subplot(
        xlim=(-0.01, 1.01), ylim=(-0.01, 1.02), xlabel=look.labels[0], ylabel=look.labels[1]
    )
    axes.grid()
    entries = _draw_lines(axes, curves, look)
    chance = look.find_chance(curves)
    if chance is not None:
        (line,) = axes.plot((0, 1), chance.heights, **CHANCE)
        entries.append((line, chance.words))
    if curves.point is not None:
        entries.append(_mark_point(axes, curves.point, look))
    add_legend(picture, axes, entries, look.corner)
    areas = list_names([name_curve(curve, look.area) for curve in curves.curves])
    return Drawing(
        picture,
        choose_title(figure, look.title),
        f"{look.description}: {areas}.",
        chart=partial(chart_curves, curves, look, figure),
    )


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


def _draw_lines(axes: Axes, curves: Curves, look: CurveStyle) -> list[Entry]:
    many_classes = has_many_classes(curves)
    style: Any = "steps-post" if look.steps else "default"
    entries: list[Entry] = []
    for number, curve in enumerate(curves.curves):
        points = downsample_points(curve.points, MAX_POINTS_PER_CURVE)
        line_look = choose_line(curve, number, many_classes=many_classes)
        (line,) = axes.plot(points.x, points.y, drawstyle=style, **line_look)
        if many_classes and number == 0:
            entries.append((line, name_all_classes(curves, look.area)))
        if curve.kind != "class" or not many_classes:
            entries.append((line, name_curve(curve, look.area)))
    return entries


def _mark_point(axes: Axes, point: OperatingPoint, look: CurveStyle) -> Entry:
    (marker,) = axes.plot(
        point.x, point.y, "o", markersize=9, markerfacecolor="white", markeredgecolor=INK
    )
    return marker, name_point(point, look.brief_labels)
