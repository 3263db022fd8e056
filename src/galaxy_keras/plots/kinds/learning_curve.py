"""Scores by the number of training rows, from a table of scikit-learn's `learning_curve`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from galaxy_keras.errors import DataError, list_names
from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.charts import (
    Chart,
    Trace,
    create_chart,
    make_axis,
    make_line,
)
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import SERIES_COLORS, format_large_ticks
from galaxy_keras.plots.drawing.text import format_number
from galaxy_keras.plots.inputs.sources import check_finite, read_numbers
from galaxy_keras.schema.requests.plots import FigureSettings

TITLE = "Learning curve"
SIZE = (6.4, 4.6)
SIZE_OF_CHART = (8.0, 5.0)
BAND_OPACITY = 0.15
SIZES = "train_sizes_abs"
_PARTS = (("train", "Training", "-", "o"), ("test", "Validation", "--", "s"))
_SYMBOLS = {"o": "circle", "s": "square"}


@dataclass(frozen=True)
class ScoreSeries:
    """Scores on one part of the data.

    Attributes
    ----------
    means
        Mean scores over the folds, shape (sizes,).
    deviations
        Standard deviations over the folds, shape (sizes,); None if the table has none.
    """

    means: FloatArray
    deviations: FloatArray | None


@dataclass(frozen=True)
class LearningCurve:
    """Scores by training size.

    Attributes
    ----------
    sizes
        Numbers of training rows, ascending, shape (sizes,).
    train, test
        Scores on the training rows, and on the held-out rows.
    """

    sizes: FloatArray
    train: ScoreSeries
    test: ScoreSeries


def plot_learning_curve(*, scores: Path, plot_std_err: bool, settings: FigureSettings) -> Drawing:
    """Read a table of scores and draw it.

    Raises
    ------
    DataError
        If the table cannot be used or a column is missing.
    """
    columns = read_numbers(scores)
    try:
        curve = compute_learning_curve(columns)
    except DataError as error:
        raise error.with_prefix(str(scores)) from None
    return draw_learning_curve(curve, bands=plot_std_err, settings=settings)


def compute_learning_curve(columns: Mapping[str, FloatArray]) -> LearningCurve:
    """Put the columns of the table in order of the training size.

    Parameters
    ----------
    columns
        `train_sizes_abs`, `mean_train_scores`, `mean_test_scores` and, for the bands,
        `std_train_scores`, `std_test_scores`.

    Raises
    ------
    DataError
        If a column or a training size is missing, or there is no row.
    """
    needed = (SIZES, "mean_train_scores", "mean_test_scores")
    missing = [name for name in needed if name not in columns]
    if missing:
        raise DataError(
            f"a learning curve needs the columns {list_names(needed)}, but there is no "
            f"{list_names(missing)}. The columns are: {list_names(list(columns))}"
        )
    if not len(columns[SIZES]):
        raise DataError("there is nothing to draw: the table has no rows")
    check_finite(columns[SIZES], SIZES)
    order = np.argsort(columns[SIZES], kind="stable")
    sorted_columns = {name: values[order] for name, values in columns.items()}
    train, test = (
        ScoreSeries(sorted_columns[f"mean_{part}_scores"], sorted_columns.get(f"std_{part}_scores"))
        for part in ("train", "test")
    )
    return LearningCurve(sorted_columns[SIZES], train, test)


def draw_learning_curve(
    curve: LearningCurve, *, bands: bool = True, settings: FigureSettings
) -> Drawing:
    """Draw means as lines and, if requested and known, a band of one standard deviation."""
    figure = create_figure(settings, SIZE, title=TITLE, subtitle=_describe_last(curve))
    axes = figure.add_subplot(xlabel="Training rows", ylabel="Score")
    axes.grid()
    for color, series, (_, label, line, marker) in zip(
        SERIES_COLORS, (curve.train, curve.test), _PARTS, strict=False
    ):
        axes.plot(
            curve.sizes, series.means, color=color, linestyle=line, marker=marker, label=label
        )
        if bands and series.deviations is not None:
            _draw_band(axes, curve.sizes, series.means, series.deviations, color)
    format_large_ticks(axes.xaxis, float(curve.sizes[-1]))
    axes.legend(loc="best")
    description = f"Line plot of scores by training rows. {_describe_last(curve)}."
    chart = partial(chart_learning_curve, curve, bands=bands, settings=settings)
    return Drawing(figure, choose_title(settings, TITLE), description, chart=chart)


def chart_learning_curve(
    curve: LearningCurve, *, bands: bool = True, settings: FigureSettings
) -> Chart:
    """Return what `draw_learning_curve` draws as an interactive chart."""
    traces: list[Trace] = []
    for color, series, (_, label, line, marker) in zip(
        SERIES_COLORS, (curve.train, curve.test), _PARTS, strict=False
    ):
        traces.append(_make_series_trace(curve.sizes, series, label))
        traces[-1]["line"] = make_line({"color": color, "linestyle": line})
        traces[-1]["marker"] = {"symbol": _SYMBOLS[marker], "size": 8}
        if bands and series.deviations is not None:
            traces.append(_make_band_trace(curve.sizes, series.means, series.deviations, color))
            traces[-1]["legendgroup"] = label
    return create_chart(
        settings,
        traces,
        SIZE_OF_CHART,
        xaxis=make_axis("Training rows"),
        yaxis=make_axis("Score"),
    )


def _draw_band(
    axes: Axes, sizes: FloatArray, means: FloatArray, deviations: FloatArray, color: str
) -> None:
    axes.fill_between(
        sizes, means - deviations, means + deviations, color=color, alpha=BAND_OPACITY, linewidth=0
    )


def _make_series_trace(sizes: FloatArray, series: ScoreSeries, label: str) -> Trace:
    hover_text = f"<b>{label}</b><br>%{{x:,.0f}} rows<br>Score %{{y:.4g}}"
    trace: Trace = {"type": "scatter", "mode": "lines+markers", "name": label}
    trace |= {"x": sizes, "y": series.means, "legendgroup": label}
    if series.deviations is not None:
        trace["customdata"] = series.deviations
        hover_text += " \N{PLUS-MINUS SIGN} %{customdata:.2g}"
    return trace | {"hovertemplate": hover_text + "<extra></extra>"}


def _make_band_trace(
    sizes: FloatArray, means: FloatArray, deviations: FloatArray, color: str
) -> Trace:
    return {
        "type": "scatter",
        "x": np.concatenate([sizes, sizes[::-1]]),
        "y": np.concatenate([means + deviations, (means - deviations)[::-1]]),
        "mode": "lines",
        "fill": "toself",
        "fillcolor": color,
        "opacity": BAND_OPACITY,
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _describe_last(curve: LearningCurve) -> str:
    return (
        f"With {curve.sizes[-1]:,.0f} rows: training {format_number(curve.train.means[-1])}, "
        f"validation {format_number(curve.test.means[-1])}"
    )
