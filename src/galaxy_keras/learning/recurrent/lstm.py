"""A segment of time steps of an LSTM: TensorFlow's fused operation, with an exact gradient.

With the gates i, f and o, the candidate g, and dz for the gradient w.r.t. their inputs::

    z[t] = (x[t], h[t-1]) W + b
    c[t] = f[t] c[t-1] + i[t] g[t]
    h[t] = o[t] tanh(c[t])

BlockLSTM computes all steps at once. Its own gradient multiplies by the whole of W, and adds to
the gradient of W, at every step. Here a step of backpropagation through time multiplies by the
recurrent part of W alone, which is all that the previous step needs; the rest is one product over
all steps.
(The gradient that TensorFlow 2.21 has for BlockLSTMV2 is wrong: its gates are in another order.)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

Gradient = Callable[..., tuple[Any, ...]]
# Intermediate values that the backward pass needs: gates, c, g and tanh(c).
KEPT = ("i", "f", "o", "cs", "ci", "co")


class _Arguments(NamedTuple):
    """What a segment is computed from; the gradient has the same fields."""

    inputs: Any
    h: Any
    c: Any
    kernels: Any
    bias: Any


def read_lstm_weights(cell: keras.layers.LSTMCell) -> list[Any]:
    """Return the kernels, shape (values + units, 4 units), and the bias, as BlockLSTM takes them.

    Keras has the gates in the order i, f, g, o; BlockLSTM has them in the order i, g, f, o.
    """
    kernels = tf.concat([cell.kernel.value, cell.recurrent_kernel.value], axis=0)
    return [_swap_gates(kernels), _swap_gates(cell.bias.value)]


def run_lstm(
    inputs: Any, states: Sequence[Any], weights: Sequence[Any], *, outputs: bool
) -> tuple[list[Any], Any]:
    """Return the states after a segment and, if asked for, its outputs.

    Parameters
    ----------
    inputs
        Shape (steps, rows, values); the number of steps must be known.
    states
        h and c, shape (rows, units) each.
    weights
        What `read_lstm_weights` returns.
    outputs
        Whether to return h after each step too, shape (steps, rows, units).
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def run(*tensors: Any) -> tuple[tuple[Any, ...], Gradient]:
        arguments = _Arguments(*tensors)
        block = _compute_block(arguments)

        def differentiate(d_h: Any, d_c: Any, d_outputs: Any = None) -> tuple[Any, ...]:
            return tuple(_differentiate(arguments, block, d_h, d_c, d_outputs))

        last = (block.h[-1], block.cs[-1])
        return (*last, block.h) if outputs else last, differentiate

    h, c, *every_h = run(inputs, *states, *weights)
    return [h, c], every_h[0] if outputs else None


def _compute_block(arguments: _Arguments) -> Any:
    return tf.raw_ops.BlockLSTM(
        seq_len_max=arguments.inputs.shape[0],
        x=arguments.inputs,
        h_prev=arguments.h,
        cs_prev=arguments.c,
        forget_bias=0.0,  # Keras has it in the bias.
        cell_clip=-1.0,
        **_name_weights(arguments),
    )


def _name_weights(arguments: _Arguments) -> dict[str, Any]:
    """Return what each operation on an LSTM takes, without peepholes."""
    unused = tf.zeros_like(arguments.h[0])
    peepholes = dict.fromkeys(("wci", "wcf", "wco"), unused)
    return {"w": arguments.kernels, "b": arguments.bias, "use_peephole": False, **peepholes}


def _differentiate(
    arguments: _Arguments, block: Any, d_h: Any, d_c: Any, d_outputs: Any
) -> _Arguments:
    """Return the gradients w.r.t. the arguments from those w.r.t. the last h and c and each h."""
    inputs, h, c, kernels, _ = arguments
    width = inputs.shape[2]
    recurrent = tf.transpose(kernels[width:])
    # `LSTMBlockCellGrad` uses only the shapes of x and h_prev, so any step will do.
    fixed = {"x": inputs[0], "h_prev": h, **_name_weights(arguments)}
    d_z: list[Any] = []
    for index, step in reversed(list(enumerate(_list_steps(block, c)))):
        if d_outputs is not None:
            d_h += d_outputs[index]
        back = tf.raw_ops.LSTMBlockCellGrad(h_grad=d_h, cs_grad=d_c, **step, **fixed)
        d_h, d_c = tf.matmul(back.dicfo, recurrent), back.cs_prev_grad
        d_z.insert(0, back.dicfo)
    all_d_z = tf.concat(d_z, axis=0)
    d_inputs = tf.matmul(all_d_z, kernels[:width], transpose_b=True)
    h_before = tf.concat([h[None], block.h[:-1]], axis=0)
    into = tf.reshape(tf.concat([inputs, h_before], axis=2), [-1, kernels.shape[0]])
    return _Arguments(
        inputs=tf.reshape(d_inputs, tf.shape(inputs)),
        h=d_h,
        c=d_c,
        kernels=tf.matmul(into, all_d_z, transpose_a=True),
        bias=tf.reduce_sum(all_d_z, axis=0),
    )


def _list_steps(block: Any, c: Any) -> list[dict[str, Any]]:
    """Return for each step what was kept of it, and c before it."""
    columns = {name: tf.unstack(getattr(block, name)) for name in KEPT}
    columns["cs_prev"] = [c, *columns["cs"][:-1]]
    return [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]


def _swap_gates(weights: Any) -> Any:
    i, f, g, o = tf.split(weights, 4, axis=-1)
    return tf.concat([i, g, f, o], axis=-1)
