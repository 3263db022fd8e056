"""Advice on a layer whose input has the wrong number of dimensions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from galaxy_keras.schema.architecture.graph import LayerNode
from galaxy_keras.schema.architecture.shapes.rule import Shape, format_shape
from galaxy_keras.schema.values.component import Component


def advise_on_dimensions(
    expected: Sequence[str], shape: Shape, source: LayerNode, source_title: str
) -> str:
    """Return one sentence that says how to give the layer the dimensions that it needs.

    Parameters
    ----------
    expected
        The names of the dimensions that the layer needs, without the batch.
    shape
        The shape of its input, with the batch.
    source
        The layer whose output is the input.
    source_title
        The number, type and name of that layer, for the message.
    """
    missing = len(expected) - (len(shape) - 1)
    if missing == 1 and _returns_last_step(source):
        return f"Set return_sequences=True in {source_title}"
    if len(expected) == 1:
        return "Add a Flatten layer or a global pooling layer between them"
    if expected[0] == "steps" and missing == 1:
        return (
            "Add an Embedding layer between them if the input is word indices, "
            f"else a Reshape layer with target_shape={format_shape((*shape, 1))}"
        )
    if missing == 1 and source.is_input:
        return f"For one channel give the input shape {_add_channel(expected, shape)}"
    target = _propose_target(expected, shape)
    return f"Add a Reshape layer between them, for example target_shape={target}"


def _returns_last_step(source: LayerNode) -> bool:
    options = source.options
    inner = options.get("layer")
    if isinstance(inner, Component):
        options = inner.options
    is_recurrent = source.type in ("SimpleRNN", "GRU", "LSTM", "Bidirectional")
    return is_recurrent and not options.get("return_sequences", False)


def _add_channel(expected: Sequence[str], shape: Shape) -> str:
    if expected[0] == "channels":
        return format_shape((shape[0], 1, *shape[1:]))
    return format_shape((*shape, 1))


def _propose_target(expected: Sequence[str], shape: Shape) -> str:
    """Return the shape of a square image where the number of values allows it, else names."""
    values = shape[1] if len(shape) == 2 else None
    side = math.isqrt(values) if values else 0
    if tuple(expected) == ("rows", "columns", "channels") and side * side == values:
        return f"({side}, {side}, 1)"
    return format_shape(("batch", *expected))
