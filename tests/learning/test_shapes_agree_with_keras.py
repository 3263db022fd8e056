"""The proof of the shape rules: every layer of the catalogue, built by Keras too."""

from __future__ import annotations

import json

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from galaxy_keras.artefacts.architecture.architecture_file import decode_architecture
from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.learning.building import build_model
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.literals import parse_call

# What each layer is given (inputs without the batch), and a call of the layer.
CASES = [
    ((5,), "Dense units=3"),
    ((4, 5), "Dense units=3 use_bias=False activation=relu"),
    ((None, 5), "Dense units=3"),
    ((7,), "Embedding input_dim=10 output_dim=4"),
    ((None,), "Embedding input_dim=10 output_dim=4 mask_zero=True"),
    ((3, 4), "Embedding input_dim=10 output_dim=4"),
    ((4, 5), "EinsumDense equation='abc,cd->abd' output_shape=(None, 3) bias_axes=d"),
    ((4, 5), "EinsumDense equation='...x,xy->...y' output_shape=(3,) bias_axes=y"),
    ((4, 5), "EinsumDense equation='abc,cde->abde' output_shape=(4, 2, 3) bias_axes=de"),
    ((4, 5, 6), "EinsumDense equation='ab...,bc->ac...' output_shape=(3,) bias_axes=c"),
    ((4, 5), "EinsumDense equation='abc,bcd->ad' output_shape=(3,)"),
    ((4, 5), "Masking mask_value=-1"),
    ((4, 5), "Identity"),
    ((4, 5), "Activation activation=gelu"),
    ((4, 5), "ReLU max_value=6 negative_slope=0.1 threshold=1"),
    ((4, 5), "LeakyReLU"),
    ((4, 5), "PReLU"),
    ((8, 9, 3), "PReLU shared_axes=(1, 2)"),
    ((4, 5), "ELU alpha=0.5"),
    ((4, 5), "Softmax"),
    ((4, 5), "Softmax axis=(1, 2)"),
    ((4, 5), "ThresholdedReLU theta=2"),
    ((4, 5), "Dropout rate=0.2"),
    ((4, 5), "Dropout rate=0.2 noise_shape=(None, 1, 5) seed=3"),
    ((4, 5), "SpatialDropout1D rate=0.2"),
    ((4, 5, 6), "SpatialDropout2D rate=0.2 data_format=channels_first"),
    ((4, 5, 6, 2), "SpatialDropout3D rate=0.2"),
    ((4, 5), "AlphaDropout rate=0.2"),
    ((4, 5), "GaussianDropout rate=0.2"),
    ((4, 5), "GaussianNoise stddev=0.2"),
    ((4, 5), "ActivityRegularization l1=0.1"),
    ((4, 5, 6), "Flatten"),
    ((4, None, 6), "Flatten data_format=channels_first"),
    ((), "Flatten"),
    ((12,), "Reshape target_shape=(3, 4)"),
    ((12,), "Reshape target_shape=(2, -1, 3)"),
    ((None, 4), "Reshape target_shape=(-1, 2)"),
    ((12,), "Reshape target_shape=(None, 2)"),
    ((4, 5, 6), "Permute dims=(3, 1, 2)"),
    ((5,), "RepeatVector n=4"),
    ((9, 3), "Cropping1D cropping=2"),
    ((9, 3), "Cropping1D cropping=(1, 2)"),
    ((9, 8, 3), "Cropping2D cropping=2"),
    ((9, 8, 3), "Cropping2D cropping=(1, 2)"),
    ((9, 8, 3), "Cropping2D cropping=((1, 2), (0, 3))"),
    ((3, 9, None), "Cropping2D cropping=((1, 2), (0, 3)) data_format=channels_first"),
    ((9, 8, 7, 3), "Cropping3D cropping=((1, 2), (0, 3), (1, 1))"),
    ((9, 8, 7, 3), "Cropping3D cropping=(1, 2, 3)"),
    ((9, 3), "UpSampling1D size=3"),
    ((9, 8, 3), "UpSampling2D size=(2, 3) interpolation=bilinear"),
    ((9, 8, 7, 3), "UpSampling3D"),
    ((3, 9, None, 7), "UpSampling3D size=2 data_format=channels_first"),
    ((9, 3), "ZeroPadding1D padding=2"),
    ((9, 3), "ZeroPadding1D padding=(0, 3)"),
    ((3, 9), "ZeroPadding1D padding=(0, 3) data_format=channels_first"),
    ((9, 8, 3), "ZeroPadding2D padding=((1, 2), (0, 3))"),
    ((9, 8, 3), "ZeroPadding2D padding=(1, 2)"),
    ((9, 8, 7, 3), "ZeroPadding3D padding=2"),
    ((9, 3), "Conv1D filters=4 kernel_size=3"),
    ((9, 3), "Conv1D filters=4 kernel_size=3 padding=causal dilation_rate=2"),
    ((9, 3), "Conv1D filters=4 kernel_size=3 strides=2 padding=same"),
    ((None, 3), "Conv1D filters=4 kernel_size=3 strides=2"),
    ((9, 8, 3), "Conv2D filters=4 kernel_size=(3, 2) use_bias=False"),
    ((9, 8, 3), "Conv2D filters=4 kernel_size=3 dilation_rate=(2, 3)"),
    ((9, 8, 4), "Conv2D filters=6 kernel_size=3 groups=2 strides=(2, 3) padding=same"),
    ((3, 9, 8), "Conv2D filters=4 kernel_size=3 data_format=channels_first"),
    ((9, 8, 7, 3), "Conv3D filters=4 kernel_size=(3, 2, 1) strides=2"),
    ((9, 3), "SeparableConv1D filters=4 kernel_size=3 depth_multiplier=2"),
    ((9, 8, 3), "SeparableConv2D filters=4 kernel_size=(3, 2) strides=2 padding=same"),
    ((9, 3), "DepthwiseConv1D kernel_size=3 depth_multiplier=2"),
    ((9, 8, 3), "DepthwiseConv2D kernel_size=(3, 2) strides=2 use_bias=False"),
    ((9, 3), "Conv1DTranspose filters=4 kernel_size=3 strides=2"),
    ((9, 3), "Conv1DTranspose filters=4 kernel_size=2 strides=3 padding=same"),
    ((9, 8, 3), "Conv2DTranspose filters=4 kernel_size=(3, 2) strides=2 output_padding=1"),
    ((9, 8, 3), "Conv2DTranspose filters=4 kernel_size=3 strides=2 padding=same output_padding=1"),
    ((9, 8, 3), "Conv2DTranspose filters=4 kernel_size=3 dilation_rate=2 use_bias=False"),
    ((None, 8, 3), "Conv2DTranspose filters=4 kernel_size=1 strides=4"),
    ((4, 5, 6, 3), "Conv3DTranspose filters=2 kernel_size=3 strides=(1, 2, 3)"),
    ((9, 3), "MaxPooling1D"),
    ((9, 3), "MaxPooling1D pool_size=3 strides=1 padding=same"),
    ((9, 8, 3), "MaxPooling2D pool_size=(3, 2)"),
    ((3, 9, None), "MaxPooling2D pool_size=2 strides=(1, 3) data_format=channels_first"),
    ((9, 8, 7, 3), "MaxPooling3D strides=3"),
    ((9, 3), "AveragePooling1D pool_size=4"),
    ((9, 8, 3), "AveragePooling2D pool_size=2 padding=same"),
    ((9, 8, 7, 3), "AveragePooling3D pool_size=(1, 2, 3)"),
    ((9, 3), "GlobalMaxPooling1D"),
    ((None, 3), "GlobalAveragePooling1D keepdims=True"),
    ((9, 8, 3), "GlobalMaxPooling2D keepdims=True"),
    ((3, 9, 8), "GlobalAveragePooling2D data_format=channels_first"),
    ((9, 8, 7, 3), "GlobalMaxPooling3D"),
    ((9, 8, 7, 3), "GlobalAveragePooling3D"),
    ((9, 3), "AdaptiveMaxPooling1D output_size=4"),
    ((9, 8, 3), "AdaptiveMaxPooling2D output_size=(4, 3)"),
    ((9, 8, 7, 3), "AdaptiveMaxPooling3D output_size=2"),
    ((9, 3), "AdaptiveAveragePooling1D output_size=4"),
    ((3, 9, 8), "AdaptiveAveragePooling2D output_size=4 data_format=channels_first"),
    ((9, 8, 7, 3), "AdaptiveAveragePooling3D output_size=(1, 2, 3)"),
    ((9, 3), "LocallyConnected1D filters=4 kernel_size=3 strides=2"),
    ((9, 8, 3), "LocallyConnected2D filters=4 kernel_size=(3, 2) use_bias=False"),
    ((3, 9, 8), "LocallyConnected2D filters=4 kernel_size=3 data_format=channels_first"),
    ((6, 3), "SimpleRNN units=4"),
    ((None, 3), "SimpleRNN units=4 return_sequences=True use_bias=False"),
    ((6, 3), "GRU units=4"),
    ((6, 3), "GRU units=4 reset_after=False return_sequences=True"),
    ((6, 3), "GRU units=4 use_bias=False unroll=True"),
    ((6, 3), "LSTM units=4"),
    ((None, 3), "LSTM units=4 return_sequences=True go_backwards=True"),
    ((6, 3), "LSTMCell units=4"),
    ((6, 3), "GRUCell units=4"),
    ((6, 3), "SimpleRNNCell units=4"),
    ((6, 3), "RNN cell={type: GRUCell, units: 4, reset_after: False} return_sequences=True"),
    ((5, 9, 3), "ConvLSTM1D filters=4 kernel_size=3"),
    ((5, 9, 8, 3), "ConvLSTM2D filters=4 kernel_size=(3, 2) return_sequences=True"),
    ((5, 3, 9, 8), "ConvLSTM2D filters=4 kernel_size=3 padding=same data_format=channels_first"),
    ((5, 6, 5, 4, 2), "ConvLSTM3D filters=2 kernel_size=3 use_bias=False"),
    ((6, 3), "Bidirectional layer={type: LSTM, units: 4, return_sequences: True}"),
    ((None, 3), "Bidirectional layer={type: GRU, units: 4} merge_mode=sum"),
    ((5, 6, 7, 2), "Bidirectional layer={type: ConvLSTM2D, filters: 3, kernel_size: 2}"),
    (
        (6, 3),
        "Bidirectional layer={type: LSTM, units: 4} "
        "backward_layer={type: GRU, units: 4, go_backwards: True}",
    ),
    ((6, 3), "TimeDistributed layer={type: Dense, units: 4}"),
    ((None, 9, 8, 3), "TimeDistributed layer={type: Conv2D, filters: 4, kernel_size: 3}"),
    ((6, 5, 3), "TimeDistributed layer={type: Bidirectional, layer: {type: GRU, units: 2}}"),
    ((6, 3), "SpectralNormalization layer={type: Dense, units: 4}"),
    ((9, 8, 3), "SpectralNormalization layer={type: Conv2D, filters: 4, kernel_size: 3}"),
    ((6,), "SpectralNormalization layer={type: Embedding, input_dim: 9, output_dim: 4}"),
    ((6, 3), "BatchNormalization"),
    ((3, 8, 9), "BatchNormalization axis=1 center=False"),
    ((6, 3), "BatchNormalization scale=False"),
    ((6, 3), "LayerNormalization"),
    ((6, 3), "LayerNormalization axis=(1, 2) center=False"),
    ((6, 8), "GroupNormalization groups=4"),
    ((8, 6, 5), "GroupNormalization groups=-1 axis=1 scale=False"),
    ((6, 3), "RMSNormalization"),
    ((6, 3), "RMSNormalization axis=(1, 2)"),
    ((6, 3), "UnitNormalization axis=1"),
    ((6, 3), "Normalization mean=0.5 variance=2"),
    ((6, 3), "Normalization mean=[1, 2, 3] variance=[1, 1, 1]"),
    ((6, 3), "Normalization axis=None mean=0.5 variance=2 invert=True"),
    ((6, 3), "Rescaling scale=0.5 offset=1"),
    ((1,), "CategoryEncoding num_tokens=4 output_mode=one_hot"),
    ((6,), "CategoryEncoding num_tokens=4"),
    ((6,), "CategoryEncoding num_tokens=4 output_mode=count"),
    ((9, 8, 3), "Resizing height=4 width=5"),
    ((3, 9, 8), "Resizing height=4 width=5 data_format=channels_first"),
    ((9, 8, 3), "CenterCrop height=4 width=5"),
    ((9, 8, 3), "RandomFlip mode=horizontal"),
    ((9, 8, 3), "RandomRotation factor=0.1"),
    ((9, 8, 3), "RandomZoom height_factor=(-0.1, 0.2)"),
    ((9, 8, 3), "RandomTranslation height_factor=0.1 width_factor=0.1"),
    ((9, 8, 3), "RandomContrast factor=0.1"),
    ((9, 8, 3), "RandomBrightness factor=0.1"),
    ([(6, 3), (6, 3)], "Add"),
    ([(6, 3), (1, 3), (6, 1)], "Add"),
    ([(6, 3), (None, 3)], "Average"),
    ([(6, 3), (3,)], "Multiply"),
    ([(6, 3), (6, 3)], "Subtract"),
    ([(6, 3), (6, 3)], "Maximum"),
    ([(6, 3), (6, 3)], "Minimum"),
    ([(6, 3), (6, 5)], "Concatenate"),
    ([(6, 3), (4, 3), (2, 3)], "Concatenate axis=1"),
    ([(None, 3), (None, 5)], "Concatenate"),
    ([(6, 3), (None, 3)], "Concatenate axis=1"),
    ([(6,), (6,)], "Dot axes=1"),
    ([(6, 3), (6, 5)], "Dot axes=1 normalize=True"),
    ([(6, 3), (4, 3)], "Dot axes=-1"),
    ([(6, 3), (3, 5)], "Dot axes=(2, 1)"),
    ([(6, 4), (6, 4)], "Attention"),
    ([(6, 4), (5, 3), (5, 4)], "Attention use_scale=True score_mode=concat"),
    ([(6, 4), (5, 4)], "AdditiveAttention"),
    ([(6, 4), (5, 4)], "AdditiveAttention use_scale=False"),
    ([(6, 4), (5, 3)], "MultiHeadAttention num_heads=2 key_dim=3"),
    ([(6, 4), (5, 3), (5, 2)], "MultiHeadAttention num_heads=2 key_dim=3 value_dim=5"),
    ([(6, 4), (6, 4)], "MultiHeadAttention num_heads=2 key_dim=3 use_gate=True use_bias=False"),
    ([(6, 4), (5, 3)], "MultiHeadAttention num_heads=2 key_dim=3 output_shape=(7,)"),
    ([(6, 4), (6, 4)], "MultiHeadAttention num_heads=2 key_dim=3 output_shape=(7, 2)"),
    ([(3, 6, 4), (3, 6, 4)], "MultiHeadAttention num_heads=2 key_dim=3 attention_axes=2"),
    (
        [(6, 4), (5, 4)],
        "GroupQueryAttention head_dim=3 num_query_heads=4 num_key_value_heads=2",
    ),
    (
        [(6, 4), (5, 4), (5, 3)],
        "GroupQueryAttention head_dim=3 num_query_heads=4 num_key_value_heads=2 use_gate=True",
    ),
]

# What neither Keras nor the rules accept.
REFUSED = [
    ((4,), "Conv1D filters=4 kernel_size=3"),
    ((2, 3), "Conv1D filters=4 kernel_size=3"),
    ((9, 8, 3), "Conv2D filters=4 kernel_size=(3, 9)"),
    ((9, 8, 3), "Conv2D filters=4 kernel_size=5 dilation_rate=2"),
    ((9, 8, 3), "Conv2D filters=4 kernel_size=3 strides=2 dilation_rate=2"),
    ((9, 8, 3), "Conv2D filters=4 kernel_size=3 groups=2"),
    ((9, 8, 4), "Conv2D filters=5 kernel_size=3 groups=2"),
    ((9, 8, 3), "Conv2DTranspose filters=4 kernel_size=3 strides=2 output_padding=2"),
    ((1, 3), "MaxPooling1D"),
    ((9, 8), "MaxPooling2D"),
    ((9, 8), "GlobalMaxPooling2D"),
    ((9, 8), "UpSampling2D"),
    ((9, 8), "ZeroPadding2D"),
    ((9, 8, 3), "Cropping2D cropping=((4, 5), (0, 0))"),
    ((12,), "Reshape target_shape=(5, 2)"),
    ((12,), "Reshape target_shape=(5, -1)"),
    ((12,), "Reshape target_shape=(-1, -1)"),
    ((4, 5), "Permute dims=(1, 2, 3)"),
    ((4, 5), "Permute dims=(1, 1)"),
    ((4, 5), "RepeatVector n=3"),
    ((5,), "LSTM units=4"),
    ((5, 4, 3), "GRU units=4"),
    ((5, None), "LSTM units=4"),
    ((5, 3), "LSTM units=4 stateful=True"),
    ((None, 3), "LSTM units=4 unroll=True"),
    ((5, 3), "ConvLSTM1D filters=2 kernel_size=2"),
    ((5, None, 3), "ConvLSTM1D filters=2 kernel_size=2"),
    ((5, 3), "Bidirectional layer={type: LSTM, units: 4, go_backwards: True}"),
    ((5,), "TimeDistributed layer={type: Dense, units: 4}"),
    ((5, 4), "SpectralNormalization layer={type: LSTM, units: 4}"),
    ((5, None), "BatchNormalization"),
    ((5, 4), "GroupNormalization groups=3"),
    ((5, 4), "GroupNormalization groups=8"),
    ((5, 3), "Normalization mean=[1, 2] variance=[1, 2]"),
    ((5, 3), "LayerNormalization axis=4"),
    ((5, 3), "Softmax axis=4"),
    ((None,), "Dense units=3"),
    ([(5, 3), (5, 4)], "Add"),
    ([(5, 3), (5, 3), (5, 3)], "Subtract"),
    ([(5, 3), (4, 4)], "Concatenate"),
    ([(5, 3), (5,)], "Concatenate"),
    ([(5, 3), (4, 4)], "Dot axes=1"),
    ([(5, 3), (5, 3)], "Dot axes=0"),
    ([(5, 4), (5, 3), (4, 3)], "MultiHeadAttention num_heads=2 key_dim=3"),
    (
        [(6, 4), (5, 3)],
        "GroupQueryAttention head_dim=3 num_query_heads=4 num_key_value_heads=2",
    ),
    (
        [(6, 4), (5, 4)],
        "GroupQueryAttention head_dim=3 num_query_heads=3 num_key_value_heads=2",
    ),
    ((4, 5), "EinsumDense equation='ab,bc->ac' output_shape=(3,)"),
    ((4, 5), "EinsumDense equation='abc,cd->abd' output_shape=(7, 3)"),
    ((4, 5), "EinsumDense equation='abc->abd' output_shape=(4, 3)"),
]


def describe(case):
    return f"{case[1]} on {case[0]}".replace("/", "-")


def join_layer(shapes, call) -> Architecture:
    """Return the architecture with the inputs and one layer, called "layer"."""
    shapes = shapes if isinstance(shapes, list) else [shapes]
    name, options = parse_call(call)
    names = [f"input_{number}" for number in range(len(shapes))]
    inputs = [
        {"type": "Input", "name": each, "shape": shape}
        for each, shape in zip(names, shapes, strict=True)
    ]
    layer = {"type": name, "name": "layer", "inputs": names, **options}
    return parse_spec({"layers": [*inputs, layer]})


def list_weights(layer):
    return [(weight.name, tuple(weight.shape), weight.trainable) for weight in layer.weights]


@pytest.mark.parametrize("case", CASES, ids=describe)
def test_output_shape_and_weights_are_those_of_keras(case):
    architecture = join_layer(*case)
    found = infer_shapes(architecture)["layer"]
    model = build_model(architecture)
    layer = model.get_layer("layer")
    assert found.output == layer.output.shape
    weights = [(each.name.split("/")[-1], each.shape, each.trainable) for each in found.weights]
    assert weights == list_weights(layer)
    assert found.parameters == layer.count_params()


@pytest.mark.parametrize("case", CASES, ids=describe)
def test_what_keras_writes_is_read_without_loss(case):
    written = json.loads(build_model(join_layer(*case)).to_json())
    decoded = decode_architecture(written)
    assert json.loads(build_model(decoded).to_json()) == written


def test_every_layer_of_the_catalogue_has_a_case():
    tried = {LAYERS.get(parse_call(call)[0]).name for _, call in CASES}
    assert {layer.name for layer in LAYERS} - tried == {"InputLayer"}


@pytest.mark.parametrize("case", REFUSED, ids=describe)
def test_what_the_rules_refuse_keras_refuses_too(case):
    architecture = join_layer(*case)
    with pytest.raises(ConfigurationError):
        infer_shapes(architecture)
    with pytest.raises((ValueError, TypeError, AttributeError)):
        build_without_check(architecture)


def build_without_check(architecture):
    """Build the last layer as Keras does, on inputs of the shapes that it is given."""
    *inputs, node = architecture.layers
    layer = deserialize(node)
    tensors = [keras.Input(batch_shape=each.options["batch_shape"]) for each in inputs]
    query_first = node.type in ("MultiHeadAttention", "GroupQueryAttention")
    if query_first or len(tensors) == 1:
        return layer(*tensors)
    return layer(tensors)


# Where Keras 3.15 says other shapes than it gives: it reverses the dimensions that "..." stands
# for where there are several, and encodes categories along another axis.
WRONG_IN_KERAS = ("EinsumDense", "CategoryEncoding")
SINGLE = [
    (shape, call)
    for shape, call in CASES
    if isinstance(shape, tuple) and not call.startswith(WRONG_IN_KERAS)
]


@pytest.mark.filterwarnings("ignore:Layer .* was passed an input with a mask")
@settings(max_examples=100)
@given(
    shape=st.sampled_from([shape for shape, _ in SINGLE]),
    calls=st.lists(st.sampled_from([call for _, call in SINGLE]), min_size=2, max_size=5),
)
def test_rows_of_layers_fit_where_keras_says_so(shape, calls):
    architecture = parse_spec({"input_shape": shape, "layers": calls})
    try:
        shapes = infer_shapes(architecture)
    except ConfigurationError:
        with pytest.raises((ValueError, TypeError, AttributeError)):
            build_row_without_check(architecture)
        return
    layers = build_model(architecture).layers
    assert [shapes[layer.name].output for layer in layers] == [
        layer.output.shape for layer in layers
    ]
    assert shapes.parameters == sum(layer.count_params() for layer in layers)


def build_row_without_check(architecture):
    first, *nodes = architecture.layers
    tensor = keras.Input(batch_shape=first.options["batch_shape"])
    for node in nodes:
        tensor = deserialize(node)(tensor)


def deserialize(node):
    """Return the layer that Keras makes of the options, without a check of ours."""
    options = Component(name=node.type, options=dict(node.options)).model_dump()["options"]
    return keras.layers.deserialize({"class_name": node.type, "config": options})
