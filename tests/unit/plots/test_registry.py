"""The catalogue, the drawing functions and the gallery name the same plots and options."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from galaxy_keras.tools import ml_visualization_ex

from galaxy_keras.catalogue.plot import FIGURE_PARAMETERS, OUTPUT_NAME, PlotEntry
from galaxy_keras.catalogue.plots import PLOTS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.plots.registry import find_drawing_function
from galaxy_keras.schema.requests.plots import FigureSettings

DOCS = Path(__file__).parents[3] / "docs"
REPLACED = (
    "learning_curve",
    "pr_curve",
    "roc_curve",
    "rfecv_gridscores",
    "feature_importances",
    "keras_plot_model",
    "classification_confusion_matrix",
)


# The tool computes these from the files, with the options that are left out here.
PRECOMPUTED = {
    "permutation-importances": ["importances", "threshold", "top"],
    "in-silico-mutagenesis": ["mutagenesis"],
    "motifs": ["motifs", "top"],
}


@pytest.mark.parametrize("entry", list(PLOTS), ids=lambda entry: entry.name)
def test_function_takes_what_the_catalogue_lists(entry: PlotEntry) -> None:
    function = find_drawing_function(entry.name)
    # The command takes the columns of the output out of the tables.
    parameters = [each for each in entry.parameters if each is not OUTPUT_NAME]
    listed = [each.name for each in (*entry.inputs, *parameters)]
    expected = PRECOMPUTED.get(entry.name, listed)
    assert list(inspect.signature(function).parameters) == [*expected, "settings"]


def test_tool_measures_what_the_functions_expect() -> None:
    assert set(ml_visualization_ex.PRECOMPUTATIONS) == set(PRECOMPUTED)


@pytest.mark.parametrize("name", REPLACED)
def test_plots_are_found_by_the_names_of_the_replaced_tool(name: str) -> None:
    assert PLOTS.find(name) is not None


@pytest.mark.parametrize("entry", list(PLOTS), ids=lambda entry: entry.name)
def test_plots_are_found_by_their_names_in_forms(entry: PlotEntry) -> None:
    assert PLOTS.find(entry.name.replace("-", "_")) is entry


def test_unknown_plot() -> None:
    with pytest.raises(ConfigurationError, match=r'no plot "roc-curv"\. Did you mean "roc-curve"'):
        find_drawing_function("roc-curv")


@pytest.mark.parametrize("entry", list(PLOTS), ids=lambda entry: entry.name)
def test_gallery_shows_every_plot(entry: PlotEntry) -> None:
    text = (DOCS / "gallery.md").read_text()
    (command, *_) = re.findall(rf"^ml-visualization-ex {entry.name} [^`]*", text, re.MULTILINE)
    picture = command.split()[command.split().index("--output") + 1]
    assert f"](images/{picture})" in text
    assert (DOCS / "images" / picture).is_file()


def test_figure_settings_have_the_defaults_of_the_catalogue() -> None:
    defaults = {parameter.name: parameter.default for parameter in FIGURE_PARAMETERS}
    assert FigureSettings().model_dump() == defaults
