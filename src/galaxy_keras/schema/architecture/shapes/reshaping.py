"""Layers that reshape, permute, repeat, crop, pad or upsample."""

from __future__ import annotations

import math
from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    expect_dimensions,
    format_shape,
)
from galaxy_keras.schema.architecture.shapes.spatial import (
    format_sizes,
    map_sizes,
    split_spatial_shape,
)


def infer_flatten(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Flatten: one dimension with all values of a sample."""
    batch, *sizes = inputs[0]
    known = [size for size in sizes if size is not None]
    return LayerShape((batch, math.prod(known) if len(known) == len(sizes) else None))


def infer_reshape(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Reshape: the same values in the dimensions of `target_shape`."""
    batch, *sizes = inputs[0]
    target = tuple(config["target_shape"])
    fixed = [size for size in target if size not in (None, -1)]
    if len(target) - len(fixed) > 1:
        raise ConflictError(f"target_shape={target} may contain only one -1 (inferred)")
    if None in sizes or None in target:
        return LayerShape((batch, *(None if size == -1 else size for size in target)))
    values = math.prod(size for size in sizes if size is not None)
    given = math.prod(fixed)
    if not given or values % given or (-1 not in target and values != given):
        raise ShapeMismatchError(
            f"its target_shape={target} has {_count(target, given)}, "
            f"but it gets {format_shape(inputs[0])}, which is {values} values",
            "Change target_shape; a -1 in it is inferred from the other dimensions",
        )
    return LayerShape((batch, *(values // given if size == -1 else size for size in target)))


def _count(target: Sequence[int], given: int) -> str:
    return f"a multiple of {given} values" if -1 in target else f"{given} values"


def infer_permute(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Permute: the dimensions in another order."""
    shape, order = inputs[0], tuple(config["dims"])
    if set(order) != set(range(1, len(order) + 1)):
        raise ConflictError(
            f"dims={order} must name each dimension once, from 1, without the batch: (2, 1)"
        )
    if len(shape) != len(order) + 1:
        raise ShapeMismatchError(
            f"its dims={order} are for {len(order)} dimensions, but it gets {format_shape(shape)}"
        )
    return LayerShape((shape[0], *(shape[axis] for axis in order)))


def infer_repeat_vector(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """RepeatVector: the input at each of `n` steps."""
    expect_dimensions(inputs[0], "features")
    batch, features = inputs[0]
    return LayerShape((batch, config["n"], features))


def infer_cropping(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Cropping1D to Cropping3D."""
    spatial = split_spatial_shape(config, inputs[0])
    cut = [sum(pair) for pair in _read_pairs(config, "cropping")]
    if any(
        size is not None and size <= lost for size, lost in zip(spatial.sizes, cut, strict=True)
    ):
        raise ShapeMismatchError(
            f"it crops {format_sizes(cut)}, but gets only {format_sizes(spatial.sizes)}",
            "Use a smaller cropping",
        )
    return LayerShape(
        spatial.with_sizes(map_sizes(spatial.sizes, lambda size, axis: size - cut[axis]))
    )


def infer_padding(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """ZeroPadding1D to ZeroPadding3D."""
    spatial = split_spatial_shape(config, inputs[0])
    added = [sum(pair) for pair in _read_pairs(config, "padding")]
    return LayerShape(
        spatial.with_sizes(map_sizes(spatial.sizes, lambda size, axis: size + added[axis]))
    )


def infer_upsampling(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """UpSampling1D to UpSampling3D."""
    spatial = split_spatial_shape(config, inputs[0])
    factors = config.sizes("size")
    return LayerShape(
        spatial.with_sizes(map_sizes(spatial.sizes, lambda size, axis: size * factors[axis]))
    )


def _read_pairs(config: LayerConfig, option: str) -> list[tuple[int, int]]:
    """Return (before, after) for each spatial dimension.

    A single number applies to both ends of all dimensions. Two numbers are (before, after) in one
    dimension; in more dimensions one number per dimension applies to both of its ends.
    """
    value, rank = config[option], config.rank
    if isinstance(value, int):
        return [(value, value)] * rank
    if rank == 1 and len(value) == 2:
        return [(value[0], value[1])]
    return [(each, each) if isinstance(each, int) else (each[0], each[1]) for each in value]
