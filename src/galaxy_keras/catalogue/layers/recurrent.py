"""Recurrent layers, their cells, and wrappers over time steps."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import (
    choice,
    count,
    flag,
    fraction,
    inner_layer,
    parameter,
    sizes,
)
from galaxy_keras.catalogue.initializers import SEED
from galaxy_keras.catalogue.layers.convolution import FILTERS, kernel_size
from galaxy_keras.catalogue.layers.layer import IGNORED_BY_ALL, InputKind, Layer, make_layer
from galaxy_keras.catalogue.layers.parameters import (
    DATA_FORMAT,
    DROPOUT,
    PADDING,
    USE_BIAS,
    activation,
    constraints,
    initializers,
    regularizers,
)
from galaxy_keras.catalogue.parameters import Ignored, Kind

_layer = partial(make_layer, "recurrent")

_CELL_IGNORED = (*IGNORED_BY_ALL, Ignored("implementation"))
_IGNORED = (*_CELL_IGNORED, Ignored("time_major", (False,)))

_UNITS = count("units", "Number of outputs.")
_ACTIVATION = activation("tanh")
_GATES = (
    _ACTIVATION,
    parameter(Kind.ACTIVATION, "recurrent_activation", "Activation of the gates.", "sigmoid"),
)
_FORGET_BIAS = flag(
    "unit_forget_bias", "Whether the bias of the forget gate is initialized to 1.", default=True
)
_RESET_AFTER = flag(
    "reset_after",
    "Whether the reset gate is applied after the matrix multiplication, as in cuDNN, or before.",
    default=True,
)
_INITIALIZERS = initializers(kernel="glorot_uniform", recurrent="orthogonal", bias="zeros")
_CELL_REGULARIZERS = regularizers("kernel", "recurrent", "bias")
_REGULARIZERS = (*_CELL_REGULARIZERS, *regularizers("activity"))
_CONSTRAINTS = constraints("kernel", "recurrent", "bias")
_DROPOUT = (
    DROPOUT,
    fraction("recurrent_dropout", "Fraction of the state to drop in training.", 0.0),
)
_RETURN_SEQUENCES = flag("return_sequences", "Whether to return the output of each step.")
_RETURN_STATE = flag("return_state", "Whether to return the last state as well.")
_GO_BACKWARDS = flag("go_backwards", "Whether to process sequences backwards.")
_STATEFUL = flag("stateful", "Whether each batch starts from the last state of the previous batch.")
_OUTPUT = (_RETURN_SEQUENCES, _RETURN_STATE, _GO_BACKWARDS, _STATEFUL)
_UNROLL = flag("unroll", "Whether to unroll the loop: faster for short sequences, more memory.")
_ZERO_OUTPUT = flag("zero_output_for_mask", "Whether the output of masked steps is 0.")


_SIMPLE = (_UNITS, _ACTIVATION, USE_BIAS, *_INITIALIZERS)
_GRU = (_UNITS, *_GATES, USE_BIAS, *_INITIALIZERS)
_LSTM = (*_GRU, _FORGET_BIAS)
_CELL_OPTIONS = (*_CELL_REGULARIZERS, *_CONSTRAINTS, *_DROPOUT)
_LAYER_OPTIONS = (*_REGULARIZERS, *_CONSTRAINTS, *_DROPOUT)

_recurrent = partial(_layer, shape_rule="recurrent", ignored=_IGNORED)
_cell = partial(_layer, inputs=InputKind.NONE, shape_rule="cell", ignored=_CELL_IGNORED)

_CELLS = (
    _cell(
        "SimpleRNNCell", "One step of SimpleRNN, for the layer RNN.", *_SIMPLE, *_CELL_OPTIONS, SEED
    ),
    _cell(
        "GRUCell", "One step of GRU, for the layer RNN.", *_GRU, *_CELL_OPTIONS, _RESET_AFTER, SEED
    ),
    _cell("LSTMCell", "One step of LSTM, for the layer RNN.", *_LSTM, *_CELL_OPTIONS, SEED),
)


def _convolutional_lstm(rank: int, *aliases: str) -> Layer:
    return _layer(
        f"ConvLSTM{rank}D",
        "LSTM whose matrix multiplications are convolutions, for sequences of images.",
        FILTERS,
        kernel_size(rank),
        sizes("strides", "Strides: steps between windows.", 1, rank=rank),
        PADDING,
        DATA_FORMAT,
        sizes("dilation_rate", "Dilation rate.", 1, rank=rank),
        *_GATES,
        USE_BIAS,
        *_INITIALIZERS,
        _FORGET_BIAS,
        *_LAYER_OPTIONS,
        SEED,
        *_OUTPUT,
        _ZERO_OUTPUT,
        aliases=aliases,
        shape_rule="convolutional_recurrent",
        ignored=(*_IGNORED, Ignored("unroll", (False,))),
    )


_RECURRENT_LAYERS = ("SimpleRNN", "GRU", "LSTM", "RNN", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")


LAYERS = (
    _recurrent(
        "SimpleRNN",
        "Fully connected RNN: feeds its output back at each time step.",
        *_SIMPLE,
        *_LAYER_OPTIONS,
        *_OUTPUT,
        _UNROLL,
        SEED,
        _ZERO_OUTPUT,
    ),
    _recurrent(
        "GRU",
        "Gated recurrent unit, with two gates.",
        *_GRU,
        *_LAYER_OPTIONS,
        SEED,
        *_OUTPUT,
        _UNROLL,
        _RESET_AFTER,
        _ZERO_OUTPUT,
        aliases=("CuDNNGRU",),
    ),
    _recurrent(
        "LSTM",
        "Long short-term memory, with three gates and a cell state.",
        *_LSTM,
        *_LAYER_OPTIONS,
        SEED,
        *_OUTPUT,
        _UNROLL,
        _ZERO_OUTPUT,
        aliases=("CuDNNLSTM",),
    ),
    _convolutional_lstm(1),
    _convolutional_lstm(2, "ConvLSTM2DCell"),
    _convolutional_lstm(3),
    *_CELLS,
    _recurrent(
        "RNN",
        "Applies a cell to each step of a sequence.",
        inner_layer(
            "cell", "The cell with its options.", choices=tuple(cell.name for cell in _CELLS)
        ),
        *_OUTPUT,
        _UNROLL,
        _ZERO_OUTPUT,
        shape_rule="rnn",
    ),
    _layer(
        "Bidirectional",
        "Processes sequences with a recurrent layer in both directions.",
        inner_layer("layer", "The recurrent layer with its options.", choices=_RECURRENT_LAYERS),
        choice(
            "merge_mode",
            "How both outputs are merged; None returns both.",
            ("concat", "sum", "mul", "ave"),
            "concat",
            optional=True,
        ),
        inner_layer(
            "backward_layer",
            "The layer that processes sequences backwards; None for a copy of the other.",
            None,
            choices=_RECURRENT_LAYERS,
        ),
        shape_rule="bidirectional",
    ),
    _layer(
        "TimeDistributed",
        "Applies a layer to each step of a sequence on its own.",
        inner_layer("layer", "The layer with its options."),
        shape_rule="time_distributed",
    ),
)
