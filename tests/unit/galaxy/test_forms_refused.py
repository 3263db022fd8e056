"""Messages about forms that cannot be read; each names the field."""

from __future__ import annotations

from typing import Any

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.galaxy import (
    keras_model_builder,
    keras_model_config,
    keras_train_and_eval,
    ml_visualization_ex,
    model_prediction,
)


def layers(*selections: dict[str, Any], kind: str = "functional", **more: Any) -> dict[str, Any]:
    blocks = [{"layer_selection": selection} for selection in selections]
    return {"model_selection": {"model_type": kind, "layers": blocks, **more}}


INPUT = {"layer_type": "Input", "shape": "(3, )"}
CHOSEN_AND_TYPED = {
    "param_set": [{"sp_source": {"sp_choice": "seed"}, "sp_name": "epochs", "sp_value": "1"}]
}
SWAPPING = {"param_set": [{"sp_name": "epochs", "sp_value": ":__import__"}]}

REFUSED = [
    (
        keras_model_config.read_spec,
        {"model_selection": {"model_type": "subclassed"}},
        'form field "model_selection|model_type": there is no kind of model "subclassed". '
        "Choose from: sequential, functional",
    ),
    (
        keras_model_config.read_spec,
        layers({"units": 1}, kind="sequential"),
        'form field "model_selection|layers_0|layer_selection|layer_type" is empty. Fill it in',
    ),
    (
        keras_model_config.read_spec,
        layers({"layer_type": "Dense", "kwargs": "use_bias"}, kind="sequential"),
        'form field "model_selection|layers_0|layer_selection|kwargs": cannot read "use_bias"',
    ),
    (
        keras_model_config.read_spec,
        layers({"layer_type": "Dense"}, kind="sequential", input_shape="(3"),
        'form field "model_selection|input_shape": cannot read "(3"',
    ),
    (
        keras_model_config.read_spec,
        layers({"layer_type": "Dense", "units": 1}),
        'form field "model_selection|layers_0|layer_selection|layer_type": '
        "the first layer of a functional model must be an Input, not Dense",
    ),
    (
        keras_model_config.read_spec,
        layers(INPUT, {"layer_type": "Dense", "inbound_nodes": 2}),
        'form field "model_selection|layers_1|layer_selection|inbound_nodes": 2 is not the number '
        "of a layer that can be used here. Give 1, counted from the top of the form",
    ),
    (
        keras_model_config.read_spec,
        layers(INPUT, INPUT, {"layer_type": "Add", "merging_layers": "[1, x]"}),
        'form field "model_selection|layers_2|layer_selection|merging_layers": x is not the number '
        "of a layer that can be used here. Give numbers from 1 to 2, counted from the top",
    ),
    (
        keras_model_config.read_spec,
        layers(INPUT, {"layer_type": "Add", "merging_layers": "[ ]"}),
        'form field "model_selection|layers_1|layer_selection|merging_layers" is empty. '
        "Give the numbers of the layers to merge, for example [1, 2]",
    ),
    (
        keras_model_builder.read_options,
        {"mode_selection": {"learning_type": "KerasGRanker"}},
        'form field "mode_selection|learning_type": there is no "KerasGRanker". '
        "Choose from: KerasGClassifier, KerasGRegressor",
    ),
    (
        keras_model_builder.read_options,
        {"mode_selection": {"fit_params": {"epochs": "2.5"}}},
        'form field "mode_selection|fit_params|epochs" holds "2.5", '
        "but a whole number was expected",
    ),
    (
        keras_model_builder.read_options,
        {"mode_selection": {"fit_params": {"callbacks": "EarlyStopping"}}},
        'form field "mode_selection|fit_params|callbacks" holds "EarlyStopping", '
        "but a list of blocks was expected",
    ),
    (
        keras_model_builder.read_options,
        {"mode_selection": {"fit_params": 5}},
        'form field "mode_selection|fit_params" holds "5", but a group of fields was expected',
    ),
    (
        keras_model_builder.read_options,
        {"mode_selection": {"target_encoding": {"encoding_selection": {"encoding": "label"}}}},
        'form field "mode_selection|target_encoding|encoding_selection|encoding": there is no '
        'encoding of targets "label". Did you mean "labels"?',
    ),
    (
        keras_model_builder.read_options,
        {
            "mode_selection": {
                "input_encodings": [{"encoding_selection": {"encoding": "kmers", "k": "three"}}]
            }
        },
        'form field "mode_selection|input_encodings_0|encoding_selection|k" holds "three", '
        "but a number was expected",
    ),
    (
        keras_train_and_eval.read_options,
        {"experiment_schemes": {"selected_exp_scheme": "cross_val"}},
        'form field "experiment_schemes|selected_exp_scheme": there is no scheme "cross_val". '
        "Choose from: train_val, train_val_test",
    ),
    (
        keras_train_and_eval.read_options,
        {"experiment_schemes": {"test_split": {"split_algos": {"shuffle": "random"}}}},
        'form field "experiment_schemes|test_split|split_algos|shuffle": '
        'there is no splitting method "random". '
        "Choose from: None, last, simple, stratified, group, unique",
    ),
    (
        keras_train_and_eval.read_options,
        {"experiment_schemes": {"hyperparams_swapping": SWAPPING}},
        'form field "experiment_schemes|hyperparams_swapping|param_set_0|sp_value": '
        'cannot read "epochs=:__import__"',
    ),
    (
        keras_train_and_eval.read_options,
        {"experiment_schemes": {"hyperparams_swapping": CHOSEN_AND_TYPED}},
        'form field "experiment_schemes|hyperparams_swapping|param_set_0|sp_name" names epochs, '
        "but seed was chosen. Choose a parameter or type its name",
    ),
    (
        keras_train_and_eval.read_options,
        {"experiment_schemes": {"metrics": {"scoring": {"secondary_scoring": {"f1": True}}}}},
        'form field "experiment_schemes|metrics|scoring|secondary_scoring" holds '
        "a group of fields, but a list of values was expected",
    ),
    (
        keras_train_and_eval.read_options,
        {
            "input_options": {
                "selected_input": "refseq_and_interval",
                "blacklist_regions": "hg17",
            }
        },
        'form field "input_options|blacklist_regions": there is no list "hg17". Choose from: none, '
        "hg19, hg38",
    ),
    (
        keras_train_and_eval.read_options,
        {"input_options": {"header2": "maybe"}},
        'form field "input_options|header2" holds "maybe", but true or false was expected',
    ),
    (
        model_prediction.read_options,
        {"input_options": {"selected_input": "images"}},
        'form field "input_options|selected_input": there is no kind of samples "images"',
    ),
    (
        model_prediction.read_options,
        {"input_options": {"selected_input": "seq_fasta", "seq_type": "Fasta"}},
        'form field "input_options|seq_type": there is no kind of sequence "Fasta". Choose from: '
        "FastaDNABatchGenerator, FastaRNABatchGenerator, FastaProteinBatchGenerator",
    ),
    (
        model_prediction.read_options,
        {"advanced": {"threshold": "high"}},
        'form field "advanced|threshold" holds "high", but a number was expected',
    ),
    (
        model_prediction.read_options,
        {"method": ["predict"]},
        'form field "method" holds a list, but one text was expected',
    ),
    (
        model_prediction.read_options,
        {"input_options": {"column_selector_options_1": {"selected_column_selector_option": "x"}}},
        'form field "input_options|column_selector_options_1|selected_column_selector_option": '
        'there is no column selector "x". Choose from: by_index_number, '
        "all_but_by_index_number, by_header_name, all_but_by_header_name, all_columns",
    ),
    (
        ml_visualization_ex.read_options,
        {"plotting_selection": {"plot_type": "pie_chart"}},
        'form field "plotting_selection|plot_type": there is no plot "pie_chart"',
    ),
]


@pytest.mark.parametrize(("read", "form", "message"), REFUSED)
def test_form_is_refused(read: Any, form: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(form)

    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([], "is empty. Select columns, or choose all_columns"),
        (["1", "c2"], '"c2" is not a column number'),
    ],
)
def test_columns_are_refused(columns: list[str], message: str) -> None:
    selector = {"selected_column_selector_option": "by_index_number", "col1": columns}
    form = {"input_options": {"column_selector_options_1": selector}}

    with pytest.raises(ConfigurationError, match=r"column_selector_options_1\|col1") as refused:
        model_prediction.read_options(form)

    assert message in str(refused.value)


def test_all_problems_are_reported_at_once() -> None:
    form = {
        "experiment_schemes": {"selected_exp_scheme": "x"},
        "input_options": {"selected_input": "y"},
    }

    with pytest.raises(ConfigurationError) as refused:
        keras_train_and_eval.read_options(form)

    assert len(refused.value.problems) == 2
