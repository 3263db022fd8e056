"""Specs: what the options, YAML and JSON files and Galaxy's form say of a network."""

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.values.component import Component


def refuse(document):
    with pytest.raises(ConfigurationError) as caught:
        parse_spec(document)
    return str(caught.value)


def test_layers_in_a_row():
    model = parse_spec(
        {
            "input_shape": "500",
            "layers": ["Embedding input_dim=100 output_dim=8", "LSTM units=4", "Dense units=1"],
        }
    )
    assert (model.name, model.kind) == ("sequential", "sequential")
    assert [(layer.name, layer.type) for layer in model.layers] == [
        ("input_layer", "InputLayer"),
        ("embedding", "Embedding"),
        ("lstm", "LSTM"),
        ("dense", "Dense"),
    ]
    assert model.layers[0].options == {"batch_shape": (None, 500), "dtype": "float32"}
    assert model.layers[2].inbound == ("embedding",)


@pytest.mark.parametrize(
    ("shape", "batch_shape"),
    [
        ("500", (None, 500)),
        (" 500 ", (None, 500)),
        (500, (None, 500)),
        ("28,28,1", (None, 28, 28, 1)),
        ("(28, 28, 1)", (None, 28, 28, 1)),
        ([28, 28, 1], (None, 28, 28, 1)),
        ("(17,)", (None, 17)),
        ("None,32", (None, None, 32)),
        ([None, 32], (None, None, 32)),
    ],
)
def test_the_input_shape_may_be_written_in_many_ways(shape, batch_shape):
    model = parse_spec({"input_shape": shape, "layers": ["Dense units=1"]})
    assert model.layers[0].options["batch_shape"] == batch_shape


def test_options_are_brought_into_one_form_without_defaults():
    layer = {
        "type": "Dense",
        "units": "3",
        "activation": "ReLU",
        "use_bias": True,
        "kernel_regularizer": {"type": "L2", "l2": 0.5},
    }
    text = "Dense units=3 activation=relu kernel_regularizer='L2 l2=0.5'"
    first, second = parse_spec({"input_shape": 4, "layers": [layer, text]}).layers[1:]
    expected = {
        "units": 3,
        "activation": "relu",
        "kernel_regularizer": Component(name="L2", options={"l2": 0.5}),
    }
    assert first.options == second.options == expected


def test_an_input_layer_says_its_data_type_and_batch():
    first = {"type": "Input", "name": "words", "shape": [10], "dtype": "int32", "batch_size": 8}
    model = parse_spec({"layers": [first, "Embedding input_dim=5 output_dim=2"]})
    assert model.kind == "sequential"
    assert model.inputs == ("words",)
    assert model.layers[0].options == {"batch_shape": (8, 10), "dtype": "int32"}


def test_names_precision_and_frozen_layers():
    layer = {
        "type": "Dense",
        "units": 1,
        "name": "last",
        "trainable": False,
        "dtype": "mixed_float16",
    }
    model = parse_spec({"name": "net", "input_shape": 4, "layers": ["Dense units=2", layer]})
    assert model.name == "net"
    last = model.layer("last")
    assert (last.trainable, last.dtype, last.inbound) == (False, "mixed_float16", ("dense",))
    assert model.layer("dense").trainable
    assert model.layer("dense").dtype is None


def test_a_graph():
    model = parse_spec(
        {
            "layers": [
                {"type": "Input", "name": "left", "shape": [6, 4]},
                {"type": "Input", "name": "right", "shape": [6, 4]},
                {"type": "LSTM", "units": 3, "name": "tower", "inputs": "left"},
                {"shared_with": "tower", "inputs": ["right"]},
                {"shared_with": "tower", "inputs": ["left"]},
                {"type": "Concatenate", "inputs": "tower, tower@2, tower@3"},
                "Dense units=1",
                "Attention inputs=[left, right] use_causal_mask=True",
            ],
            "inputs": ["right", "left"],
            "outputs": ["dense", "attention"],
        }
    )
    assert model.kind == "functional"
    assert model.name == "functional"
    assert (model.inputs, model.outputs) == (("right", "left"), ("dense", "attention"))
    second = model.layer("tower@2")
    assert (second.shared_with, second.inbound, second.options) == (
        "tower",
        ("right",),
        {"units": 3},
    )
    assert model.layer("concatenate").inbound == ("tower", "tower@2", "tower@3")
    assert model.layer("dense").inbound == ("concatenate",)
    assert model.layer("attention").causal


def test_the_last_layer_is_the_output_of_a_graph_that_does_not_say():
    layers = ["Input shape=4 name=a", "Input shape=4 name=b", "Add inputs=[a, b]"]
    model = parse_spec({"layers": layers})
    assert (model.inputs, model.outputs) == (("a", "b"), ("add",))


def test_names_of_older_layers_are_understood():
    layers = ["CuDNNLSTM units=3 return_sequences=True", "GRUCell units=2", "ThresholdedReLU"]
    model = parse_spec({"input_shape": "5,4", "layers": layers})
    assert [(layer.name, layer.type) for layer in model.layers[1:]] == [
        ("lstm", "LSTM"),
        ("rnn", "RNN"),
        ("re_lu", "ReLU"),
    ]
    assert model.layer("re_lu").options == {"threshold": 1.0}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"layrs": []}, '2 problems were found.\n1. layers is missing\n2. there is no key "layrs".'
         ' Did you mean "layers"?'),
        ({"layers": "Dense units=1"}, "layers must be a list"),
        ({"layers": [["Dense"], 5]}, "2 problems were found.\n1. layer 1 must be text or an object"
         "\n2. layer 2 must be text or an object"),
        ({"layers": [{"type": "Dense", "trainable": "maybe"}]},
         "layer 1, trainable: input should be a valid boolean, unable to interpret input"),
        ({"layers": ["Dense trainable=maybe"], "input_shape": 3},
         "layer 1: trainable: input should be a valid boolean, unable to interpret input"),
        ({"layers": [], "input_shape": 3},
         "there are no layers. Give at least one layer after the input"),
        ({"layers": [{"units": 1}], "input_shape": 3},
         "layer 1: the type is missing, for example Dense"),
        ({"layers": ["Dense units=1"]},
         "the input shape is missing. Give the shape of one sample, "
         "for example 500 for 500 columns or 28,28,1 for images"),
        ({"layers": ["Input shape=3", "Dense units=1"], "input_shape": 3},
         "the input shape is given twice: as input_shape and as a layer"),
        ({"layers": ["Dense units=1"], "input_shape": "3;4"},
         'the input shape "3;4" must be whole numbers of at least 1. '
         "Write, for example, 500 or 28,28,1; None stands for any size"),
        ({"layers": ["Dense units=1"], "input_shape": 0},
         'the input shape "0" must be whole numbers of at least 1. '
         "Write, for example, 500 or 28,28,1; None stands for any size"),
        ({"layers": ["Dense units=1"], "input_shape": 2.5},
         "input_shape must be whole numbers, such as 500 or [28, 28, 1]"),
        ({"layers": ["Input shape=3 name=a", "Dense units=1 inputs=[a]"], "input_shape": 3},
         "input_shape is for sequential models. In a graph give Input layers with a shape"),
        ({"layers": ["Input name=a", "Dense units=1 inputs=[a]"]},
         "layer 1 (Input): the shape is missing, for example shape=(28, 28, 1)"),
        ({"layers": ["Input shape=3 sparse=True", "Dense units=1"]},
         "the input: sparse and optional inputs are not supported"),
        ({"layers": ["Dense units=1 dtype=float23"], "input_shape": 3},
         'layer 1 (Dense): there is no precision "float23". Did you mean "float32"? Choose from: '
         "float32, float64, float16, bfloat16, mixed_float16, mixed_bfloat16"),
        ({"layers": ["Dense units=1 use_causal_mask=True"], "input_shape": 3},
         "layer 1 (Dense): use_causal_mask is for attention only"),
        ({"layers": ["Dens units=1", "Dense units=0", "LSTM unit=4"], "input_shape": 3},
         "4 problems were found.\n"
         '1. layer 1: there is no layer "Dens". Did you mean "Dense"?'),
        ({"layers": ["Dense units=1 'x", "Dense units=(1", "Dense"], "input_shape": 3},
         "2 problems were found.\n1. layer 1: "),
        ({"layers": ["Input shape=3 name=a", "Dense units=1 inputs=[a] name=b",
                     {"shared_with": "b", "type": "Dense", "inputs": ["a"]}]},
         "layer 3: shared_with calls a layer again, so it takes no type, name "
         "or options"),
        ({"layers": ["Input shape=3 name=a", "Dense units=1 inputs=[a] name=bee",
                     {"shared_with": "be", "inputs": ["a"]}]},
         'layer 3: shared_with names "be", which is not a layer above it. Did you mean "bee"?'),
        ({"layers": ["Input shape=3 name=a", "Dense units=1 name=b", "Dense units=1 name=b"],
          "outputs": "b"},
         'layer 3 (Dense "b") has the same name as layer 2 (Dense "b"). '
         "Give one of them another name"),
    ],
)  # fmt: skip
def test_a_spec_that_cannot_be_is_refused(document, message):
    assert refuse(document).startswith(message)


def test_all_problems_of_all_layers_are_said_at_once():
    text = refuse({"layers": ["Dens units=1", "Dense units=0", "LSTM unit=4"], "input_shape": 3})
    assert "layer 2 (Dense): parameter units must be a whole number of at least 1, not 0" in text
    assert 'layer 3 (LSTM): there is no parameter "unit". Did you mean "units"?' in text
    assert "layer 3 (LSTM): parameter units is missing" in text


def test_a_layer_inside_a_layer_is_written_as_a_call() -> None:
    inner = {"type": "LSTM", "units": 16, "kernel_initializer": {"type": "HeNormal", "seed": 3}}
    called = parse_spec(
        {
            "input_shape": (5, 3),
            "layers": ["Bidirectional layer=LSTM(units=16, kernel_initializer=HeNormal(seed=3))"],
        }
    )
    spelled = parse_spec(
        {"input_shape": (5, 3), "layers": [{"type": "Bidirectional", "layer": inner}]}
    )
    assert called == spelled
