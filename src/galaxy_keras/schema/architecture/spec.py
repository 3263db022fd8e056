"""Architectures as their authors write them: layers in a row, or a graph with names.

The forms are described, with examples, in ``docs/spec.md``. The options of the command line and
Galaxy's form are written as the same spec first, so that there is one way to an architecture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from galaxy_keras.catalogue.layers import resolve_layer
from galaxy_keras.errors import ConfigurationError, Problems, suggest
from galaxy_keras.schema.architecture.graph import INPUT, Architecture, LayerNode
from galaxy_keras.schema.architecture.layer_nodes import build_input, build_layer
from galaxy_keras.schema.architecture.names import LayerNameGenerator, name_call
from galaxy_keras.schema.architecture.spec_document import (
    ArchitectureSpec,
    LayerSpec,
    read_layers,
    read_spec,
)
from galaxy_keras.schema.values.literals import parse_literal


def parse_spec(document: Mapping[str, Any]) -> Architecture:
    """Return the architecture that a spec describes; shapes are not looked at.

    Raises
    ------
    ConfigurationError
        With everything that is unknown, missing or of the wrong kind, by layer number and name.
    """
    spec = read_spec(document)
    layers = read_layers(spec)
    if _is_functional(spec, layers):
        return _build_functional(spec, layers)
    return _build_sequential(spec, layers)


def _is_functional(spec: ArchitectureSpec, layers: Sequence[LayerSpec]) -> bool:
    linked = any(layer.inputs or layer.shared_with for layer in layers)
    several = sum(_is_input(layer) for layer in layers) > 1
    return linked or several or bool(spec.inputs or spec.outputs)


def _is_input(layer: LayerSpec) -> bool:
    return layer.type.casefold() in ("input", "inputlayer")


def _build_sequential(spec: ArchitectureSpec, layers: Sequence[LayerSpec]) -> Architecture:
    ordered = _put_input_first(spec, layers)
    problems = Problems()
    nodes: list[LayerNode] = []
    for number, (layer, name) in enumerate(zip(ordered, _assign_names(ordered), strict=True)):
        with problems.collecting():
            inbound = tuple(node.name for node in nodes[-1:])
            nodes.append(_build_node(layer, name, number, inbound))
    problems.raise_if_any()
    return Architecture.sequential(spec.name or "sequential", tuple(nodes))


def _put_input_first(spec: ArchitectureSpec, layers: Sequence[LayerSpec]) -> list[LayerSpec]:
    begins_with_input = bool(layers) and _is_input(layers[0])
    if begins_with_input and spec.input_shape is not None:
        raise ConfigurationError("the input shape is given twice: as input_shape and as a layer")
    if begins_with_input:
        return list(layers)
    if spec.input_shape is None:
        raise ConfigurationError(
            "the input shape is missing. Give the shape of one sample, "
            "for example 500 for 500 columns or 28,28,1 for images"
        )
    first = {"type": INPUT, "shape": _read_shape(spec.input_shape)}
    return [LayerSpec.model_validate(first), *layers]


def _build_functional(spec: ArchitectureSpec, layers: Sequence[LayerSpec]) -> Architecture:
    if spec.input_shape is not None:
        raise ConfigurationError(
            "input_shape is for layers in a row. In a graph give Input layers with a shape"
        )
    problems = Problems()
    nodes: dict[str, LayerNode] = {}
    for number, (layer, name) in enumerate(zip(layers, _assign_names(layers), strict=True), 1):
        with problems.collecting():
            node = _build_call(layer, name, number, nodes)
            # A name that stands twice is seen when the whole graph is checked.
            nodes[node.name if node.name not in nodes else f"{node.name} ({number})"] = node
    problems.raise_if_any()
    ordered = tuple(nodes.values())
    return Architecture(
        name=spec.name or "functional",
        kind="functional",
        layers=ordered,
        inputs=spec.inputs or tuple(node.name for node in ordered if node.is_input),
        outputs=spec.outputs or tuple(node.name for node in ordered[-1:]),
    )


def _build_call(layer: LayerSpec, name: str, number: int, nodes: dict[str, LayerNode]) -> LayerNode:
    above = () if _is_input(layer) else tuple(islice(reversed(nodes), 1))
    inbound = layer.inputs or above
    if layer.shared_with is None:
        return _build_node(layer, name, number, inbound)
    return _build_shared(layer, number, inbound, nodes)


def _build_shared(
    layer: LayerSpec, number: int, inbound: tuple[str, ...], nodes: Mapping[str, LayerNode]
) -> LayerNode:
    owner = nodes.get(str(layer.shared_with))
    where = f"layer {number}"
    if layer.type or layer.name or layer.options:
        raise ConfigurationError(
            f"{where}: shared_with uses a layer once more, so it stands without type, name "
            "and options"
        )
    if owner is None or owner.is_input or owner.shared_with:
        raise ConfigurationError(
            f'{where}: shared_with names "{layer.shared_with}", which is not a layer above it.'
            f"{suggest(str(layer.shared_with), nodes)}"
        )
    uses = sum(node.shared_with == owner.name for node in nodes.values())
    return replace(
        owner,
        name=name_call(owner.name, uses + 1),
        inbound=inbound,
        shared_with=owner.name,
        causal=layer.use_causal_mask,
    )


def _build_node(layer: LayerSpec, name: str, number: int, inbound: tuple[str, ...]) -> LayerNode:
    where = f"layer {number}"
    if not layer.type:
        raise ConfigurationError(f"{where}: the type is missing, for example Dense")
    if _is_input(layer):
        where = f"{where} (Input)" if number else "the input"
        return build_input(name, {**layer.options, "dtype": layer.dtype}, where)
    return build_layer(
        layer.type,
        layer.options,
        where,
        name=name,
        inbound=inbound,
        trainable=layer.trainable,
        dtype=layer.dtype,
        causal=layer.use_causal_mask,
    )


def _assign_names(layers: Sequence[LayerSpec]) -> list[str]:
    names = LayerNameGenerator(layer.name for layer in layers if layer.name)
    return [layer.name or names.next_name(_find_class(layer)) for layer in layers]


def _find_class(layer: LayerSpec) -> str:
    """Return the class that the layer becomes; its own text where that is not known."""
    try:
        return resolve_layer(layer.type, {})[0].name
    except ConfigurationError:
        return layer.type or INPUT


def _read_shape(shape: str | int | tuple[int | None, ...]) -> tuple[int | None, ...]:
    value = parse_literal(shape) if isinstance(shape, str) else shape
    sizes = tuple(value) if isinstance(value, tuple | list) else (value,)
    known = [size for size in sizes if size is not None]
    if not all(isinstance(size, int) and size >= 1 for size in known):
        raise ConfigurationError(
            f'the input shape "{shape}" is not made of whole numbers of at least 1. '
            "Write, for example, 500 or 28,28,1; None stands for any size"
        )
    return sizes
