"""The precision of the layers in a run; files are float32 in any case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.values.component import Component

# Their inputs are the values of a table: float16 rounds indices above 2048 and ends at 65,504.
_FLOAT32_LAYERS = {"Embedding", "Masking", "Normalization", "Rescaling", "CategoryEncoding"}


def apply_precision(architecture: Architecture, precision: Precision) -> Architecture:
    """Return the network with a dtype policy for all layers that have none of their own.

    The outputs of a network are computed in float32, because a softmax or a loss would lose too
    much. So are the layers that prepare the values of a table, and all layers before them.

    Parameters
    ----------
    architecture
        The architecture as stored in files, which is not modified.
    precision
        The dtype policy. With ``mixed_``, layers compute in half precision and keep their
        weights in float32.
    """
    if precision == "float32":
        return architecture
    in_float32 = _find_float32_layers(architecture)
    layers = [
        node if _find_owner(node) in in_float32 else _set_precision(node, precision)
        for node in architecture.layers
    ]
    return replace(architecture, layers=tuple(layers))


def _set_precision(node: LayerNode, precision: Precision) -> LayerNode:
    if node.model is not None:
        return replace(node, model=apply_precision(node.model, precision))
    return node if node.is_input else replace(node, dtype=node.dtype or precision)


def _find_float32_layers(architecture: Architecture) -> set[str]:
    """Return the names of the layers that compute in float32 in any case."""
    before: set[str] = set()
    in_float32: set[str] = set()
    for node in reversed(architecture.layers):
        takes_table = not _FLOAT32_LAYERS.isdisjoint(_list_types(node))
        if takes_table or node.name in before:
            before.update(node.inbound)
        # The indices of an Embedding must be exact; its output may be rounded.
        prepares = takes_table and node.type != "Embedding" and node.model is None
        if prepares or node.name in before or _is_last_layer(architecture, node):
            in_float32.add(_find_owner(node))
    return in_float32


def _is_last_layer(architecture: Architecture, node: LayerNode) -> bool:
    return node.name in architecture.outputs and node.model is None


def _list_types(node: LayerNode) -> Iterator[str]:
    """Yield the types of a layer and of the layers inside it."""
    if node.model is None:
        yield from _list_inner_types(node.type, node.options)
        return
    for inner in node.model.layers:
        yield from _list_types(inner)


def _list_inner_types(layer_type: str, options: Mapping[str, Any]) -> Iterator[str]:
    yield layer_type
    for value in options.values():
        if isinstance(value, Component):
            yield from _list_inner_types(value.name, value.options)


def _find_owner(node: LayerNode) -> str:
    """Return the name of the layer that a node calls."""
    return node.shared_with or node.name
