"""Dialects of Keras 2 that its own release 2.10 does not write any more."""

from __future__ import annotations

from typing import Any

import pytest

from galaxy_keras.artefacts.architecture.architecture_file import decode_architecture
from galaxy_keras.artefacts.architecture.keras2 import is_keras2
from galaxy_keras.errors import ConfigurationError, ModelFileError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.values.component import Component


def dense(name: str, units: int = 2, **config: Any) -> dict[str, Any]:
    return {"class_name": "Dense", "config": {"name": name, "units": units, **config}}


def sequential(*layers: dict[str, Any], **config: Any) -> dict[str, Any]:
    return {
        "class_name": "Sequential",
        "config": {"name": "net", "layers": list(layers), **config},
        "keras_version": "2.2.4",
        "backend": "tensorflow",
    }


def layer(class_name: str, **config: Any) -> dict[str, Any]:
    return {"class_name": class_name, "config": {"name": class_name.lower(), **config}}


L2 = {"class_name": "L1L2", "config": {"l1": 0.0, "l2": 0.5}}


def decode_first(document: dict[str, Any], shape: list[int | None]) -> dict[str, Any]:
    """Return the options of a layer that stands alone in a model of Keras 2."""
    config = {**document["config"], "batch_input_shape": shape}
    decoded = decode_architecture(sequential({**document, "config": config}))
    return dict(decoded.layers[1].options)


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"class_name": "Sequential", "keras_version": "2.10.0"}, True),
        ({"class_name": "Sequential", "keras_version": "2.2.4-tf"}, True),
        ({"class_name": "Model", "config": {}}, True),
        ({"class_name": "Sequential", "config": []}, True),
        ({"class_name": "Sequential", "module": "keras"}, False),
        ({"class_name": "Sequential", "keras_version": "3.15.1"}, False),
        ({"class_name": "Dense", "config": {}}, False),
    ],
)
def test_keras_2_is_known(document: dict[str, Any], expected: bool) -> None:
    assert is_keras2(document) is expected


@pytest.mark.parametrize("as_list", [True, False])
def test_missing_input_layer_is_made(as_list: bool) -> None:
    document = sequential(dense("first", batch_input_shape=[None, 3]), dense("second"))
    if as_list:
        document["config"] = document["config"]["layers"]
    architecture = decode_architecture(document)
    assert [node.name for node in architecture.layers] == ["first_input", "first", "second"]
    assert architecture.layers[0].options["batch_shape"] == (None, 3)
    assert architecture.name == ("sequential" if as_list else "net")


def test_input_shape_of_a_built_model_is_used() -> None:
    document = sequential(dense("first"), build_input_shape=[None, 5])
    assert decode_architecture(document).layers[0].options["batch_shape"] == (None, 5)


def test_input_shape_of_a_nested_model_is_used() -> None:
    inner = sequential(dense("inside", batch_input_shape=[None, 6]))
    inner["config"]["name"] = "inner"
    assert decode_architecture(sequential(inner)).layers[0].options["batch_shape"] == (None, 6)


def test_missing_input_shape_is_said() -> None:
    with pytest.raises(
        ConfigurationError,
        match=r'model "net" has no input shape. Give its first layer, Dense',
    ):
        decode_architecture(sequential(dense("first")))


@pytest.mark.parametrize(
    ("document", "shape", "expected"),
    [
        (layer("GRU", units=2), [None, 5, 3], {"reset_after": False}),
        (layer("LSTM", units=2, implementation=1, time_major=False), [None, 5, 3], {"units": 2}),
        (layer("BatchNormalization", axis=[3]), [None, 4, 4, 3], {"axis": 3}),
        (
            layer("Dense", units=2, activation="hard_sigmoid"),
            [None, 3],
            {"activation": "hard_sigmoid_keras2"},
        ),
        (
            layer(
                "Bidirectional", layer=layer("LSTM", units=2, recurrent_activation="hard_sigmoid")
            ),
            [None, 5, 3],
            {
                "layer": Component(
                    name="LSTM",
                    options={"units": 2, "recurrent_activation": "hard_sigmoid_keras2"},
                )
            },
        ),
        (
            layer(
                "Dense",
                units=2,
                kernel_initializer={
                    "class_name": "VarianceScaling",
                    "config": {"scale": 2.0, "distribution": "normal", "dtype": "float32"},
                    "shared_object_id": 4,
                },
            ),
            [None, 3],
            {"kernel_initializer": Component(name="VarianceScaling", options={"scale": 2.0})},
        ),
        (
            layer("Dense", units=2, kernel_regularizer=L2),
            [None, 3],
            {"kernel_regularizer": Component(name="L1L2", options={"l2": 0.5})},
        ),
        (layer("LeakyReLU", alpha=0.25), [None, 3], {"negative_slope": 0.25}),
        (layer("ThresholdedReLU", theta=0.5), [None, 3], {"threshold": 0.5}),
        (
            layer("Embedding", input_dim=9, output_dim=2, input_length=4),
            [None, 4],
            {"input_dim": 9},
        ),
        (layer("Conv2D", filters=2, kernel_size=[3, 3]), [None, 5, 5, 1], {"kernel_size": (3, 3)}),
    ],
)
def test_options_are_translated(
    document: dict[str, Any], shape: list[int | None], expected: dict[str, Any]
) -> None:
    options = decode_first(document, shape)
    assert {name: options[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("document", "shape", "message"),
    [
        (
            layer("LSTM", units=2, time_major=True),
            [None, 5, 3],
            "layer 1 (LSTM): parameter time_major can only be False, not True",
        ),
        (
            layer("LocallyConnected1D", filters=2, kernel_size=3, padding="same"),
            [None, 5, 3],
            'parameter padding must be one of valid, not "same"',
        ),
        (
            layer("BatchNormalization", axis=[1, 3]),
            [None, 5, 5, 3],
            "layer 1 (BatchNormalization): parameter axis must be",
        ),
        (
            layer("BatchNormalization", renorm=True),
            [None, 3],
            "parameter renorm can only be False, not True",
        ),
    ],
)
def test_what_keras_3_cannot_do_is_named(
    document: dict[str, Any], shape: list[int | None], message: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        decode_first(document, shape)
    assert message in str(refused.value)


def test_layers_that_keras_3_dropped_are_replaced() -> None:
    document = sequential(layer("CuDNNLSTM", units=2, batch_input_shape=[None, 5, 3]))
    assert decode_architecture(document).layers[1].type == "LSTM"


def test_policy_becomes_its_name() -> None:
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    document = sequential(dense("first", batch_input_shape=[None, 3], dtype=policy))
    assert decode_architecture(document).layers[1].dtype == "mixed_float16"


def functional(class_name: str = "Model") -> dict[str, Any]:
    first, second = layer("InputLayer", batch_input_shape=[None, 3]), dense("both")
    return {
        "class_name": class_name,
        "config": {
            "name": "model_1",
            "layers": [
                {**first, "name": "inputlayer", "inbound_nodes": []},
                {**second, "name": "both", "inbound_nodes": [[["inputlayer", 0, 0, {}]]]},
                {
                    **layer("Add"),
                    "name": "add",
                    "inbound_nodes": [[["both", 0, 0, {}], ["both", 0, 0, {}]]],
                },
            ],
            "input_layers": [["inputlayer", 0, 0]],
            "output_layers": [["add", 0, 0]],
        },
        "keras_version": "2.2.4",
    }


@pytest.mark.parametrize("class_name", ["Model", "Functional"])
def test_graph_is_read(class_name: str) -> None:
    architecture = decode_architecture(functional(class_name))
    assert isinstance(architecture, Architecture)
    assert architecture.kind == "functional"
    assert [node.inbound for node in architecture.layers] == [
        (),
        ("inputlayer",),
        ("both", "both"),
    ]


def test_state_of_another_layer_is_refused() -> None:
    document = functional()
    document["config"]["layers"][2]["inbound_nodes"] = [[["both", 0, 1, {}]]]
    with pytest.raises(ConfigurationError, match='takes a further output of "both"'):
        decode_architecture(document)


@pytest.mark.parametrize(
    ("hostile", "message"),
    [
        (layer("Lambda", function=["4wEAAAAA", None, None]), "config.layers[2] is Lambda,"),
        (layer("TFOpLambda", function="io.write_file"), "config.layers[2] is TFOpLambda,"),
        (layer("MyLayer"), "config.layers[2] is MyLayer,"),
        (
            layer("TimeDistributed", layer=layer("Lambda", function="x")),
            "config.layers[2].config.layer is Lambda,",
        ),
        (
            layer("Dense", units=1, kernel_initializer=layer("os.system", command="id")),
            "config.layers[2].config.kernel_initializer is os.system,",
        ),
    ],
)
def test_other_classes_are_refused(hostile: dict[str, Any], message: str) -> None:
    document = sequential(dense("first", batch_input_shape=[None, 3]), hostile)
    with pytest.raises(ModelFileError) as refused:
        decode_architecture(document)
    assert message in str(refused.value)
    assert "not in the catalogue and was not run" in str(refused.value)
