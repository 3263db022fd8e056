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
"""Number of gates of a cell, candidates included; kernels are that many times `units` wide."""


def infer_recurrent(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """SimpleRNN, GRU and LSTM."""
    return _infer_steps(config, inputs[0], config, GATES[config.type])


def infer_rnn(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """RNN around a cell."""
    cell = config["cell"]
    return _infer_steps(config, inputs[0], cell, GATES[cell.type.removesuffix("Cell")])


def _infer_steps(config: LayerConfig, shape: Shape, cell: LayerConfig, gates: int) -> LayerShape:
    expect_dimensions(shape, "steps", "features")
    _check_outputs_and_sizes(config, shape)
    batch, steps, features = shape
    units = cell["units"]
    weights = [
        Weight("cell/kernel", (expect_size(features, "features"), gates * units)),
        Weight("cell/recurrent_kernel", (units, gates * units)),
    ]
    if cell["use_bias"]:
        # With reset_after a GRU has separate biases for the input and the state, as in cuDNN.
        two_biases = cell.options.get("reset_after", False)
        weights.append(Weight("cell/bias", (2, gates * units) if two_biases else (gates * units,)))
    return LayerShape(_select_steps(config, batch, steps, (units,)), tuple(weights))


def infer_convolutional_lstm(config: LayerConfig, inputs: Sequence[Shape]) -> LayerShape:
    """ConvLSTM1D to ConvLSTM3D: an LSTM whose matrix products are convolutions."""
    shape = inputs[0]
    names = SPATIAL_NAMES[config.rank]
    first = config["data_format"] == "channels_first"
    expect_dimensions(shape, "time", *(("channels", *names) if first else (*names, "channels")))
    _check_outputs_and_sizes(config, shape)
    batch, time, *frame = shape
    spatial = split_spatial_shape(config, (batch, *frame))
    for size in spatial.sizes:
        expect_size(size, " and ".join(names))
    check_strides(config)
    sizes = slide_windows(config, spatial, compute_dilated_sizes(config), config.sizes("strides"))
    filters, kernel = config["filters"], config.sizes("kernel_size")
    gates = GATES["LSTM"] * filters
    weights = [
        Weight("cell/kernel", (*kernel, spatial.known_channels(), gates)),
        Weight("cell/recurrent_kernel", (*kernel, filters, gates)),
    ]
    if config["use_bias"]:
        weights.append(Weight("cell/bias", (gates,)))
    output = spatial.with_sizes(sizes, filters)[1:]
    return LayerShape(_select_steps(config, batch, time, output), tuple(weights))


def _select_steps(config: LayerConfig, batch: Dimension, steps: Dimension, output: Shape) -> Shape:
    return (batch, steps, *output) if config["return_sequences"] else (batch, *output)


def _check_outputs_and_sizes(config: LayerConfig, shape: Shape) -> None:
    if config["return_state"]:
        raise ConflictError(
            "return_state=True gives several outputs, which no layer takes. Leave it out"
        )
    if config["stateful"] and shape[0] is None:
        raise ShapeMismatchError(
            "it is stateful, which needs a fixed batch size",
            "Leave out stateful=True",
        )
    if config.options.get("unroll") and shape[1] is None:
        raise ShapeMismatchError(
            "it is unrolled, which needs a fixed number of steps, but gets any number (None)",
            "Leave out unroll=True, or give the number of steps in the input shape",
        )
