"""The plots of `ml-visualization-ex`: their inputs and options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry

FORMATS: Final = ("png", "svg", "pdf", "html")
"""The formats of a picture, each the suffix of its files."""

DEFAULT_DPI: Final = 125
DEFAULT_FONT_SIZE: Final = 10.0

FIGURE_PARAMETERS: Final = (
    Parameter(name="title", kind=Kind.TEXT, default=None, help="Title above the plot."),
    Parameter(
        name="width",
        kind=Kind.NUMBER,
        default=None,
        minimum=1,
        maximum=60,
        help="Width in inches; each plot has its own default.",
    ),
    Parameter(
        name="height",
        kind=Kind.NUMBER,
        default=None,
        minimum=1,
        maximum=60,
        help="Height in inches; each plot has its own default.",
    ),
    Parameter(
        name="dpi",
        kind=Kind.INTEGER,
        default=DEFAULT_DPI,
        minimum=20,
        maximum=1200,
        help="Pixels per inch of a PNG.",
    ),
    Parameter(
        name="font_size",
        kind=Kind.NUMBER,
        default=DEFAULT_FONT_SIZE,
        minimum=4,
        maximum=40,
        help="Size of the text in points.",
    ),
)
"""What can be set for every plot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotInput:
    """One file that a plot is drawn from.

    Attributes
    ----------
    name
        The name of its option and of the keyword of the drawing function.
    help
        One line.
    table
        Whether it is a table whose header and columns are chosen by the user; otherwise the
        file alone is given.
    required
        Whether the plot cannot do without it.
    """

    name: str
    help: str
    table: bool = True
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotEntry(Entry):
    """A plot: `parameters` are its options, `inputs` the files that it is drawn from."""

    inputs: tuple[PlotInput, ...] = ()


_CLASS_ORDER = Parameter(
    name="class_order",
    kind=Kind.TEXT,
    default=None,
    help="Labels in the order to show them, separated by commas.",
)
_CLASS_NAMES = Parameter(
    name="class_names",
    kind=Kind.TEXT,
    default=None,
    help="Names to show for the classes, in their order, separated by commas.",
)

PLOTS: Final = Registry(
    "plot",
    (
        PlotEntry(
            name="confusion-matrix",
            module="galaxy_keras.plots.confusion_matrix",
            help="How many rows of each true class were predicted as which class.",
            aliases=("classification_confusion_matrix",),
            inputs=(
                PlotInput(name="true", help="Table with the true labels."),
                PlotInput(name="predicted", help="Table with the predicted labels."),
            ),
            parameters=(
                Parameter(
                    name="normalize",
                    kind=Kind.CHOICE,
                    default="none",
                    choices=("none", "true", "pred", "all"),
                    help="Show shares of the true class, of the predicted class or of all rows.",
                ),
                _CLASS_NAMES,
                _CLASS_ORDER,
                Parameter(
                    name="colormap",
                    kind=Kind.TEXT,
                    default="Greens",
                    help="Any colormap of matplotlib; upper and lower case do not matter.",
                ),
            ),
        ),
        PlotEntry(
            name="training-history",
            module="galaxy_keras.plots.training_history",
            help="Loss and metrics by epoch, for training and validation.",
            inputs=(
                PlotInput(
                    name="history",
                    table=False,
                    help="Table of keras-train-and-eval --output-history.",
                ),
            ),
            parameters=(
                Parameter(
                    name="monitor",
                    kind=Kind.TEXT,
                    default=None,
                    help="Column that says which epoch is best (default: val_loss, else loss).",
                ),
                Parameter(
                    name="mode",
                    kind=Kind.CHOICE,
                    default="auto",
                    choices=("auto", "min", "max"),
                    help="Whether the best epoch has the lowest or the highest value; "
                    "auto goes by the name of the metric.",
                ),
            ),
        ),
    ),
)

COLORMAPS: Final = (
    "magma", "inferno", "plasma", "viridis", "cividis", "twilight", "twilight_shifted", "turbo",
    "berlin", "managua", "vanimo", "Blues", "BrBG", "BuGn", "BuPu", "CMRmap", "GnBu", "Greens",
    "Greys", "OrRd", "Oranges", "PRGn", "PiYG", "PuBu", "PuBuGn", "PuOr", "PuRd", "Purples",
    "RdBu", "RdGy", "RdPu", "RdYlBu", "RdYlGn", "Reds", "Spectral", "Wistia", "YlGn", "YlGnBu",
    "YlOrBr", "YlOrRd", "afmhot", "autumn", "binary", "bone", "brg", "bwr", "cool", "coolwarm",
    "copper", "cubehelix", "flag", "gist_earth", "gist_gray", "gist_heat", "gist_ncar",
    "gist_rainbow", "gist_stern", "gist_yarg", "gnuplot", "gnuplot2", "gray", "hot", "hsv", "jet",
    "nipy_spectral", "ocean", "pink", "prism", "rainbow", "seismic", "spring", "summer", "terrain",
    "winter", "Accent", "Dark2", "Paired", "Pastel1", "Pastel2", "Set1", "Set2", "Set3", "tab10",
    "tab20", "tab20b", "tab20c",
)  # fmt: skip
"""The colormaps of matplotlib; each also exists reversed, as its name with `_r`."""
