"""Layers whose output has the shape of their input."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.rule import (
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    Weight,
    expect_dimensions,
    expect_size,
    format_shape,
    resolve_axis,
)
from galaxy_keras.schema.architecture.shapes.spatial import SPATIAL_NAMES


def keep_shape(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Activation, Dropout, Masking, GaussianNoise, Rescaling and others without weights."""
    return LayerShape(inputs[0])


def keep_channels(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """SpatialDropout1D to SpatialDropout3D, which need spatial dimensions and channels."""
    expect_dimensions(inputs[0], *SPATIAL_NAMES[config.rank], "channels")
    return LayerShape(inputs[0])


def keep_image(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Random augmentations of images."""
    expect_dimensions(inputs[0], "rows", "columns", "channels")
    return LayerShape(inputs[0])


def keep_axes(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Softmax and UnitNormalization, which act along `axis`."""
    axes = config["axis"]
    for axis in (axes,) if isinstance(axes, int) else axes:
        resolve_axis(axis, inputs[0])
    return LayerShape(inputs[0])


def infer_prelu(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """PReLU: one slope per value of a sample, shared along `shared_axes`."""
    shape = inputs[0]
    shared = config["shared_axes"] or ()
    slopes = list(shape[1:])
    for axis in (shared,) if isinstance(shared, int) else shared:
        if not 1 <= axis < len(shape):
            raise ShapeMismatchError(
                f"it shares its slopes along axis {axis}, but gets {format_shape(shape)}, "
                f"whose axes are 1 to {len(shape) - 1}"
            )
        slopes[axis - 1] = 1
    sizes = tuple(expect_size(size, "values along each axis") for size in slopes)
    return LayerShape(shape, (Weight("alpha", sizes),))
