"""Attention layers; inputs are query, value and, unless it is the value, key."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.merging import format_shapes
from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    Weight,
    expect_dimensions,
    expect_size,
    format_shape,
    resolve_axis,
)


def infer_attention(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Attention: scores are dot products, or a function of the sum of query and key."""
    query, value, _ = _read_sequences(inputs)
    weights = []
    if config["use_scale"]:
        weights.append(Weight("scale", ()))
    if config["score_mode"] == "concat":
        weights.append(Weight("concat_score_weight", ()))
    return LayerShape((*query[:-1], value[-1]), tuple(weights))


def infer_additive_attention(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """AdditiveAttention: scores are functions of the sum of query and key."""
    query, value, _ = _read_sequences(inputs)
    scale = Weight("scale", (expect_size(query[-1], "features"),))
    return LayerShape((*query[:-1], value[-1]), (scale,) if config["use_scale"] else ())


def infer_multi_head_attention(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """MultiHeadAttention: each head has its own projections of query, key and value."""
    _check_no_flash_attention(config)
    query, value, key = _read_roles(inputs)
    axes = config["attention_axes"] or ()
    for axis in (axes,) if isinstance(axes, int) else axes:
        if resolve_axis(axis, query) in (0, len(query) - 1):
            raise ConflictError(f"attention_axes={axes} names the batch or the features")
    if axes and config["sliding_window"]:
        raise ConflictError("attention_axes and sliding_window cannot be combined")
    heads, size = config["num_heads"], config["key_dim"]
    value_size = config["value_dim"] or size
    output = config["output_shape"]
    sizes = (query[-1],) if not output else (output,) if isinstance(output, int) else tuple(output)
    projections = [("query", query, size), ("key", key, size)]
    if config["use_gate"]:
        projections.append(("gate", query, value_size))
    projections.append(("value", value, value_size))
    known = tuple(expect_size(each, "features") for each in sizes)
    weights = [
        weight
        for name, shape, depth in projections
        for weight in _project(config, name, (_features(shape),), (heads, depth))
    ]
    weights += _project(config, "attention_output", (heads, value_size), known)
    return LayerShape((*query[:-1], *known), tuple(weights))


def infer_group_query_attention(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """GroupQueryAttention: several heads of the query share one of key and value."""
    _check_no_flash_attention(config)
    query, value, key = _read_roles(inputs)
    for shape in inputs:
        expect_dimensions(shape, "steps", "features")
    if query[-1] != value[-1]:
        raise ShapeMismatchError(
            f"its query has {query[-1]} features and its value {value[-1]}, which must be equal",
            "Project one of them with a Dense layer, or use MultiHeadAttention",
        )
    heads, shared = config["num_query_heads"], config["num_key_value_heads"]
    if heads % shared:
        raise ConflictError(
            f"num_query_heads={heads} is not divisible by num_key_value_heads={shared}"
        )
    size = config["head_dim"]
    projections = [("query", query, heads), ("key", key, shared)]
    if config["use_gate"]:
        projections.append(("gate", query, heads))
    projections.append(("value", value, shared))
    weights = [
        weight
        for name, shape, count in projections
        for weight in _project(config, name, (_features(shape),), (count, size))
    ]
    weights += _project(config, "attention_output", (heads, size), (_features(query),))
    return LayerShape(query, tuple(weights))


def _check_no_flash_attention(config: LayerConfig) -> None:
    if config["flash_attention"]:
        raise ConflictError(
            "flash_attention=True is not supported by Keras with TensorFlow. Leave it out"
        )


def _read_sequences(inputs: Sequence[Shape]) -> tuple[Shape, Shape, Shape]:
    query, value, key = _read_roles(inputs)
    if query[-1] != key[-1] and None not in (query[-1], key[-1]):
        raise ShapeMismatchError(
            f"its query has {query[-1]} features and its key {key[-1]}, which must be equal",
            "Project one of them with a Dense layer, or use MultiHeadAttention",
        )
    return query, value, key


def _read_roles(inputs: Sequence[Shape]) -> tuple[Shape, Shape, Shape]:
    if len(inputs) not in (2, 3):
        raise ShapeMismatchError(
            f"it takes 2 or 3 inputs (query, value and, unless it is the value, key), "
            f"but gets {len(inputs)}",
            "Write a functional spec; for self-attention name the same layer twice",
        )
    for shape in inputs:
        if len(shape) < 3:
            expect_dimensions(shape, "steps", "features")
    if len({len(shape) for shape in inputs}) > 1:
        raise ShapeMismatchError(
            f"its inputs {format_shapes(inputs)} must have the same number of dimensions"
        )
    query, value = inputs[0], inputs[1]
    key = inputs[2] if len(inputs) == 3 else value
    if value[1:-1] != key[1:-1]:
        raise ShapeMismatchError(
            f"its value {format_shape(value)} and key {format_shape(key)} "
            "must have the same number of steps"
        )
    return query, value, key


def _features(shape: Shape) -> int:
    return expect_size(shape[-1], "features")


def _project(
    config: LayerConfig, name: str, input_shape: tuple[int, ...], output_shape: tuple[int, ...]
) -> list[Weight]:
    weights = [Weight(f"{name}/kernel", (*input_shape, *output_shape))]
    if config["use_bias"]:
        weights.append(Weight(f"{name}/bias", output_shape))
    return weights
