"""Dense and Embedding."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.rule import (
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    Weight,
    expect_size,
)


def infer_dense(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Dense: acts on the last dimension."""
    shape = inputs[0]
    if len(shape) < 2:
        raise ShapeMismatchError("it needs (features,) but gets scalars", expected=("features",))
    units = config["units"]
    kernel = Weight("kernel", (expect_size(shape[-1], "features"), units))
    bias = (Weight("bias", (units,)),) if config["use_bias"] else ()
    return LayerShape((*shape[:-1], units), (kernel, *bias))


def infer_embedding(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Embedding: adds a dimension with the vector of each index."""
    size = config["output_dim"]
    table = Weight("embeddings", (config["input_dim"], size))
    return LayerShape((*inputs[0], size), (table,))
