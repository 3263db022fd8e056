"""ROC and precision-recall curves as interactive charts: thresholds, rates and counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.charts import (
    Chart,
    Trace,
    create_chart,
    escape_text,
    make_axis,
    make_line,
)
from galaxy_keras.plots.drawing.style import INK
from galaxy_keras.plots.drawing.text import format_count
from galaxy_keras.plots.kinds.curve_styles import (
    CHANCE,
    MAX_POINTS_PER_CURVE,
    ChanceLine,
    CurveStyle,
    choose_line,
    downsample_points,
    has_many_classes,
    name_all_classes,
    name_curve,
    name_point,
)
from galaxy_keras.plots.kinds.curves import Curve, Curves, OperatingPoint
from galaxy_keras.schema.requests.plots import FigureSettings

SIZE = (7.5, 7.0)
MAX_POINTS = 20_000


def chart_curves(curves: Curves, style: CurveStyle, settings: FigureSettings) -> Chart:
    """Return the interactive chart of the curves, the chance level and the operating point."""
    many_classes = has_many_classes(curves)
    max_points = min(MAX_POINTS_PER_CURVE, MAX_POINTS // len(curves.curves))
    traces = []
    for number, curve in enumerate(curves.curves):
        line = choose_line(curve, number, many_classes=many_classes)
        traces.append(_make_curve_trace(curve, style, line, max_points))
    if many_classes:
        _gather_classes(traces, curves, style)
    chance = style.find_chance(curves)
    if chance is not None:
        traces.append(_make_chance_trace(chance))
    if curves.point is not None:
        traces.append(_make_point_trace(curves.point, style))
    return create_chart(
        settings,
        traces,
        SIZE,
        xaxis=make_axis(style.labels[0], range=[-0.01, 1.01]),
        yaxis=make_axis(style.labels[1], range=[-0.01, 1.02]),
        hovermode="closest",
    )


def _make_curve_trace(
    curve: Curve, style: CurveStyle, line: dict[str, Any], max_points: int
) -> Trace:
    points = downsample_points(curve.points, max_points)
    fractions = zip(
        ("x", "y"), style.labels, (points.x, points.y), style.count_rows(curve), strict=True
    )
    lines = ["<b>%{fullData.name}</b>"]
    counts: list[FloatArray] = []
    for axis, label, values, rows in fractions:
        text = f"{label} %{{{axis}:.4f}}"
        if rows:
            text += f" (%{{customdata[{len(counts)}]:,.0f}} of {format_count(rows)} rows)"
            counts.append(np.rint(values * rows))
        lines.append(text)
    if points.thresholds is not None:
        lines.append(f"Threshold %{{customdata[{len(counts)}]:.4g}}")
        counts.append(points.thresholds)
    trace: Trace = {
        "type": "scatter",
        "mode": "lines",
        "name": escape_text(name_curve(curve, style.area)),
        "x": points.x,
        "y": points.y,
        "line": make_line(line) | {"shape": "hv" if style.steps else "linear"},
        "hovertemplate": "<br>".join(lines) + "<extra></extra>",
    }
    return trace | ({"customdata": np.stack(counts, axis=1)} if counts else {})


def _gather_classes(traces: list[Trace], curves: Curves, style: CurveStyle) -> None:
    """Give all classes one entry of the legend."""
    classes = [
        trace for trace, curve in zip(traces, curves.curves, strict=True) if curve.kind == "class"
    ]
    for trace in classes:
        trace |= {"legendgroup": "classes", "showlegend": False}
    entry = {"type": "scatter", "x": [None], "y": [None], "mode": "lines"}
    entry |= {"name": name_all_classes(curves, style.area), "line": classes[0]["line"]}
    traces.append(entry | {"legendgroup": "classes"})


def _make_chance_trace(chance: ChanceLine) -> Trace:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": chance.label,
        "x": [0, 1],
        "y": list(chance.y),
        "line": make_line(CHANCE),
        "hoverinfo": "skip",
    }


def _make_point_trace(point: OperatingPoint, style: CurveStyle) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name_point(point, style.brief_labels),
        "x": [point.x],
        "y": [point.y],
        "marker": {"size": 11, "color": "white", "line": {"color": INK, "width": 1.5}},
        "hovertemplate": "%{fullData.name}<extra></extra>",
    }
