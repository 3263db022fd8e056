"""Convolutional layers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    Weight,
    expect_size,
)
from galaxy_keras.schema.architecture.shapes.spatial import (
    SpatialShape,
    map_sizes,
    slide_windows,
    split_spatial_shape,
)


def infer_convolution(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Conv1D to Conv3D."""
    spatial = split_spatial_shape(config, inputs[0])
    filters, groups = config["filters"], config["groups"]
    if filters % groups:
        raise ConflictError(f"filters={filters} is not divisible by groups={groups}")
    channels = spatial.known_channels()
    if channels % groups:
        raise ShapeMismatchError(
            f"it gets {channels} channels, a number that is not divisible by groups={groups}"
        )
    kernel = Weight("kernel", (*config.sizes("kernel_size"), channels // groups, filters))
    return LayerShape(
        spatial.with_sizes(_convolve(config, spatial), filters), (kernel, *_bias(config, filters))
    )


def infer_depthwise_convolution(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """DepthwiseConv1D and DepthwiseConv2D: channels are convolved separately."""
    spatial = split_spatial_shape(config, inputs[0])
    channels, multiplier = spatial.known_channels(), config["depth_multiplier"]
    kernel = Weight("kernel", (*config.sizes("kernel_size"), channels, multiplier))
    filters = channels * multiplier
    return LayerShape(
        spatial.with_sizes(_convolve(config, spatial), filters), (kernel, *_bias(config, filters))
    )


def infer_separable_convolution(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """SeparableConv1D and SeparableConv2D: a depthwise, then a pointwise convolution."""
    spatial = split_spatial_shape(config, inputs[0])
    channels, multiplier = spatial.known_channels(), config["depth_multiplier"]
    filters, ones = config["filters"], (1,) * config.rank
    weights = (
        Weight("depthwise_kernel", (*config.sizes("kernel_size"), channels, multiplier)),
        Weight("pointwise_kernel", (*ones, channels * multiplier, filters)),
        *_bias(config, filters),
    )
    return LayerShape(spatial.with_sizes(_convolve(config, spatial), filters), weights)


def infer_transposed_convolution(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Conv1DTranspose to Conv3DTranspose."""
    spatial = split_spatial_shape(config, inputs[0])
    filters = config["filters"]
    kernel = Weight("kernel", (*config.sizes("kernel_size"), filters, spatial.known_channels()))
    return LayerShape(
        spatial.with_sizes(_compute_transposed_sizes(config, spatial), filters),
        (kernel, *_bias(config, filters)),
    )


def infer_locally_connected(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """LocallyConnected1D and LocallyConnected2D: unshared kernels at each position."""
    spatial = split_spatial_shape(config, inputs[0])
    for size in spatial.sizes:
        expect_size(size, "steps" if config.rank == 1 else "rows and columns")
    kernel_size, filters = config.sizes("kernel_size"), config["filters"]
    positions = slide_windows(config, spatial, kernel_size, config.sizes("strides"))
    known_positions = tuple(size for size in positions if size is not None)
    fan_in = math.prod(kernel_size) * spatial.known_channels()
    kernel = Weight("kernel", (math.prod(known_positions), fan_in, filters))
    bias = (Weight("bias", (*known_positions, filters)),) if config["use_bias"] else ()
    return LayerShape(spatial.with_sizes(positions, filters), (kernel, *bias))


def compute_dilated_sizes(config: LayerConfig) -> tuple[int, ...]:
    """Return the extent of the kernel along each spatial dimension, including dilation."""
    return tuple(
        (size - 1) * rate + 1
        for size, rate in zip(
            config.sizes("kernel_size"), config.sizes("dilation_rate"), strict=True
        )
    )


def check_strides(config: LayerConfig) -> None:
    """Raise a `ConflictError` if the layer has strides and dilation, which Keras cannot combine."""
    if max(config.sizes("strides")) > 1 and max(config.sizes("dilation_rate")) > 1:
        raise ConflictError(
            "strides above 1 and a dilation_rate above 1 cannot be combined. Set one of them to 1"
        )


def _convolve(config: LayerConfig, spatial: SpatialShape) -> tuple[int | None, ...]:
    check_strides(config)
    return slide_windows(config, spatial, compute_dilated_sizes(config), config.sizes("strides"))


def _bias(config: LayerConfig, filters: int) -> tuple[Weight, ...]:
    return (Weight("bias", (filters,)),) if config["use_bias"] else ()


def _compute_transposed_sizes(config: LayerConfig, spatial: SpatialShape) -> tuple[int | None, ...]:
    check_strides(config)
    extents, strides = compute_dilated_sizes(config), config.sizes("strides")
    extra = None if config["output_padding"] is None else config.sizes("output_padding")
    if extra is not None and any(e >= s for e, s in zip(extra, strides, strict=True)):
        raise ConflictError("output_padding must be smaller than strides")

    def size_valid(size: int, axis: int) -> int:
        extent, stride = extents[axis], strides[axis]
        added = max(stride - extent, 0) if extra is None else extra[axis]
        return (size - 1) * stride + extent + added

    def size_same(size: int, axis: int) -> int:
        if extra is None:
            return size * strides[axis]
        return (size - 1) * strides[axis] + extents[axis] % 2 + extra[axis]

    return map_sizes(spatial.sizes, size_valid if config["padding"] == "valid" else size_same)
