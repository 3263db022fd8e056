"""Predicted against true values of a regression, and the residuals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.ticker import StrMethodFormatter

from galaxy_keras.errors import DataError, count_things
from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_panels
from galaxy_keras.plots.drawing.style import INK, SERIES_COLORS, format_large_ticks
from galaxy_keras.plots.drawing.text import clean_text, format_number, shorten_text
from galaxy_keras.plots.inputs.sources import (
    check_row_counts,
    order_by_name,
    read_number_columns,
)
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

PANEL_INCHES = (4.6, 4.4)
MAX_OUTPUTS = 12
MAX_SCATTER_POINTS = 3000
"""With more rows than this, points would hide each other: density is drawn instead."""
MAX_LABEL_LENGTH = 32
# The lightest colour is still seen on white.
DENSITY = LinearSegmentedColormap.from_list("density", ("#c6dbef", "#6baed6", "#08519c", "#08306b"))


@dataclass(frozen=True)
class RegressionOutput:
    """One output of a regression.

    Attributes
    ----------
    name
        The output; empty where there is only one, without a name.
    true, predicted
        Values, shape (rows,).
    """

    name: str
    true: FloatArray
    predicted: FloatArray

    @property
    def residuals(self) -> FloatArray:
        """True minus predicted values, as in scikit-learn."""
        return self.true - self.predicted

    @property
    def rmse(self) -> float:
        """The root mean squared error."""
        return float(np.sqrt(np.mean(self.residuals**2)))

    @property
    def mae(self) -> float:
        """The mean absolute error."""
        return float(np.mean(np.abs(self.residuals)))

    @property
    def r2(self) -> float:
        """The coefficient of determination; NaN where all true values are equal."""
        spread = float(np.sum((self.true - self.true.mean()) ** 2))
        return 1 - float(np.sum(self.residuals**2)) / spread if spread else np.nan


def read_outputs(
    true: TableSource, predicted: TableSource, names: Sequence[str] | None = None
) -> list[RegressionOutput]:
    """Return the outputs of a regression, in the order of the true columns.

    Columns are matched by name where both tables have names, else by position.

    Parameters
    ----------
    true, predicted
        The tables.
    names
        The names of predicted columns without a header; None if these are not known.

    Raises
    ------
    DataError
        If the tables cannot be used, or differ in rows or columns.
    """
    true_names, true_columns = read_number_columns(true, "--true")
    predicted_names, predicted_columns = read_number_columns(predicted, "--predicted")
    order = order_by_name(predicted_names or names, true_names, predicted.path, true.path)
    if order is not None:
        predicted_columns = [predicted_columns[position] for position in order]
        predicted_names = true_names
    if len(true_columns) != len(predicted_columns):
        raise DataError(
            f"{true.path} gives {len(true_columns)} columns of true values, but {predicted.path} "
            f"gives {len(predicted_columns)} of predicted ones. Choose with --true-columns and "
            "--predicted-columns"
        )
    check_row_counts(true, len(true_columns[0]), predicted, len(predicted_columns[0]))
    if len(true_columns) > MAX_OUTPUTS:
        raise DataError(
            f"there are {len(true_columns)} columns, and at most {MAX_OUTPUTS} panels can be "
            "read. Choose some with --true-columns and --predicted-columns"
        )
    shown = true_names or predicted_names or _number_outputs(len(true_columns))
    return [
        RegressionOutput(*each) for each in zip(shown, true_columns, predicted_columns, strict=True)
    ]


def plot_predicted_vs_true(
    *, true: TableSource, predicted: TableSource, settings: FigureSettings
) -> Drawing:
    """Read true and predicted values and draw them against each other.

    Raises
    ------
    DataError
        If the tables cannot be used, or differ in rows or columns.
    """
    return draw_predicted_vs_true(read_outputs(true, predicted), settings=settings)


def plot_residuals(
    *, true: TableSource, predicted: TableSource, settings: FigureSettings
) -> Drawing:
    """Read true and predicted values and draw their differences by the predicted value.

    Raises
    ------
    DataError
        If the tables cannot be used, or differ in rows or columns.
    """
    return draw_residuals(read_outputs(true, predicted), settings=settings)


def draw_predicted_vs_true(outputs: list[RegressionOutput], *, settings: FigureSettings) -> Drawing:
    """Draw a panel for each output; on the diagonal, predictions are right."""
    title = "Predicted against true values"
    figure, panels = create_panels(
        settings, len(outputs), PANEL_INCHES, title=title, subtitle=_describe_all(outputs)
    )
    for axes, output in zip(panels, outputs, strict=True):
        _draw_scatter(axes, output.true, output.predicted)
        limits = _find_limits(output)
        axes.plot(limits, limits, color=INK, linewidth=1, linestyle="--")
        axes.set(xlabel="True value", ylabel="Predicted value", xlim=limits, ylim=limits)
        _finish_panel(axes, output)
    return Drawing(figure, choose_title(settings, title), f"{title}. {_describe_all(outputs)}.")


def draw_residuals(outputs: list[RegressionOutput], *, settings: FigureSettings) -> Drawing:
    """Draw a panel for each output; on the line at 0, predictions are right."""
    title = "Residuals"
    figure, panels = create_panels(
        settings, len(outputs), PANEL_INCHES, title=title, subtitle=_describe_all(outputs)
    )
    for axes, output in zip(panels, outputs, strict=True):
        _draw_scatter(axes, output.predicted, output.residuals)
        axes.axhline(0, color=INK, linewidth=1, linestyle="--")
        axes.set(xlabel="Predicted value", ylabel="True minus predicted value")
        _finish_panel(axes, output)
    return Drawing(figure, choose_title(settings, title), f"{title}. {_describe_all(outputs)}.")


def _find_limits(output: RegressionOutput) -> tuple[float, float]:
    both = np.concatenate((output.true, output.predicted))
    margin = 0.05 * float(np.ptp(both)) or 1.0
    return float(both.min()) - margin, float(both.max()) + margin


def _draw_scatter(axes: Axes, x: FloatArray, y: FloatArray) -> None:
    if len(x) > MAX_SCATTER_POINTS:
        cells = axes.hexbin(x, y, gridsize=45, cmap=DENSITY, bins="log", mincnt=1, linewidths=0.1)
        bar = axes.figure.colorbar(
            cells, ax=axes, aspect=40, pad=0.02, format=StrMethodFormatter("{x:,g}")
        )
        bar.outline.set_visible(False)
        bar.set_label("Rows")
    else:
        axes.scatter(x, y, s=18, color=SERIES_COLORS[0], alpha=0.55, linewidths=0)
    format_large_ticks(axes.xaxis, float(np.abs(x).max()))
    format_large_ticks(axes.yaxis, float(np.abs(y).max()))


def _finish_panel(axes: Axes, output: RegressionOutput) -> None:
    axes.set_title(shorten_text(clean_text(output.name), MAX_LABEL_LENGTH))
    axes.grid()


def _describe_all(outputs: list[RegressionOutput]) -> str:
    rows = count_things(len(outputs[0].true), "row")
    if len(outputs) == 1:
        return f"{rows}; {_describe_output(outputs[0])}"
    return f"{rows}; " + "; ".join(
        f"{shorten_text(clean_text(output.name), MAX_LABEL_LENGTH)}: {_describe_output(output)}"
        for output in outputs
    )


def _describe_output(output: RegressionOutput) -> str:
    r2 = "undefined" if np.isnan(output.r2) else format_number(output.r2)
    errors = f"RMSE {format_number(output.rmse)}, MAE {format_number(output.mae)}"
    return f"R\N{SUPERSCRIPT TWO} {r2}, {errors}"


def _number_outputs(count: int) -> tuple[str, ...]:
    return ("",) if count == 1 else tuple(f"Output {number}" for number in range(1, count + 1))
