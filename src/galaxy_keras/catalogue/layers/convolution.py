"""Convolutions."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import choice, count, sizes
from galaxy_keras.catalogue.layers.layer import IGNORED_BY_ALL, IGNORED_TUNING, Layer, make_layer
from galaxy_keras.catalogue.layers.parameters import (
    DATA_FORMAT,
    KERNEL_AND_BIAS,
    PADDING,
    USE_BIAS,
    activation,
    constraints,
    initializers,
    regularizers,
    repeat_by_rank,
)
from galaxy_keras.catalogue.parameters import Ignored, Parameter

_layer = partial(make_layer, "convolution")

FILTERS = count("filters", "Number of filters: the channels of the output.")
_DEPTH_MULTIPLIER = count("depth_multiplier", "Output channels per input channel.", 1)
_CAUSAL_PADDING = choice(
    "padding",
    "valid: no padding; same: size is kept; causal: no output depends on later steps.",
    ("valid", "same", "causal"),
    "valid",
)
# Keras 2 wrote parameters of the plain convolution, without effect, into these two kinds.
_IGNORED_CONVOLUTION = (
    *IGNORED_BY_ALL,
    Ignored("filters"),
    Ignored("groups"),
    Ignored("kernel_initializer"),
    Ignored("kernel_regularizer"),
    Ignored("kernel_constraint"),
)


def kernel_size(rank: int) -> Parameter:
    """Return the parameter for the size of the window."""
    return sizes("kernel_size", "Size of the window.", rank=rank)


def _strides(rank: int) -> Parameter:
    return sizes("strides", "Strides: steps between windows.", repeat_by_rank(1, rank), rank=rank)


def _dilation(rank: int) -> Parameter:
    return sizes(
        "dilation_rate",
        "Dilation rate; above 1 only with strides of 1.",
        repeat_by_rank(1, rank),
        rank=rank,
    )


def _convolution(rank: int) -> Layer:
    return _layer(
        f"Conv{rank}D",
        "Convolution.",
        FILTERS,
        kernel_size(rank),
        _strides(rank),
        _CAUSAL_PADDING if rank == 1 else PADDING,
        DATA_FORMAT,
        _dilation(rank),
        count("groups", "Number of groups of channels that are convolved separately.", 1),
        activation(),
        USE_BIAS,
        *KERNEL_AND_BIAS,
        aliases=(f"Convolution{rank}D",),
        shape_rule="convolution",
        ignored=IGNORED_TUNING,
    )


def _transposed_convolution(rank: int) -> Layer:
    output_padding = sizes(
        "output_padding",
        "Padding added to one side of the output, less than the strides; None to infer it.",
        None,
        rank=rank,
        minimum=0,
    )
    # Keras has these two in another order in three dimensions.
    last = (DATA_FORMAT, output_padding) if rank == 3 else (output_padding, DATA_FORMAT)
    return _layer(
        f"Conv{rank}DTranspose",
        "Transposed convolution, for upsampling.",
        FILTERS,
        kernel_size(rank),
        _strides(rank),
        PADDING,
        *last,
        _dilation(rank),
        activation(),
        USE_BIAS,
        *KERNEL_AND_BIAS,
        aliases=(f"Convolution{rank}DTranspose",),
        shape_rule="transposed_convolution",
        ignored=(*IGNORED_BY_ALL, Ignored("groups", (1,))),
    )


def _depthwise_convolution(rank: int) -> Layer:
    return _layer(
        f"DepthwiseConv{rank}D",
        "Depthwise convolution: separate filters for each channel.",
        kernel_size(rank),
        _strides(rank),
        PADDING,
        _DEPTH_MULTIPLIER,
        DATA_FORMAT,
        _dilation(rank),
        activation(),
        USE_BIAS,
        *initializers(depthwise="glorot_uniform", bias="zeros"),
        *regularizers("depthwise", "bias", "activity"),
        *constraints("depthwise", "bias"),
        shape_rule="depthwise_convolution",
        ignored=_IGNORED_CONVOLUTION,
    )


def _separable_convolution(rank: int) -> Layer:
    return _layer(
        f"SeparableConv{rank}D",
        "Depthwise separable convolution: depthwise, then pointwise.",
        FILTERS,
        kernel_size(rank),
        _strides(rank),
        PADDING,
        DATA_FORMAT,
        _dilation(rank),
        _DEPTH_MULTIPLIER,
        activation(),
        USE_BIAS,
        *initializers(depthwise="glorot_uniform", pointwise="glorot_uniform", bias="zeros"),
        *regularizers("depthwise", "pointwise", "bias", "activity"),
        *constraints("depthwise", "pointwise", "bias"),
        aliases=(f"SeparableConvolution{rank}D",),
        shape_rule="separable_convolution",
        ignored=tuple(each for each in _IGNORED_CONVOLUTION if each.name != "filters"),
    )


LAYERS = (
    *(_convolution(rank) for rank in (1, 2, 3)),
    *(_separable_convolution(rank) for rank in (1, 2)),
    *(_depthwise_convolution(rank) for rank in (1, 2)),
    *(_transposed_convolution(rank) for rank in (1, 2, 3)),
)
