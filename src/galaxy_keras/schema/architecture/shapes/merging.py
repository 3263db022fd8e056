"""Layers that merge several inputs."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    Dimension,
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    format_shape,
    resolve_axis,
)


def infer_elementwise_merge(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Add, Subtract, Multiply and the like: elementwise; sizes of 1 are broadcast."""
    merged = inputs[0][1:]
    for shape in inputs[1:]:
        joined = _broadcast(merged, shape[1:])
        if joined is None:
            raise ShapeMismatchError(
                f"their shapes {format_shapes(inputs)} do not match",
                "Give them the same shape (dimensions of size 1 are broadcast)",
            )
        merged = joined
    return LayerShape((_find_batch(inputs), *merged))


def infer_concatenation(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Concatenate: joined along `axis`."""
    first = inputs[0]
    axis = resolve_axis(config["axis"], first)
    if axis == 0:
        raise ConflictError("axis=0 would join the samples of a batch. Use axis=-1 or another axis")
    for shape in inputs[1:]:
        if len(shape) != len(first) or not all(
            _agree(one, other)
            for index, (one, other) in enumerate(zip(first, shape, strict=True))
            if index != axis
        ):
            raise ShapeMismatchError(
                f"their shapes {format_shapes(inputs)} differ in a dimension other than "
                f"axis={config['axis']}, along which they are joined",
                "Give them the same shape in all other dimensions",
            )
    along = [shape[axis] for shape in inputs]
    total = None if None in along else sum(size for size in along if size is not None)
    return LayerShape((*first[:axis], total, *first[axis + 1 :]))


def infer_dot_product(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Dot: the sum of products along one axis of each of two inputs."""
    axes = config["axes"]
    pair = (axes, axes) if isinstance(axes, int) else tuple(axes)
    summed = [resolve_axis(axis, shape) for axis, shape in zip(pair, inputs, strict=True)]
    if 0 in summed:
        raise ConflictError(f"axes={axes} names the batch (0). Count the axes of a sample from 1")
    if inputs[0][summed[0]] != inputs[1][summed[1]]:
        raise ShapeMismatchError(
            f"their shapes {format_shapes(inputs)} have different sizes along axes={axes}",
            "Choose axes of equal size",
        )
    first, second = (
        [size for index, size in enumerate(shape) if index != axis]
        for shape, axis in zip(inputs, summed, strict=True)
    )
    rest = (*first[1:], *second[1:])
    return LayerShape((first[0], *(rest or (1,))))


def format_shapes(shapes: Sequence[Shape]) -> str:
    """Return several shapes for a message: ``(3,), (4,) and (5,)``."""
    *first, last = (format_shape(shape) for shape in shapes)
    return f"{', '.join(first)} and {last}" if first else last


def _find_batch(inputs: Sequence[Shape]) -> Dimension:
    return next((shape[0] for shape in inputs if shape[0] is not None), None)


def _agree(one: Dimension, other: Dimension) -> bool:
    return one is None or other is None or one == other


def _broadcast(one: Shape, other: Shape) -> Shape | None:
    """Return the common shape, aligned at the last dimension; None if there is none."""
    longer, shorter = (one, other) if len(one) >= len(other) else (other, one)
    split = len(longer) - len(shorter)
    joined: list[Dimension] = list(longer[:split])
    for a, b in zip(longer[split:], shorter, strict=True):
        if not _agree(a, b) and 1 not in (a, b):
            return None
        joined.append(None if None in (a, b) else b if a == 1 else a)
    return tuple(joined)
