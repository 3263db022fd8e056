"""Shapes of images, sequences and volumes, whichever end the channels are at."""

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
"""What messages call the spatial dimensions."""


@dataclass(frozen=True, slots=True)
class SpatialShape:
    """A shape taken apart into batch, spatial sizes and channels."""

    batch: Dimension
    sizes: tuple[Dimension, ...]
    channels: Dimension
    channels_first: bool

    def with_sizes(self, sizes: Sequence[Dimension], channels: Dimension | None = None) -> Shape:
        """Return the shape with other spatial sizes and, if given, another number of channels."""
        last = self.channels if channels is None else channels
        spatial = tuple(sizes)
        return (self.batch, last, *spatial) if self.channels_first else (self.batch, *spatial, last)

    def known_channels(self) -> int:
        """Return the number of channels, on which weights depend."""
        return expect_size(self.channels, "channels")


def split_spatial_shape(config: LayerConfig, shape: Shape, rank: int | None = None) -> SpatialShape:
    """Take the input of a layer with `rank` spatial dimensions, those in its name, apart."""
    channels_first = config.options.get("data_format") == "channels_first"
    names = SPATIAL_NAMES[config.rank if rank is None else rank]
    expect_dimensions(shape, *(("channels", *names) if channels_first else (*names, "channels")))
    if channels_first:
        return SpatialShape(shape[0], shape[2:], shape[1], channels_first)
    return SpatialShape(shape[0], shape[1:-1], shape[-1], channels_first)


def slide_windows(
    config: LayerConfig, spatial: SpatialShape, window: Sequence[int], strides: Sequence[int]
) -> tuple[Dimension, ...]:
    """Return how many windows fit along each spatial dimension.

    Parameters
    ----------
    window
        The extent of the window along each dimension, gaps of dilation included.
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
    """Apply ``change(size, axis)`` to the sizes that are known."""
    return tuple(None if size is None else change(size, axis) for axis, size in enumerate(sizes))


def _check_fit(spatial: SpatialShape, window: Sequence[int]) -> None:
    if all(
        size is None or size >= extent for size, extent in zip(spatial.sizes, window, strict=True)
    ):
        return
    raise ShapeMismatchError(
        f"its window of {format_sizes(window)} is larger than what it gets: "
        f"{format_sizes(spatial.sizes)}",
        "Use a smaller window, padding=same, or fewer layers before it that shrink the data",
    )


def format_sizes(sizes: Sequence[Dimension]) -> str:
    """Return spatial sizes for a message: ``28 x 28``."""
    return " x ".join("any" if size is None else str(size) for size in sizes)
