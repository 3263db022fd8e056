"""The inner loop that an LSTM or GRU layer gets in the place of Keras's own."""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
import tensorflow as tf

from galaxy_keras.learning.recurrent.gru import read_gru_weights, run_gru, run_gru_reset_before
from galaxy_keras.learning.recurrent.lstm import read_lstm_weights, run_lstm
from galaxy_keras.learning.recurrent.prefixes import keep_rows, order_rows
from galaxy_keras.learning.recurrent.segments import SegmentFunction, run_recurrence


class SegmentedLoop:
    """Computes what `layer.inner_loop` computes, which Keras calls for the steps of a recurrence.

    Parameters
    ----------
    layer
        A `keras.layers.LSTM` or `GRU` that `accelerate` supports.
    share_prefixes
        Whether rows with a common prefix may be computed as one. The gradient with respect to
        their inputs is then all the leader's. That is right where the inputs come from an
        Embedding, which sums it over equal inputs, or from outside the model, which needs none;
        and where all rows start from the same states.
    loops
        The number of loops that run in parallel.
    """

    def __init__(self, layer: keras.layers.RNN, *, share_prefixes: bool, loops: int) -> None:
        self._layer = layer
        self._plain = layer.inner_loop
        self._share_prefixes = share_prefixes
        self._loops = loops

    def __call__(
        self, sequences: Any, initial_state: list[Any], mask: Any, training: bool = False
    ) -> tuple[Any, Any, list[Any]]:
        """Return the last output, all outputs if the layer returns them, and the states.

        With a mask, or an unknown number of steps, Keras computes them.
        """
        layer = self._layer
        if mask is not None or sequences.shape[1] is None:
            return self._plain(sequences, initial_state, mask, training)  # type: ignore[no-any-return]
        drops = bool(training and layer.dropout)
        if drops:
            sequences *= layer.cell.get_dropout_mask(sequences[:, 0])[:, None]
        if layer.go_backwards:
            sequences = tf.reverse(sequences, axis=[1])
        # Dropout has made equal inputs differ from row to row.
        shares = self._share_prefixes and not drops
        states, outputs = run_recurrence(
            _choose_segment(layer.cell),
            sequences,
            initial_state,
            order_rows(sequences) if shares else keep_rows(sequences),
            loops=self._loops,
            outputs=layer.return_sequences,
        )
        last = states[0]
        return last, last[:, None] if outputs is None else outputs, states


def _choose_segment(cell: keras.layers.Layer) -> SegmentFunction:
    if isinstance(cell, keras.layers.LSTMCell):
        return partial(run_lstm, weights=read_lstm_weights(cell))
    run = run_gru if cell.reset_after else run_gru_reset_before
    return partial(run, weights=read_gru_weights(cell))
