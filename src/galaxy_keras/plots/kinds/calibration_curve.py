"""How well predicted probabilities are calibrated.

Of the rows with a probability of 0.8, four in five should belong to the class.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from matplotlib.axes import Axes
from sklearn.calibration import calibration_curve

from galaxy_keras.errors import DataError, count_things
from galaxy_keras.plots.array_types import BoolArray, FloatArray, IntegerArray
from galaxy_keras.plots.drawing.charts import (
    Chart,
    Trace,
    create_chart,
    escape_text,
    make_axis,
    make_line,
)
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import MUTED, choose_series_style, make_count_formatter
from galaxy_keras.plots.drawing.text import name_class
from galaxy_keras.plots.inputs.scores import ClassScores, read_class_scores
from galaxy_keras.plots.kinds.curve_drawings import add_legend
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

Strategy = Literal["uniform", "quantile"]

TITLE = "Calibration"
SIZE = (6.2, 7.0)
SIZE_WITH_LEGEND = (9.4, 7.0)
SIZE_OF_CHART = (7.5, 7.5)
MAX_CLASSES = 10
FRACTION_LABEL = "Fraction of positives"
PERFECT_LABEL = "Perfectly calibrated"
HISTOGRAM_BINS = np.linspace(0, 1, 21)
_PERFECT: dict[str, Any] = {"color": MUTED, "linestyle": ":", "linewidth": 1.2}


@dataclass(frozen=True)
class Calibration:
    """The calibration of one class.

    Attributes
    ----------
    name
        The class.
    predicted
        Mean probability in each bin that holds a row, shape (bins,).
    observed
        Fraction of positives in each of these bins, shape (bins,).
    brier
        Brier score, from 0 (best) to 1.
    counts
        Rows in each of 20 equal bins of the probability, shape (20,).
    """

    name: str
    predicted: FloatArray
    observed: FloatArray
    brier: float
    counts: IntegerArray


def plot_calibration_curve(
    *,
    true: TableSource,
    scores: TableSource,
    pos_label: str | None,
    class_names: str | None,
    bins: int,
    strategy: Strategy,
    settings: FigureSettings,
) -> Drawing:
    """Read true classes and probabilities and draw calibration curves.

    Raises
    ------
    ConfigurationError
        If there is no class `pos_label`, or there is not one name for each class.
    DataError
        If the tables cannot be used, do not belong together, or do not hold probabilities.
    """
    paired = read_class_scores(true, scores, pos_label=pos_label, class_names=class_names)
    calibrations = compute_calibrations(paired, bins=bins, strategy=strategy)
    return draw_calibrations(calibrations, settings=settings)


def compute_calibrations(
    scores: ClassScores, *, bins: int = 10, strategy: Strategy = "uniform"
) -> list[Calibration]:
    """Compute the calibration curve of each class.

    Parameters
    ----------
    bins
        Number of bins of the probability.
    strategy
        Bins of equal width (`uniform`), or with equal numbers of rows (`quantile`).

    Raises
    ------
    DataError
        If a score is not a probability, or there are more than `MAX_CLASSES` classes.
    """
    if scores.scores.min() < 0 or scores.scores.max() > 1:
        raise DataError(
            f"the scores range from {scores.scores.min():.4g} to {scores.scores.max():.4g}, but "
            "calibration needs probabilities, from 0 to 1. Use those of model-prediction "
            "--method predict_proba"
        )
    if len(scores.names) > MAX_CLASSES:
        raise DataError(
            f"there are {len(scores.names)} classes, and at most {MAX_CLASSES} curves can be "
            "told apart. Choose one with --pos-label"
        )
    columns = zip(scores.names, scores.y_true.T, scores.scores.T, strict=True)
    return [
        _compute_calibration(name, y_true, probabilities, bins, strategy)
        for name, y_true, probabilities in columns
    ]


def draw_calibrations(calibrations: list[Calibration], *, settings: FigureSettings) -> Drawing:
    """Draw calibration curves, and below them histograms of the probabilities."""
    rows = count_things(int(calibrations[0].counts.sum()), "row")
    size = SIZE if len(calibrations) == 1 else SIZE_WITH_LEGEND
    figure = create_figure(settings, size, title=TITLE, subtitle=rows)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    for number, calibration in enumerate(calibrations):
        _draw_calibration(upper, lower, calibration, number)
    upper.plot((0, 1), (0, 1), **_PERFECT)
    labels = [*map(_describe_class, calibrations), PERFECT_LABEL]
    add_legend(figure, upper, list(zip(upper.lines, labels, strict=True)), "lower right")
    upper.set(ylabel=FRACTION_LABEL, xlim=(-0.01, 1.01), ylim=(-0.01, 1.02))
    lower.set(xlabel="Probability of the class", ylabel="Rows")
    lower.yaxis.set_major_formatter(make_count_formatter(lower.get_ylim()[1]))
    upper.grid()
    lower.grid()
    classes = "; ".join(map(_describe_class, calibrations))
    description = f"{FRACTION_LABEL} by predicted probability: {classes}."
    chart = partial(chart_calibrations, calibrations, settings=settings)
    return Drawing(figure, choose_title(settings, TITLE), description, chart=chart)


def chart_calibrations(calibrations: list[Calibration], *, settings: FigureSettings) -> Chart:
    """Return what `draw_calibrations` draws as an interactive chart."""
    perfect: Trace = {"type": "scatter", "mode": "lines", "name": PERFECT_LABEL, "x": [0, 1]}
    perfect |= {"y": [0, 1], "line": make_line(_PERFECT), "hoverinfo": "skip"}
    traces = [
        trace
        for number, calibration in enumerate(calibrations)
        for trace in _make_calibration_traces(calibration, number)
    ]
    return create_chart(
        settings,
        [*traces, perfect],
        SIZE_OF_CHART,
        xaxis=make_axis("Probability of the class", range=[-0.01, 1.01], anchor="y2"),
        yaxis=make_axis(FRACTION_LABEL, range=[-0.01, 1.02], domain=[0.3, 1]),
        yaxis2=make_axis("Rows", rangemode="tozero", domain=[0, 0.22]),
    )


def _compute_calibration(
    name: str,
    y_true: BoolArray,
    probabilities: FloatArray,
    bins: int,
    strategy: Strategy,
) -> Calibration:
    observed, predicted = calibration_curve(y_true, probabilities, n_bins=bins, strategy=strategy)
    brier = float(np.mean((probabilities - y_true) ** 2))
    counts, _ = np.histogram(probabilities, HISTOGRAM_BINS)
    return Calibration(name, predicted, observed, brier, counts)


def _draw_calibration(upper: Axes, lower: Axes, calibration: Calibration, number: int) -> None:
    color, line = choose_series_style(number)
    upper.plot(
        calibration.predicted,
        calibration.observed,
        color=color,
        linestyle=line,
        marker="o",
        markersize=5,
    )
    lower.stairs(calibration.counts, HISTOGRAM_BINS, color=color, linestyle=line, linewidth=1.4)


def _make_calibration_traces(calibration: Calibration, number: int) -> list[Trace]:
    color, style = choose_series_style(number)
    name = escape_text(_describe_class(calibration))
    common: Trace = {"type": "scatter", "name": name, "legendgroup": name}
    common["line"] = make_line({"color": color, "linestyle": style})
    curve = common | {"x": calibration.predicted, "y": calibration.observed}
    curve["hovertemplate"] = (
        "<b>%{fullData.name}</b><br>Mean probability %{x:.4f}<br>"
        "Fraction of positives %{y:.4f}<extra></extra>"
    )
    # A line of shape "hv" needs the last count twice to close the last bin.
    counts = np.append(calibration.counts, calibration.counts[-1])
    rows = common | {"x": HISTOGRAM_BINS, "y": counts, "yaxis": "y2", "showlegend": False}
    rows |= {"mode": "lines", "line": common["line"] | {"shape": "hv"}}
    rows["hovertemplate"] = "From %{x:.2f} on: %{y:,} rows<extra></extra>"
    return [curve | {"mode": "lines+markers"}, rows]


def _describe_class(calibration: Calibration) -> str:
    return f"{name_class(calibration.name)} (Brier score {calibration.brier:.3f})"
