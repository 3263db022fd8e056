"""Normalization layers."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    Weight,
    expect_size,
    format_shape,
    resolve_axis,
)


def infer_batch_normalization(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """BatchNormalization: learned scale and shift, moving mean and variance."""
    sizes = _read_sizes(config["axis"], inputs[0])
    kept = tuple(
        Weight(name, sizes, trainable=False) for name in ("moving_mean", "moving_variance")
    )
    return LayerShape(inputs[0], _scale_and_shift(config, sizes) + kept)


def infer_layer_normalization(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """LayerNormalization: learned scale and shift along `axis`."""
    sizes = _read_sizes(config["axis"], inputs[0])
    return LayerShape(inputs[0], _scale_and_shift(config, sizes))


def infer_group_normalization(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """GroupNormalization: each group of channels is normalized separately."""
    sizes = _read_sizes(config["axis"], inputs[0])
    if config["groups"] == 0:
        raise ConflictError("groups=0 makes no groups. Give 1 or more, or -1 for one per channel")
    groups = sizes[0] if config["groups"] == -1 else config["groups"]
    if sizes[0] % groups:
        raise ShapeMismatchError(
            f"it gets {sizes[0]} channels, a number that is not divisible by groups={groups}",
            "Change groups (the default is 32), or the channels of the layer before",
        )
    return LayerShape(inputs[0], _scale_and_shift(config, sizes))


def infer_rms_normalization(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """RMSNormalization: a learned scale along `axis`."""
    axes = [config["axis"]] if isinstance(config["axis"], int) else config["axis"]
    last = range(len(inputs[0]) - len(axes), len(inputs[0]))
    if sorted(resolve_axis(axis, inputs[0]) for axis in axes) != list(last):
        raise ShapeMismatchError(
            f"its axis={config['axis']} must be the last axis, or the last ones, of what it gets, "
            f"{format_shape(inputs[0])}",
            "Leave axis out, or put a Permute layer before it",
        )
    return LayerShape(inputs[0], (Weight("scale", _read_sizes(config["axis"], inputs[0])),))


def infer_feature_normalization(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Standardize features with a given mean and variance; the layer has no weights."""
    shape = inputs[0]
    names = "mean and variance"
    mean, variance = (_nested_shape(config[name], names) for name in ("mean", "variance"))
    if mean != variance:
        raise ConflictError(
            f"mean and variance must have the same shape, but have {mean} and {variance} values"
        )
    axes = config["axis"]
    axes = () if axes is None else (axes,) if isinstance(axes, int) else axes
    kept = [shape[axis] for axis in sorted(resolve_axis(axis, shape) for axis in axes)]
    if len(mean) > len(kept) or any(
        given not in (1, size) for given, size in zip(reversed(mean), reversed(kept), strict=False)
    ):
        raise ShapeMismatchError(
            f"its mean and variance are for {_format_count(mean)}, "
            f"but it gets {format_shape(shape)}",
            "Give one value for each feature, or a single value",
        )
    return LayerShape(shape)


def infer_rescaling(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """Rescaling: numbers for all values, or one for each feature."""
    shape = inputs[0]
    for name in ("scale", "offset"):
        sizes = _nested_shape(config[name], "scale and offset")
        pairs = zip(reversed(sizes), reversed(shape), strict=False)
        if len(sizes) >= len(shape) or any(given not in (1, size) for given, size in pairs):
            raise ShapeMismatchError(
                f"its {name} is for {_format_count(sizes)}, but it gets {format_shape(shape)}",
                "Give one value for each feature, or a single value",
            )
    return LayerShape(shape)


def _scale_and_shift(config: LayerConfig, sizes: tuple[int, ...]) -> tuple[Weight, ...]:
    names = [name for name, used in (("gamma", "scale"), ("beta", "center")) if config[used]]
    return tuple(Weight(name, sizes) for name in names)


def _read_sizes(axes: int | Sequence[int], shape: Shape) -> tuple[int, ...]:
    listed = [axes] if isinstance(axes, int) else sorted(axes)
    return tuple(
        expect_size(shape[resolve_axis(axis, shape)], f"values along axis {axis}")
        for axis in listed
    )


def _nested_shape(numbers: object, names: str) -> tuple[int, ...]:
    """Return the shape of a (nested) list of numbers; `names` are those of the options."""
    if not isinstance(numbers, list | tuple):
        return ()
    inner = {_nested_shape(each, names) for each in numbers}
    if len(inner) != 1:
        raise ConflictError(f"{names} must be numbers, or nested lists of equal length")
    return (len(numbers), *inner.pop())


def _format_count(sizes: tuple[int, ...]) -> str:
    return " x ".join(map(str, sizes)) + " features" if sizes else "one value"
