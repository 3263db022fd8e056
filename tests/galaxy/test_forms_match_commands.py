"""The forms offer what the commands take, and begin with what the commands begin with."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from galaxy_keras.tools.keras_model_builder import main as build
from galaxy_keras.tools.keras_train_and_eval import main as train
from galaxy_keras.tools.ml_visualization_ex import main as draw
from galaxy_keras.tools.model_prediction import main as predict
from tool_forms import expand_tool, fill_form, list_fields

from galaxy_keras.catalogue.activations import ACTIVATIONS
from galaxy_keras.catalogue.callbacks import CALLBACKS
from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.catalogue.initializers import INITIALIZERS
from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.catalogue.optimizers import OPTIMIZERS
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.plots import PLOTS, PlotEntry
from galaxy_keras.catalogue.precisions import PRECISIONS
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS, SampleFormat
from galaxy_keras.catalogue.schedules import SCHEDULES
from galaxy_keras.catalogue.scorers import SCORERS
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.galaxy import (
    keras_model_builder,
    keras_model_config,
    keras_train_and_eval,
    ml_visualization_ex,
    model_prediction,
)
from galaxy_keras.schema.training.outputs import read_settings
from galaxy_keras.schema.values.values import omit_defaults

pytest.importorskip("galaxy.tool_util", reason="the macros are expanded by galaxy-tool-util")

Reader = Callable[[dict[str, Any]], Mapping[str, object]]

EXAMPLES = Path(__file__).parents[1] / "unit" / "galaxy" / "forms"
COMMANDS: dict[str, tuple[click.Command, Reader]] = {
    "keras_model_builder": (build, keras_model_builder.read_options),
    "keras_train_and_eval": (train, keras_train_and_eval.read_options),
    "model_prediction": (predict, model_prediction.read_options),
}

# What the forms begin with because the replaced ones did, and the commands leave to the user.
OWN_DEFAULTS = {
    "keras_model_builder": {
        "task": "classifier",
        "loss": ["binary_crossentropy"],
        "optimizer": "RMSprop",
        "metrics": ["acc"],
        "validation_split": 0.1,
    },
    # The commands take a header for granted in CSV, which the forms do not have yet.
    # Windows over rows have another method of splitting, where nobody asks for one.
    "keras_train_and_eval": {"features_header": False, "split": "simple"},
    "model_prediction": {"features_header": False},
}


# Options of the commands that the forms do not offer.
NOT_OFFERED = {
    "check": "training checks all of it before it begins, and the job ends with the same messages",
    "checkpoint": "Galaxy throws the folder of a job away",
    "sign_key": "a key is a file of the server's, which no form may name",
    "require_signature": "a key is a file of the server's, which no form may name",
    "device": "the destination of the job decides",
    "devices": "the destination of the job decides",
    "cluster": "a job of Galaxy runs on one machine",
    "accelerate": "it is chosen by itself where it pays off",
    "weights": "a pair of files; the replaced tools made one file",
    "sample_weights_columns": "the table has one column",
    "output_keras": "a fitted model is exported by keras-model-export, and Galaxy has no such type",
    "calibrate": "plots of the form show how far probabilities are from calibrated ones first",
    "cross_validate": "a job of the form trains the one network that it hands on",
    "repeats": "as cross_validate",
    "search": "as cross_validate",
    "trials": "as cross_validate",
    "search_monitor": "as cross_validate",
    "search_storage": "as cross_validate",
    "output_search": "as cross_validate",
    "output_folds": "as cross_validate",
    "output_inputs": "prediction gives them, by the method encode",
    "target_signal": "the form asks for features, as the replaced one did",
    "missing_signal": "the form asks for features, as the replaced one did",
    "class_weight_header": "class weights of the form are balanced, which needs no table",
}
# The XML's own command gives these, or they are for a person at a terminal.
NOT_IN_FORMS = {
    *("galaxy_inputs", "verbose", "quiet", "traceback", "version"),
    *("options", "save_options"),
}


def list_form_options(tool: str) -> set[str]:
    """Return the options that the examples of forms and the XML's command give values to."""
    examples = (json.loads(path.read_text()) for path in (EXAMPLES / tool).glob("*.json"))
    written = {name for example in examples for name in example["expected"]}
    command = expand_tool(tool).findtext("command") or ""
    return written | {name.replace("-", "_") for name in re.findall(r"--([\w-]+)", command)}


@pytest.mark.parametrize("tool", COMMANDS)
def test_form_offers_every_option_or_it_is_said_why_not(tool: str) -> None:
    options = {each.name for each in COMMANDS[tool][0].params} - NOT_IN_FORMS

    assert options - list_form_options(tool) - set(NOT_OFFERED) == set()


def test_no_option_is_both_offered_and_said_not_to_be() -> None:
    assert NOT_OFFERED.keys() & {name for tool in COMMANDS for name in list_form_options(tool)} == (
        set()
    )


def remove_column_choices(form: Any) -> Any:
    """Say "all columns" where the form waits for columns to be chosen."""
    if isinstance(form, list):
        return [remove_column_choices(each) for each in form]
    if not isinstance(form, dict):
        return form
    return {
        name: "all_columns" if name.startswith("selected_column") else remove_column_choices(each)
        for name, each in form.items()
    }


@pytest.mark.parametrize("tool", COMMANDS)
def test_form_gives_values_to_options_that_exist(tool: str) -> None:
    command, read_options = COMMANDS[tool]
    options = read_options(remove_column_choices(fill_form(tool)))

    assert set(options) <= {parameter.name for parameter in command.params}


@pytest.mark.parametrize("tool", COMMANDS)
def test_form_begins_with_the_defaults_of_the_command(tool: str) -> None:
    command, read_options = COMMANDS[tool]
    options = read_options(remove_column_choices(fill_form(tool)))
    defaults = {parameter.name: parameter.default for parameter in command.params}
    own = OWN_DEFAULTS.get(tool, {})
    # Options of the optimizer are compared with the catalogue below.
    changed = {
        name: value
        for name, value in options.items()
        if name != "optimizer_options" and value != defaults[name]
    }

    assert changed == own


def test_optimizer_begins_with_the_defaults_of_the_catalogue() -> None:
    options = dict(keras_model_builder.read_options(fill_form("keras_model_builder")))
    named = read_settings(None, {**options, "optimizer_options": ()}).optimizer
    settings = read_settings(None, options).optimizer
    defaults = {each.name: each.default for each in OPTIMIZERS.get(named.name).parameters}

    assert settings.options.items() <= defaults.items()


def test_architecture_form_opens_with_one_layer() -> None:
    spec = keras_model_config.read_spec(fill_form("keras_model_config"))

    assert spec == {"input_shape": (32,), "layers": [{"type": "Dense", "activation": "linear"}]}


@pytest.mark.parametrize(
    ("tool", "field", "registry"),
    [
        ("keras_model_builder", "loss", LOSSES),
        ("keras_model_builder", "metrics", METRICS),
        ("keras_model_builder", "optimizer_type", OPTIMIZERS),
        ("keras_model_builder", "schedule_type", SCHEDULES),
        ("keras_model_builder", "callback_type", CALLBACKS),
        ("keras_train_and_eval", "primary_scoring", SCORERS),
        ("keras_model_config", "activation", ACTIVATIONS),
        ("keras_model_config", "alpha_initializer", INITIALIZERS),
    ],
)
def test_every_choice_is_in_the_catalogue(tool: str, field: str, registry: Registry[Any]) -> None:
    offered = {
        option
        for each in list_fields(tool).values()
        if each.path.endswith(f"|{field}")
        for option in each.options
    } - {"none", "None", "default"}

    assert len(offered) > 4
    assert [option for option in offered if registry.find(option) is None] == []


@pytest.mark.parametrize("registry", [LOSSES, OPTIMIZERS, SCHEDULES, CALLBACKS, SCORERS])
def test_every_entry_of_the_catalogue_is_offered(registry: Registry[Any]) -> None:
    offered = {
        registry.find(option)
        for tool in COMMANDS
        for each in list_fields(tool).values()
        for option in each.options
    }

    assert [entry.name for entry in registry if entry not in offered] == []


ENCODING_BLOCKS = {
    "input_encodings": (ENCODINGS, "inputs", "input_encodings_N"),
    "target_encoding": (TARGET_ENCODINGS, "targets", "target_encoding"),
}


@pytest.mark.parametrize(
    ("block", "entry"),
    [(block, entry) for block, (entries, *_) in ENCODING_BLOCKS.items() for entry in entries],
    ids=lambda value: getattr(value, "name", value),
)
def test_form_of_an_encoding_begins_with_the_defaults_of_the_catalogue(
    block: str, entry: Entry
) -> None:
    _, option, path = ENCODING_BLOCKS[block]
    where = f"mode_selection[train_model]|{path}|encoding_selection"
    fields = list_fields("keras_model_builder")
    values = {
        each.name: fields[f"{where}[{entry.name}]|{each.name}"].default for each in entry.parameters
    }
    form = fill_form("keras_model_builder")
    filled = {"encoding_selection": {"encoding": entry.name, **values}}
    form["mode_selection"][block] = [filled] if option == "inputs" else filled

    settings = read_settings(None, keras_model_builder.read_options(form))
    [chosen] = [each.encoding for each in getattr(settings, option)]

    assert entry.name in fields[f"{where}|encoding"].options
    assert (chosen.name, omit_defaults(entry, chosen.options)) == (entry.name, {})


def test_ways_to_predict_are_those_of_the_command() -> None:
    choices = next(each.type for each in predict.params if each.name == "method")

    assert isinstance(choices, click.Choice)
    offered = list_fields("model_prediction")["method"].options
    assert offered == list(choices.choices)


@pytest.mark.parametrize("tool", ["keras_train_and_eval", "model_prediction"])
def test_precisions_are_those_of_the_command(tool: str) -> None:
    assert list_fields(tool)["advanced|precision"].options == list(PRECISIONS)


@pytest.mark.parametrize("entry", tuple(SAMPLE_FORMATS), ids=lambda entry: entry.name)
@pytest.mark.parametrize("tool", ["keras_train_and_eval", "model_prediction"])
def test_every_format_of_samples_is_offered(tool: str, entry: SampleFormat) -> None:
    fields = list_fields(tool)
    kind = entry.form_kind or entry.name
    own = {f"input_options[{kind}]|{parameter.name}" for parameter in entry.parameters}

    assert kind in fields["input_options|selected_input"].options
    assert not entry.form_type or entry.form_type in (
        fields[f"input_options[{kind}]|seq_type"].options
    )
    assert own <= set(fields)


def test_every_plot_is_offered() -> None:
    offered = list_fields("ml_visualization_ex")["plotting_selection|plot_type"].options

    assert {PLOTS.get(option).name for option in offered if option != "report"} == set(PLOTS.names)


def test_form_of_the_report_gives_values_to_its_options() -> None:
    form = fill_form("ml_visualization_ex", plot_type="report")

    name, options = ml_visualization_ex.read_command(form)

    assert set(options) <= {each.name for each in draw.commands[name].params}


@pytest.mark.parametrize("plot", tuple(PLOTS), ids=lambda plot: plot.name)
def test_form_of_a_plot_gives_values_to_its_options(plot: PlotEntry) -> None:
    offered = list_fields("ml_visualization_ex")["plotting_selection|plot_type"].options
    option = next(each for each in offered if PLOTS.find(each) is plot)
    form = remove_column_choices(fill_form("ml_visualization_ex", plot_type=option))

    name, options = ml_visualization_ex.read_command(form)

    assert name == plot.name
    assert set(options) <= {each.name for each in draw.commands[name].params}


@pytest.mark.parametrize("plot", tuple(PLOTS), ids=lambda plot: plot.name)
def test_form_of_a_plot_has_a_field_for_each_option(plot: PlotEntry) -> None:
    offered = list_fields("ml_visualization_ex")["plotting_selection|plot_type"].options
    option = next(each for each in offered if PLOTS.find(each) is plot)
    selection = fill_form("ml_visualization_ex", plot_type=option)["plotting_selection"]
    fields = {"colormap" if name == "plot_color" else name for name in selection}

    assert {each.name for each in plot.parameters} <= fields


@pytest.mark.parametrize("tool", ["keras_train_and_eval", "model_prediction"])
def test_output_names_stay(tool: str) -> None:
    names = [each.get("name") for each in expand_tool(tool).findall("outputs/data")]

    assert (
        names
        == {
            "keras_train_and_eval": [
                "outfile_result",
                "outfile_history",
                "outfile_object",
                "outfile_y_true",
                "outfile_y_preds",
                "outfile_labels",
                "outfile_examples",
            ],
            "model_prediction": ["outfile_predict"],
        }[tool]
    )
