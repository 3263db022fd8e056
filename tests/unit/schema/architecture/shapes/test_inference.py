"""Shapes and parameter counts worked out by hand; `tests/learning` compares all with Keras."""

import re
from dataclasses import replace

import pytest

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.shapes import format_shape, infer_shapes
from galaxy_keras.schema.architecture.shapes.rules import RULES
from galaxy_keras.schema.architecture.spec import parse_spec


def infer(*layers, shape):
    model = parse_spec({"input_shape": shape, "layers": layers})
    return model, infer_shapes(model)


@pytest.mark.parametrize(
    ("shape", "layer", "output", "parameters"),
    [
        # 5 weights for each of 3 outputs, and 3 biases.
        ("5", "Dense units=3", (None, 3), 5 * 3 + 3),
        ("500", "Embedding input_dim=10000 output_dim=32", (None, 500, 32), 320_000),
        # 4 gates: input 32 to 100, state 100 to 100, bias 100.
        ("500,32", "LSTM units=100", (None, 100), 4 * (32 * 100 + 100 * 100 + 100)),
        # 3 gates, each with a bias for the input and one for the state.
        ("7,5", "GRU units=4 return_sequences=True", (None, 7, 4), 3 * (5 * 4 + 4 * 4 + 2 * 4)),
        ("28,28,1", "Conv2D filters=64 kernel_size=3", (None, 26, 26, 64), 3 * 3 * 64 + 64),
        ("28,28,1", "Conv2D filters=64 kernel_size=3 padding=same strides=2",
         (None, 14, 14, 64), 3 * 3 * 64 + 64),
        # 10 places, 3 steps of 2 channels each, 4 filters; a bias for each place and filter.
        ("12,2", "LocallyConnected1D filters=4 kernel_size=3", (None, 10, 4),
         10 * 3 * 2 * 4 + 10 * 4),
        ("26,26,64", "MaxPooling2D", (None, 13, 13, 64), 0),
        ("13,13,64", "Flatten", (None, 13 * 13 * 64), 0),
        ("784", "Reshape target_shape=(28, -1, 1)", (None, 28, 28, 1), 0),
        # Both directions of an LSTM with 5 outputs.
        ("7,3", "Bidirectional layer={type: LSTM, units: 5}", (None, 10),
         2 * 4 * (3 * 5 + 5 * 5 + 5)),
        # Scale, offset and two moving figures for each of 6 channels.
        ("4,6", "BatchNormalization", (None, 4, 6), 24),
    ],
)  # fmt: skip
def test_shape_and_count_by_hand(shape, layer, output, parameters):
    model, shapes = infer(layer, shape=shape)
    found = shapes[model.layers[1].name]
    assert found.output == output
    assert found.parameters == shapes.parameters == parameters


def test_what_training_changes_and_what_not():
    _, shapes = infer("Dense units=4", "BatchNormalization", "Dense units=2 trainable=False",
                      shape="3")  # fmt: skip
    # Dense 3*4+4, gamma and beta 8; moving mean and variance 8, the frozen Dense 4*2+2.
    assert (shapes.trainable, shapes.non_trainable, shapes.parameters) == (24, 18, 42)


def test_weights_have_the_names_and_shapes_of_keras():
    _, shapes = infer("LSTM units=2", shape="5,3")
    weights = [(each.name, each.shape) for each in shapes["lstm"].weights]
    assert weights == [
        ("cell/kernel", (3, 8)),
        ("cell/recurrent_kernel", (2, 8)),
        ("cell/bias", (8,)),
    ]


def test_a_layer_that_is_used_twice_has_its_weights_once():
    layers = ["Input shape=3 name=a", "Input shape=3 name=b", "Dense units=2 name=d inputs=[a]",
              {"shared_with": "d", "inputs": ["b"]}, "Concatenate inputs=[d, d@2]"]  # fmt: skip
    shapes = infer_shapes(parse_spec({"layers": layers}))
    assert shapes["d"].parameters == 8
    assert (shapes["d@2"].output, shapes["d@2"].parameters) == ((None, 2), 0)
    assert shapes["concatenate"].output == (None, 4)


def test_a_fixed_batch_size_is_kept():
    layers = [{"type": "Input", "shape": (5, 3), "batch_size": 8}, "LSTM units=2 stateful=True"]
    assert infer_shapes(parse_spec({"layers": layers}))["lstm"].output == (8, 2)


def test_an_output_that_no_machine_can_count_is_refused():
    message = r'layer 1 \(Reshape "reshape"\): its output has more than 9,223,372,036,854,775,807 '
    with pytest.raises(ConfigurationError, match=message):
        infer(f"Reshape target_shape=(-1, {2**62}, {2**62})", shape=(None, 2))


def test_shapes_are_inferred_once_for_each_architecture():
    model, shapes = infer("Dense units=4", "Dense units=2", shape="3")
    assert infer_shapes(model) is shapes
    wider = (*model.layers[:2], replace(model.layers[2], options={"units": 5}))
    changed = replace(model, layers=wider)
    assert infer_shapes(changed)["dense_1"].output == (None, 5)
    assert infer_shapes(model) is shapes


def test_what_was_inferred_does_not_count_in_comparisons():
    model, _ = infer("Dense units=4", shape="3")
    assert model == parse_spec({"input_shape": "3", "layers": ["Dense units=4"]})


@pytest.mark.parametrize("rule", sorted(RULES))
def test_rules_name_no_layer_that_the_catalogue_does_not_have(rule):
    text = getattr(RULES[rule], "func", RULES[rule]).__doc__
    named = re.findall(r"\b[A-Z][a-z]+(?:[A-Z]|[123]D)\w*", text)
    known = {remove_rank(entry.name) for entry in LAYERS if entry.shape_rule == rule}
    assert set(map(remove_rank, named)) <= known


def remove_rank(name):
    return re.sub(r"[123]D", "", name)


@pytest.mark.parametrize(
    ("shape", "text"),
    [((None, 28, 28, 1), "(28, 28, 1)"), ((None, 5), "(5,)"), ((8, None, 3), "(None, 3)"),
     ((None,), "()")],
)  # fmt: skip
def test_shapes_are_shown_without_the_batch(shape, text):
    assert format_shape(shape) == text
