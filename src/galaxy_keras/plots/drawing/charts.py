"""Interactive pictures, described as data in the terms of plotly.

A plot that has one describes it from the same numbers, looks and names as its drawing.
`plots.pages` puts it into a page.
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
"""Of CSS, on any screen."""
FONTS = f"{FONT}, Verdana, sans-serif"
_DASHES = {"-": "solid", "--": "dash", "-.": "dashdot", ":": "dot"}


@dataclass(frozen=True)
class Chart:
    """An interactive picture.

    Attributes
    ----------
    traces
        What plotly calls so: a line, bars or cells each, with their data.
    layout
        Axes, legend, type and height.
    width
        Pixels; on a narrower screen it is as wide as that.
    min_width
        Pixels; on a still narrower screen it is scrolled.
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
        Width and height in inches where the user gave none.
    min_width
        Inches that long names need beside the data.
    layout
        Axes (`xaxis`, `yaxis`, ...) and whatever else differs from chart to chart.
    """
    width, height = settings.width or size[0], settings.height or size[1]
    font = settings.font_size / POINTS_PER_INCH * PIXELS_PER_INCH
    common = {
        "height": height * PIXELS_PER_INCH,
        "font": {"family": FONTS, "size": font, "color": INK},
        "hoverlabel": {"align": "left", "bgcolor": "white", "font": {"family": FONTS}},
        # Below the axes there is room on a phone too.
        "legend": {"orientation": "h", "x": 0, "y": 0, "yref": "container", "yanchor": "bottom"},
        # On top there is room for plotly's buttons.
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
    """Return an axis of a chart; `more` is what plotly calls its attributes."""
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


def make_line(look: Mapping[str, Any]) -> dict[str, Any]:
    """Return the line that matplotlib draws for `color`, `linestyle` and `linewidth`."""
    width = look.get("linewidth", 1.8)
    style = look.get("linestyle", "-")
    if isinstance(style, tuple):
        dash = ",".join(f"{length * width:g}px" for length in style[1])
    else:
        dash = _DASHES[style]
    return {"color": look["color"], "dash": dash, "width": width}


def escape_text(text: str) -> str:
    """Return a text that plotly shows as it is, rather than as markup or, between $, as TeX."""
    return html.escape(clean_text(text), quote=False).replace("$", "&#36;")
