"""What the catalogue knows about a plot, and the inputs and options that several plots share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from galaxy_keras.catalogue.constructors import count, integer, number, text
from galaxy_keras.catalogue.parameters import Entry

FigureFormat = Literal["png", "svg", "pdf", "html"]
FORMATS: Final[tuple[FigureFormat, ...]] = get_args(FigureFormat)
"""The formats of a figure, each the suffix of its files."""

DEFAULT_DPI: Final = 125
DEFAULT_FONT_SIZE: Final = 10.0

FIGURE_PARAMETERS: Final = (
    text("title", "Title above the plot.", None),
    number("width", "Width in inches; each plot has its own default.", None, minimum=1, maximum=60),
    number(
        "height", "Height in inches; each plot has its own default.", None, minimum=1, maximum=60
    ),
    integer("dpi", "Pixels per inch of a PNG.", DEFAULT_DPI, minimum=20, maximum=1200),
    number("font_size", "Size of the text in points.", DEFAULT_FONT_SIZE, minimum=4, maximum=40),
)
"""The options of every plot."""


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
        Whether it is a table whose header and columns the user chooses; otherwise only the
        file is given.
    required
        Whether the plot needs it.
    """

    name: str
    help: str
    table: bool = True
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotOutput:
    """A file that a plot writes on request, beside the figure.

    Attributes
    ----------
    name
        What it is called.
    help
        One line.
    """

    name: str
    help: str

    @property
    def option(self) -> str:
        """The name of its option."""
        return f"output_{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotEntry(Entry):
    """A plot: `parameters` are its options, `inputs` the files that it is drawn from.

    `outputs` are files that it writes on request, beside the figure.
    """

    inputs: tuple[PlotInput, ...] = ()
    outputs: tuple[PlotOutput, ...] = ()


CLASS_ORDER = text("class_order", "Labels in the order to show them, separated by commas.", None)
CLASS_NAMES = text(
    "class_names", "Names to show for the classes, in their order, separated by commas.", None
)

IMPORTANCE_THRESHOLD = number("threshold", "Leave out features of lower importance.", None)
TOP = count("top", "Maximum number of features shown.", 30, maximum=500)
LABELS = (
    PlotInput(name="true", help="Table with the true labels."),
    PlotInput(name="predicted", help="Table with the predicted labels."),
)
VALUES = (
    PlotInput(name="true", help="Table with the true values, one column for each output."),
    PlotInput(name="predicted", help="Table with the predicted values, in the same order."),
)
TRUE_CLASSES = PlotInput(
    name="true", help="Table with the true labels (or one column of 0 and 1 for each class)."
)
SCORES = PlotInput(
    name="scores", help="Table with the probability of each class, or one column of scores."
)
POS_LABEL = text(
    "pos_label",
    "Positive class for one-vs-rest (default: of two classes the last; otherwise all classes).",
    None,
)
OUTPUT_NAME = text(
    "output_name",
    "Output of the network that is drawn, of tables with the columns of several: NAME, NAME_....",
    None,
)
"""Chooses columns before the plot reads them; no plot gets it."""
CURVE_PARAMETERS = (
    POS_LABEL,
    CLASS_NAMES,
    number("threshold", "Threshold to mark on the curve (default: 0.5 for probabilities).", None),
    integer("report_minimum_n_positives", "Leave out classes with fewer rows.", 1, minimum=0),
    OUTPUT_NAME,
)
