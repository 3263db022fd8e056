"""What the catalogue says of a plot, and the inputs and options that several plots share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter

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


CLASS_ORDER = Parameter(
    name="class_order",
    kind=Kind.TEXT,
    default=None,
    help="Labels in the order to show them, separated by commas.",
)
CLASS_NAMES = Parameter(
    name="class_names",
    kind=Kind.TEXT,
    default=None,
    help="Names to show for the classes, in their order, separated by commas.",
)

IMPORTANCE_THRESHOLD = Parameter(
    name="threshold",
    kind=Kind.NUMBER,
    default=None,
    help="Leave out features of less importance.",
)
TOP = Parameter(
    name="top",
    kind=Kind.INTEGER,
    default=30,
    minimum=1,
    maximum=500,
    help="Show at most so many features.",
)
LABELS = (
    PlotInput(name="true", help="Table with the true labels."),
    PlotInput(name="predicted", help="Table with the predicted labels."),
)
VALUES = (
    PlotInput(name="true", help="Table with the true values, one column for each output."),
    PlotInput(name="predicted", help="Table with the predicted values, in the same order."),
)
TRUE_CLASSES = PlotInput(
    name="true",
    help="Table with the true labels (or one column of 0 and 1 for each class).",
)
SCORES = PlotInput(
    name="scores",
    help="Table with the probability of each class, or one column of scores.",
)
POS_LABEL = Parameter(
    name="pos_label",
    kind=Kind.TEXT,
    default=None,
    help="Label of the class to hold against the rest (default: of two classes the last, "
    "of more all).",
)
CURVE_PARAMETERS = (
    POS_LABEL,
    CLASS_NAMES,
    Parameter(
        name="threshold",
        kind=Kind.NUMBER,
        default=None,
        help="Threshold to mark on the curve (default: 0.5 for probabilities).",
    ),
    Parameter(
        name="report_minimum_n_positives",
        kind=Kind.INTEGER,
        default=1,
        minimum=0,
        help="Leave out classes with fewer rows.",
    ),
)
