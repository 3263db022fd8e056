"""Loss and metrics by epoch, for training and validation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from galaxy_keras.catalogue.metric import Direction
from galaxy_keras.errors import (
    ConfigurationError,
    DataError,
    ModelFileError,
    count_things,
    list_names,
    suggest,
)
from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.charts import (
    Chart,
    Trace,
    create_chart,
    escape_text,
    make_axis,
    make_line,
)
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_panels
from galaxy_keras.plots.drawing.style import INK, MUTED, SERIES_COLORS, format_large_ticks
from galaxy_keras.plots.drawing.text import clean_text, format_number, shorten_text
from galaxy_keras.plots.inputs.sources import check_finite, read_numbers
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.training.monitors import infer_direction
from galaxy_keras.schema.training.settings import TrainingSettings

Mode = Literal["auto", "min", "max"]

TITLE = "Training history"
VALIDATION = "val_"
EPOCH = "epoch"
MAX_EPOCHS_WITH_MARKERS = 30
"""Up to this many, each epoch is marked by a point."""
PANEL_INCHES = (3.9, 3.0)
MAX_LABEL_LENGTH = 32
WIDTH_OF_CHART = 8.5
HEIGHT_OF_CHART_PANEL = 2.5
MAX_EPOCHS_WITH_TICKS = 8
"""Up to this many epochs, each has its number on the axis."""
_TRAINING: dict[str, Any] = {"color": SERIES_COLORS[0], "linestyle": "-"}
_VALIDATION: dict[str, Any] = {"color": SERIES_COLORS[1], "linestyle": "--"}
_BEST: dict[str, Any] = {"color": MUTED, "linestyle": ":", "linewidth": 1.2}
_BEST_POINT: dict[str, Any] = {
    "marker": "o",
    "markersize": 9,
    "markerfacecolor": "none",
    "markeredgecolor": INK,
    "markeredgewidth": 1.2,
}


@dataclass(frozen=True)
class MetricHistory:
    """One metric by epoch.

    Attributes
    ----------
    name
        The metric, without `val_`.
    training, validation
        One value for each epoch, NaN where there is none; None where it was not recorded.
    """

    name: str
    training: FloatArray | None
    validation: FloatArray | None

    @property
    def has_non_finite(self) -> bool:
        """Whether a value is missing or infinite."""
        recorded = (values for values in (self.training, self.validation) if values is not None)
        return any(not np.isfinite(values).all() for values in recorded)


@dataclass(frozen=True)
class BestEpoch:
    """The epoch with the best value of one column.

    Attributes
    ----------
    epoch
        Its number in the table.
    column
        The column that was compared, such as `val_loss`.
    value
        The best value.
    """

    epoch: float
    column: str
    value: float


@dataclass(frozen=True)
class TrainingHistory:
    """The history of a training run.

    Attributes
    ----------
    epochs
        Numbers of the epochs, from 1, shape (epochs,).
    metrics
        Loss and metrics, in the order of the table.
    monitor
        The column that determines the best epoch, such as `val_loss`.
    direction
        Whether lower or higher values of `monitor` are better; None if that is not known.
    best
        The best epoch; None if the direction is not known or no value of `monitor` is finite.
    planned
        The number of epochs requested; None if that is not known.
    """

    epochs: FloatArray
    metrics: tuple[MetricHistory, ...]
    monitor: str
    direction: Direction | None
    best: BestEpoch | None
    planned: int | None = None


def plot_training_history(
    *,
    history: Path | None,
    model: Path | None,
    monitor: str | None,
    mode: Mode,
    settings: FigureSettings,
) -> Drawing:
    """Read a training history and draw each metric.

    Parameters
    ----------
    history
        A history table; None if `model` is given.
    model
        A fitted model, which holds its history; None if `history` is given.

    Raises
    ------
    ConfigurationError
        If not one of the files is given, or there is no column `monitor`.
    DataError
        If the table cannot be used.
    ModelFileError
        If `model` is not a fitted model.
    """
    if (history is None) == (model is None):
        raise ConfigurationError("give one of --history and --model: the history is in both")
    if history is not None:
        columns, training = read_numbers(history), None
    else:
        columns, training = _read_model_history(cast(Path, model))
    try:
        computed = compute_training_history(columns, training, monitor=monitor, mode=mode)
    except DataError as error:
        raise error.with_prefix(str(history or model)) from None
    return draw_training_history(computed, settings=settings)


def compute_training_history(
    columns: Mapping[str, FloatArray],
    training: TrainingSettings | None = None,
    *,
    monitor: str | None = None,
    mode: Mode = "auto",
) -> TrainingHistory:
    """Pair training with validation values and find the best epoch.

    Parameters
    ----------
    columns
        Values by column name, each of shape (epochs,); `epoch` may be missing.
    training
        How the model was trained: its metrics and number of epochs; None if that is not known.
    monitor
        The column that determines the best epoch; None for `val_loss`, else `loss`, else the
        first column.
    mode
        Whether its lowest or its highest value is the best; `auto` looks up the metric.

    Raises
    ------
    ConfigurationError
        If there is no column `monitor`.
    DataError
        If there is no metric or no epoch, or the number of one is missing.
    """
    recorded = {name: values for name, values in columns.items() if name != EPOCH}
    if not recorded or not len(next(iter(recorded.values()))):
        raise DataError("there is nothing to draw: the history has no metric or no epoch")
    rows = len(next(iter(recorded.values())))
    epochs = columns.get(EPOCH, np.arange(1.0, rows + 1))
    check_finite(epochs, EPOCH)
    names = dict.fromkeys(name.removeprefix(VALIDATION) for name in recorded)
    metrics = tuple(
        MetricHistory(name, recorded.get(name), recorded.get(VALIDATION + name)) for name in names
    )
    column = _choose_monitor(list(recorded), monitor)
    direction = infer_direction(column, training.history_metrics if training else ())
    if mode != "auto":
        direction = mode
    best = _find_best(epochs, recorded[column], column, direction)
    planned = None if training is None else training.epochs
    return TrainingHistory(epochs, metrics, column, direction, best, planned)


def draw_training_history(history: TrainingHistory, *, settings: FigureSettings) -> Drawing:
    """Draw one panel for each metric, training beside validation, the best epoch marked."""
    figure, panels = create_panels(
        settings,
        len(history.metrics),
        PANEL_INCHES,
        title=TITLE,
        subtitle=_describe_best(history),
    )
    for axes, metric in zip(panels, history.metrics, strict=True):
        _draw_metric(axes, history, metric)
    figure.legend(handles=_make_legend(history), loc="outside lower center", ncols=3)
    chart = partial(chart_training_history, history, settings=settings)
    return Drawing(figure, choose_title(settings, TITLE), _describe(history), chart=chart)


def chart_training_history(history: TrainingHistory, *, settings: FigureSettings) -> Chart:
    """Describe what `draw_training_history` draws, the panels one below the other."""
    traces: list[Trace] = []
    layout: dict[str, Any] = {"annotations": []}
    whole = {"dtick": 1} if len(history.epochs) <= MAX_EPOCHS_WITH_TICKS else {"tickformat": ",d"}
    for number, metric in enumerate(history.metrics, start=1):
        # The first axes of a chart have no number in plotly.
        suffix = "" if number == 1 else str(number)
        traces += _make_metric_traces(history, metric, suffix)
        layout["annotations"].append(_make_title(metric.name, suffix))
        layout[f"yaxis{suffix}"] = make_axis("", exponentformat="SI")
        label = "Epoch" if number == len(history.metrics) else ""
        layout[f"xaxis{suffix}"] = make_axis(label, showgrid=False, matches="x", **whole)
    del layout["xaxis"]["matches"]
    return create_chart(
        settings,
        traces,
        (WIDTH_OF_CHART, 1.0 + HEIGHT_OF_CHART_PANEL * len(history.metrics)),
        grid={"rows": len(history.metrics), "columns": 1, "pattern": "independent", "ygap": 0.35},
        shapes=_make_best_line(history.best),
        hovermode="x",
        **layout,
    )


def _read_model_history(model: Path) -> tuple[dict[str, FloatArray], TrainingSettings]:
    # A plot of a table need not wait for what opens models.
    from galaxy_keras.artefacts.model_file import read_model
    from galaxy_keras.artefacts.models.fitted import FittedModel

    fitted = read_model(model)
    if not isinstance(fitted, FittedModel) or not fitted.history:
        raise ModelFileError(
            f"{model} holds no history: it was not trained, or not by galaxy-keras. "
            "Give the model that keras-train-and-eval wrote, or its history table as --history"
        )
    columns = {name: np.array(values, dtype=float) for name, values in fitted.history.items()}
    return columns, fitted.training


def _choose_monitor(columns: list[str], monitor: str | None) -> str:
    if monitor is None:
        return next((name for name in ("val_loss", "loss") if name in columns), columns[0])
    if monitor not in columns:
        raise ConfigurationError(
            f'--monitor: the history has no column "{monitor}".{suggest(monitor, columns)} '
            f"It has: {list_names(columns, most=40)}"
        )
    return monitor


def _find_best(
    epochs: FloatArray, values: FloatArray, column: str, direction: Direction | None
) -> BestEpoch | None:
    finite = np.isfinite(values)
    if direction is None or not finite.any():
        return None
    # Of equal values the first counts, as in Keras's callbacks.
    best = np.argmin(np.where(finite, values if direction == "min" else -values, np.inf))
    return BestEpoch(float(epochs[best]), column, float(values[best]))


def _draw_metric(axes: Axes, history: TrainingHistory, metric: MetricHistory) -> None:
    marker = "o" if len(history.epochs) <= MAX_EPOCHS_WITH_MARKERS else ""
    largest = np.nan
    for values, style in ((metric.training, _TRAINING), (metric.validation, _VALIDATION)):
        if values is not None:
            finite = np.where(np.isfinite(values), values, np.nan)
            axes.plot(history.epochs, finite, marker=marker, markersize=4, **style)
            largest = np.fmax(largest, np.fmax.reduce(np.abs(finite)))
    _mark_best(axes, history.best, metric)
    if np.isnan(largest):
        axes.set_yticks([])
        axes.text(0.5, 0.5, "no finite value", transform=axes.transAxes, ha="center", color=MUTED)
    format_large_ticks(axes.yaxis, largest)
    axes.set_title(shorten_text(clean_text(metric.name), MAX_LABEL_LENGTH))
    axes.set_xlabel("Epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    axes.grid(axis="y")
    first, last = float(history.epochs.min()), float(history.epochs.max())
    margin = 0.04 * (last - first) or 1.0
    axes.set_xlim(first - margin, last + margin)


def _mark_best(axes: Axes, best: BestEpoch | None, metric: MetricHistory) -> None:
    if best is None:
        return
    axes.axvline(best.epoch, **_BEST)
    if best.column.removeprefix(VALIDATION) == metric.name:
        axes.plot(best.epoch, best.value, **_BEST_POINT)


def _make_metric_traces(
    history: TrainingHistory, metric: MetricHistory, suffix: str
) -> list[Trace]:
    traces: list[Trace] = []
    for label, values, style in (
        ("Training", metric.training, _TRAINING),
        ("Validation", metric.validation, _VALIDATION),
    ):
        if values is not None:
            trace: Trace = {"type": "scatter", "name": label, "legendgroup": label}
            trace |= {"x": history.epochs, "y": np.where(np.isfinite(values), values, np.nan)}
            trace |= {"xaxis": f"x{suffix}", "yaxis": f"y{suffix}", "showlegend": not suffix}
            trace["mode"] = (
                "lines+markers" if len(history.epochs) <= MAX_EPOCHS_WITH_MARKERS else "lines"
            )
            trace["line"] = make_line(style)
            trace["hovertemplate"] = (
                f"{label} {escape_text(metric.name)} %{{y:.6g}}<extra>Epoch %{{x}}</extra>"
            )
            traces.append(trace)
    return traces


def _make_title(name: str, suffix: str) -> dict[str, Any]:
    return {
        "text": f"<b>{escape_text(shorten_text(clean_text(name), MAX_LABEL_LENGTH))}</b>",
        "x": 0,
        "xref": f"x{suffix} domain",
        "xanchor": "left",
        "y": 1,
        "yref": f"y{suffix} domain",
        "yanchor": "bottom",
        "showarrow": False,
    }


def _make_best_line(best: BestEpoch | None) -> list[dict[str, Any]]:
    if best is None:
        return []
    line = {"type": "line", "x0": best.epoch, "x1": best.epoch, "y0": 0, "y1": 1}
    line |= {"xref": "x", "yref": "paper", "line": make_line(_BEST)}
    return [line | {"name": "Best epoch", "showlegend": True}]


def _make_legend(history: TrainingHistory) -> list[Line2D]:
    lines = []
    if any(metric.training is not None for metric in history.metrics):
        lines.append(Line2D([], [], label="Training", **_TRAINING))
    if any(metric.validation is not None for metric in history.metrics):
        lines.append(Line2D([], [], label="Validation", **_VALIDATION))
    if history.best is not None:
        lines.append(Line2D([], [], label="Best epoch", **_BEST))
    return lines


def _describe_best(history: TrainingHistory) -> str:
    last = format_number(history.epochs[-1])
    count = count_things(len(history.epochs), "epoch")
    if history.best is not None:
        text = (
            f"Best epoch {format_number(history.best.epoch)} of {last}: "
            f"{history.best.column} {format_number(history.best.value)}"
        )
    elif history.direction is None:
        text = (
            f"{count}; not known whether lower or higher {clean_text(history.monitor)} is "
            "better: give --mode min or max"
        )
    else:
        text = f"{count}; no finite value to choose the best by"
    if history.planned is not None and history.epochs[-1] < history.planned:
        text += f"; stopped early, {history.planned} epochs were planned"
    incomplete = [metric.name for metric in history.metrics if metric.has_non_finite]
    if incomplete:
        text += f"; no finite value in some epochs of {clean_text(list_names(incomplete))}"
    return text


def _describe(history: TrainingHistory) -> str:
    names = ", ".join(clean_text(metric.name) for metric in history.metrics)
    return f"Line plots by epoch of {names}. {_describe_best(history)}."
