"""Architectures as their authors write them: sequential layers, or a graph of named layers.

``docs/spec.md`` describes a spec with examples. The options of the command line and the form of
Galaxy become a spec first, so there is one way to an architecture.
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
    parse_layers,
    validate_spec,
)
from galaxy_keras.schema.values.literals import parse_literal


def parse_spec(document: Mapping[str, Any]) -> Architecture:
    """Return the architecture that a spec describes; shapes are not checked.

    Raises
    ------
    ConfigurationError
        With all keys, types and options that are unknown, missing or invalid, by layer number.
    """
    spec = validate_spec(document)
    layers = parse_layers(spec)
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
    first = {"type": INPUT, "shape": _parse_shape(spec.input_shape)}
    return [LayerSpec.model_validate(first), *layers]


def _build_functional(spec: ArchitectureSpec, layers: Sequence[LayerSpec]) -> Architecture:
    if spec.input_shape is not None:
        raise ConfigurationError(
            "input_shape is for sequential models. In a graph give Input layers with a shape"
        )
    problems = Problems()
    nodes: dict[str, LayerNode] = {}
    for number, (layer, name) in enumerate(zip(layers, _assign_names(layers), strict=True), 1):
        with problems.collecting():
            node = _build_call(layer, name, number, nodes)
            # A duplicate name is reported when the whole graph is checked.
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
            f"{where}: shared_with calls a layer again, so it takes no type, name or options"
        )
    if owner is None or owner.is_input or owner.shared_with:
        raise ConfigurationError(
            f'{where}: shared_with names "{layer.shared_with}", which is not a layer above it.'
            f"{suggest(str(layer.shared_with), nodes)}"
        )
    calls = sum(node.shared_with == owner.name for node in nodes.values())
    return replace(
        owner,
        name=name_call(owner.name, calls + 1),
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
    """Return the class of a layer; its type as written where it is not in the catalogue."""
    try:
        return resolve_layer(layer.type, {})[0].name
    except ConfigurationError:
        return layer.type or INPUT


def _parse_shape(shape: str | int | tuple[int | None, ...]) -> tuple[int | None, ...]:
    value = parse_literal(shape) if isinstance(shape, str) else shape
    sizes = tuple(value) if isinstance(value, tuple | list) else (value,)
    known = [size for size in sizes if size is not None]
    if not all(isinstance(size, int) and size >= 1 for size in known):
        raise ConfigurationError(
            f'the input shape "{shape}" must be whole numbers of at least 1. '
            "Write, for example, 500 or 28,28,1; None stands for any size"
        )
    return sizes
