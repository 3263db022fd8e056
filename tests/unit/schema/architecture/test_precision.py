"""Which layers of a network compute in half precision."""

from __future__ import annotations

from typing import Any

import pytest

from galaxy_keras.artefacts.architecture.architecture_file import (
    decode_architecture,
    encode_architecture,
)
from galaxy_keras.catalogue.precisions import PRECISIONS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.precision import apply_precision
from galaxy_keras.schema.architecture.spec import parse_spec

HALF = "mixed_float16"


def chain(*layers: Any, shape: Any = 8) -> Architecture:
    return parse_spec({"input_shape": shape, "layers": list(layers)})


def list_precisions(architecture: Architecture) -> list[str]:
    layers = apply_precision(architecture, HALF).layers
    return [layer.dtype or "float32" for layer in layers if not layer.is_input]


def test_outputs_are_computed_in_float32() -> None:
    layers = chain("Dense units=4", "BatchNormalization", "Dense units=2 activation=softmax")

    assert list_precisions(layers) == [HALF, HALF, "float32"]


def test_float32_changes_nothing() -> None:
    architecture = chain("Dense units=4", "Dense units=1")

    assert apply_precision(architecture, "float32") is architecture


def test_layers_keep_a_precision_of_their_own() -> None:
    layers = chain(
        {"type": "Dense", "units": 4, "dtype": "float64"},
        "Dense units=4",
        {"type": "Dense", "units": 1, "dtype": "bfloat16"},
    )

    assert list_precisions(layers) == ["float64", HALF, "bfloat16"]


def test_indices_are_not_rounded_before_they_are_looked_up() -> None:
    layers = chain(
        "Reshape target_shape=(4, 2)",
        "Flatten",
        "Embedding input_dim=9000 output_dim=3",
        "LSTM units=4",
        "Dense units=1",
    )

    assert list_precisions(layers) == ["float32", "float32", HALF, HALF, "float32"]


def test_indices_that_a_layer_looks_up_step_by_step_are_not_rounded() -> None:
    inner = {"class_name": "Embedding", "config": {"input_dim": 9000, "output_dim": 3}}
    layers = chain(
        {"type": "TimeDistributed", "layer": inner}, "Flatten", "Dense units=1", shape=[4, 2]
    )

    assert list_precisions(layers) == ["float32", HALF, "float32"]


@pytest.mark.parametrize(
    "layer", ["Normalization mean=1 variance=2", "Rescaling scale=0.001", "Masking"]
)
def test_layers_that_prepare_a_table_take_it_as_it_is(layer: str) -> None:
    layers = chain(layer, "LSTM units=3", "Dense units=1", shape=[8, 2])

    assert list_precisions(layers) == ["float32", HALF, "float32"]


def test_a_layer_that_is_used_twice_has_one_precision() -> None:
    shared = parse_spec(
        {
            "layers": [
                {"type": "Input", "name": "one", "shape": [3]},
                {"type": "Dense", "name": "hidden", "units": 3, "inputs": ["one"]},
                {"type": "Dense", "name": "between", "units": 3, "inputs": ["hidden"]},
                {"shared_with": "hidden", "inputs": ["between"]},
            ]
        }
    )

    assert list_precisions(shared) == ["float32", HALF, "float32"]


def test_models_in_a_model_are_looked_into() -> None:
    inner = encode_architecture(chain("Embedding input_dim=9 output_dim=2", "Flatten"))
    outer = encode_architecture(chain("Reshape target_shape=(8,)", "Dense units=1"))
    inner["config"]["build_input_shape"] = [None, 8]
    outer["config"]["layers"].insert(2, inner)
    outer["config"]["layers"][3]["config"]["name"] = "last"
    changed = apply_precision(decode_architecture(outer), HALF)
    _, before, nested, last = changed.layers

    assert (before.dtype, last.dtype) == (None, None)
    assert nested.model is not None
    assert [layer.dtype for layer in nested.model.layers] == [None, HALF, None]


@pytest.mark.parametrize("precision", PRECISIONS)
def test_layers_in_a_layer_compute_as_it_does(precision: str) -> None:
    inner = {"class_name": "LSTM", "config": {"units": 3}}
    both = {"class_name": "Bidirectional", "config": {"layer": inner}}
    layer = {"type": "TimeDistributed", "layer": both, "dtype": precision}
    architecture = chain(layer, "Flatten", "Dense units=1", shape=[4, 5, 2])
    document = encode_architecture(architecture)
    config = document["config"]["layers"][1]["config"]
    inside = config["layer"]["config"]

    assert (config["dtype"], inside["dtype"]) == (precision, precision)
    assert inside["layer"]["config"]["dtype"] == precision
    assert decode_architecture(document) == architecture


def test_a_layer_in_a_layer_has_no_precision_of_its_own() -> None:
    inner = {"class_name": "LSTM", "config": {"units": 3}}
    document = encode_architecture(
        chain({"type": "Bidirectional", "layer": inner}, "Dense units=1", shape=[4, 2])
    )
    document["config"]["layers"][1]["config"]["layer"]["config"]["dtype"] = HALF

    with pytest.raises(ConfigurationError, match='dtype can only be "float32"'):
        decode_architecture(document)
