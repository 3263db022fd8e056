"""Which LSTM and GRU layers can be accelerated on a CPU, from the architecture alone.

It decides on the number of TensorFlow's threads, so it must be known before TensorFlow starts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.values.values import complete_options

ACCELERATED_TYPES = {"LSTM", "GRU"}


def find_unsupported(architecture: Architecture) -> dict[str, str | None]:
    """Return the reason why a layer cannot be accelerated, by the name of the layer.

    All LSTM and GRU layers and Bidirectional ones of them are listed, except those of nested
    models; the reason is None for a layer that can be accelerated.
    """
    return {
        node.name: _find_reason(architecture, node)
        for node in architecture.layers
        if node.shared_with is None and _is_recurrent(node)
    }


def count_steps(architecture: Architecture) -> int:
    """Return the largest number of steps of the layers that can be accelerated; 0 without any."""
    shapes = infer_shapes(architecture)
    supported = {name for name, reason in find_unsupported(architecture).items() if reason is None}
    steps = [
        shapes[node.inbound[0]].output[1] or 0
        for node in architecture.layers
        if supported & {node.name, node.shared_with}
    ]
    return max(steps, default=0)


def list_sources(architecture: Architecture, name: str) -> list[list[str]]:
    """Return the names of the input layers of each call of a layer."""
    calls = [node for node in architecture.layers if name in {node.name, node.shared_with}]
    return [list(node.inbound) for node in calls]


def is_masked(architecture: Architecture, name: str) -> bool:
    """Whether any layer before a layer produces a mask."""
    before = {each for names in list_sources(architecture, name) for each in names}
    for node in reversed(architecture.layers):
        if node.name not in before:
            continue
        if node.type == "Masking" or node.options.get("mask_zero"):
            return True
        before.update(node.inbound)
    return False


def _list_parts(node: LayerNode) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the type and options of a layer, or of both layers in a Bidirectional."""
    if node.type != "Bidirectional":
        return [(node.type, node.options)]
    directions = [node.options.get(name) for name in ("layer", "backward_layer")]
    return [
        (direction.name, direction.options) for direction in directions if direction is not None
    ]


def _is_recurrent(node: LayerNode) -> bool:
    return all(name in ACCELERATED_TYPES for name, _ in _list_parts(node))


def _find_reason(architecture: Architecture, node: LayerNode) -> str | None:
    found = [_find_reason_in(*part) for part in _list_parts(node)]
    if node.dtype is not None:
        found.append(f"it computes in {node.dtype}")
    if is_masked(architecture, node.name):
        found.append("some of its steps are masked")
    return next((reason for reason in found if reason), None)


def _find_reason_in(layer_type: str, options: Mapping[str, Any]) -> str | None:
    complete = complete_options(LAYERS.get(layer_type), options)
    reasons = {
        "its activation is not tanh": complete["activation"] != "tanh",
        "its recurrent activation is not sigmoid": complete["recurrent_activation"] != "sigmoid",
        "it has no bias": not complete["use_bias"],
        "it has recurrent dropout": complete["recurrent_dropout"] != 0,
        "it is stateful": complete["stateful"],
        "it is unrolled": complete["unroll"],
    }
    return next((text for text, found in reasons.items() if found), None)
