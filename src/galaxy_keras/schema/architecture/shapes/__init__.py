"""Output shapes and parameter counts, inferred without Keras and compared with it in tests.

`infer_shapes` returns the `LayerShapes` of an architecture. Each layer of the catalogue names its
shape rule; `rules.RULES` has one function per rule, in one module per family of layers (`rule` has
their common interface). A new rule needs an entry there, and each new layer a case in
``tests/learning/test_shapes_agree_with_keras.py``. `advice` and `inference` word the messages.
"""

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
