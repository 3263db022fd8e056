"""Output shapes and parameter counts, inferred without Keras and compared with it in tests."""

from galaxy_keras.schema.architecture.shapes.inference import LayerShapes, infer_shapes
from galaxy_keras.schema.architecture.shapes.rule import (
    Dimension,
    LayerShape,
    Shape,
    Weight,
    format_shape,
)

__all__ = [
    "Dimension",
    "LayerShape",
    "LayerShapes",
    "Shape",
    "Weight",
    "format_shape",
    "infer_shapes",
]
