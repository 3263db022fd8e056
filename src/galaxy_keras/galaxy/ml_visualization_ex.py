"""The form of the tool ml_visualization_ex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from galaxy_keras.catalogue.parameters import Parameter
from galaxy_keras.catalogue.plot import FIGURE_PARAMETERS, PlotEntry
from galaxy_keras.catalogue.plots import PLOTS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.galaxy.columns import read_column_selector
from galaxy_keras.galaxy.form import Form, drop_missing

REPORT: Final = "report"
_REPORT_TABLES: Final = ("true", "scores", "predicted", "features")

_FORMATS = {"plotly_html": "html", "matplotlib_svg": "svg"}
"""What formats were called in the replaced tool."""

_FIELDS = {"colormap": "plot_color"}
"""Fields that are not called like the parameter of the plot."""

_ALWAYS_HEADED = ("scores", "importances")
"""Tables that have a header in the form, as they had in the replaced tool; beside scores, the
true labels have one too."""


def read_command(document: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """Return the subcommand of `ml-visualization-ex` and values for its options, by name.

    Raises
    ------
    ConfigurationError
        If a field cannot be read or the plot is unknown; the message names the field.
    """
    form = Form(document)
    selection = form.section("plotting_selection")
    if selection.text("plot_type") == REPORT:
        return REPORT, drop_missing(_read_report(selection))
    plot = _find_plot(selection)
    options = {
        "format": _read_format(selection),
        **_read_tables([each.name for each in plot.inputs if each.table], selection),
        **_read_parameters(plot.parameters, selection),
        **_read_parameters(FIGURE_PARAMETERS, form.section("figure")),
        "title": selection.text("title"),
    }
    return plot.name, drop_missing(options)


def read_options(document: Mapping[str, object]) -> dict[str, object]:
    """Return values for the options of the subcommand that the form chooses."""
    return read_command(document)[1]


def _find_plot(selection: Form) -> PlotEntry:
    name = selection.required_text("plot_type")
    try:
        return PLOTS.get(name)
    except ConfigurationError as error:
        raise error.with_prefix(selection.describe("plot_type")) from None


def _read_format(selection: Form) -> str | None:
    name = selection.text("plot_format")
    return None if name is None else _FORMATS.get(name, name)


def _read_report(selection: Form) -> dict[str, object]:
    return {
        **_read_tables(_REPORT_TABLES, selection),
        "true_columns": selection.text("true_columns"),
        "pos_label": selection.text("pos_label"),
        "class_names": selection.text("class_names"),
        "title": selection.text("title"),
    }


def _read_tables(tables: Sequence[str], selection: Form) -> dict[str, object]:
    is_headed = any(table in _ALWAYS_HEADED for table in tables)
    options: dict[str, object] = {}
    for table in tables:
        columns = selection.section(f"column_selector_options_{table}")
        header = selection.flag(f"header_{table}")
        options[f"{table}_header"] = header if header is not None or not is_headed else True
        options[f"{table}_columns"] = read_column_selector(
            columns, "selected_column_selector_option", "col1"
        )
    return options


def _read_parameters(parameters: tuple[Parameter, ...], part: Form) -> dict[str, object]:
    fields = part.fields()
    return {
        parameter.name: fields.get(_FIELDS.get(parameter.name, parameter.name))
        for parameter in parameters
    }
