"""Recurrent layers."""

from __future__ import annotations

from collections.abc import Sequence

from galaxy_keras.schema.architecture.shapes.convolution import check_strides, compute_dilated_sizes
from galaxy_keras.schema.architecture.shapes.rule import (
    ConflictError,
    Dimension,
    LayerConfig,
    LayerShape,
    Shape,
    ShapeMismatchError,
    Weight,
    expect_dimensions,
    expect_size,
)
from galaxy_keras.schema.architecture.shapes.spatial import (
    SPATIAL_NAMES,
    slide_windows,
    split_spatial_shape,
)

GATES = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}


def infer_recurrent(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """SimpleRNN, GRU and LSTM."""
    return _infer_steps(settings, inputs[0], settings, GATES[settings.type])


def infer_rnn(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """RNN around a cell."""
    cell = settings["cell"]
    return _infer_steps(settings, inputs[0], cell, GATES[cell.type.removesuffix("Cell")])


def _infer_steps(settings: LayerConfig, shape: Shape, cell: LayerConfig, gates: int) -> LayerShape:
    expect_dimensions(shape, "steps", "features")
    _check_use(settings, shape)
    batch, steps, features = shape
    units = cell["units"]
    weights = [
        Weight("cell/kernel", (expect_size(features, "features"), gates * units)),
        Weight("cell/recurrent_kernel", (units, gates * units)),
    ]
    if cell["use_bias"]:
        # A GRU that resets after the product has one bias for the input and one for the state.
        two_biases = cell.options.get("reset_after", False)
        weights.append(Weight("cell/bias", (2, gates * units) if two_biases else (gates * units,)))
    return LayerShape(_take_steps(settings, batch, steps, (units,)), tuple(weights))


def infer_convolutional_lstm(settings: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """ConvLSTM1D to 3D: an LSTM whose products are convolutions."""
    shape = inputs[0]
    names = SPATIAL_NAMES[settings.rank]
    first = settings["data_format"] == "channels_first"
    expect_dimensions(shape, "time", *(("channels", *names) if first else (*names, "channels")))
    _check_use(settings, shape)
    batch, time, *frame = shape
    grid = split_spatial_shape(settings, (batch, *frame))
    for size in grid.sizes:
        expect_size(size, " and ".join(names))
    check_strides(settings)
    sizes = slide_windows(
        settings, grid, compute_dilated_sizes(settings), settings.sizes("strides")
    )
    filters, kernel = settings["filters"], settings.sizes("kernel_size")
    weights = [
        Weight("cell/kernel", (*kernel, grid.known_channels(), 4 * filters)),
        Weight("cell/recurrent_kernel", (*kernel, filters, 4 * filters)),
    ]
    if settings["use_bias"]:
        weights.append(Weight("cell/bias", (4 * filters,)))
    output = grid.with_sizes(sizes, filters)[1:]
    return LayerShape(_take_steps(settings, batch, time, output), tuple(weights))


def _take_steps(settings: LayerConfig, batch: Dimension, steps: Dimension, output: Shape) -> Shape:
    return (batch, steps, *output) if settings["return_sequences"] else (batch, *output)


def _check_use(settings: LayerConfig, shape: Shape) -> None:
    if settings["return_state"]:
        raise ConflictError(
            "return_state=True gives several outputs, which no layer takes. Leave it out"
        )
    if settings["stateful"] and shape[0] is None:
        raise ShapeMismatchError(
            "it is stateful, which needs a fixed batch size",
            "Leave out stateful=True, or give the input a batch_size in a spec",
        )
    if settings.options.get("unroll") and shape[1] is None:
        raise ShapeMismatchError(
            "it is unrolled, which needs a fixed number of steps, but gets any number (None)",
            "Leave out unroll=True, or give the number of steps in the input shape",
        )
