from __future__ import annotations

import pytest

from galaxy_keras.catalogue.activations import ACTIVATIONS
from galaxy_keras.catalogue.constraints import CONSTRAINTS
from galaxy_keras.catalogue.initializers import INITIALIZERS
from galaxy_keras.catalogue.layers import LAYERS, InputKind, Layer, replace_dropped, resolve_layer
from galaxy_keras.catalogue.parameters import Entry, Kind
from galaxy_keras.catalogue.regularizers import REGULARIZERS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.values import check_options

# The 64 layers of the replaced tool's sequential models, in its order, then what its functional
# models have beside.
REPLACED = """
Dense Activation Dropout Flatten Reshape Permute RepeatVector ActivityRegularization Masking
SpatialDropout1D SpatialDropout2D SpatialDropout3D Conv1D Conv2D SeparableConv1D SeparableConv2D
DepthwiseConv2D Conv2DTranspose Conv3D Conv3DTranspose Cropping1D Cropping2D Cropping3D
UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D MaxPooling1D
MaxPooling2D MaxPooling3D AveragePooling1D AveragePooling2D AveragePooling3D GlobalMaxPooling1D
GlobalAveragePooling1D GlobalMaxPooling2D GlobalAveragePooling2D GlobalMaxPooling3D
GlobalAveragePooling3D LocallyConnected1D LocallyConnected2D SimpleRNN GRU LSTM ConvLSTM2D
ConvLSTM2DCell SimpleRNNCell GRUCell LSTMCell CuDNNGRU CuDNNLSTM Embedding LeakyReLU PReLU ELU
ThresholdedReLU Softmax ReLU BatchNormalization GaussianNoise GaussianDropout AlphaDropout Input
Add Subtract Multiply Average Maximum Minimum Concatenate Dot
"""
UNSAFE = """
Lambda TFSMLayer TorchModuleWrapper JaxLayer FlaxLayer StringLookup IntegerLookup
TextVectorization Hashing
"""


def test_every_layer_of_the_replaced_tool_is_known() -> None:
    names = REPLACED.split()
    assert len(names) == 64 + 9
    assert [name for name in names if LAYERS.find(name) is None] == []


@pytest.mark.parametrize("name", UNSAFE.split())
def test_layers_that_run_code_or_read_files_are_not(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f'there is no layer "{name}"'):
        LAYERS.get(name)


@pytest.mark.parametrize(
    ("name", "options", "layer", "resolved"),
    [
        ("dense", {"units": 3}, "Dense", {"units": 3}),
        ("Input", {"shape": (3,)}, "InputLayer", {"shape": (3,)}),
        ("MaxPool2D", {}, "MaxPooling2D", {}),
        ("CuDNNGRU", {"units": 3}, "GRU", {"units": 3}),
        ("CuDNNLSTM", {"units": 3}, "LSTM", {"units": 3}),
        (
            "ConvLSTM2DCell",
            {"filters": 2, "kernel_size": 3},
            "ConvLSTM2D",
            {"filters": 2, "kernel_size": 3},
        ),
        (
            "LSTMCell",
            {"units": 3},
            "RNN",
            {"cell": {"class_name": "LSTMCell", "config": {"units": 3}}},
        ),
    ],
)
def test_names_stand_for_layers(
    name: str, options: dict[str, object], layer: str, resolved: dict[str, object]
) -> None:
    found, found_options = resolve_layer(name, options)
    assert (found.name, found_options) == (layer, resolved)
    check_options(found, found_options, "here")


@pytest.mark.parametrize(
    ("options", "threshold"),
    [({}, 1.0), ({"theta": 0.5}, 0.5)],
)
def test_thresholded_relu_keeps_its_threshold(options: dict[str, object], threshold: float) -> None:
    layer, resolved = replace_dropped("ThresholdedReLU", options)
    assert layer.name == "ReLU"
    assert check_options(layer, resolved, "here") == {"threshold": threshold}


def test_a_cell_inside_a_layer_stays_a_cell() -> None:
    assert replace_dropped("LSTMCell", {})[0].inputs is InputKind.NONE


def test_old_parameters_of_layers_are_understood() -> None:
    cases: list[tuple[str, dict[str, object], dict[str, object]]] = [
        ("LeakyReLU", {"alpha": 0.1}, {"negative_slope": 0.1}),
        ("ReLU", {"threshold_max_value": 0}, {"threshold": 0.0}),
        ("Dot", {"axis": "(1, 2)"}, {"axes": (1, 2)}),
        ("BatchNormalization", {"axis": [3]}, {"axis": 3}),
        ("GRU", {"units": 2, "implementation": 1, "time_major": False}, {"units": 2}),
        (
            "Embedding",
            {"input_dim": 9, "output_dim": 2, "input_length": 5},
            {"input_dim": 9, "output_dim": 2},
        ),
        (
            "DepthwiseConv2D",
            {"kernel_size": 3, "groups": 1, "kernel_initializer": "zeros"},
            {"kernel_size": 3},
        ),
    ]
    for name, old, new in cases:
        assert check_options(LAYERS.get(name), old, name) == new


def test_own_layers_name_their_class() -> None:
    layer = LAYERS.get("LocallyConnected1D")
    assert layer.module == "galaxy_keras.learning.layers"
    assert layer.registered_name == "galaxy_keras>LocallyConnected1D"
    assert LAYERS.get("Dense").registered_name is None


@pytest.mark.parametrize("layer", [*LAYERS], ids=lambda layer: layer.name)
def test_layer_is_described(layer: Layer) -> None:
    assert_described(layer)
    for parameter in layer.parameters:
        assert parameter.help.endswith(".")
        assert len(parameter.help) <= 100


@pytest.mark.parametrize(
    "entry", [*INITIALIZERS, *REGULARIZERS, *CONSTRAINTS, *ACTIVATIONS], ids=lambda e: e.name
)
def test_component_is_described(entry: Entry) -> None:
    assert_described(entry)


def assert_described(entry: Entry) -> None:
    assert entry.help.endswith(".")
    names = [each.name for each in entry.parameters]
    known = [*names, *(alias for each in entry.parameters for alias in each.aliases)]
    assert len(known) == len(set(known))


@pytest.mark.parametrize("layer", [*LAYERS], ids=lambda layer: layer.name)
def test_parameters_say_what_their_kind_needs(layer: Layer) -> None:
    for parameter in layer.parameters:
        assert bool(parameter.choices) == (parameter.kind is Kind.CHOICE) or (
            parameter.kind is Kind.LAYER
        )
        if parameter.kind in (Kind.SIZES, Kind.PAIRS):
            assert str(parameter.rank) in layer.name or parameter.rank == 1
        if parameter.kind is Kind.LAYER:
            assert set(parameter.choices) <= set(LAYERS.names)
