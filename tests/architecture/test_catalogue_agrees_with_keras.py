"""The catalogue says of layers what Keras itself says."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import pytest

from galaxy_keras.catalogue.layers import LAYERS, Layer, resolve_layer
from galaxy_keras.catalogue.parameters import Kind, Parameter
from galaxy_keras.learning import layers as own_layers
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import (
    check_options,
    check_value,
    complete_options,
    get_default,
)

OFFERED = [layer for layer in LAYERS if layer.replaced_by is None]
# Options without which a layer cannot be made.
EXAMPLES: dict[str, dict[str, object]] = {
    "InputLayer": {"batch_shape": (None, None, 3)},
    "Dense": {"units": 3},
    "Embedding": {"input_dim": 9, "output_dim": 4},
    "EinsumDense": {"equation": "abc,cd->abd", "output_shape": (None, 5), "bias_axes": "d"},
    "Activation": {"activation": "gelu"},
    "Dropout": {"rate": 0.5},
    "SpatialDropout1D": {"rate": 0.5},
    "SpatialDropout2D": {"rate": 0.5},
    "SpatialDropout3D": {"rate": 0.5},
    "AlphaDropout": {"rate": 0.5},
    "GaussianDropout": {"rate": 0.5},
    "GaussianNoise": {"stddev": 0.1},
    "Reshape": {"target_shape": (-1, 2)},
    "Permute": {"dims": (2, 1)},
    "RepeatVector": {"n": 2},
    "Conv1D": {"filters": 4, "kernel_size": 3},
    "Conv2D": {"filters": 4, "kernel_size": 3},
    "Conv3D": {"filters": 4, "kernel_size": (1, 2, 3)},
    "SeparableConv1D": {"filters": 4, "kernel_size": 3},
    "SeparableConv2D": {"filters": 4, "kernel_size": 3},
    "DepthwiseConv1D": {"kernel_size": 3},
    "DepthwiseConv2D": {"kernel_size": 3},
    "Conv1DTranspose": {"filters": 4, "kernel_size": 3},
    "Conv2DTranspose": {"filters": 4, "kernel_size": 3},
    "Conv3DTranspose": {"filters": 4, "kernel_size": 3},
    "AveragePooling1D": {"pool_size": 2},
    "AveragePooling2D": {"pool_size": 2},
    "AveragePooling3D": {"pool_size": 2},
    "AdaptiveMaxPooling1D": {"output_size": 4},
    "AdaptiveMaxPooling2D": {"output_size": (4, 3)},
    "AdaptiveMaxPooling3D": {"output_size": 4},
    "AdaptiveAveragePooling1D": {"output_size": 4},
    "AdaptiveAveragePooling2D": {"output_size": (4, 3)},
    "AdaptiveAveragePooling3D": {"output_size": 4},
    "SimpleRNN": {"units": 3},
    "GRU": {"units": 3},
    "LSTM": {"units": 3},
    "ConvLSTM1D": {"filters": 4, "kernel_size": 3},
    "ConvLSTM2D": {"filters": 4, "kernel_size": 3},
    "ConvLSTM3D": {"filters": 4, "kernel_size": 3},
    "SimpleRNNCell": {"units": 3},
    "GRUCell": {"units": 3},
    "LSTMCell": {"units": 3},
    "RNN": {"cell": "LSTMCell units=3"},
    "Bidirectional": {"layer": "LSTM units=3", "backward_layer": "GRU units=3 go_backwards=True"},
    "TimeDistributed": {"layer": "Dense units=3"},
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 4},
    "GroupQueryAttention": {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2},
    "Dot": {"axes": (1, 2)},
    "SpectralNormalization": {"layer": "Dense units=3"},
    "Rescaling": {"scale": 0.5},
    "Normalization": {"mean": (1.0, 2.0), "variance": (3.0, 4.0)},
    "CategoryEncoding": {"num_tokens": 5},
    "Resizing": {"height": 8, "width": 9},
    "CenterCrop": {"height": 8, "width": 9},
    "RandomRotation": {"factor": 0.1},
    "RandomZoom": {"height_factor": 0.1},
    "RandomTranslation": {"height_factor": 0.1, "width_factor": (-0.1, 0.2)},
    "RandomContrast": {"factor": 0.1},
    "RandomBrightness": {"factor": 0.1},
    "LocallyConnected1D": {"filters": 4, "kernel_size": 3},
    "LocallyConnected2D": {"filters": 4, "kernel_size": 3},
}

# Constructor parameters that are no options, by layer ("" for all layers).
LEFT_OUT: dict[tuple[str, str], str] = {
    ("", "name"): "a field of every layer in an architecture",
    ("", "trainable"): "a field of every layer in an architecture",
    ("", "dtype"): "a field of every layer in an architecture",
    ("", "lora_rank"): "for changing large trained models, which are not loaded here",
    ("", "lora_alpha"): "goes with lora_rank",
    ("", "quantization_config"): "an object",
    ("", "weights"): "arrays; weights have a file of their own",
    ("", "use_cudnn"): "Keras does not store it; it is chosen when a model is built for a run",
    ("", "implementation"): "how Keras 2 computed it, not what",
    ("InputLayer", "input_tensor"): "an object",
    ("InputLayer", "ragged"): "TensorFlow's ragged tensors have no table form",
    ("EinsumDense", "gptq_unpacked_column_size"): "written by quantization",
    ("BatchNormalization", "renorm"): "batch renormalization is not offered",
    ("BatchNormalization", "renorm_clipping"): "goes with renorm",
    ("BatchNormalization", "renorm_momentum"): "goes with renorm",
}
# Parameters that a layer hands on to the class that it is derived from.
HANDED_ON = {"activity_regularizer", "zero_output_for_mask", "seed"}
# Keras lets these be None, but then the layer cannot be used, or must see the data first.
REQUIRED_HERE = {
    ("Normalization", "mean"),
    ("Normalization", "variance"),
    ("CategoryEncoding", "num_tokens"),
}

_CODE = "runs code of the user"
_FILES = "reads files"
_TEXT = "learns a vocabulary from data, or reads it from a file"
_LABELS = "changes labels or bounding boxes together with images"
_AUGMENTATION = "one of many changes of images; the usual ones are there"
_SOUND = "for sound"
NOT_OFFERED = {
    "Layer": "the class of all layers",
    "Wrapper": "the class of layers around a layer",
    "Lambda": _CODE,
    "JaxLayer": _CODE,
    "FlaxLayer": _CODE,
    "TorchModuleWrapper": _CODE,
    "TFSMLayer": _FILES,
    "StringLookup": _TEXT,
    "IntegerLookup": _TEXT,
    "TextVectorization": _TEXT,
    "Hashing": "tables hold numbers",
    "HashedCrossing": "tables hold numbers",
    "Discretization": "learns boundaries from data",
    "Pipeline": "a list of layers, which an architecture is already",
    "StackedRNNCells": "recurrent layers one after the other are the same",
    "ReversibleEmbedding": "called in two ways",
    "MelSpectrogram": _SOUND,
    "STFTSpectrogram": _SOUND,
    "CutMix": _LABELS,
    "MixUp": _LABELS,
    "MaxNumBoundingBoxes": _LABELS,
    "AugMix": _AUGMENTATION,
    "AutoContrast": _AUGMENTATION,
    "ContrastLimitedAdaptiveHistogramEqualization": _AUGMENTATION,
    "Equalization": _AUGMENTATION,
    "RandAugment": _AUGMENTATION,
    "RandomColorDegeneration": _AUGMENTATION,
    "RandomColorJitter": _AUGMENTATION,
    "RandomCrop": _AUGMENTATION,
    "RandomElasticTransform": _AUGMENTATION,
    "RandomErasing": _AUGMENTATION,
    "RandomGaussianBlur": _AUGMENTATION,
    "RandomGrayscale": _AUGMENTATION,
    "RandomHue": _AUGMENTATION,
    "RandomInvert": _AUGMENTATION,
    "RandomPerspective": _AUGMENTATION,
    "RandomPosterization": _AUGMENTATION,
    "RandomSaturation": _AUGMENTATION,
    "RandomSharpness": _AUGMENTATION,
    "RandomShear": _AUGMENTATION,
    "Solarization": _AUGMENTATION,
}
# What Keras puts in for None.
FILLED_IN: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "activation": lambda options: "linear",
    "data_format": lambda options: "channels_last",
    "dtype": lambda options: "float32",
    "sparse": lambda options: False,
    "strides": lambda options: options["pool_size"],
    "value_dim": lambda options: options["key_dim"],
}


def get_class(layer: Layer) -> type[keras.layers.Layer]:
    module = keras.layers if layer.module == "keras.layers" else own_layers
    found: type[keras.layers.Layer] = getattr(module, layer.name)
    return found


def read_defaults(layer: type[keras.layers.Layer]) -> dict[str, object]:
    """Return the parameters that a constructor names and their defaults."""
    # Of __init__: for a class, versions of Python differ in whether they show Keras's __new__.
    _, *parameters = inspect.signature(layer.__init__).parameters.values()
    return {
        each.name: each.default
        for each in parameters
        if each.kind is not inspect.Parameter.VAR_KEYWORD
    }


def build(entry: Layer, options: Mapping[str, object]) -> keras.layers.Layer:
    """Construct a layer of Keras from checked options."""
    values = dict(options)
    for parameter in entry.parameters:
        value = values.get(parameter.name)
        if parameter.kind is Kind.LAYER and isinstance(value, Component):
            values[parameter.name] = build(LAYERS.get(value.name), value.options)
        elif isinstance(value, Component):
            values[parameter.name] = {"class_name": value.name, "config": value.options}
    return get_class(entry)(**values)


def check_example(layer: Layer) -> dict[str, object]:
    return check_options(layer, EXAMPLES.get(layer.name, {}), layer.name)


def spell_out(entry: Layer, options: Mapping[str, object]) -> dict[str, object]:
    """Complete options, and write them as Keras does where several forms say the same."""
    complete = complete_options(entry, options)
    return {each.name: spell_out_value(each, fill_in(each, complete)) for each in entry.parameters}


def fill_in(parameter: Parameter, options: Mapping[str, object]) -> object:
    value = options[parameter.name]
    if value is None and parameter.name in FILLED_IN:
        return FILLED_IN[parameter.name](options)
    return value


def spell_out_value(parameter: Parameter, value: Any) -> object:
    if parameter.kind is Kind.SIZES and isinstance(value, int):
        return (value,) * parameter.rank
    if parameter.kind is Kind.AXES and isinstance(value, int):
        return (value,)
    if parameter.kind is Kind.RANGE and isinstance(value, float):
        return (max(-value, -1.0 if parameter.minimum is None else parameter.minimum), value)
    if parameter.kind is Kind.PAIRS:
        return spell_out_pairs(value, parameter.rank)
    if parameter.kind is Kind.LAYER and value is not None:
        return spell_out(LAYERS.get(value.name), value.options)
    return value


def spell_out_pairs(value: Any, rank: int) -> object:
    """Return (before, after) for each dimension."""
    if rank > 1 and np.ndim(value) == 1:
        value = [(size, size) for size in value]
    return np.broadcast_to(value, (rank, 2)).tolist()


# Layers


def test_every_example_is_a_layer_of_the_catalogue() -> None:
    assert set(EXAMPLES) <= set(LAYERS.names)


def test_layers_of_keras_are_offered_or_left_out_for_a_reason() -> None:
    public = {
        name: each
        for name, each in vars(keras.layers).items()
        if isinstance(each, type) and issubclass(each, keras.layers.Layer)
    }
    known = {name: layer for name in public if (layer := LAYERS.find(name)) is not None}
    assert set(public) - set(known) == set(NOT_OFFERED)
    for name, layer in known.items():
        assert get_class(layer) is public[name]


@pytest.mark.parametrize("layer", OFFERED, ids=lambda layer: layer.name)
def test_parameters_of_layer_are_those_of_keras(layer: Layer) -> None:
    defaults = read_defaults(get_class(layer))
    left_out = {name for owner, name in LEFT_OUT if owner in ("", layer.name)}
    names = {each.name for each in layer.parameters}
    offered = [name for name in defaults if name in names or name not in left_out]
    ours = [each.name for each in layer.parameters if each.name in defaults]
    assert ours == offered
    assert names - set(defaults) <= HANDED_ON


@pytest.mark.parametrize("layer", OFFERED, ids=lambda layer: layer.name)
def test_defaults_of_layer_are_those_of_keras(layer: Layer) -> None:
    defaults = read_defaults(get_class(layer))
    for parameter in layer.parameters:
        default = defaults.get(parameter.name, parameter.default)
        if default is inspect.Parameter.empty or (layer.name, parameter.name) in REQUIRED_HERE:
            assert parameter.required
        else:
            assert check_value(parameter, parameter.default, "") == get_default(parameter)
            assert check_value(parameter, default, "") == get_default(parameter)


@pytest.mark.parametrize("layer", OFFERED, ids=lambda layer: layer.name)
def test_layer_can_be_built_and_stores_its_options(layer: Layer) -> None:
    options = check_options(layer, EXAMPLES.get(layer.name, {}), layer.name)
    config = build(layer, options).get_config()
    config.pop("name")
    stored = check_options(layer, config, layer.name)
    assert spell_out(layer, stored) == spell_out(layer, options)


@pytest.mark.parametrize("layer", OFFERED, ids=lambda layer: layer.name)
def test_defaults_pass_their_own_check(layer: Layer) -> None:
    for parameter in layer.parameters:
        if not parameter.required:
            assert check_value(parameter, parameter.default, "") == get_default(parameter)


# Layers that Keras 3 dropped


def test_thresholded_relu_is_relu_with_a_threshold() -> None:
    layer, options = resolve_layer("ThresholdedReLU", {"theta": 1})
    relu = build(layer, check_options(layer, options, ""))
    values = np.array([-2.0, 0.5, 1.0, 1.001, 3.0], dtype="float32")
    # Keras 2: x where x > theta, else 0.
    np.testing.assert_array_equal(
        relu(values), np.array([0.0, 0.0, 0.0, 1.001, 3.0], dtype="float32")
    )


@pytest.mark.parametrize(("old", "new"), [("CuDNNGRU", "GRU"), ("CuDNNLSTM", "LSTM")])
def test_layers_for_cudnn_are_those_that_may_use_it(old: str, new: str) -> None:
    layer, options = resolve_layer(old, {"units": 2})
    assert layer.name == new
    config = build(layer, options).get_config()
    assert (config["activation"], config["recurrent_activation"]) == ("tanh", "sigmoid")
    # cuDNN applies the reset gate after the product with the recurrent kernel.
    assert config.get("reset_after", True) is True


def test_cell_on_its_own_becomes_a_layer() -> None:
    layer, options = resolve_layer("GRUCell", {"units": 2})
    built = build(layer, check_options(layer, options, ""))
    assert isinstance(built, keras.layers.RNN)
    assert isinstance(built.cell, keras.layers.GRUCell)
