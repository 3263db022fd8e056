"""In which precision the layers of a run compute; files hold networks in float32 whatever it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode

# They take the numbers of a table. Half precision would round an index above 2048, and has no
# number above 65,504.
_FLOAT32_LAYERS = {"Embedding", "Masking", "Normalization", "Rescaling", "CategoryEncoding"}


def apply_precision(architecture: Architecture, precision: Precision) -> Architecture:
    """Return the network with a precision for the layers that have none of their own.

    The outputs of a network are computed in float32: a softmax or a loss would lose too much. So
    are the layers that prepare the numbers of a table, and all that stand before them.

    Parameters
    ----------
    architecture
        As it stands in files.
    precision
        With ``mixed_``, layers compute in half precision and keep their weights in float32.
    """
    if precision == "float32":
        return architecture
    exact = _find_exact_layers(architecture)
    layers = [
        node if _find_owner(node) in exact else _set_precision(node, precision)
        for node in architecture.layers
    ]
    return replace(architecture, layers=tuple(layers))


def _set_precision(node: LayerNode, precision: Precision) -> LayerNode:
    if node.model is not None:
        return replace(node, model=apply_precision(node.model, precision))
    return node if node.is_input else replace(node, dtype=node.dtype or precision)


def _find_exact_layers(architecture: Architecture) -> set[str]:
    """Return the names of the layers that stay in float32."""
    before: set[str] = set()
    exact: set[str] = set()
    for node in reversed(architecture.layers):
        takes_exact = not _FLOAT32_LAYERS.isdisjoint(_list_types(node))
        if takes_exact or node.name in before:
            before.update(node.inbound)
        # An Embedding looks its indices up as they are; what it gives may be rounded.
        prepares = takes_exact and node.type != "Embedding" and node.model is None
        if prepares or node.name in before or _is_last_layer(architecture, node):
            exact.add(_find_owner(node))
    return exact


def _is_last_layer(architecture: Architecture, node: LayerNode) -> bool:
    return node.name in architecture.outputs and node.model is None


def _list_types(node: LayerNode) -> Iterator[str]:
    """Yield the types of a layer and of what is in it."""
    if node.model is None:
        yield from _list_inner_types(node.type, node.options)
        return
    for inner in node.model.layers:
        yield from _list_types(inner)


def _list_inner_types(layer_type: str, options: Mapping[str, Any]) -> Iterator[str]:
    yield layer_type
    for value in options.values():
        if isinstance(value, Mapping):
            yield from _list_inner_types(value["class_name"], value["config"])


def _find_owner(node: LayerNode) -> str:
    """Return the name of the layer that a node is a use of."""
    return node.shared_with or node.name
