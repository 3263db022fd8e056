"""Feature importances, as bars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from galaxy_keras.artefacts.tables import TableColumns
from galaxy_keras.errors import DataError, count_things
from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.charts import Chart, Trace, create_chart, escape_text, make_axis
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.style import INK, MUTED, SERIES_COLORS
from galaxy_keras.plots.drawing.text import clean_text, format_number, shorten_text
from galaxy_keras.plots.inputs.sources import read_source
from galaxy_keras.schema.requests.plots import FigureSettings, PermutationImportances
from galaxy_keras.schema.requests.runs import TableSource

TITLE = "Feature importances"
WIDTH = 7.0
WIDTH_OF_CHART = 9.0
MIN_CHART_WIDTH = 5.5
MAX_LABEL_LENGTH = 36


@dataclass(frozen=True)
class Importances:
    """Features, the most important first.

    Attributes
    ----------
    names
        Names of the features.
    values
        Importances, shape (features,).
    deviations
        Standard deviations, shape (features,); None if they are not known.
    total
        Number of all features, shown or not.
    """

    names: tuple[str, ...]
    values: FloatArray
    deviations: FloatArray | None
    total: int


def plot_feature_importances(
    *, importances: TableSource, threshold: float | None, top: int, settings: FigureSettings
) -> Drawing:
    """Read a table of importances and draw it.

    Raises
    ------
    DataError
        If the table cannot be used, or no feature reaches the threshold.
    """
    table = read_source(importances, "--importances")
    try:
        names, values, deviations = _split_columns(table)
        chosen = compute_importances(names, values, deviations, threshold=threshold, top=top)
    except DataError as error:
        raise error.with_prefix(str(importances.path)) from None
    return draw_importances(chosen, settings=settings)


def plot_permutation_importances(
    *,
    importances: PermutationImportances,
    threshold: float | None,
    top: int,
    settings: FigureSettings,
) -> Drawing:
    """Draw permutation importances.

    Raises
    ------
    DataError
        If no feature reaches the threshold.
    """
    chosen = compute_importances(
        list(importances.names),
        np.array(importances.importances_mean),
        np.array(importances.importances_std),
        threshold=threshold,
        top=top,
    )
    label = f"Drop in {importances.scorer} when shuffled"
    rows, times = count_things(importances.rows, "row"), count_things(importances.repeats, "time")
    note = f"each shuffled {times} on {rows}"
    return draw_importances(chosen, label=label, note=note, settings=settings)


def compute_importances(
    names: list[str],
    values: FloatArray,
    deviations: FloatArray | None = None,
    *,
    threshold: float | None = None,
    top: int = 30,
) -> Importances:
    """Sort the features and choose which to show.

    Parameters
    ----------
    names
        Names of the features.
    values
        Importances, shape (features,).
    deviations
        Standard deviations, shape (features,); None if they are not known.
    threshold
        Features of lower importance are left out; None for no threshold.
    top
        Maximum number of features shown.

    Raises
    ------
    DataError
        If no feature is left.
    """
    order = np.argsort(-values, kind="stable")
    kept = [index for index in order if threshold is None or values[index] >= threshold][:top]
    if not kept:
        raise DataError(
            f"no feature reaches the threshold {threshold}; the largest importance is "
            f"{format_number(np.max(values, initial=-np.inf))}"
        )
    return Importances(
        tuple(names[index] for index in kept),
        values[kept],
        None if deviations is None else deviations[kept],
        len(names),
    )


def draw_importances(
    importances: Importances,
    *,
    label: str = "Importance",
    note: str = "",
    settings: FigureSettings,
) -> Drawing:
    """Draw a bar for each feature, the most important on top.

    Parameters
    ----------
    label
        Label of the axis of importances.
    note
        How the importances were computed, for the subtitle.
    """
    subtitle = "; ".join(filter(None, (_describe_choice(importances), note)))
    count = len(importances.names)
    figure = create_figure(
        settings,
        (WIDTH, 1.4 + 0.27 * max(count, 4)),
        title=TITLE,
        subtitle=subtitle,
    )
    axes = figure.add_subplot(xlabel=label)
    names = [clean_text(name) for name in importances.names]
    positions = np.arange(count)
    axes.barh(
        positions,
        importances.values,
        xerr=importances.deviations,
        height=0.7,
        color=SERIES_COLORS[0],
        error_kw={"ecolor": INK, "elinewidth": 1.2, "capsize": 2.5},
    )
    axes.set_yticks(positions, [shorten_text(name, MAX_LABEL_LENGTH) for name in names])
    axes.set_ylim(count - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x")
    if importances.values.min() < 0:
        axes.axvline(0, color=MUTED, linewidth=0.8)
    for position, tick in enumerate(axes.get_yticklabels()):
        tick.set_gid(f"feature-{position}")
    tooltips = {f"feature-{position}": name for position, name in enumerate(names)}
    return Drawing(
        figure,
        choose_title(settings, TITLE),
        _describe(importances, subtitle),
        tooltips,
        partial(chart_importances, importances, label=label, settings=settings),
    )


def chart_importances(
    importances: Importances, *, label: str = "Importance", settings: FigureSettings
) -> Chart:
    """Return what `draw_importances` draws as an interactive chart."""
    positions = np.arange(len(importances.names))
    hover_text = "<b>%{customdata[0]}</b><br>%{x:.4g}"
    deviations = importances.deviations
    names = [escape_text(name) for name in importances.names]
    if deviations is not None:
        hover_text += " \N{PLUS-MINUS SIGN} %{customdata[1]:.2g}"
    bars: Trace = {
        "type": "bar",
        "orientation": "h",
        "x": importances.values,
        "y": positions,
        "customdata": [[name] for name in names]
        if deviations is None
        else [list(each) for each in zip(names, deviations.tolist(), strict=True)],
        "error_x": {"array": deviations, "color": INK, "thickness": 1.2},
        "marker": {"color": SERIES_COLORS[0]},
        "hovertemplate": hover_text + "<extra></extra>",
    }
    shown = [escape_text(shorten_text(name, MAX_LABEL_LENGTH)) for name in importances.names]
    return create_chart(
        settings,
        [bars],
        (WIDTH_OF_CHART, 1.2 + 0.27 * max(len(positions), 4)),
        min_width=MIN_CHART_WIDTH,
        xaxis=make_axis(label),
        yaxis=make_axis(
            "", tickvals=positions, ticktext=shown, autorange="reversed", showgrid=False, ticks=""
        ),
    )


def _split_columns(table: TableColumns) -> tuple[list[str], FloatArray, FloatArray | None]:
    """Return names, importances and, if there is another column of numbers, deviations."""
    positions = range(len(table.values))
    numbers = [position for position in positions if table.holds_numbers(position)]
    texts = [position for position in positions if position not in numbers]
    if not texts and len(numbers) > 1 and table.values[numbers[0]].dtype.kind == "i":
        texts = [numbers.pop(0)]
    if not numbers or len(texts) > 1:
        raise DataError(
            f"{len(texts)} columns of text and {len(numbers)} of numbers are chosen. Give one "
            "column with the names of the features, one with their importances and, for error "
            "bars, one with standard deviations. If the first row holds column names, give "
            "--importances-header"
        )
    values = table.parse_numbers(numbers[0], bounded=True)
    deviations = table.parse_numbers(numbers[1], bounded=True) if len(numbers) > 1 else None
    if not texts:
        return [f"Feature {n}" for n in range(1, len(values) + 1)], values, deviations
    return list(map(str, table.values[texts[0]].tolist())), values, deviations


def _describe_choice(importances: Importances) -> str:
    shown = len(importances.names)
    if shown == importances.total:
        return count_things(shown, "feature")
    return f"The {shown} most important of {count_things(importances.total, 'feature')}"


def _describe(importances: Importances, subtitle: str) -> str:
    first = ", ".join(
        f"{clean_text(name)} {format_number(value)}"
        for name, value in zip(importances.names[:5], importances.values, strict=False)
    )
    return f"Bars of importance. {subtitle}. Largest: {first}."
