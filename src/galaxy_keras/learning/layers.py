"""Layers of Keras 2 that Keras 3 no longer has, with the same weights and results.

LocallyConnected1D and 2D are convolutions with unshared kernels at each position. The weights are
those of Keras 2's ``implementation=1``: the kernel has the shape (positions, values in a window,
filters), the bias (positions along each dimension, filters).
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

PACKAGE = "galaxy_keras"


class _LocallyConnected(keras.layers.Layer):  # type: ignore[misc]
    """The base of both ranks."""

    rank: int

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        if padding != "valid":
            raise ValueError(f"padding must be 'valid', not {padding!r}")
        self.filters = filters
        self.kernel_size = self._standardize_tuple(kernel_size)
        self.strides = self._standardize_tuple(strides)
        self.padding = padding
        self.data_format = data_format or keras.config.image_data_format()
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = keras.initializers.get(kernel_initializer)
        self.bias_initializer = keras.initializers.get(bias_initializer)
        self.kernel_regularizer = keras.regularizers.get(kernel_regularizer)
        self.bias_regularizer = keras.regularizers.get(bias_regularizer)
        self.kernel_constraint = keras.constraints.get(kernel_constraint)
        self.bias_constraint = keras.constraints.get(bias_constraint)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights; all dimensions but the batch must be known."""
        positions = self._count_positions(input_shape)
        channels = input_shape[1] if self._channels_first else input_shape[-1]
        window = math.prod(self.kernel_size) * int(channels or 0)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(math.prod(positions), window, self.filters),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(*positions, self.filters),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def call(self, inputs: Any) -> Any:
        """Return the products of each window with the kernel of its position."""
        positions = self._count_positions(inputs.shape)
        windows = self._extract_windows(inputs, positions)
        outputs = ops.einsum("bpw,pwf->bpf", windows, self.kernel)
        outputs = ops.reshape(outputs, (-1, *positions, self.filters))
        if self._channels_first:
            outputs = ops.moveaxis(outputs, -1, 1)
        if self.bias is not None:
            outputs = outputs + self._arrange_bias(positions)
        return self.activation(outputs)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """Return the shape, with as many positions as windows fit."""
        positions = self._count_positions(input_shape)
        if self._channels_first:
            return (input_shape[0], self.filters, *positions)
        return (input_shape[0], *positions, self.filters)

    def get_config(self) -> dict[str, Any]:
        """Return the options."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
            "kernel_initializer": keras.initializers.serialize(self.kernel_initializer),
            "bias_initializer": keras.initializers.serialize(self.bias_initializer),
            "kernel_regularizer": keras.regularizers.serialize(self.kernel_regularizer),
            "bias_regularizer": keras.regularizers.serialize(self.bias_regularizer),
            "activity_regularizer": keras.regularizers.serialize(self.activity_regularizer),
            "kernel_constraint": keras.constraints.serialize(self.kernel_constraint),
            "bias_constraint": keras.constraints.serialize(self.bias_constraint),
        }

    @property
    def _channels_first(self) -> bool:
        return self.data_format == "channels_first"

    def _standardize_tuple(self, sizes: int | tuple[int, ...]) -> tuple[int, ...]:
        return (sizes,) * self.rank if isinstance(sizes, int) else tuple(sizes)

    def _count_positions(self, shape: tuple[int | None, ...]) -> tuple[int, ...]:
        sizes = shape[2:] if self._channels_first else shape[1:-1]
        if None in sizes:
            raise ValueError(f"{self.name} needs known sizes, but gets {shape}")
        return tuple(
            (int(size or 0) - window) // stride + 1
            for size, window, stride in zip(sizes, self.kernel_size, self.strides, strict=True)
        )

    def _extract_windows(self, inputs: Any, positions: tuple[int, ...]) -> Any:
        """Return the windows as (batch, positions, values in a window).

        The values are in the order of Keras 2: with the channels last they change fastest,
        with the channels first slowest.
        """
        first = 2 if self._channels_first else 1
        windows = inputs
        for dimension in range(self.rank):
            # Each pass turns one spatial axis into two: the position and the offset in the window.
            axis = first + 2 * dimension
            starts = ops.arange(positions[dimension]) * self.strides[dimension]
            offsets = ops.arange(self.kernel_size[dimension])
            windows = ops.take(windows, starts[:, None] + offsets[None, :], axis=axis)
        position_axes = [first + 2 * dimension for dimension in range(self.rank)]
        rest = [axis for axis in range(1, len(windows.shape)) if axis not in position_axes]
        windows = ops.transpose(windows, (0, *position_axes, *rest))
        return ops.reshape(windows, (-1, math.prod(positions), self.kernel.shape[1]))

    def _arrange_bias(self, positions: tuple[int, ...]) -> Any:
        # With the channels first Keras 2 reshapes the bias, where one would expect it to be
        # transposed; old weights only give the old results when that is kept.
        if self._channels_first:
            return ops.reshape(self.bias, (1, self.filters, *positions))
        return self.bias


@keras.saving.register_keras_serializable(PACKAGE)
class LocallyConnected1D(_LocallyConnected):
    """A one-dimensional convolution with unshared kernels at each step."""

    rank = 1


@keras.saving.register_keras_serializable(PACKAGE)
class LocallyConnected2D(_LocallyConnected):
    """A two-dimensional convolution with unshared kernels at each position."""

    rank = 2


@keras.saving.register_keras_serializable(PACKAGE)  # type: ignore[untyped-decorator]
def hard_sigmoid_keras2(inputs: Any) -> Any:
    """Return 0.2 x + 0.5, clipped to [0, 1]; Keras 3 has x / 6 + 0.5 under the old name."""
    return keras.ops.clip(0.2 * inputs + 0.5, 0.0, 1.0)
