"""Convolutions of all kinds."""

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


def infer_convolution(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Conv1D to Conv3D."""
    grid = split_spatial_shape(settings, inputs[0])
    filters, groups = settings["filters"], settings["groups"]
    if filters % groups:
        raise ConflictError(f"filters={filters} cannot be divided by groups={groups}")
    channels = grid.known_channels()
    if channels % groups:
        raise ShapeMismatchError(
            f"it gets {channels} channels, which cannot be divided by groups={groups}"
        )
    kernel = Weight("kernel", (*settings.sizes("kernel_size"), channels // groups, filters))
    return LayerShape(
        grid.with_sizes(_convolve(settings, grid), filters), (kernel, *_bias(settings, filters))
    )


def infer_depthwise_convolution(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """DepthwiseConv1D and 2D: each channel on its own."""
    grid = split_spatial_shape(settings, inputs[0])
    channels, multiplier = grid.known_channels(), settings["depth_multiplier"]
    kernel = Weight("kernel", (*settings.sizes("kernel_size"), channels, multiplier))
    filters = channels * multiplier
    return LayerShape(
        grid.with_sizes(_convolve(settings, grid), filters), (kernel, *_bias(settings, filters))
    )


def infer_separable_convolution(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """SeparableConv1D and 2D: depthwise, then a mixture of the channels at each place."""
    grid = split_spatial_shape(settings, inputs[0])
    channels, multiplier = grid.known_channels(), settings["depth_multiplier"]
    filters, ones = settings["filters"], (1,) * settings.rank
    weights = (
        Weight("depthwise_kernel", (*settings.sizes("kernel_size"), channels, multiplier)),
        Weight("pointwise_kernel", (*ones, channels * multiplier, filters)),
        *_bias(settings, filters),
    )
    return LayerShape(grid.with_sizes(_convolve(settings, grid), filters), weights)


def infer_transposed_convolution(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Conv1DTranspose to Conv3DTranspose."""
    grid = split_spatial_shape(settings, inputs[0])
    filters = settings["filters"]
    kernel = Weight("kernel", (*settings.sizes("kernel_size"), filters, grid.known_channels()))
    return LayerShape(
        grid.with_sizes(_compute_transposed_sizes(settings, grid), filters),
        (kernel, *_bias(settings, filters)),
    )


def infer_locally_connected(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """LocallyConnected1D and 2D: a kernel of its own at each place."""
    grid = split_spatial_shape(settings, inputs[0])
    for size in grid.sizes:
        expect_size(size, "steps" if settings.rank == 1 else "rows and columns")
    kernel_size, filters = settings.sizes("kernel_size"), settings["filters"]
    places = slide_windows(settings, grid, kernel_size, settings.sizes("strides"))
    known_places = tuple(size for size in places if size is not None)
    fan_in = math.prod(kernel_size) * grid.known_channels()
    kernel = Weight("kernel", (math.prod(known_places), fan_in, filters))
    bias = (Weight("bias", (*known_places, filters)),) if settings["use_bias"] else ()
    return LayerShape(grid.with_sizes(places, filters), (kernel, *bias))


def compute_dilated_sizes(settings: LayerConfig) -> tuple[int, ...]:
    """Return the extent of the kernel, with the gaps that dilation makes."""
    return tuple(
        (size - 1) * rate + 1
        for size, rate in zip(
            settings.sizes("kernel_size"), settings.sizes("dilation_rate"), strict=True
        )
    )


def check_strides(settings: LayerConfig) -> None:
    """Raise a `ConflictError` if the layer both strides and dilates, which Keras cannot compute."""
    if max(settings.sizes("strides")) > 1 and max(settings.sizes("dilation_rate")) > 1:
        raise ConflictError(
            "strides above 1 and a dilation_rate above 1 do not go together. Drop one"
        )


def _convolve(settings: LayerConfig, grid: SpatialShape) -> tuple[int | None, ...]:
    check_strides(settings)
    return slide_windows(settings, grid, compute_dilated_sizes(settings), settings.sizes("strides"))


def _bias(settings: LayerConfig, filters: int) -> tuple[Weight, ...]:
    return (Weight("bias", (filters,)),) if settings["use_bias"] else ()


def _compute_transposed_sizes(settings: LayerConfig, grid: SpatialShape) -> tuple[int | None, ...]:
    check_strides(settings)
    extents, strides = compute_dilated_sizes(settings), settings.sizes("strides")
    extra = None if settings["output_padding"] is None else settings.sizes("output_padding")
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

    return map_sizes(grid.sizes, size_valid if settings["padding"] == "valid" else size_same)
