"""Interactive charts, as data in the terms of plotly.

A plot with a chart makes it from the same numbers, styles and names as its figure.
`plots.drawing.pages` puts it into a page.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from galaxy_keras.plots.drawing.style import FAINT, FONT, INK, MUTED
from galaxy_keras.plots.drawing.text import POINTS_PER_INCH, clean_text
from galaxy_keras.schema.requests.plots import FigureSettings

Trace = dict[str, Any]

PIXELS_PER_INCH = 96.0
"""CSS pixels."""
FONTS = f"{FONT}, Verdana, sans-serif"
_DASHES = {"-": "solid", "--": "dash", "-.": "dashdot", ":": "dot"}


@dataclass(frozen=True)
class Chart:
    """An interactive chart.

    Attributes
    ----------
    traces
        Plotly traces: one for each line, set of bars or heat map.
    layout
        Plotly layout: axes, legend, fonts and height.
    width
        Width in pixels; less on a narrower screen.
    min_width
        Minimum width in pixels; a narrower screen scrolls.
    """

    traces: Sequence[Trace]
    layout: dict[str, Any]
    width: float
    min_width: float = 0


ChartMaker = Callable[[], Chart]


def create_chart(
    settings: FigureSettings,
    traces: Sequence[Trace],
    size: tuple[float, float],
    *,
    min_width: float = 0,
    **layout: Any,
) -> Chart:
    """Return a chart in the project's style.

    Parameters
    ----------
    size
        Default width and height in inches.
    min_width
        Minimum width in inches, which long names may need.
    layout
        Axes (`xaxis`, `yaxis`, ...) and other parts of plotly's layout.
    """
    width, height = settings.width or size[0], settings.height or size[1]
    font = settings.font_size / POINTS_PER_INCH * PIXELS_PER_INCH
    common = {
        "height": height * PIXELS_PER_INCH,
        "font": {"family": FONTS, "size": font, "color": INK},
        "hoverlabel": {"align": "left", "bgcolor": "white", "font": {"family": FONTS}},
        # The legend goes below the axes because beside them a phone has no room.
        "legend": {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        # The top margin leaves room for plotly's buttons.
        "margin": {"l": 50, "r": 20, "t": 36, "b": 40},
        "modebar": {"color": MUTED, "activecolor": INK, "bgcolor": "white"},
    }
    return Chart(
        traces,
        common | layout,
        width * PIXELS_PER_INCH,
        min(width, min_width) * PIXELS_PER_INCH,
    )


def make_axis(label: str, **more: Any) -> dict[str, Any]:
    """Return an axis of a chart; `more` holds further attributes of plotly's axis."""
    common = {
        "title": {"text": escape_text(label), "standoff": 12},
        "automargin": True,
        "gridcolor": FAINT,
        "linecolor": MUTED,
        "showline": True,
        "ticks": "outside",
        "tickcolor": MUTED,
        "zeroline": False,
    }
    return common | more


def make_line(style: Mapping[str, Any]) -> dict[str, Any]:
    """Return plotly's line for matplotlib's `color`, `linestyle` and `linewidth`."""
    width = style.get("linewidth", 1.8)
    linestyle = style.get("linestyle", "-")
    if isinstance(linestyle, tuple):
        dash = ",".join(f"{length * width:g}px" for length in linestyle[1])
    else:
        dash = _DASHES[linestyle]
    return {"color": style["color"], "dash": dash, "width": width}


def escape_text(text: str) -> str:
    """Return a text that plotly shows as it is, rather than as markup or, between $, as TeX."""
    return html.escape(clean_text(text), quote=False).replace("$", "&#36;")
