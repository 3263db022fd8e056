"""The outputs of a network, and the settings that are theirs."""

from __future__ import annotations

import re
from typing import Any

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.compatibility import check_compatibility
from galaxy_keras.schema.training.hyperparameters import list_hyperparameters, set_hyperparameters
from galaxy_keras.schema.training.monitors import find_direction, find_monitor_problems
from galaxy_keras.schema.training.outputs import list_outputs, read_settings
from galaxy_keras.schema.training.settings import TrainingSettings


def make_network(*outputs: dict[str, Any]) -> Architecture:
    hidden = {"name": "hidden", "type": "Dense", "units": 3, "inputs": "x"}
    return parse_spec(
        {
            "layers": [
                {"name": "x", "type": "Input", "shape": 4},
                hidden,
                *({"type": "Dense", "inputs": "hidden", **each} for each in outputs),
            ],
            "outputs": [each["name"] for each in outputs],
        }
    )


RISK = {"name": "risk", "units": 1, "activation": "sigmoid"}
DOSE = {"name": "dose", "units": 2}
NETWORK = make_network(RISK, DOSE)
ONE = make_network(RISK)
TARGETS = ("risk: labels", "dose: values")
LOSSES = ("risk: binary_crossentropy", "dose: Huber delta=2")


def read(network: Architecture | None = NETWORK, **options: Any) -> TrainingSettings:
    given = {"optimizer": "sgd", "loss": LOSSES, "targets": TARGETS, **options}
    return read_settings(network, given)


def read_problem(network: Architecture | None = NETWORK, **options: Any) -> str:
    with pytest.raises(ConfigurationError) as raised:
        read(network, **options)
    return str(raised.value)


def test_each_output_has_its_own() -> None:
    settings = read(
        metrics=("dose: mae", "risk: acc", "risk: AUC name=area"), loss_weights=("dose: 0.5",)
    )
    risk, dose = list_outputs(NETWORK, settings)
    assert (risk.name, risk.settings.task, str(risk.settings.loss)) == (
        *("risk", "classifier", "BinaryCrossentropy"),
    )
    assert (dose.name, dose.settings.task, str(dose.settings.loss)) == (
        *("dose", "regressor", "Huber delta=2.0"),
    )
    assert [each.label for each in risk.settings.metrics] == ["acc", "area"]
    assert [str(each) for each in dose.settings.targets] == ["dose: values"]
    assert (risk.weight, dose.weight) == (1, 0.5)
    assert risk.name_value("loss") == "risk_loss"
    assert not check_compatibility(NETWORK, settings)


def test_what_has_no_name_is_for_all_outputs() -> None:
    settings = read(loss=("mse", "risk: hinge"), metrics=("mae",), targets=(), task="regressor")
    risk, dose = list_outputs(NETWORK, settings)
    assert (str(risk.settings.loss), str(dose.settings.loss)) == ("Hinge", "MeanSquaredError")
    assert settings.history_names == (*("loss", "risk_loss", "dose_loss", "risk_mae", "dose_mae"),)
    assert {each.settings.task for each in (risk, dose)} == {"regressor"}


def test_the_task_is_for_outputs_without_target() -> None:
    settings = read(targets=("risk: labels",), task="regressor")
    assert [each.task for each in settings.outputs] == ["classifier", "regressor"]


def test_one_output_is_the_case_of_one() -> None:
    options = {"loss": ("risk: mse", "risk: hinge"), "metrics": ("risk: acc",), "targets": ()}
    assert read(ONE, task="classifier", **options) == TrainingSettings.from_options(
        {"task": "classifier", "loss": "hinge", "optimizer": "sgd", "metrics": ["acc"]}
    )


def test_settings_of_one_output_have_no_trace_of_several() -> None:
    settings = read(ONE, loss=("hinge",), task="classifier", targets=())
    assert "outputs" not in settings.model_dump(mode="json")
    (output,) = list_outputs(ONE, settings)
    assert output.settings is settings
    assert (output.name_value("loss"), output.prefix("text")) == ("loss", "text")


def test_settings_are_read_from_files_again() -> None:
    settings = read(metrics=("dose: mae",), loss_weights=("dose: 0.5",))
    document = settings.model_dump(mode="json")
    assert TrainingSettings.model_validate(document) == settings
    assert document["outputs"][1]["weight"] == 0.5
    # Those of the first output, which programs show that know of one only.
    assert (settings.task, settings.loss.name) == ("classifier", "BinaryCrossentropy")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"loss": ("risk: hinge",)},
            "no loss is given for the output dose. Give each its own (--loss 'dose: mse'), or one "
            "loss without a name for all others",
        ),
        (
            {"loss": ("mse", "mae")},
            "--loss is given several times for all outputs. Give each output one loss: --loss "
            "'risk: mse'",
        ),
        (
            {"loss": (*LOSSES, "rsk: mse")},
            '--loss: the network has no output "rsk". Did you mean "risk"? It has: risk, dose',
        ),
        (
            {"metrics": ("hidden: acc",)},
            '--metric: the network has no output "hidden". It has: risk, dose',
        ),
        (
            {"loss_weights": ("does: 2",)},
            '--loss-weight: the network has no output "does". Did you mean "dose"? It has: risk, '
            "dose",
        ),
        (
            {"loss_weights": ("dose: 2", "dose: 3")},
            "--loss-weight is given several times for dose",
        ),
        (
            {"loss_weights": ("0.5",)},
            '--loss-weight "0.5" does not say for which output it is. Write NAME: 0.5',
        ),
        (
            {"loss_weights": ("dose: 0",)},
            '--loss-weight "dose: 0": the weight of a loss must be a number above 0, not 0',
        ),
        (
            {"loss_weights": ("dose: much",)},
            '--loss-weight "dose: much": the weight of a loss must be a number above 0, not '
            "'much'",
        ),
        (
            {"targets": ("risk: labels",)},
            "nothing says whether the output dose is a classification or a regression. Give it a "
            "--target ('dose: labels', 'dose: values'), or --task for all outputs without one",
        ),
        (
            {"metrics": ("risk: acc", "risk: acc")},
            'output "risk": several metrics are called acc. Give each a name of its own, for '
            "example: 'AUC curve=PR name=pr_auc'",
        ),
        ({"loss": (*LOSSES[:1], "dose: mse delta=1 =")}, "loss: cannot read"),
    ],
)
def test_what_cannot_be_meant(options: dict[str, Any], message: str) -> None:
    assert read_problem(**options).startswith(message)


def test_weights_are_for_several_outputs() -> None:
    assert read_problem(ONE, loss=("mse",), loss_weights=("risk: 2",), targets=("labels",)) == (
        "--loss-weight weighs the losses of several outputs against each other, but the network "
        'has only "risk". Leave the option out'
    )


def test_options_are_checked_without_a_network() -> None:
    assert read(None).loss.name == "Huber"
    assert "unknown" not in read_problem(None, optimizer="sgd momentum=2")


def test_values_that_would_have_the_same_name() -> None:
    network = make_network({"name": "a", "units": 1}, {"name": "a_b", "units": 1})
    problem = read_problem(
        network, loss=("mse",), targets=(), task="regressor", metrics=("a: MSE name=b_loss",)
    )
    assert problem == (
        "several values would be called a_b_loss, val_a_b_loss: the name of an output, an "
        "underscore and the name of its loss or metric. Give the output layers other names"
    )


def test_calls_of_one_layer_cannot_be_told_apart() -> None:
    network = parse_spec(
        {
            "layers": [
                {"name": "x", "type": "Input", "shape": 4},
                {"name": "y", "type": "Input", "shape": 4},
                {"name": "twin", "type": "Dense", "units": 1, "inputs": "x"},
                {"shared_with": "twin", "inputs": "y"},
            ],
            "outputs": ["twin", "twin@2"],
        }
    )
    problem = read_problem(network, loss=("mse",), targets=(), task="regressor")
    assert problem == (
        "the output twin@2 is a further call of a layer, which has no name of its own in Keras. "
        "Put a layer behind it that has one, such as Identity"
    )


def test_problems_name_the_output() -> None:
    settings = read(loss=("mse", "dose: categorical_crossentropy"), metrics=("dose: acc",))
    with pytest.raises(ConfigurationError) as raised:
        check_compatibility(NETWORK, settings)
    assert raised.value.problems == (
        'output "dose": the loss categorical_crossentropy is a classification loss, but the task '
        "is regressor. Use mean_squared_error or another regression loss, or the task classifier",
    )
    settings = read(loss=("risk: categorical_crossentropy", "dose: mse"))
    with pytest.raises(ConfigurationError) as raised:
        check_compatibility(NETWORK, settings)
    assert str(raised.value).startswith(
        'output "risk": the loss categorical_crossentropy needs one unit for each class, but its '
        'last layer, layer 3 (Dense "risk"), has 1 unit.'
    )
    warned = read(loss=("risk: mse", "dose: mse"))
    (warning,) = check_compatibility(NETWORK, warned)
    assert warning.startswith('output "risk": the loss mean_squared_error is a regression loss')


def test_a_network_has_other_outputs_than_the_settings() -> None:
    with pytest.raises(ConfigurationError) as raised:
        list_outputs(ONE, read())
    assert str(raised.value) == (
        "the network has the outputs risk, but the settings are those of risk, dose. Make the "
        "builder again with keras-model-builder"
    )


def test_callbacks_monitor_the_values_of_an_output() -> None:
    monitored = "EarlyStopping monitor=val_dose_r2_score"
    settings = read(metrics=("dose: r2_score",), callbacks=(monitored,))
    assert not list(find_monitor_problems(settings))
    assert find_direction(settings, "val_dose_r2_score", "auto") == "max"
    assert find_direction(settings, "val_risk_loss", "auto") == "min"
    unknown = read(callbacks=("EarlyStopping monitor=val_r2_score",))
    (problem,) = find_monitor_problems(unknown)
    assert re.search(r"Choose from: loss, risk_loss, dose_loss, val_loss, val_risk_loss", problem)


def test_hyperparameters_of_outputs() -> None:
    settings = read(metrics=("dose: mae",), loss_weights=("dose: 0.5",))
    rows = {row[1]: row[2] for row in list_hyperparameters(NETWORK, settings)}
    assert rows["dose__loss"] == "dose__loss: 'huber delta=2.0'"
    assert rows["dose__metrics"] == "dose__metrics: ['mae']"
    assert rows["dose__loss_weight"] == "dose__loss_weight: 0.5"
    assert not {"loss", "metrics"} & set(rows)
    _, changed = set_hyperparameters(
        NETWORK,
        settings,
        {"dose__loss": "mse", "risk__loss_weight": 3, "dose__metrics": "none", "epochs": 2},
    )
    risk, dose = changed.outputs
    assert (dose.loss.name, dose.metrics, risk.weight) == ("MeanSquaredError", (), 3)
    for name, value in (("loss", "mse"), ("rsk__loss", "mse")):
        with pytest.raises(ConfigurationError, match=f'no hyperparameter "{name}"'):
            set_hyperparameters(NETWORK, settings, {name: value})


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        ([{"name": "a"}], 'outputs: expected an object with "name", "task" and "loss"'),
        ("a", "outputs: expected a list"),
        ([{"name": 1, "task": "regressor", "loss": "mse"}], "outputs: the name 1 is not text"),
        (
            [{"name": "a", "task": "regressor", "loss": "mse", "los": 1}],
            "output \"a\": there is no field 'los'",
        ),
        (
            [{"name": "a", "task": "regression", "loss": "mse"}],
            'output "a": the task must be classifier or regressor, not',
        ),
        (
            [{"name": "a", "task": "regressor", "loss": "mse"}],
            "outputs: a network with one output has its settings beside them",
        ),
        (
            [{"name": "a", "task": "regressor", "loss": "mse"}] * 2,
            "outputs: a is given several times",
        ),
    ],
)
def test_outputs_in_a_file_that_are_none(outputs: Any, message: str) -> None:
    document = {"task": "regressor", "loss": "mse", "optimizer": "sgd", "outputs": outputs}
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        TrainingSettings.model_validate(document)
