"""What one picture is asked to show, and where it goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from galaxy_keras.catalogue.plots import DEFAULT_DPI, DEFAULT_FONT_SIZE
from galaxy_keras.schema.component import FrozenModel
from galaxy_keras.schema.runs import TableSource

PictureFormat = Literal["png", "svg", "pdf", "html"]


class FigureSettings(FrozenModel):
    """The size and the title of a picture.

    Attributes
    ----------
    title
        None for the plot's own title; an empty text for none.
    width, height
        Inches; None for the plot's own size.
    dpi
        Pixels per inch.
    font_size
        Points.
    """

    title: str | None = None
    width: float | None = None
    height: float | None = None
    dpi: int = DEFAULT_DPI
    font_size: float = DEFAULT_FONT_SIZE


class PlotRequest(FrozenModel):
    """One picture.

    Attributes
    ----------
    plot
        A name in `catalogue.plots.PLOTS`.
    inputs
        The files, by the names of the catalogue; None where an input is left out.
    options
        The plot's own options, by the names of the catalogue, complete.
    figure
        Size and title.
    output
        The file to write.
    format
        None for the one that the suffix of `output` names.
    """

    plot: str
    inputs: dict[str, TableSource | Path | None]
    options: dict[str, Any]
    figure: FigureSettings = FigureSettings()
    output: Path
    format: PictureFormat | None = None
