"""Layers that merge several tensors into one."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import axes, flag, integer
from galaxy_keras.catalogue.layers.layer import InputKind, Layer, make_layer

_layer = partial(make_layer, "merging", inputs=InputKind.MANY)


def _elementwise(name: str, help_text: str, inputs: InputKind = InputKind.MANY) -> Layer:
    return _layer(name, help_text, inputs=inputs, shape_rule="merge")


LAYERS = (
    _elementwise("Add", "Adds element by element."),
    _elementwise("Subtract", "Subtracts the second from the first.", InputKind.TWO),
    _elementwise("Multiply", "Multiplies element by element."),
    _elementwise("Average", "Takes the mean element by element."),
    _elementwise("Maximum", "Takes the largest element by element."),
    _elementwise("Minimum", "Takes the smallest element by element."),
    _layer(
        "Concatenate",
        "Concatenates along an axis.",
        integer("axis", "Axis to concatenate along; 0 is the batch, -1 the last.", -1),
        shape_rule="concatenate",
    ),
    _layer(
        "Dot",
        "Dot products along one axis of each.",
        axes(
            "axes",
            "Axis of both, or (axis of the first, axis of the second).",
            rank=2,
            aliases=("axis",),
        ),
        flag("normalize", "Whether to normalize to length 1 first (cosine similarity)."),
        inputs=InputKind.TWO,
        shape_rule="dot",
    ),
)
