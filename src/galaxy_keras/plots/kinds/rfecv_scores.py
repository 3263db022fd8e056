"""Cross-validated scores of recursive feature elimination by the number of features."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from matplotlib.ticker import MaxNLocator

from galaxy_keras.errors import ConfigurationError, DataError, count_things
from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.charts import (
    Chart,
    Trace,
    create_chart,
    make_axis,
)
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import INK, SERIES_COLORS
from galaxy_keras.plots.drawing.text import format_number
from galaxy_keras.plots.inputs.classes import parse_names
from galaxy_keras.plots.inputs.sources import check_finite, read_number_columns
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

TITLE = "Recursive feature elimination"
SIZE = (6.4, 4.6)
SIZE_OF_CHART = (8.0, 5.0)
MAX_STEPS_WITH_MARKERS = 60
"""With more steps than this, points would run into each other."""
MEAN, DEVIATION, FEATURES = "mean_test_score", "std_test_score", "n_features"
"""The columns of scikit-learn's `RFECV.cv_results_`."""


@dataclass(frozen=True)
class EliminationScores:
    """Scores by the number of features.

    Attributes
    ----------
    features
        Numbers of features, shape (steps,).
    scores
        Mean scores over the folds, shape (steps,).
    deviations
        Standard deviations over the folds, shape (steps,); None if they are not known.
    """

    features: FloatArray
    scores: FloatArray
    deviations: FloatArray | None

    @property
    def best(self) -> int:
        """The position of the highest score; of equal ones that with the fewest features."""
        highest = np.flatnonzero(self.scores == np.nanmax(self.scores))
        return int(highest[np.argmin(self.features[highest])])


def plot_rfecv_scores(
    *, scores: TableSource, steps: str | None, settings: FigureSettings
) -> Drawing:
    """Read the scores and draw them.

    Raises
    ------
    ConfigurationError
        If `steps` cannot be used.
    DataError
        If the table cannot be used.
    """
    names, columns = read_number_columns(scores, "--scores", allow_missing=True)
    try:
        table = compute_elimination_scores(names, columns, steps)
    except DataError as error:
        raise error.with_prefix(str(scores.path)) from None
    return draw_elimination_scores(table, settings=settings)


def compute_elimination_scores(
    names: tuple[str, ...] | None, columns: list[FloatArray], steps: str | None = None
) -> EliminationScores:
    """Find scores and numbers of features.

    Parameters
    ----------
    names
        The header, if there is one. Columns called as in scikit-learn's `cv_results_` are found
        by their names; otherwise the first column holds the scores.
    columns
        One for each name, each of shape (rows,).
    steps
        Numbers of features, separated by commas; None for those of the table, else 1, 2, 3, ...

    Raises
    ------
    ConfigurationError
        If `steps` does not hold one whole number for each score.
    DataError
        If there is no finite score, or a number of features is missing.
    """
    by_name = dict(zip(names or (), columns, strict=False))
    given = by_name.get(MEAN, columns[0])
    scores = np.where(np.isfinite(given), given, np.nan)
    if np.isnan(scores).all():
        raise DataError("there is nothing to draw: the table has no finite score")
    counted = by_name.get(FEATURES, np.arange(1.0, len(scores) + 1))
    features = _parse_steps(steps, len(scores)) if steps else counted
    check_finite(features, FEATURES)
    return EliminationScores(features, scores, by_name.get(DEVIATION))


def draw_elimination_scores(table: EliminationScores, *, settings: FigureSettings) -> Drawing:
    """Draw the scores with the best one marked."""
    best = _describe_best(table)
    figure = create_figure(settings, SIZE, title=TITLE, subtitle=best)
    axes = figure.add_subplot(xlabel="Features", ylabel="Cross-validated score")
    axes.grid()
    marker = "o" if len(table.features) <= MAX_STEPS_WITH_MARKERS else ""
    order = np.argsort(table.features, kind="stable")
    axes.errorbar(
        table.features[order],
        table.scores[order],
        yerr=None if table.deviations is None else table.deviations[order],
        color=SERIES_COLORS[0],
        marker=marker,
        markersize=4,
        elinewidth=1,
        capsize=2,
    )
    axes.plot(
        table.features[table.best],
        table.scores[table.best],
        "o",
        markersize=10,
        markerfacecolor="none",
        markeredgecolor=INK,
    )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    description = f"Line plot of scores by the number of features. {best}."
    chart = partial(chart_elimination_scores, table, settings=settings)
    return Drawing(figure, choose_title(settings, TITLE), description, chart=chart)


def chart_elimination_scores(table: EliminationScores, *, settings: FigureSettings) -> Chart:
    """Return what `draw_elimination_scores` draws as an interactive chart."""
    best: Trace = {
        "type": "scatter",
        "mode": "markers",
        "name": _describe_best(table),
        "x": [table.features[table.best]],
        "y": [table.scores[table.best]],
        "marker": {"size": 14, "symbol": "circle-open", "color": INK, "line": {"width": 1.5}},
        "hoverinfo": "skip",
    }
    return create_chart(
        settings,
        [_make_score_trace(table), best],
        SIZE_OF_CHART,
        xaxis=make_axis("Features"),
        yaxis=make_axis("Cross-validated score"),
    )


def _make_score_trace(table: EliminationScores) -> Trace:
    order = np.argsort(table.features, kind="stable")
    trace: Trace = {
        "type": "scatter",
        "mode": "lines+markers" if len(order) <= MAX_STEPS_WITH_MARKERS else "lines",
        "name": "Scores",
        "showlegend": False,
        "x": table.features[order],
        "y": table.scores[order],
        "line": {"color": SERIES_COLORS[0]},
    }
    hover_text = "%{x:,.0f} features<br>Score %{y:.4g}"
    if table.deviations is not None:
        deviations = table.deviations[order]
        trace |= {"customdata": deviations, "error_y": {"array": deviations, "thickness": 1}}
        hover_text += " \N{PLUS-MINUS SIGN} %{customdata:.2g}"
    return trace | {"hovertemplate": hover_text + "<extra></extra>"}


def _describe_best(table: EliminationScores) -> str:
    return (
        f"Best score {format_number(table.scores[table.best])} "
        f"with {count_things(int(table.features[table.best]), 'feature')}"
    )


def _parse_steps(text: str, count: int) -> FloatArray:
    steps = parse_names(text)
    if len(steps) != count or not all(step.isdecimal() for step in steps):
        raise ConfigurationError(
            f"--steps: {count} whole numbers of features are needed, one for each score, "
            f"separated by commas, but {text} was given"
        )
    return np.array(steps, dtype=np.float64)
