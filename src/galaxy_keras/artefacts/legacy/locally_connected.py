"""Converts the kernels of locally connected layers to the layout of ``implementation=1``.

Of the three layouts of Keras 2 it is the one that is kept here (`learning.layers`). It has the
shape (positions, values in a window, filters). ``implementation=2`` has a number from each value of
the input to each value of the output, of which those outside the windows count as 0.
``implementation=3`` has only those inside the windows, in a row, ordered by output and then by
input.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.schema.architecture.graph import LayerNode

Array = NDArray[Any]


def convert_kernel(
    layer: LayerNode, arrays: Sequence[Array], input_shape: Sequence[int | None]
) -> tuple[Array, ...]:
    """Return the weights with the kernel in the layout of ``implementation=1``.

    Parameters
    ----------
    layer
        A LocallyConnected1D or LocallyConnected2D.
    arrays
        Its kernel, and its bias if it has one. A kernel that is in none of the layouts for this
        input is returned unchanged.
    input_shape
        With the batch dimension.
    """
    if not arrays:
        return ()
    kernel, *bias = arrays
    windows = _Windows.of(layer, input_shape)
    if kernel.shape == windows.dense_shape:
        kernel = _convert_dense(kernel, windows)
    elif kernel.shape == (math.prod(windows.shape),):
        kernel = _convert_sparse(kernel, windows)
    return kernel, *bias


@dataclass(frozen=True)
class _Windows:
    """The windows of a layer; all tuples have one number per spatial dimension."""

    sizes: tuple[int, ...]
    channels: int
    channels_first: bool
    window: tuple[int, ...]
    strides: tuple[int, ...]
    filters: int

    @classmethod
    def of(cls, layer: LayerNode, input_shape: Sequence[int | None]) -> _Windows:
        first = layer.options.get("data_format") == "channels_first"
        sample = [size or 0 for size in input_shape[1:]]
        sizes = tuple(sample[1:] if first else sample[:-1])
        return cls(
            sizes=sizes,
            channels=sample[0] if first else sample[-1],
            channels_first=first,
            window=_repeat(layer.options["kernel_size"], len(sizes)),
            strides=_repeat(layer.options.get("strides", 1), len(sizes)),
            filters=layer.options["filters"],
        )

    @property
    def positions(self) -> tuple[int, ...]:
        fits = zip(self.sizes, self.window, self.strides, strict=True)
        return tuple((size - window) // stride + 1 for size, window, stride in fits)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape of the kernel of ``implementation=1``."""
        return math.prod(self.positions), math.prod(self.window) * self.channels, self.filters

    @property
    def dense_shape(self) -> tuple[int, ...]:
        """The shape of the kernel of ``implementation=2``."""
        if self.channels_first:
            return self.channels, *self.sizes, self.filters, *self.positions
        return *self.sizes, self.channels, *self.positions, self.filters


def _convert_dense(kernel: Array, windows: _Windows) -> Array:
    positions = itertools.product(*map(range, windows.positions))
    return np.stack([_extract_window(kernel, windows, position) for position in positions])


def _extract_window(kernel: Array, windows: _Windows, position: tuple[int, ...]) -> Array:
    starts = [at * stride for at, stride in zip(position, windows.strides, strict=True)]
    span = tuple(
        slice(start, start + size) for start, size in zip(starts, windows.window, strict=True)
    )
    index: list[slice | int] = [*span, slice(None), *position, slice(None)]
    if windows.channels_first:
        index = [slice(None), *span, slice(None), *position]
    return kernel[tuple(index)].reshape(windows.shape[1:])


def _convert_sparse(kernel: Array, windows: _Windows) -> Array:
    positions, values, filters = windows.shape
    if windows.channels_first:
        return kernel.reshape(filters, positions, values).transpose(1, 2, 0)
    return kernel.reshape(positions, filters, values).transpose(0, 2, 1)


def _repeat(sizes: int | Sequence[int], rank: int) -> tuple[int, ...]:
    return (sizes,) * rank if isinstance(sizes, int) else tuple(sizes)
