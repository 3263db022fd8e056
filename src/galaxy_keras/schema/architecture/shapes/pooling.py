"""Pooling layers."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.rule import LayerConfig, LayerShape, Shape
from galaxy_keras.schema.architecture.shapes.spatial import slide_windows, split_spatial_shape


def infer_pooling(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """MaxPooling and AveragePooling in 1 to 3 dimensions."""
    spatial = split_spatial_shape(config, inputs[0])
    window = config.sizes("pool_size")
    strides = window if config["strides"] is None else config.sizes("strides")
    return LayerShape(spatial.with_sizes(slide_windows(config, spatial, window, strides)))


def infer_global_pooling(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """GlobalMaxPooling and GlobalAveragePooling in 1 to 3 dimensions."""
    spatial = split_spatial_shape(config, inputs[0])
    if config["keepdims"]:
        return LayerShape(spatial.with_sizes((1,) * config.rank))
    return LayerShape((spatial.batch, spatial.channels))


def infer_adaptive_pooling(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """AdaptiveMaxPooling and AdaptiveAveragePooling in 1 to 3 dimensions."""
    spatial = split_spatial_shape(config, inputs[0])
    return LayerShape(spatial.with_sizes(config.sizes("output_size")))
