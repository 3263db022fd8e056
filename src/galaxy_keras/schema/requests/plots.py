"""What one picture is asked to show, and where it goes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal, Self, get_args

from pydantic import model_validator

from galaxy_keras.catalogue.colormaps import COLORMAPS
from galaxy_keras.catalogue.plot import DEFAULT_DPI, DEFAULT_FONT_SIZE
from galaxy_keras.errors import ConfigurationError, list_names, suggest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.values.component import FrozenModel

FigureFormat = Literal["png", "svg", "pdf", "html"]
FORMATS: tuple[FigureFormat, ...] = get_args(FigureFormat)
REVERSED = "_r"
"""What matplotlib adds to the name of a colormap for the same one in reverse."""


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


class ImportanceRequest(FrozenModel):
    """What the importances of a network's features are measured on.

    Attributes
    ----------
    model
        The fitted model.
    features, target
        Tables whose rows belong together, best ones that it was not trained on.
    scoring
        A scorer; None for accuracy or r2.
    repeats
        How many times each feature is shuffled.
    rows
        On so many rows at most, chosen at random.
    seed
        Of the choice and the shuffling.
    """

    model: Path
    features: TableSource
    target: TableSource
    scoring: str | None
    repeats: int
    rows: int
    seed: int


class PermutationImportances(FrozenModel):
    """How far the score of a network falls when a feature is shuffled.

    Attributes
    ----------
    names
        The features.
    means, deviations
        Over the repeats, one for each feature.
    scorer, repeats, rows
        What was measured, how many times and on how many rows.
    """

    names: tuple[str, ...]
    means: tuple[float, ...]
    deviations: tuple[float, ...]
    scorer: str
    repeats: int
    rows: int


class PlotRequest(FrozenModel):
    """One picture.

    Attributes
    ----------
    plot
        A name in `catalogue.plots.PLOTS`.
    inputs
        The files, by the names of the catalogue; None where an input is left out. What the
        tool measures on files stands in their place.
    options
        The plot's own options, by the names of the catalogue, complete.
    figure
        Size and title.
    output
        The file to write.
    format
        None for the one that the suffix of `output` names.

    Raises
    ------
    ConfigurationError
        If there is no format, or no such colormap.
    """

    plot: str
    inputs: dict[str, TableSource | Path | PermutationImportances | None]
    options: dict[str, Any]
    figure: FigureSettings = FigureSettings()
    output: Path
    format: FigureFormat | None = None

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        choose_format(self.output, self.format)
        if "colormap" in self.options:
            find_colormap_name(self.options["colormap"])
        return self


def choose_format(path: Path, wanted: FigureFormat | None = None) -> FigureFormat:
    """Return the format that is wanted, or the one that the suffix of `path` names.

    Raises
    ------
    ConfigurationError
        If none is wanted and the suffix names none.
    """
    if wanted is not None:
        return wanted
    for known in FORMATS:
        if path.suffix.lower() == f".{known}":
            return known
    raise ConfigurationError(
        f"{path} does not say in which format to write the picture. "
        f"End its name in {list_names([f'.{known}' for known in FORMATS])}, or give --format"
    )


def find_colormap_name(name: str) -> str:
    """Return the name of a colormap as matplotlib writes it; its case does not matter.

    Raises
    ------
    ConfigurationError
        If there is none; the message suggests the closest name.
    """
    wanted = name.strip().casefold()
    for known in COLORMAPS:
        if wanted.removesuffix(REVERSED) == known.casefold():
            return known + REVERSED if wanted.endswith(REVERSED) else known
    raise ConfigurationError(
        f'there is no colormap "{name}".{suggest(name, COLORMAPS)} '
        f"Known are: {list_names(COLORMAPS, most=len(COLORMAPS))}; "
        f"each also exists reversed, with {REVERSED} after its name"
    )
