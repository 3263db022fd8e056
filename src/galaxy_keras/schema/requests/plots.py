"""Requests for plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import Field, model_validator

from galaxy_keras.catalogue.colormaps import COLORMAPS
from galaxy_keras.catalogue.plot import DEFAULT_DPI, DEFAULT_FONT_SIZE, FORMATS, FigureFormat
from galaxy_keras.errors import ConfigurationError, list_names, suggest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.values.component import FrozenModel

REVERSED = "_r"
"""The suffix of matplotlib's names of reversed colormaps."""


class FigureSettings(FrozenModel):
    """The size and the title of a figure.

    Attributes
    ----------
    title
        Title above the figure; None for the default of the plot, an empty text for no title.
    width, height
        Size in inches; None for the default of the plot.
    dpi
        Resolution in pixels per inch.
    font_size
        Font size in points.
    """

    title: str | None = None
    width: float | None = None
    height: float | None = None
    dpi: int = DEFAULT_DPI
    font_size: float = DEFAULT_FONT_SIZE


class ImportanceRequest(FrozenModel):
    """A request for the permutation importances of a network's features.

    Attributes
    ----------
    model
        The fitted model.
    features, target
        Tables whose rows belong together, ideally rows that it was not trained on.
    scoring
        Name of a scorer; None for accuracy or r2.
    repeats
        Number of times each feature is shuffled.
    rows
        Maximum number of rows, chosen at random.
    seed
        Random seed of the row sample and the shuffling.
    """

    model: Path
    features: TableSource
    target: TableSource
    scoring: str | None
    repeats: int
    rows: int
    seed: int


class PermutationImportances(FrozenModel):
    """Decrease in the score of a network when a feature is shuffled.

    Attributes
    ----------
    names
        Names of the features.
    importances_mean, importances_std
        Mean and standard deviation of the decrease over the repeats, one for each feature.
    scorer
        Name of the scorer, with its class where it is the score of one.
    repeats
        Number of times each feature was shuffled.
    rows
        Number of rows that were scored.
    """

    names: tuple[str, ...]
    importances_mean: tuple[float, ...]
    importances_std: tuple[float, ...]
    scorer: str
    repeats: int
    rows: int


class FilterMotif(FrozenModel):
    """The sites of one filter of a convolution.

    Attributes
    ----------
    number
        The number of the filter, from 1.
    sites
        How many there are.
    counts
        How often each letter is at each position, shape (positions, letters).
    """

    number: int
    sites: int
    counts: tuple[tuple[float, ...], ...]


class FilterMotifs(FrozenModel):
    """What the filters of a convolution respond to.

    Attributes
    ----------
    layer
        The convolution.
    letters
        The letters, in the order of the counts.
    background
        The share of each letter in the samples.
    samples
        How many there are.
    motifs
        One for each filter.
    """

    layer: str
    letters: str
    background: tuple[float, ...]
    samples: int
    motifs: tuple[FilterMotif, ...]


class Mutagenesis(FrozenModel):
    """The change of an output for each letter at each position of a sequence.

    Attributes
    ----------
    name, sequence
        The sequence.
    letters
        The letters, in the order of the differences.
    label
        The output.
    output
        What it is for the sequence itself.
    differences
        Output with that letter there minus `output`, shape (positions, letters).
    """

    name: str
    sequence: str
    letters: str
    label: str
    output: float
    differences: tuple[tuple[float, ...], ...]


class PlotRequest(FrozenModel):
    """A request for one figure.

    Attributes
    ----------
    plot
        A name in `catalogue.plots.PLOTS`.
    inputs
        Input files by the names of the catalogue, None for one that is left out; or, in their
        place, what was computed from them.
    options
        Values of all options of the plot, by the names of the catalogue, but that of the output
        which the inputs are of (`TableSource.output_name`).
    settings
        Size and title of the figure.
    output
        The file to write.
    format
        Format of the file; None for the one that the suffix of `output` names.
    files
        Further files to write, by the names of the catalogue.

    Raises
    ------
    ConfigurationError
        If the format cannot be determined, or there is no such colormap.
    """

    plot: str
    inputs: dict[
        str, TableSource | Path | PermutationImportances | FilterMotifs | Mutagenesis | None
    ]
    options: dict[str, Any]
    settings: FigureSettings = FigureSettings()
    output: Path
    format: FigureFormat | None = None
    files: dict[str, Path] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        choose_format(self.output, self.format)
        if "colormap" in self.options:
            find_colormap_name(self.options["colormap"])
        return self


def choose_format(path: Path, requested: FigureFormat | None = None) -> FigureFormat:
    """Return the requested format, or the one that the suffix of `path` names.

    Raises
    ------
    ConfigurationError
        If no format is requested and the suffix names none.
    """
    if requested is not None:
        return requested
    for known in FORMATS:
        if path.suffix.lower() == f".{known}":
            return known
    raise ConfigurationError(
        f"{path} has no suffix that determines the format of the figure. "
        f"End its name in {list_names([f'.{known}' for known in FORMATS])}, or give --format"
    )


def find_colormap_name(name: str) -> str:
    """Return the name of a colormap as matplotlib writes it; its case does not matter.

    Raises
    ------
    ConfigurationError
        If there is no such colormap; the message suggests the closest name.
    """
    requested = name.strip().casefold()
    for known in COLORMAPS:
        if requested.removesuffix(REVERSED) == known.casefold():
            return known + REVERSED if requested.endswith(REVERSED) else known
    raise ConfigurationError(
        f'there is no colormap "{name}".{suggest(name, COLORMAPS)} '
        f"Choose from: {list_names(COLORMAPS, most=len(COLORMAPS))}; "
        f"each also exists reversed, with {REVERSED} after its name"
    )
