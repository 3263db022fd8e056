"""Settings under names, listed and changed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.training.hyperparameters import list_hyperparameters, set_hyperparameters
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.component import Component

ARTIFACTS = Path(__file__).parents[5] / "shared" / "galaxy_ml" / "artifacts"
DENSE = "layers_1_Dense__config"


@pytest.fixture
def network() -> Architecture:
    return Architecture.sequential(
        "network",
        (
            LayerNode(
                name="input",
                type="InputLayer",
                options={"batch_shape": (None, 4), "dtype": "float32"},
            ),
            LayerNode(name="first", type="Dense", options={"units": 8}, inbound=("input",)),
            LayerNode(
                name="wrapper",
                type="SpectralNormalization",
                options={"layer": Component(name="Dense", options={"units": 1})},
                inbound=("first",),
            ),
        ),
    )


@pytest.fixture
def settings() -> TrainingSettings:
    return TrainingSettings.from_options(
        {
            "task": "regressor",
            "loss": "Huber delta=2",
            "optimizer": "adam",
            "optimizer_options": ["learning_rate=0.01", "amsgrad=True"],
            "metrics": ["mae", "RootMeanSquaredError name=error"],
            "callbacks": ["EarlyStopping patience=3"],
            "epochs": 2,
        }
    )


def list_rows(network: Architecture, settings: TrainingSettings) -> dict[str, tuple[str, str]]:
    rows = list_hyperparameters(network, settings)
    return {name: (mark, text) for mark, name, text in rows}


# Listing


@pytest.mark.parametrize(
    ("name", "mark", "text"),
    [
        ("epochs", "@", "epochs: 2"),
        ("batch_size", "@", "batch_size: 32"),
        ("seed", "@", "seed: None"),
        ("learning_rate", "@", "learning_rate: 0.01"),
        ("beta_1", "@", "beta_1: 0.9"),
        ("optimizer", "@", "optimizer: 'Adam'"),
        ("loss", "@", "loss: 'huber delta=2.0'"),
        ("metrics", "@", "metrics: ['mae', 'error']"),
        ("callbacks", "@", "callbacks: ['EarlyStopping patience=3']"),
        (f"{DENSE}__units", "@", f"{DENSE}__units: 8"),
        (f"{DENSE}__kernel_initializer__config__seed", "@", None),
        (f"{DENSE}__name", "*", f"{DENSE}__name: 'first'"),
        ("layers_1_Dense__class_name", "*", "layers_1_Dense__class_name: 'Dense'"),
        ("layers_1_Dense", "@", None),
        ("layers_0_InputLayer", "*", None),
        (DENSE, "*", None),
        ("layers_2_SpectralNormalization__config__layer__config__units", "@", None),
    ],
)
def test_row_has_mark_and_value(
    network: Architecture, settings: TrainingSettings, name: str, mark: str, text: str | None
) -> None:
    found_mark, found_text = list_rows(network, settings)[name]
    assert found_mark == mark
    assert found_text.startswith(f"{name}: ")
    assert text in (None, found_text)


def test_rows_are_texts_without_tabs_that_end_in_a_note(
    network: Architecture, settings: TrainingSettings
) -> None:
    rows = list_hyperparameters(network, settings)
    assert all("\t" not in text and "\n" not in text for row in rows for text in row)
    assert rows[-1][:2] == ("", "Note:")
    names = [name for _, name, _ in rows[:-1]]
    assert names == sorted(names, key=lambda name: ("__" in name, name))


def test_options_of_a_schedule_are_listed(
    network: Architecture, settings: TrainingSettings
) -> None:
    call = "PolynomialDecay initial_learning_rate=0.1 decay_steps=100"
    network, settings = set_hyperparameters(network, settings, {"learning_rate": call})
    assert list_rows(network, settings)["learning_rate__config__power"][1].endswith(": 1.0")
    _, settings = set_hyperparameters(network, settings, {"learning_rate__config__power": 2})
    assert settings.optimizer.options["learning_rate"].options["power"] == 2.0


@pytest.mark.shared
def test_names_are_those_of_the_replaced_tool() -> None:
    path = ARTIFACTS / "rnn_model_builder.h5mlm"
    if not path.exists():
        pytest.skip("needs the developers' folder ../shared: run pytest -m shared where that is")
    h5py = pytest.importorskip("h5py")
    with h5py.File(path) as file:
        old = {row[1] for row in json.loads(file["-model_hyperparameters-"][()]) if row[0] == "@"}
    ours = list_rows(*make_tutorial_model())
    missing = {name for name in old - set(ours) if not name.startswith("layers_")}
    # Options of other optimizers, and what Keras 3 or this package has no more.
    assert missing == {
        "beta",
        "centered",
        "config",
        "initial_accumulator_value",
        "l1_regularization_strength",
        "l2_regularization_strength",
        "l2_shrinkage_regularization_strength",
        "learning_rate_power",
        "loss_weights",
        "model_type",
        "momentum",
        "nesterov",
        "rho",
        "run_eagerly",
        "steps_per_execution",
        "verbose",
    }
    gone = {name.rpartition("__config__")[2] for name in old - set(ours) - missing}
    assert gone == {
        "batch_input_shape",
        "dtype",
        "implementation",
        "input_length",
        "ragged",
        "sparse",
        "time_major",
    }


def make_tutorial_model() -> tuple[Architecture, TrainingSettings]:
    layers: list[tuple[str, dict[str, Any]]] = [
        ("InputLayer", {"batch_shape": (None, 500), "dtype": "float32"}),
        ("Embedding", {"input_dim": 10000, "output_dim": 32}),
        ("LSTM", {"units": 100}),
        ("Dense", {"units": 1, "activation": "sigmoid"}),
    ]
    nodes = [
        LayerNode(
            name=kind, type=kind, options=options, inbound=(layers[index - 1][0],) if index else ()
        )
        for index, (kind, options) in enumerate(layers)
    ]
    settings = TrainingSettings.from_options(
        {"task": "classifier", "loss": "binary_crossentropy", "optimizer": "adam"}
    )
    return Architecture.sequential("sequential", tuple(nodes)), settings


# Changing


def test_nothing_to_set_changes_nothing(network: Architecture, settings: TrainingSettings) -> None:
    assert set_hyperparameters(network, settings, {}) == (network, settings)


def test_settings_are_replaced(network: Architecture, settings: TrainingSettings) -> None:
    _, changed = set_hyperparameters(
        network,
        settings,
        {
            "epochs": 5,
            "batch_size": "64",
            "lr": 0.5,
            "loss": "mse",
            "metrics": "r2",
            "callbacks": None,
        },
    )
    assert (changed.epochs, changed.batch_size) == (5, 64)
    assert changed.optimizer.options == {"learning_rate": 0.5, "amsgrad": True}
    assert changed.loss.name == "MeanSquaredError"
    assert [metric.label for metric in changed.metrics] == ["r2"]
    assert changed.callbacks == ()
    assert settings.epochs == 2


def test_another_optimizer_keeps_the_options_that_it_has(
    network: Architecture, settings: TrainingSettings
) -> None:
    assignments = {"rho": 0, "optimizer": "rmsprop"}
    _, changed = set_hyperparameters(network, settings, assignments)
    assert changed.optimizer.name == "RMSprop"
    assert changed.optimizer.options == {"learning_rate": 0.01, "rho": 0.0}


def test_decay_is_understood(network: Architecture, settings: TrainingSettings) -> None:
    _, changed = set_hyperparameters(network, settings, {"decay": 0.1})
    schedule = changed.optimizer.options["learning_rate"]
    assert schedule.name == "InverseTimeDecay"
    assert schedule.options["initial_learning_rate"] == 0.01


def test_layers_are_changed(network: Architecture, settings: TrainingSettings) -> None:
    changed, _ = set_hyperparameters(
        network,
        settings,
        {
            f"{DENSE}__units": 3,
            f"{DENSE}__activation": "relu",
            f"{DENSE}__kernel_initializer__config__seed": 7,
            f"{DENSE}__kernel_initializer": "he_normal",
            f"{DENSE}__trainable": False,
            "layers_2_SpectralNormalization__config__layer__config__use_bias": False,
        },
    )
    first, wrapper = changed.layers[1:]
    assert first.options == {
        "units": 3,
        "activation": "relu",
        "kernel_initializer": Component(name="HeNormal", options={"seed": 7}),
    }
    assert not first.trainable
    assert wrapper.options["layer"].options == {"units": 1, "use_bias": False}
    assert network.layers[1].options == {"units": 8}


def test_shape_of_input_is_changed(network: Architecture, settings: TrainingSettings) -> None:
    assignments = {"layers_0_InputLayer__config__batch_shape": (None, 5)}
    changed, _ = set_hyperparameters(network, settings, assignments)
    assert changed.layers[0].options == {"batch_shape": (None, 5), "dtype": "float32"}


def test_shape_of_input_has_its_older_name(
    network: Architecture, settings: TrainingSettings
) -> None:
    assignments = {"layers_0_InputLayer__config__batch_input_shape": (None, 5)}
    changed, _ = set_hyperparameters(network, settings, assignments)
    assert changed.layers[0].options["batch_shape"] == (None, 5)


# What the replaced tool listed and Keras 3 has no more


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("verbose", 0, "this version does not need it"),
        ("run_eagerly", None, "this version does not need it"),
        ("steps_per_execution", 2, "this version does not need it"),
        ("momentum", 0.9, "the optimizer Adam does not have it"),
        ("layers_2_LSTM__config__time_major", False, "Keras 3 has no such option"),
        ("layers_2_LSTM__config__implementation", 1, "Keras 3 has no such option"),
        ("layers_1_Embedding__config__batch_input_shape", (1, 2), "Keras 3 has no such option"),
        ("layers_1_Embedding__config__dtype", "float32", "Keras 3 has no such option"),
    ],
)
def test_what_has_no_effect_is_warned_of(
    name: str, value: object, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    architecture, settings = make_tutorial_model()
    assert set_hyperparameters(architecture, settings, {name: value}) == (architecture, settings)
    assert caplog.messages == [f"the hyperparameter {name} has no effect: {reason}"]


def test_validation_split_is_stored_without_effect(caplog: pytest.LogCaptureFixture) -> None:
    architecture, settings = make_tutorial_model()
    _, changed = set_hyperparameters(architecture, settings, {"validation_split": 0.5})
    assert changed.validation_split == 0.5
    assert caplog.messages == [
        "the hyperparameter validation_split has no effect: rows are held out by --test-size "
        "and --val-size"
    ]


def test_what_had_an_effect_is_refused() -> None:
    name = "layers_2_LSTM__config__time_major"
    with pytest.raises(ConfigurationError) as caught:
        set_hyperparameters(*make_tutorial_model(), {name: True})
    assert str(caught.value) == f"{name}: parameter time_major can only be False, not True"


# Taking layers out


def test_layers_are_taken_out() -> None:
    architecture, settings = make_tutorial_model()
    changed, _ = set_hyperparameters(
        architecture,
        settings,
        {
            "layers_1_Embedding": None,
            "layers_2_LSTM": None,
            "layers_3_Dense__config__units": 2,
            "layers_0_InputLayer__config__batch_shape": (None, 7),
        },
    )
    assert [(layer.type, layer.inbound) for layer in changed.layers] == [
        ("InputLayer", ()),
        ("Dense", ("InputLayer",)),
    ]
    assert changed.layers[1].options["units"] == 2
    assert len(architecture.layers) == 4


def test_layer_before_the_last_gives_the_output(
    network: Architecture, settings: TrainingSettings
) -> None:
    changed, _ = set_hyperparameters(network, settings, {"layers_2_SpectralNormalization": None})
    assert changed.outputs == ("first",)


def test_merging_layer_stays(settings: TrainingSettings) -> None:
    network = make_network_that_joins()
    with pytest.raises(ConfigurationError) as caught:
        set_hyperparameters(network, settings, {"layers_3_Add": None})
    assert str(caught.value) == (
        'layer 4 (Add "sum") cannot be removed: it has 2 inputs, '
        "and it is ambiguous which of them to keep"
    )


def test_shared_layer_stays(settings: TrainingSettings) -> None:
    network = make_network_that_joins()
    with pytest.raises(ConfigurationError) as caught:
        set_hyperparameters(network, settings, {"layers_1_Dense": None})
    assert str(caught.value) == (
        'layer 2 (Dense "first") cannot be removed: its weights are shared with other layers'
    )


def make_network_that_joins() -> Architecture:
    shape = {"batch_shape": (None, 4), "dtype": "float32"}
    return Architecture(
        name="network",
        kind="functional",
        layers=(
            LayerNode(name="input", type="InputLayer", options=shape),
            LayerNode(name="first", type="Dense", options={"units": 4}, inbound=("input",)),
            LayerNode(
                name="first@2",
                type="Dense",
                options={"units": 4},
                inbound=("first",),
                shared_with="first",
            ),
            LayerNode(name="sum", type="Add", inbound=("first", "first@2")),
        ),
        inputs=("input",),
        outputs=("sum",),
    )


# Refusals


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        (
            "epoch",
            5,
            'there is no hyperparameter "epoch" that can be changed. Did you mean "epochs"?',
        ),
        (
            "zzz",
            5,
            'there is no hyperparameter "zzz" that can be changed. Choose from: amsgrad, batch_si',
        ),
        (
            f"{DENSE}__unit",
            5,
            f'there is no hyperparameter "{DENSE}__unit" that can be changed. '
            f'Did you mean "{DENSE}__units"?',
        ),
        (
            "layers_1_Conv1D__config__units",
            5,
            'there is no hyperparameter "layers_1_Conv1D__config__units" that can be changed.',
        ),
        (f"{DENSE}__name", "x", f'there is no hyperparameter "{DENSE}__name" that can be changed.'),
        (
            "layers_1_Dense",
            "Dropout",
            "layers_1_Dense is a whole layer: it can only be None, which removes the layer. "
            "Give the name of one of its options, such as layers_1_Dense__config__trainable",
        ),
        ("layers_0_InputLayer", None, 'there is no hyperparameter "layers_0_InputLayer"'),
        (
            "layers_1_Dropout",
            None,
            'there is no hyperparameter "layers_1_Dropout" that can be changed. '
            'Did you mean "layers_1_Dense"?',
        ),
        (f"{DENSE}__units__x", 1, f'there is no hyperparameter "{DENSE}__units__x"'),
        (
            f"{DENSE}__units",
            "many",
            f'{DENSE}__units: parameter units must be a whole number of at least 1, not "many"',
        ),
        (
            "epochs",
            "five",
            'training settings: parameter epochs must be a whole number of at least 1, not "five"',
        ),
        ("optimizer", "adamm", 'there is no optimizer "adamm". Did you mean "Adam"?'),
        ("learning_rate", 0, "optimizer Adam: parameter learning_rate must be a number above 0"),
        ("learning_rate__config__power", 2, 'there is no hyperparameter "learning_rate__config'),
    ],
)
def test_what_cannot_be_set_is_refused(
    network: Architecture, settings: TrainingSettings, name: str, value: object, message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        set_hyperparameters(network, settings, {name: value})
    assert str(caught.value).startswith(message)


def test_all_refusals_are_told_at_once(network: Architecture, settings: TrainingSettings) -> None:
    with pytest.raises(ConfigurationError) as caught:
        set_hyperparameters(network, settings, {"epoch": 1, "epochs": 0, f"{DENSE}__units": 0})
    assert len(caught.value.problems) == 3
