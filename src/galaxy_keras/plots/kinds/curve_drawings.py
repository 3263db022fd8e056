"""Drawing of ROC and precision-recall curves."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from galaxy_keras.errors import DataError, list_names
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import INK
from galaxy_keras.plots.inputs.scores import read_class_scores
from galaxy_keras.plots.kinds.curve_charts import chart_curves
from galaxy_keras.plots.kinds.curve_styles import (
    CHANCE,
    MAX_POINTS_PER_CURVE,
    CurveStyle,
    choose_line,
    describe_rows,
    downsample_points,
    has_many_classes,
    name_all_classes,
    name_curve,
    name_point,
)
from galaxy_keras.plots.kinds.curves import CurveMethod, Curves, OperatingPoint, compute_curves
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

SIZE = (6.2, 6.2)
SIZE_WITH_LEGEND = (9.4, 6.2)

Entry = tuple[Artist, str]
"""A line of the legend."""


def plot_curves(
    method: CurveMethod,
    style: CurveStyle,
    *,
    true: TableSource,
    scores: TableSource,
    pos_label: str | None,
    class_names: str | None,
    threshold: float | None,
    report_minimum_n_positives: int,
    settings: FigureSettings,
) -> Drawing:
    """Read true classes and scores and draw the curves of one kind.

    Raises
    ------
    ConfigurationError
        If there is no class `pos_label`, or there is not one name for each class.
    DataError
        If the tables cannot be used, do not belong together, or give no curve.
    """
    paired = read_class_scores(true, scores, pos_label=pos_label, class_names=class_names)
    try:
        curves = compute_curves(
            paired, method, threshold=threshold, minimum_positives=report_minimum_n_positives
        )
    except DataError as error:
        raise error.with_prefix(str(true.path)) from None
    return draw_curves(curves, style, settings=settings)


def draw_curves(curves: Curves, style: CurveStyle, *, settings: FigureSettings) -> Drawing:
    """Draw the curves, the chance level and the operating point."""
    size = SIZE if len(curves.curves) == 1 else SIZE_WITH_LEGEND
    figure = create_figure(settings, size, title=style.title, subtitle=describe_rows(curves))
    axes = figure.add_subplot(
        xlim=(-0.01, 1.01), ylim=(-0.01, 1.02), xlabel=style.labels[0], ylabel=style.labels[1]
    )
    axes.grid()
    entries = _draw_lines(axes, curves, style)
    chance = style.find_chance(curves)
    if chance is not None:
        (line,) = axes.plot((0, 1), chance.y, **CHANCE)
        entries.append((line, chance.label))
    if curves.point is not None:
        entries.append(_mark_point(axes, curves.point, style))
    add_legend(figure, axes, entries, style.corner)
    areas = list_names([name_curve(curve, style.area) for curve in curves.curves])
    return Drawing(
        figure,
        choose_title(settings, style.title),
        f"{style.description}: {areas}.",
        chart=partial(chart_curves, curves, style, settings),
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


def _draw_lines(axes: Axes, curves: Curves, style: CurveStyle) -> list[Entry]:
    many_classes = has_many_classes(curves)
    drawstyle: Any = "steps-post" if style.steps else "default"
    entries: list[Entry] = []
    for number, curve in enumerate(curves.curves):
        points = downsample_points(curve.points, MAX_POINTS_PER_CURVE)
        line_style = choose_line(curve, number, many_classes=many_classes)
        (line,) = axes.plot(points.x, points.y, drawstyle=drawstyle, **line_style)
        if many_classes and number == 0:
            entries.append((line, name_all_classes(curves, style.area)))
        if curve.kind != "class" or not many_classes:
            entries.append((line, name_curve(curve, style.area)))
    return entries


def _mark_point(axes: Axes, point: OperatingPoint, style: CurveStyle) -> Entry:
    (marker,) = axes.plot(
        point.x, point.y, "o", markersize=9, markerfacecolor="white", markeredgecolor=INK
    )
    return marker, name_point(point, style.brief_labels)
