"""Initializers, regularizers, constraints, activations, schedules and layers inside options."""

from __future__ import annotations

import pytest

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.parameters import Kind, Parameter
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import check_options, check_value

INITIALIZER = Parameter(name="x", kind=Kind.INITIALIZER)
REGULARIZER = Parameter(name="x", kind=Kind.REGULARIZER, default=None)
CONSTRAINT = Parameter(name="x", kind=Kind.CONSTRAINT, default=None)
ACTIVATION = Parameter(name="x", kind=Kind.ACTIVATION, default=None)
SCHEDULE = Parameter(name="x", kind=Kind.SCHEDULE, exclusive_minimum=0)
LAYER = Parameter(name="x", kind=Kind.LAYER)

L2 = Component(name="L2", options={"l2": 0.5})
GLOROT = Component(name="GlorotUniform")
KERAS_L2 = {
    "module": "keras.regularizers",
    "class_name": "L2",
    "config": {"l2": 0.5},
    "registered_name": None,
}
KERAS_GLOROT = {
    "module": "keras.initializers",
    "class_name": "GlorotUniform",
    "config": {"seed": None, "input_axes": None, "output_axes": None},
    "registered_name": None,
    "shared_object_id": 140,
}
KERAS_FLOAT32 = {
    "module": "keras",
    "class_name": "DTypePolicy",
    "config": {"name": "float32"},
    "registered_name": None,
    "shared_object_id": 7,
}
LSTM = Component(name="LSTM", options={"units": 64, "return_sequences": True})
DECAY = Component(
    name="ExponentialDecay",
    options={"initial_learning_rate": 0.1, "decay_steps": 100, "decay_rate": 0.5},
)
KERAS_DECAY = {"class_name": "ExponentialDecay", "config": DECAY.options}


@pytest.mark.parametrize(
    ("asked", "given", "canonical"),
    [
        (ACTIVATION, "relu", "relu"),
        (ACTIVATION, "ReLU", "relu"),
        (ACTIVATION, "swish", "silu"),
        (ACTIVATION, "hard_swish", "hard_silu"),
        (ACTIVATION, "None", None),
        (INITIALIZER, "glorot_uniform", GLOROT),
        (INITIALIZER, "GlorotUniform", GLOROT),
        (INITIALIZER, "uniform", Component(name="RandomUniform")),
        (INITIALIZER, KERAS_GLOROT, GLOROT),
        (INITIALIZER, {"class_name": "HeNormal"}, Component(name="HeNormal")),
        (
            INITIALIZER,
            "he_normal seed=3",
            Component(name="HeNormal", options={"seed": 3}),
        ),
        # Keras cannot read a Constant without its value.
        (INITIALIZER, "constant", Component(name="Constant", options={"value": 0.0})),
        (REGULARIZER, "l2", Component(name="L2")),
        (REGULARIZER, "L1L2", Component(name="L1L2")),
        (REGULARIZER, "l2 l2=0.5", L2),
        (REGULARIZER, KERAS_L2, L2),
        (REGULARIZER, {"type": "l2", "l2": "0.5"}, L2),
        (REGULARIZER, {"class_name": "L2", "config": {"l2": 0.01}}, Component(name="L2")),
        (REGULARIZER, (0.0, 0.0), None),
        (REGULARIZER, "(0. , 0.)", None),
        (REGULARIZER, [0, 0.5], Component(name="L1L2", options={"l2": 0.5})),
        (REGULARIZER, None, None),
        (CONSTRAINT, "MaxNorm", Component(name="MaxNorm")),
        (
            CONSTRAINT,
            {"class_name": "MaxNorm", "config": {"max_value": 3, "axis": [0, 1]}},
            Component(name="MaxNorm", options={"max_value": 3.0, "axis": (0, 1)}),
        ),
        (
            CONSTRAINT,
            {"class_name": "MinMaxNorm", "rate_max_value": 0.5},
            Component(name="MinMaxNorm", options={"rate": 0.5}),
        ),
        (SCHEDULE, 0.1, 0.1),
        (SCHEDULE, "1e-3", 0.001),
        (SCHEDULE, DECAY, DECAY),
        (SCHEDULE, KERAS_DECAY, DECAY),
        (
            SCHEDULE,
            "exponential initial_learning_rate=0.1 decay_steps=100 decay_rate=0.5",
            DECAY,
        ),
        (LAYER, "LSTM units=64 return_sequences=True", LSTM),
        (LAYER, {"type": "LSTM", "units": 64, "return_sequences": True}, LSTM),
        (LAYER, LSTM, LSTM),
        (LAYER, {"class_name": "CuDNNLSTM", "units": 64, "return_sequences": "true"}, LSTM),
        (LAYER, "Flatten", Component(name="Flatten")),
        (
            LAYER,
            "ThresholdedReLU",
            Component(name="ReLU", options={"threshold": 1.0}),
        ),
        (
            LAYER,
            {
                "module": "keras.layers",
                "class_name": "Dense",
                "config": {
                    "name": "inner",
                    "trainable": True,
                    "dtype": KERAS_FLOAT32,
                    "units": 2,
                    "kernel_initializer": KERAS_GLOROT,
                },
                "registered_name": None,
                "build_config": {"input_shape": [None, 3]},
            },
            Component(name="Dense", options={"units": 2}),
        ),
        (
            LAYER,
            {
                "module": "galaxy_keras.learning.layers",
                "class_name": "LocallyConnected1D",
                "config": {"filters": 2, "kernel_size": [3]},
                "registered_name": "galaxy_keras>LocallyConnected1D",
            },
            Component(name="LocallyConnected1D", options={"filters": 2, "kernel_size": 3}),
        ),
    ],
)
def test_component_in_canonical_form(asked: Parameter, given: object, canonical: object) -> None:
    assert check_value(asked, given, "here") == canonical


@pytest.mark.parametrize(
    ("asked", "given", "message"),
    [
        (
            ACTIVATION,
            "rleu",
            'layer 1 (Dense), parameter x: there is no activation "rleu". Did you mean "relu"?',
        ),
        (
            ACTIVATION,
            3,
            "layer 1 (Dense): parameter x must be the name of an activation function, or None, "
            "not 3",
        ),
        (
            INITIALIZER,
            "glorot",
            'layer 1 (Dense), parameter x: there is no initializer "glorot".',
        ),
        (INITIALIZER, None, "layer 1 (Dense): parameter x must be an initializer, not None"),
        (
            INITIALIZER,
            {"config": {}},
            "layer 1 (Dense): parameter x must be an initializer, not {'config': {}}",
        ),
        (
            INITIALIZER,
            {"class_name": "Zeros", "config": 3},
            "layer 1 (Dense): parameter x must be an initializer, not {'class_name'",
        ),
        (
            INITIALIZER,
            "Constant(3)",
            'layer 1 (Dense), parameter x: cannot read "Constant(3)"',
        ),
        (
            REGULARIZER,
            "l2 l2=-1",
            "layer 1 (Dense), parameter x (L2): parameter l2 must be a number of at least 0, "
            "not -1",
        ),
        (
            REGULARIZER,
            {"class_name": "L2", "l1": 0.1},
            'layer 1 (Dense), parameter x (L2): there is no parameter "l1". Choose from: l2',
        ),
        (
            REGULARIZER,
            (1, 2, 3),
            "layer 1 (Dense): parameter x must be a regularizer, or None, not (1, 2, 3)",
        ),
        (REGULARIZER, "(0.1, ", 'layer 1 (Dense), parameter x: cannot read "(0.1, "'),
        (
            REGULARIZER,
            {**KERAS_L2, "module": "os"},
            "layer 1 (Dense), parameter x (L2): module 'os' is not that of a known class. "
            "Only classes of the catalogue can be used",
        ),
        (
            REGULARIZER,
            {**KERAS_L2, "registered_name": "Custom>L2"},
            "layer 1 (Dense), parameter x (L2): registered_name 'Custom>L2' is not that of a "
            "known class. Only classes of the catalogue can be used",
        ),
        (
            CONSTRAINT,
            5,
            "layer 1 (Dense): parameter x must be a constraint, or None, not 5",
        ),
        (
            SCHEDULE,
            0,
            "layer 1 (Dense): parameter x must be a number above 0, or a learning-rate schedule, "
            "not 0",
        ),
        (
            SCHEDULE,
            "exponentiall",
            'layer 1 (Dense), parameter x: there is no learning-rate schedule "exponentiall". '
            'Did you mean "exponential"?',
        ),
        (LAYER, 3, "layer 1 (Dense): parameter x must be a layer, not 3"),
        (LAYER, "Lambda", 'layer 1 (Dense), parameter x: there is no layer "Lambda".'),
        (
            LAYER,
            "Concatenate",
            "layer 1 (Dense): parameter x must be a layer with one input, not Concatenate",
        ),
        (
            LAYER,
            "LSTMCell units=3",
            "layer 1 (Dense): parameter x must be a layer with one input, not LSTMCell",
        ),
        (
            LAYER,
            {"type": "Dense", "units": 2, "trainable": False},
            "layer 1 (Dense), parameter x (Dense): parameter trainable can only be True, not False",
        ),
        (
            LAYER,
            {"type": "Dense", "units": 2, "dtype": "float16"},
            'layer 1 (Dense), parameter x (Dense): parameter dtype can only be "float32", '
            'not "float16"',
        ),
    ],
)
def test_unfit_component_is_refused(asked: Parameter, given: object, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_value(asked, given, "layer 1 (Dense)")
    assert str(caught.value).startswith(message)


def test_messages_name_the_whole_path() -> None:
    layer = LAYERS.get("Bidirectional")
    inner = {"type": "LSTM", "units": -1, "kernel_regularizer": {"type": "L2", "l2": "much"}}
    with pytest.raises(ConfigurationError) as caught:
        check_options(layer, {"layer": inner, "merge_mode": "add"}, "layer 3 (Bidirectional)")
    assert caught.value.problems == (
        "layer 3 (Bidirectional), parameter layer (LSTM): parameter units must be a whole "
        "number of at least 1, not -1",
        "layer 3 (Bidirectional), parameter layer (LSTM), parameter kernel_regularizer (L2): "
        'parameter l2 must be a number of at least 0, not "much"',
        "layer 3 (Bidirectional): parameter merge_mode must be one of concat, sum, mul, ave, "
        'or None, not "add"',
    )


@pytest.mark.parametrize(
    ("outer", "inner", "message"),
    [
        (
            "Bidirectional",
            {"layer": "Dense units=3"},
            "here: parameter layer must be one of SimpleRNN, GRU, LSTM, RNN, ConvLSTM1D, "
            "ConvLSTM2D, ConvLSTM3D, not Dense",
        ),
        (
            "RNN",
            {"cell": "LSTM units=3"},
            "here: parameter cell must be one of SimpleRNNCell, GRUCell, LSTMCell, not LSTM",
        ),
    ],
)
def test_layers_that_do_not_go_inside_are_refused(
    outer: str, inner: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_options(LAYERS.get(outer), inner, "here")
    assert str(caught.value) == message


def test_layers_go_inside_layers_inside_layers() -> None:
    nested = {"type": "Bidirectional", "layer": {"type": "RNN", "cell": "GRUCell units=2"}}
    options = check_options(LAYERS.get("TimeDistributed"), {"layer": nested}, "here")
    cell = Component(name="GRUCell", options={"units": 2})
    rnn = Component(name="RNN", options={"cell": cell})
    assert options == {"layer": Component(name="Bidirectional", options={"layer": rnn})}


def test_json_of_a_component_inside_options_is_that_of_keras() -> None:
    optimizer = Component(name="SGD", options={"learning_rate": DECAY, "momentum": 0.5})
    assert optimizer.model_dump(mode="json") == {
        "name": "SGD",
        "options": {"learning_rate": KERAS_DECAY, "momentum": 0.5},
    }


def test_json_of_components_inside_components() -> None:
    norm = Component(name="MaxNorm", options={"axis": (0, 1)})
    dense = Component(name="Dense", options={"units": 2, "kernel_constraint": norm})
    document = Component(name="TimeDistributed", options={"layer": dense}).model_dump(mode="json")
    inner = {"class_name": "MaxNorm", "config": {"axis": [0, 1]}}
    config = {"units": 2, "kernel_constraint": inner}
    assert document["options"] == {"layer": {"class_name": "Dense", "config": config}}
    layer = check_options(LAYERS.get("TimeDistributed"), document["options"], "here")["layer"]
    assert layer == dense
