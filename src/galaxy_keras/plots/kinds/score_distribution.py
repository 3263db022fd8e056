"""Distribution of the scores of a class and of the other classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from galaxy_keras.errors import DataError, count_things
from galaxy_keras.plots.array_types import FloatArray, IntegerArray
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_panels
from galaxy_keras.plots.drawing.style import MUTED, SERIES_COLORS
from galaxy_keras.plots.drawing.text import format_count, name_class
from galaxy_keras.plots.inputs.scores import ClassScores, read_class_scores
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

TITLE = "Distribution of scores"
PANEL_INCHES = (4.4, 3.2)
MAX_CLASSES = 12


@dataclass(frozen=True)
class ScoreDistribution:
    """Histograms of the scores of one class.

    Attributes
    ----------
    name
        The class.
    edges
        Bin edges, shape (bins + 1,).
    inside, outside
        Rows of the class and rows of other classes in each bin, shape (bins,).
    """

    name: str
    edges: FloatArray
    inside: IntegerArray
    outside: IntegerArray


def plot_score_distribution(
    *,
    true: TableSource,
    scores: TableSource,
    pos_label: str | None,
    class_names: str | None,
    threshold: float | None,
    bins: int,
    settings: FigureSettings,
) -> Drawing:
    """Read true classes and scores and draw how the scores are distributed.

    Raises
    ------
    ConfigurationError
        If there is no class `pos_label`, or there is not one name for each class.
    DataError
        If the tables cannot be used or do not belong together.
    """
    paired = read_class_scores(true, scores, pos_label=pos_label, class_names=class_names)
    distributions = compute_score_distributions(paired, bins=bins)
    return draw_score_distributions(distributions, threshold=threshold, settings=settings)


def compute_score_distributions(scores: ClassScores, *, bins: int = 40) -> list[ScoreDistribution]:
    """Count the scores of the rows of each class and of the others.

    Parameters
    ----------
    bins
        Number of equal bins of the range of the scores, which is 0 to 1 for probabilities.

    Raises
    ------
    DataError
        If there are more than `MAX_CLASSES` classes.
    """
    if len(scores.names) > MAX_CLASSES:
        raise DataError(
            f"there are {len(scores.names)} classes, and at most {MAX_CLASSES} panels can be "
            "read. Choose one with --pos-label"
        )
    edges = np.histogram_bin_edges(scores.scores, bins, _find_range(scores.scores))
    return [
        ScoreDistribution(
            name,
            edges,
            np.histogram(scores.scores[scores.y_true[:, column], column], edges)[0],
            np.histogram(scores.scores[~scores.y_true[:, column], column], edges)[0],
        )
        for column, name in enumerate(scores.names)
    ]


def draw_score_distributions(
    distributions: list[ScoreDistribution],
    *,
    threshold: float | None = None,
    settings: FigureSettings,
) -> Drawing:
    """Draw for each class the scores of its rows and of the others, each normalized to 100 %."""
    first = distributions[0]
    rows = int(first.inside.sum() + first.outside.sum())
    figure, panels = create_panels(
        settings,
        len(distributions),
        PANEL_INCHES,
        title=TITLE,
        subtitle=count_things(rows, "row"),
    )
    for axes, distribution in zip(panels, distributions, strict=True):
        _draw_distribution(axes, distribution)
        if threshold is not None:
            axes.axvline(threshold, color=MUTED, linestyle=":", linewidth=1.4)
    handles = [*panels[0].patches[1::2], *panels[0].lines]
    labels = ["Positive class", "Negative class"]
    if threshold is not None:
        labels.append(f"Threshold {threshold:.3g}")
    figure.legend(handles, labels, loc="outside lower center", ncols=3)
    classes = "; ".join(map(_describe_distribution, distributions))
    description = f"Histograms of the scores of rows in a class and of the others: {classes}."
    return Drawing(figure, choose_title(settings, TITLE), description)


def _find_range(scores: FloatArray) -> tuple[float, float]:
    lowest, highest = float(scores.min()), float(scores.max())
    return (0.0, 1.0) if lowest >= 0 and highest <= 1 else (lowest, highest)


def _draw_distribution(axes: Axes, distribution: ScoreDistribution) -> None:
    for counts, color, line in (
        (distribution.inside, SERIES_COLORS[0], "-"),
        (distribution.outside, SERIES_COLORS[1], "--"),
    ):
        fractions = counts / max(counts.sum(), 1)
        axes.stairs(fractions, distribution.edges, fill=True, color=color, alpha=0.2)
        axes.stairs(fractions, distribution.edges, color=color, linestyle=line, linewidth=1.5)
    axes.set_title(name_class(distribution.name))
    axes.set(xlabel="Score", ylabel="Fraction of rows")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=None))
    axes.grid(axis="y")


def _describe_distribution(distribution: ScoreDistribution) -> str:
    inside, outside = int(distribution.inside.sum()), int(distribution.outside.sum())
    counts = f"{format_count(inside)} and {format_count(outside)} rows"
    return f"{name_class(distribution.name)} ({counts})"
