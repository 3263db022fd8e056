"""Elements common to all figures: size, title and alternative text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from galaxy_keras.plots.drawing.charts import ChartMaker
from galaxy_keras.plots.drawing.style import INK, MUTED
from galaxy_keras.plots.drawing.text import POINTS_PER_INCH, clean_text, wrap_text
from galaxy_keras.schema.requests.plots import FigureSettings

MARGIN = 0.12
"""Inches around the figure."""
LINE_SPACING = 1.25
MIN_WIDTH = 6.0
HEADER_AND_LEGEND = 1.1
TITLE_SCALE = 1.3


@dataclass(frozen=True)
class Drawing:
    """A figure and its alternative text.

    Attributes
    ----------
    figure
        The figure.
    title
        Title on one line.
    description
        What the figure shows, as alternative text, and for the log.
    tooltips
        Full texts of what is shortened in the figure, by the `gid` of the drawn text.
    chart
        Makes the interactive version of the figure; None for a plot without one.
    files
        Write what the figure shows to a file, by the name of the output in the catalogue.
    """

    figure: Figure
    title: str
    description: str
    tooltips: dict[str, str] = field(default_factory=dict)
    chart: ChartMaker | None = None
    files: Mapping[str, Callable[[Path], None]] = field(default_factory=dict)


def create_figure(
    settings: FigureSettings,
    size: tuple[float, float],
    *,
    title: str,
    subtitle: str = "",
) -> Figure:
    """Return an empty figure with its title.

    Parameters
    ----------
    settings
        Size and title that the user chose.
    size
        Default width and height in inches.
    title
        Default title.
    subtitle
        One sentence below the title, in a lighter colour.
    """
    width, height = settings.width or size[0], settings.height or size[1]
    chosen = title if settings.title is None else settings.title
    header = _break_header(clean_text(chosen), clean_text(subtitle), settings.font_size, width)
    used = MARGIN + sum(line.height for line in header)
    engine = ConstrainedLayoutEngine(
        rect=(0, 0, 1, max(1 - used / height, 0.2)), w_pad=MARGIN, h_pad=MARGIN
    )
    figure = Figure(figsize=(width, height), dpi=settings.dpi, layout=engine)
    _draw_header(figure, header)
    return figure


def create_panels(
    settings: FigureSettings,
    count: int,
    panel: tuple[float, float],
    *,
    title: str,
    subtitle: str = "",
) -> tuple[Figure, list[Axes]]:
    """Return a figure with `count` axes, in a grid of up to three columns (two for four axes).

    Parameters
    ----------
    panel
        Approximate width and height of one of the axes in inches.
    settings, title, subtitle
        As in `create_figure`.
    """
    wide = count if count <= 3 else 2 if count == 4 else 3
    high = -(-count // wide)
    size = (max(panel[0] * wide, MIN_WIDTH), panel[1] * high + HEADER_AND_LEGEND)
    figure = create_figure(settings, size, title=title, subtitle=subtitle)
    panels = list(figure.subplots(high, wide, squeeze=False).flat)
    for unused in panels[count:]:
        unused.set_visible(False)
    return figure, panels[:count]


def choose_title(settings: FigureSettings, title: str) -> str:
    """Return the title that the user chose, or the default `title`, on one line."""
    return clean_text(settings.title or title)


@dataclass(frozen=True)
class _Line:
    text: str
    size: float
    bold: bool

    @property
    def height(self) -> float:
        return self.size * LINE_SPACING / POINTS_PER_INCH


def _break_header(title: str, subtitle: str, font_size: float, width: float) -> list[_Line]:
    room = width - 2 * MARGIN
    title_size = font_size * TITLE_SCALE
    titles = wrap_text(title, title_size, room, lines=3, bold=True)
    subtitles = wrap_text(subtitle, font_size, room, lines=3)
    return [
        *(_Line(text, title_size, bold=True) for text in titles),
        *(_Line(text, font_size, bold=False) for text in subtitles),
    ]


def _draw_header(figure: Figure, header: list[_Line]) -> None:
    width, height = figure.get_size_inches()
    top = MARGIN
    for line in header:
        figure.text(
            MARGIN / width,
            1 - top / height,
            line.text,
            fontsize=line.size,
            fontweight="bold" if line.bold else "normal",
            color=INK if line.bold else MUTED,
            va="top",
            in_layout=False,
        )
        top += line.height
