"""Confusion matrix: rows by true and predicted class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, to_hex
from matplotlib.image import AxesImage

from galaxy_keras.data.labels import map_codes, match_labels
from galaxy_keras.errors import DataError, count_things
from galaxy_keras.plots.array_types import FloatArray, IntegerArray, LabelArray
from galaxy_keras.plots.drawing.charts import Chart, Trace, create_chart, escape_text, make_axis
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import EMPTY, choose_text_color, make_count_formatter
from galaxy_keras.plots.drawing.text import (
    POINTS_PER_INCH,
    clean_text,
    format_count,
    format_count_briefly,
    measure_widest,
    shorten_text,
)
from galaxy_keras.plots.inputs.classes import Classes, arrange_classes
from galaxy_keras.plots.inputs.sources import read_label_pair
from galaxy_keras.schema.requests.plots import FigureSettings, find_colormap_name
from galaxy_keras.schema.requests.runs import TableSource

Normalization = Literal["none", "true", "pred", "all"]

TITLE = "Confusion matrix"
MAX_CLASSES = 1000
MAX_CLASSES_ANNOTATED = 40
MAX_CLASSES_IN_DEFAULT_SIZE = 20
MAX_DEFAULT_INCHES = 16.0
DEFAULT_INCHES = 7.0
INCHES_BESIDE_CELLS = 2.2
"""Approximate width of names, colour bar and margins."""
MIN_FONT_SIZE = 4.0
READABLE_FONT = 7.0
NUMBER_SCALE = 1.2
MAX_LABEL_LENGTH = 24
MAX_CLASSES_IN_CHART = 200
"""A page with more would be large."""
COLORS_IN_CHART = 32
MIN_CHART_INCHES = 5.0

_COLORBAR_LABELS = {
    "none": "Rows",
    "true": "Fraction of the true class",
    "pred": "Fraction of the predicted class",
    "all": "Fraction of all rows",
}


@dataclass(frozen=True)
class ConfusionMatrix:
    """Counts of rows by true and predicted class.

    Attributes
    ----------
    classes
        The classes, in the order of rows and columns.
    counts
        Numbers of rows, shape (classes, classes), by true class (row) and predicted class
        (column).
    """

    classes: Classes
    counts: IntegerArray

    @property
    def rows(self) -> int:
        """The number of rows counted."""
        return int(self.counts.sum())

    @property
    def correct(self) -> int:
        """The number of correctly classified rows."""
        return int(np.trace(self.counts))

    def normalized(self, by: Normalization) -> FloatArray:
        """Return the normalized counts, shape (classes, classes); NaN for a class without rows.

        Parameters
        ----------
        by
            Whether to normalize over true classes, predicted classes or all rows (as
            scikit-learn's `normalize`); `none` for the counts.
        """
        totals = {
            "none": np.ones(1),
            "true": self.counts.sum(axis=1, keepdims=True),
            "pred": self.counts.sum(axis=0, keepdims=True),
            "all": self.counts.sum(keepdims=True),
        }[by]
        normalized = np.full(self.counts.shape, np.nan)
        np.divide(self.counts, totals, out=normalized, where=totals > 0)
        return normalized


def plot_confusion_matrix(
    *,
    true: TableSource,
    predicted: TableSource,
    normalize: Normalization,
    class_names: str | None,
    class_order: str | None,
    colormap: str,
    settings: FigureSettings,
) -> Drawing:
    """Read true and predicted labels and draw their confusion matrix.

    Raises
    ------
    ConfigurationError
        If the colormap, the class names or their order cannot be used.
    DataError
        If the tables cannot be used, or do not belong together.
    """
    true_labels, predicted_labels = read_label_pair(true, predicted)
    matrix = compute_confusion_matrix(
        true_labels, predicted_labels, order=class_order, names=class_names
    )
    return draw_confusion_matrix(matrix, normalize=normalize, colormap=colormap, settings=settings)


def compute_confusion_matrix(
    true: LabelArray,
    predicted: LabelArray,
    *,
    order: str | None = None,
    names: str | None = None,
) -> ConfusionMatrix:
    """Count the rows of each true class that were predicted as which class.

    Parameters
    ----------
    true, predicted
        One label for each row: integers, numbers or text, not necessarily of the same kind.
    order, names
        As in `plots.inputs.classes.arrange_classes`.

    Raises
    ------
    DataError
        If there are more than `MAX_CLASSES` classes.
    """
    encoded = match_labels(true, predicted)
    labels = [label for each in encoded for label in each.texts]
    _check_class_count(len(set(labels)))
    classes = arrange_classes(labels, order=order, names=names)
    rows, columns = (map_codes(each, classes.labels) for each in encoded)
    return count_confusion_matrix(rows, columns, classes)


def count_confusion_matrix(
    true: IntegerArray, predicted: IntegerArray, classes: Classes
) -> ConfusionMatrix:
    """Count the rows of each true class that were predicted as which class.

    Parameters
    ----------
    true, predicted
        Positions in `classes`, shape (rows,).
    """
    size = len(classes.names)
    counts = np.bincount(true * size + predicted, minlength=size * size).reshape(size, size)
    return ConfusionMatrix(classes, counts)


def draw_confusion_matrix(
    matrix: ConfusionMatrix,
    *,
    normalize: Normalization = "none",
    colormap: str = "Greens",
    settings: FigureSettings,
) -> Drawing:
    """Draw the matrix as coloured cells with a number in each, rows being true classes.

    Raises
    ------
    ConfigurationError
        If there is no such colormap.
    """
    size = len(matrix.classes.names)
    side = _default_inches(size)
    figure = create_figure(
        settings,
        (side, side),
        title=TITLE,
        subtitle=_describe_accuracy(matrix),
    )
    axes = figure.add_subplot()
    values = np.ma.masked_invalid(matrix.normalized(normalize))
    image = _draw_cells(axes, values, colormaps[find_colormap_name(colormap)], normalize)
    names = [clean_text(name) for name in matrix.classes.names]
    _label_axes(axes, names, settings.font_size, room=figure.get_figwidth() - INCHES_BESIDE_CELLS)
    bar = figure.colorbar(image, ax=axes, aspect=40, pad=0.02)
    bar.outline.set_visible(False)
    bar.set_label(_COLORBAR_LABELS[normalize])
    if normalize == "none":
        bar.formatter = make_count_formatter(matrix.counts.max())
    if size <= MAX_CLASSES_ANNOTATED:
        figure.draw_without_rendering()
        _draw_numbers(axes, image.to_rgba(values), matrix, normalize, settings.font_size)
    chart = partial(
        chart_confusion_matrix, matrix, normalize=normalize, colormap=colormap, settings=settings
    )
    return Drawing(
        figure,
        choose_title(settings, TITLE),
        _describe(matrix),
        _tooltips(names),
        chart if size <= MAX_CLASSES_IN_CHART else None,
    )


def chart_confusion_matrix(
    matrix: ConfusionMatrix,
    *,
    normalize: Normalization = "none",
    colormap: str = "Greens",
    settings: FigureSettings,
) -> Chart:
    """Return what `draw_confusion_matrix` draws as an interactive chart."""
    size = len(matrix.classes.names)
    names = [escape_text(name) for name in matrix.classes.names]
    shown = [escape_text(shorten_text(name, MAX_LABEL_LENGTH)) for name in matrix.classes.names]
    # Beyond a few classes plotly leaves out names that would overlap, which it does only for
    # names that it chose itself.
    ticks = {"tickvals": names, "ticktext": shown} if size <= MAX_CLASSES_ANNOTATED else {}
    axis = {"type": "category", "showgrid": False, "showline": False, "ticks": ""} | ticks
    side = _default_inches(size) + 1
    return create_chart(
        settings,
        [_make_heatmap(matrix, names, normalize, colormap)],
        (side, side),
        min_width=MIN_CHART_INCHES,
        xaxis=make_axis("Predicted class labels", **axis),
        yaxis=make_axis("True class labels", autorange="reversed", **axis),
    )


def _make_heatmap(
    matrix: ConfusionMatrix, names: list[str], normalize: Normalization, colormap: str
) -> Trace:
    normalized = matrix.normalized(normalize)
    colors = colormaps[find_colormap_name(colormap)](np.linspace(0, 1, COLORS_IN_CHART))
    hover_text = "True class %{y}<br>Predicted class %{x}<br>%{customdata[0]:,} rows, "
    trace: Trace = {
        "type": "heatmap",
        "x": names,
        "y": names,
        "z": normalized,
        "customdata": np.dstack([matrix.counts, matrix.normalized("true")]),
        "zmin": 0,
        "zmax": 1 if normalize != "none" else max(int(matrix.counts.max()), 1),
        "colorscale": [
            [position, to_hex(color)]
            for position, color in zip(np.linspace(0, 1, COLORS_IN_CHART), colors, strict=True)
        ],
        "colorbar": {
            "orientation": "h",
            "title": {"text": _COLORBAR_LABELS[normalize], "side": "top"},
            "thickness": 12,
            "y": 0,
            "yref": "container",
            "yanchor": "bottom",
        },
        "hovertemplate": hover_text + "%{customdata[1]:.2%} of the true class<extra></extra>",
    }
    if len(names) <= MAX_CLASSES_ANNOTATED:
        trace |= {"texttemplate": "%{z:,}" if normalize == "none" else "%{z:.1%}"}
        trace |= {"xgap": 1, "ygap": 1}
    return trace


def _default_inches(size: int) -> float:
    grown = DEFAULT_INCHES + 0.12 * max(size - MAX_CLASSES_IN_DEFAULT_SIZE, 0)
    return min(grown, MAX_DEFAULT_INCHES)


def _draw_cells(
    axes: Axes, values: FloatArray, colormap: Colormap, normalize: Normalization
) -> AxesImage:
    size = len(values)
    image = axes.imshow(values, cmap=colormap.with_extremes(bad=EMPTY), vmin=0, aspect="auto")
    if normalize != "none":
        image.set_clim(0, 1)
    if size <= MAX_CLASSES_ANNOTATED:
        edges = np.arange(size + 1) - 0.5
        axes.set_xticks(edges, minor=True)
        axes.set_yticks(edges, minor=True)
        axes.grid(which="minor", color="white", linewidth=1)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("Predicted class labels")
    axes.set_ylabel("True class labels")
    return image


def _label_axes(axes: Axes, names: list[str], font_size: float, *, room: float) -> None:
    """Put names at rows and columns, as many and as large as fit into `room` inches."""
    cell = max(room, 1.0) / len(names)
    fitting = cell * POINTS_PER_INCH / 1.2
    size = max(min(font_size, fitting), MIN_FONT_SIZE)
    step = int(np.ceil(size / fitting))
    positions = range(0, len(names), step)
    shown = [shorten_text(names[position], MAX_LABEL_LENGTH) for position in positions]
    axes.set_yticks(positions, shown, fontsize=size)
    axes.set_xticks(positions, shown, fontsize=size)
    if measure_widest(shown, size) > 0.9 * cell * step:
        _turn_labels(axes, steep=len(names) > MAX_CLASSES_IN_DEFAULT_SIZE)
    for axis, labels in (("x", axes.get_xticklabels()), ("y", axes.get_yticklabels())):
        for position, label in zip(positions, labels, strict=True):
            label.set_gid(f"{axis}-class-{position}")


def _turn_labels(axes: Axes, *, steep: bool) -> None:
    for label in axes.get_xticklabels():
        label.set(
            rotation=90 if steep else 45,
            rotation_mode="anchor",
            ha="right",
            va="center" if steep else "top",
        )


def _draw_numbers(
    axes: Axes,
    colors: FloatArray,
    matrix: ConfusionMatrix,
    normalize: Normalization,
    font_size: float,
) -> None:
    cells = axes.get_window_extent()
    cell = min(cells.width, cells.height) / axes.figure.dpi / len(matrix.counts)
    texts, size = _choose_numbers(matrix, normalize, cell, font_size)
    if size < MIN_FONT_SIZE:
        return
    for row, line in enumerate(texts):
        for column, text in enumerate(line):
            color = choose_text_color(colors[row, column])
            axes.text(column, row, text, ha="center", va="center", color=color, fontsize=size)


def _choose_numbers(
    matrix: ConfusionMatrix, normalize: Normalization, cell: float, font_size: float
) -> tuple[list[list[str]], float]:
    """Return the text of each cell and the size in points at which all of them fit."""
    if normalize != "none":
        texts = [
            [_format_fraction(fraction) for fraction in row] for row in matrix.normalized(normalize)
        ]
        return texts, _fit_size(texts, cell, font_size)
    texts = [[format_count(count) for count in row] for row in matrix.counts]
    size = _fit_size(texts, cell, font_size)
    if size >= min(font_size, READABLE_FONT):
        return texts, size
    texts = [[format_count_briefly(count) for count in row] for row in matrix.counts]
    return texts, _fit_size(texts, cell, font_size)


def _fit_size(texts: list[list[str]], cell: float, font_size: float) -> float:
    largest = font_size * NUMBER_SCALE
    distinct = {text for row in texts for text in row}
    widest = measure_widest(sorted(distinct, key=len)[-20:], largest)
    return min(largest, largest * 0.85 * cell / widest, 0.6 * cell * POINTS_PER_INCH)


def _format_fraction(fraction: float) -> str:
    return "\N{EN DASH}" if np.isnan(fraction) else f"{fraction:.1%}"


def _describe_accuracy(matrix: ConfusionMatrix) -> str:
    return (
        f"Accuracy {matrix.correct / matrix.rows:.4f} "
        f"({format_count(matrix.correct)} of {count_things(matrix.rows, 'row')})"
    )


def _describe(matrix: ConfusionMatrix) -> str:
    count = len(matrix.classes.names)
    return (
        f"Confusion matrix of {count} {'class' if count == 1 else 'classes'}; rows are true "
        f"classes, columns predicted ones. {_describe_accuracy(matrix)}."
    )


def _tooltips(names: list[str]) -> dict[str, str]:
    return {
        f"{axis}-class-{position}": name for axis in "xy" for position, name in enumerate(names)
    }


def _check_class_count(count: int) -> None:
    if count > MAX_CLASSES:
        raise DataError(
            f"there are {count:,} different labels, and a confusion matrix shows at most "
            f"{MAX_CLASSES:,} classes. If these are values of a regression, use "
            "predicted-vs-true; otherwise check which columns are chosen"
        )
