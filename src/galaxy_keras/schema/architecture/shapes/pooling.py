"""Pooling."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.rule import LayerConfig, LayerShape, Shape
from galaxy_keras.schema.architecture.shapes.spatial import slide_windows, split_spatial_shape


def infer_pooling(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """MaxPooling and AveragePooling, 1D to 3D."""
    grid = split_spatial_shape(settings, inputs[0])
    window = settings.sizes("pool_size")
    strides = window if settings["strides"] is None else settings.sizes("strides")
    return LayerShape(grid.with_sizes(slide_windows(settings, grid, window, strides)))


def infer_global_pooling(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """GlobalMaxPooling and GlobalAveragePooling, 1D to 3D."""
    grid = split_spatial_shape(settings, inputs[0])
    if settings["keepdims"]:
        return LayerShape(grid.with_sizes((1,) * settings.rank))
    return LayerShape((grid.batch, grid.channels))


def infer_adaptive_pooling(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """AdaptiveMaxPooling and AdaptiveAveragePooling, 1D to 3D."""
    grid = split_spatial_shape(settings, inputs[0])
    return LayerShape(grid.with_sizes(settings.sizes("output_size")))
