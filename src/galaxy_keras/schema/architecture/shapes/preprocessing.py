"""Preprocessing layers: one-hot encoding, resizing and cropping of images."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    LayerConfig,
    LayerShape,
    Shape,
    expect_dimensions,
)
from galaxy_keras.schema.architecture.shapes.spatial import split_spatial_shape


def infer_category_encoding(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """CategoryEncoding: one-hot or multi-hot encoding of indices, or their counts."""
    shape, tokens = inputs[0], config["num_tokens"]
    if config["output_mode"] == "one_hot":
        return LayerShape((*shape, tokens) if shape[-1] != 1 else (*shape[:-1], tokens))
    if config["sparse"]:
        raise ConflictError(
            "sparse=True gives tensors of a type that Keras cannot compute with. Leave sparse out, "
            "or take output_mode=one_hot"
        )
    # Keras accepts more dimensions, but its compute_output_shape then disagrees with the output.
    expect_dimensions(shape, "values")
    return LayerShape((*shape[:-1], tokens))


def infer_resizing(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Resizing and CenterCrop: images of a given height and width."""
    spatial = split_spatial_shape(config, inputs[0], rank=2)
    return LayerShape(spatial.with_sizes((config["height"], config["width"])))
