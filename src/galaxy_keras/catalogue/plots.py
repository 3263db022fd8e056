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

_THRESHOLD_OF_IMPORTANCE = Parameter(
    name="threshold",
    kind=Kind.NUMBER,
    default=None,
    help="Leave out features of less importance.",
)
_TOP = Parameter(
    name="top",
    kind=Kind.INTEGER,
    default=30,
    minimum=1,
    maximum=500,
    help="Show at most so many features.",
)
_LABELS = (
    PlotInput(name="true", help="Table with the true labels."),
    PlotInput(name="predicted", help="Table with the predicted labels."),
)
_VALUES = (
    PlotInput(name="true", help="Table with the true values, one column for each output."),
    PlotInput(name="predicted", help="Table with the predicted values, in the same order."),
)
_TRUE_CLASSES = PlotInput(
    name="true",
    help="Table with the true labels (or one column of 0 and 1 for each class).",
)
_SCORES = PlotInput(
    name="scores",
    help="Table with the probability of each class, or one column of scores.",
)
_POS_LABEL = Parameter(
    name="pos_label",
    kind=Kind.TEXT,
    default=None,
    help="Label of the class to hold against the rest (default: of two classes the last, "
    "of more all).",
)
_CURVE_PARAMETERS = (
    _POS_LABEL,
    _CLASS_NAMES,
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

PLOTS: Final = Registry(
    "plot",
    (
        PlotEntry(
            name="confusion-matrix",
            module="galaxy_keras.plots.confusion_matrix",
            help="How many rows of each true class were predicted as which class.",
            aliases=("classification_confusion_matrix", "confusion_matrix"),
            inputs=_LABELS,
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
            aliases=("training_history",),
            inputs=(
                PlotInput(
                    name="history",
                    table=False,
                    required=False,
                    help="Table of keras-train-and-eval --output-history.",
                ),
                PlotInput(
                    name="model",
                    table=False,
                    required=False,
                    help="Fitted model, instead of the table: it holds its history.",
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
        PlotEntry(
            name="roc-curve",
            module="galaxy_keras.plots.roc_curve",
            help="True against false positive rate as the threshold moves, with the area.",
            aliases=("roc_curve",),
            inputs=(_TRUE_CLASSES, _SCORES),
            parameters=_CURVE_PARAMETERS,
        ),
        PlotEntry(
            name="precision-recall-curve",
            module="galaxy_keras.plots.precision_recall_curve",
            help="Precision against recall as the threshold moves, with the average precision.",
            aliases=("pr_curve", "precision_recall_curve"),
            inputs=(_TRUE_CLASSES, _SCORES),
            parameters=_CURVE_PARAMETERS,
        ),
        PlotEntry(
            name="learning-curve",
            module="galaxy_keras.plots.learning_curve",
            help="Scores by the number of training rows, from a table of scikit-learn's.",
            aliases=("learning_curve",),
            inputs=(
                PlotInput(
                    name="scores",
                    table=False,
                    help="Table with the columns train_sizes_abs, mean_train_scores, "
                    "mean_test_scores and, for the bands, std_train_scores, std_test_scores.",
                ),
            ),
            parameters=(
                Parameter(
                    name="plot_std_err",
                    kind=Kind.BOOLEAN,
                    default=True,
                    help="Show a standard deviation to each side as a band.",
                ),
            ),
        ),
        PlotEntry(
            name="rfecv-scores",
            module="galaxy_keras.plots.rfecv_scores",
            help="Scores of recursive feature elimination by the number of features.",
            aliases=("rfecv_gridscores", "rfecv_scores"),
            inputs=(
                PlotInput(
                    name="scores",
                    help="Table with one score a row, or RFECV's cv_results_ with their header.",
                ),
            ),
            parameters=(
                Parameter(
                    name="steps",
                    kind=Kind.TEXT,
                    default=None,
                    help="Numbers of features, separated by commas (default: 1, 2, 3, ...).",
                ),
            ),
        ),
        PlotEntry(
            name="feature-importances",
            module="galaxy_keras.plots.feature_importances",
            help="How much each feature counts, from a table of importances.",
            aliases=("feature_importances",),
            inputs=(
                PlotInput(
                    name="importances",
                    help="Table with names of features, their importances and, for error bars, "
                    "standard deviations.",
                ),
            ),
            parameters=(
                _THRESHOLD_OF_IMPORTANCE,
                _TOP,
            ),
        ),
        PlotEntry(
            name="permutation-importances",
            module="galaxy_keras.plots.feature_importances",
            help="How far a network's score falls when a feature is shuffled.",
            aliases=("permutation_importances",),
            inputs=(
                PlotInput(name="model", table=False, help="Fitted model."),
                PlotInput(name="features", help="Table of features that it was not trained on."),
                PlotInput(name="target", help="Table of labels or values beside the features."),
            ),
            parameters=(
                Parameter(
                    name="scoring",
                    kind=Kind.TEXT,
                    default=None,
                    help="A scikit-learn scorer (default: accuracy or r2).",
                ),
                Parameter(
                    name="repeats",
                    kind=Kind.INTEGER,
                    default=5,
                    minimum=1,
                    maximum=1000,
                    help="How many times each feature is shuffled.",
                ),
                Parameter(
                    name="rows",
                    kind=Kind.INTEGER,
                    default=1000,
                    minimum=2,
                    help="Measure on so many rows at most, chosen at random.",
                ),
                Parameter(
                    name="seed",
                    kind=Kind.INTEGER,
                    default=0,
                    minimum=0,
                    help="Makes the choice of rows and the shuffling repeatable.",
                ),
                _THRESHOLD_OF_IMPORTANCE,
                _TOP,
            ),
        ),
        PlotEntry(
            name="model-architecture",
            module="galaxy_keras.plots.model_architecture",
            help="The layers of a network with their output shapes and parameters.",
            aliases=("keras_plot_model", "model_architecture"),
            inputs=(
                PlotInput(
                    name="model",
                    table=False,
                    help="JSON of an architecture, a model builder or a fitted model.",
                ),
            ),
        ),
        PlotEntry(
            name="calibration-curve",
            module="galaxy_keras.plots.calibration_curve",
            help="Whether probabilities can be taken at their word.",
            aliases=("calibration_curve",),
            inputs=(_TRUE_CLASSES, _SCORES),
            parameters=(
                _POS_LABEL,
                _CLASS_NAMES,
                Parameter(
                    name="bins",
                    kind=Kind.INTEGER,
                    default=10,
                    minimum=2,
                    maximum=100,
                    help="Into how many bins rows are put by their probability.",
                ),
                Parameter(
                    name="strategy",
                    kind=Kind.CHOICE,
                    default="uniform",
                    choices=("uniform", "quantile"),
                    help="Bins of equal width, or with equally many rows.",
                ),
            ),
        ),
        PlotEntry(
            name="score-distribution",
            module="galaxy_keras.plots.score_distribution",
            help="Which scores the rows of a class get, and which the others.",
            aliases=("score_distribution",),
            inputs=(_TRUE_CLASSES, _SCORES),
            parameters=(
                _POS_LABEL,
                _CLASS_NAMES,
                Parameter(
                    name="threshold",
                    kind=Kind.NUMBER,
                    default=None,
                    help="Threshold to mark.",
                ),
                Parameter(
                    name="bins",
                    kind=Kind.INTEGER,
                    default=40,
                    minimum=2,
                    maximum=500,
                    help="Into how many steps the scores are cut.",
                ),
            ),
        ),
        PlotEntry(
            name="per-class-scores",
            module="galaxy_keras.plots.per_class_scores",
            help="Precision, recall and F1 of each class.",
            aliases=("per_class_scores",),
            inputs=_LABELS,
            parameters=(_CLASS_NAMES, _CLASS_ORDER),
        ),
        PlotEntry(
            name="predicted-vs-true",
            module="galaxy_keras.plots.regression",
            help="Predicted against true values of a regression.",
            aliases=("predicted_vs_true",),
            inputs=_VALUES,
        ),
        PlotEntry(
            name="residuals",
            module="galaxy_keras.plots.regression",
            help="What is left between true and predicted values of a regression.",
            inputs=_VALUES,
        ),
        PlotEntry(
            name="embedding-projection",
            module="galaxy_keras.plots.embedding_projection",
            help="The words of an Embedding layer in two dimensions, alike ones close together.",
            aliases=("embedding_projection",),
            inputs=(
                PlotInput(name="model", table=False, help="Fitted model with an Embedding layer."),
                PlotInput(
                    name="vocabulary",
                    required=False,
                    help="Table with one word a row, in the order of their indices from 0; or "
                    "with words and indices.",
                ),
            ),
            parameters=(
                Parameter(
                    name="method",
                    kind=Kind.CHOICE,
                    default="pca",
                    choices=("pca", "tsne"),
                    help="Principal components, or t-SNE, which keeps neighbours together.",
                ),
                Parameter(
                    name="layer",
                    kind=Kind.TEXT,
                    default=None,
                    help="Name of the Embedding layer (default: the first).",
                ),
                Parameter(
                    name="words",
                    kind=Kind.TEXT,
                    default=None,
                    help="Words to point out, separated by commas.",
                ),
                Parameter(
                    name="top",
                    kind=Kind.INTEGER,
                    default=300,
                    minimum=3,
                    maximum=20_000,
                    help="Project so many words, those with the lowest indices.",
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
    "tab20", "tab20b", "tab20c", "grey", "Grays", "gist_grey", "gist_yerg",
)  # fmt: skip
"""The colormaps of matplotlib; each also exists reversed, as its name with `_r`."""
