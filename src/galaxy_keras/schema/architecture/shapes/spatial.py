"""Shapes with spatial dimensions, channels first or channels last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from galaxy_keras.schema.architecture.shapes.rule import (
    Dimension,
    LayerConfig,
    Shape,
    ShapeMismatchError,
    expect_dimensions,
    expect_size,
)

SPATIAL_NAMES = {
    1: ("steps",),
    2: ("rows", "columns"),
    3: ("planes", "rows", "columns"),
}
"""Names of the spatial dimensions in messages, by their number."""


@dataclass(frozen=True, slots=True)
class SpatialShape:
    """A shape split into batch, spatial sizes and channels."""

    batch: Dimension
    sizes: tuple[Dimension, ...]
    channels: Dimension
    channels_first: bool

    def with_sizes(self, sizes: Sequence[Dimension], channels: Dimension | None = None) -> Shape:
        """Return the shape with other spatial sizes and, if given, another number of channels."""
        count = self.channels if channels is None else channels
        return (self.batch, count, *sizes) if self.channels_first else (self.batch, *sizes, count)

    def known_channels(self) -> int:
        """Return the number of channels; raise a `ShapeMismatchError` if it is None."""
        return expect_size(self.channels, "channels")


def split_spatial_shape(config: LayerConfig, shape: Shape, rank: int | None = None) -> SpatialShape:
    """Return the shape of a layer's input, split.

    Parameters
    ----------
    config
        The layer, whose `data_format` is followed.
    shape
        The shape of its input, with the batch.
    rank
        The number of spatial dimensions; by default that in the layer's name.

    Raises
    ------
    ShapeMismatchError
        If the shape has another number of dimensions.
    """
    channels_first = config.options.get("data_format") == "channels_first"
    names = SPATIAL_NAMES[config.rank if rank is None else rank]
    expect_dimensions(shape, *(("channels", *names) if channels_first else (*names, "channels")))
    if channels_first:
        return SpatialShape(shape[0], shape[2:], shape[1], channels_first)
    return SpatialShape(shape[0], shape[1:-1], shape[-1], channels_first)


def slide_windows(
    config: LayerConfig, spatial: SpatialShape, window: Sequence[int], strides: Sequence[int]
) -> tuple[Dimension, ...]:
    """Return the number of windows along each spatial dimension.

    Parameters
    ----------
    config
        The layer, whose `padding` is followed.
    spatial
        The shape of its input.
    window
        The extent of the window along each spatial dimension, dilation included.
    strides
        The distance between windows along each spatial dimension.

    Raises
    ------
    ShapeMismatchError
        If the window is larger than the input and there is no padding.
    """
    if config["padding"] == "valid":
        _check_fit(spatial, window)
        return map_sizes(
            spatial.sizes, lambda size, axis: (size - window[axis]) // strides[axis] + 1
        )
    return map_sizes(spatial.sizes, lambda size, axis: (size - 1) // strides[axis] + 1)


def map_sizes(
    sizes: Sequence[Dimension], change: Callable[[int, int], int]
) -> tuple[Dimension, ...]:
    """Return ``change(size, axis)`` for each size; None for a size of None."""
    return tuple(None if size is None else change(size, axis) for axis, size in enumerate(sizes))


def _check_fit(spatial: SpatialShape, window: Sequence[int]) -> None:
    if all(
        size is None or size >= extent for size, extent in zip(spatial.sizes, window, strict=True)
    ):
        return
    raise ShapeMismatchError(
        f"its window of {format_sizes(window)} is larger than its input of "
        f"{format_sizes(spatial.sizes)}",
        "Use a smaller window, padding=same, or fewer layers before it that downsample",
    )


def format_sizes(sizes: Sequence[Dimension]) -> str:
    """Return spatial sizes for a message: ``28 x 28``."""
    return " x ".join("any" if size is None else str(size) for size in sizes)
