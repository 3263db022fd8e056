"""The graph of layers and their names."""

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture import graph as architecture
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.names import LayerNameGenerator, check_name, to_snake_case

INPUT = LayerNode(name="x", type="InputLayer", options={"batch_shape": (None, 4)})


def dense(name, *inbound, **more):
    return LayerNode(name=name, type="Dense", options={"units": 2}, inbound=inbound, **more)


def graph(*layers, inputs=("x",), outputs=("y",)):
    return Architecture(
        name="net", kind="functional", layers=layers, inputs=inputs, outputs=outputs
    )


def test_a_sequential_model_begins_with_its_input():
    model = Architecture.sequential("net", (INPUT, dense("a", "x"), dense("b", "a")))
    assert (model.inputs, model.outputs) == (("x",), ("b",))
    assert [layer.name for layer in model.input_layers + model.output_layers] == ["x", "b"]


def test_layers_are_numbered_as_their_author_counts():
    row = Architecture.sequential("net", (INPUT, dense("a", "x")))
    assert (row.describe("x"), row.describe("a")) == ('the input "x"', 'layer 1 (Dense "a")')
    assert graph(INPUT, dense("y", "x")).describe("y") == 'layer 2 (Dense "y")'


@pytest.mark.parametrize(
    ("layers", "ends", "message"),
    [
        (
            [INPUT, dense("y", "x"), dense("y", "x")],
            {},
            'layer 3 (Dense "y") has the same name as layer 2 (Dense "y"). '
            "Give one of them another name",
        ),
        (
            [INPUT, dense("a/b", "x")],
            {"outputs": ("a/b",)},
            "layer 2 (Dense \"a/b\"): the name 'a/b' cannot be used: names must not contain "
            "slashes or unprintable characters",
        ),
        (
            [INPUT, dense("y", "hiden"), dense("hidden", "y")],
            {"outputs": ("hidden",)},
            'layer 2 (Dense "y") needs "hiden", but no layer has this name. Did you mean "hidden"?',
        ),
        (
            [INPUT, dense("y", "late"), dense("late", "x")],
            {},
            'layer 2 (Dense "y") needs "late", which does not come before it. '
            "Put that layer above it",
        ),
        (
            [dense("y", "y")],
            {"inputs": ()},
            'layer 1 (Dense "y") needs "y", which does not come before it. Put that layer above it',
        ),
        (
            [INPUT, dense("y", "x")],
            {"inputs": ("y",)},
            'the input "y" is not an Input layer.',
        ),
        (
            [INPUT, dense("y", "x")],
            {"outputs": ("yy",)},
            'the output "yy" is not the name of a layer. Did you mean "y"?',
        ),
        (
            [INPUT],
            {"outputs": ("x",)},
            "there are no layers. Give at least one layer after the input",
        ),
        (
            [INPUT, dense("y")],
            {},
            '2 problems were found.\n1. the input "x" has an output that is not used. '
            "Name it in the inputs of another layer, or in the outputs of the model\n"
            '2. layer 2 (Dense "y") has no inputs. Name the layers whose outputs it takes',
        ),
        (
            [INPUT, dense("a", "x"), dense("y", "x")],
            {},
            'layer 2 (Dense "a") has an output that is not used. '
            "Name it in the inputs of another layer, or in the outputs of the model",
        ),
        (
            [
                INPUT,
                dense("a", "x"),
                LayerNode(name="late", type="InputLayer", options={}, inbound=("a",)),
                dense("y", "late"),
            ],
            {"inputs": ("x", "late")},
            'the input "late" takes the output of another layer, which an Input layer cannot. '
            "Remove its inputs",
        ),
        (
            [INPUT, LayerNode(name="x2", type="InputLayer"), dense("y", "x", "x2")],
            {},
            'the input "x2" is missing from the list of inputs',
        ),
    ],
)
def test_a_graph_that_cannot_be_is_refused(layers, ends, message):
    with pytest.raises(ConfigurationError) as caught:
        graph(*layers, **ends)
    assert str(caught.value) == message


def test_a_graph_without_inputs_is_refused():
    with pytest.raises(ConfigurationError, match=r"there is no input\. Give the input shape"):
        graph(dense("y"), inputs=())


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("Dense", "dense"),
        ("LSTM", "lstm"),
        ("Conv2D", "conv2d"),
        ("ReLU", "re_lu"),
        ("InputLayer", "input_layer"),
        ("GlobalMaxPooling1D", "global_max_pooling1d"),
        ("BatchNormalization", "batch_normalization"),
        ("SeparableConv1D", "separable_conv1d"),
    ],
)
def test_names_are_those_of_keras(class_name, name):
    assert to_snake_case(class_name) == name


def test_layers_without_a_name_are_counted_as_keras_counts():
    names = LayerNameGenerator(["dense_1"])
    assert [names.next_name("Dense") for _ in range(3)] == ["dense", "dense_2", "dense_3"]
    assert names.next_name("LSTM") == "lstm"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "a name must be text and must not be empty"),
        (5, "a name must be text and must not be empty"),
        ("a\nb", r"the name 'a\nb' cannot be used"),
        ("\ud800", r"the name '\ud800' cannot be used"),
        ("a" * 201, f'the name "{"a" * 40}..." is longer than 200 characters'),
    ],
)
def test_names_that_files_cannot_hold_are_refused(name, message):
    with pytest.raises(ConfigurationError) as caught:
        check_name(name)
    assert message in str(caught.value)


def test_a_model_has_a_bounded_number_of_layers(monkeypatch):
    monkeypatch.setattr(architecture, "MAX_LAYERS", 2)
    with pytest.raises(ConfigurationError, match="there are 3 layers, but at most 2 can be used"):
        graph(INPUT, dense("a", "x"), dense("y", "a"))


def test_no_more_problems_are_looked_for_than_are_shown():
    lost = [dense(f"d{number}", "nowhere") for number in range(50)]
    with pytest.raises(ConfigurationError) as caught:
        graph(INPUT, *lost, outputs=("d1",))
    assert len(caught.value.problems) == 20
