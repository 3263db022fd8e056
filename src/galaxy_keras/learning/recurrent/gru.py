"""A segment of time steps of a GRU, with an exact gradient for the kind that is Keras's default.

With the gates z and r and the candidate g, for a GRU that resets after its recurrent product::

    a[t] = x[t] W + b                     for z, r and g, and for all steps at once
    m[t] = h[t-1] R + d                   for z, r and g
    z[t], r[t] = sigmoid(a[t] + m[t])
    g[t] = tanh(a[t] + r[t] m[t])
    h[t] = z[t] h[t-1] + (1 - z[t]) g[t]

A step of backpropagation through time multiplies by R; the gradients with respect to x, W, R and
the biases are products and sums over all steps. A GRU that resets before has ``(r h) R`` in its
candidate; its gradient is TensorFlow's own, of a segment computed a second time, so no more than
its start is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

Gradient = Callable[..., tuple[Any, ...]]


class _Arguments(NamedTuple):
    """What a segment is computed from; the gradient has the same fields."""

    inputs: Any
    h: Any
    kernel: Any
    recurrent: Any
    bias: Any


class _Step(NamedTuple):
    """What the backward pass needs of a step, shape (rows, units), the gates (rows, 2 units).

    Of all steps together, each has a first dimension more: TensorFlow takes long to trace the
    gradient of a loop that keeps many tensors.
    """

    before: Any
    gates: Any
    candidate: Any
    memory: Any


def read_gru_weights(cell: keras.layers.GRUCell) -> list[Any]:
    """Return the kernel, the recurrent kernel and the bias, as Keras has them.

    Their shapes are (values, 3 units), (units, 3 units), and (2, 3 units), or (3 units,) for a
    GRU that resets before.
    """
    return [cell.kernel.value, cell.recurrent_kernel.value, cell.bias.value]


def run_gru(
    inputs: Any, states: Sequence[Any], weights: Sequence[Any], *, outputs: bool
) -> tuple[list[Any], Any]:
    """Return the state after a segment and, if asked for, its outputs.

    Parameters
    ----------
    inputs
        Shape (steps, rows, values); the number of steps must be known.
    states
        h, shape (rows, units).
    weights
        What `read_gru_weights` returns, of a GRU that resets after.
    outputs
        Whether to return h after each step too, shape (steps, rows, units).
    """

    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def run(*tensors: Any) -> tuple[tuple[Any, ...], Gradient]:
        arguments = _Arguments(*tensors)
        steps, h = _compute_steps(arguments)

        def differentiate(d_h: Any, d_outputs: Any = None) -> tuple[Any, ...]:
            return _differentiate(arguments, steps, d_h, d_outputs)

        every_h = tf.concat([steps.before[1:], h[None]], axis=0)
        return (h, every_h) if outputs else (h,), differentiate

    h, *every_h = run(inputs, *states, *weights)
    return [h], every_h[0] if outputs else None


def run_gru_reset_before(
    inputs: Any, states: Sequence[Any], weights: Sequence[Any], *, outputs: bool
) -> tuple[list[Any], Any]:
    """Return what `run_gru` returns, for a GRU with `reset_after=False`."""
    every_h = tf.recompute_grad(_reset_before)(inputs, *states, *weights)
    return [every_h[-1]], every_h if outputs else None


def _compute_steps(arguments: _Arguments) -> tuple[_Step, Any]:
    """Return all steps together, and the last h."""
    inputs, h, kernel, recurrent, biases = arguments
    steps = []
    for into in tf.unstack(_project(inputs, kernel, biases[0])):
        into_gates, into_candidate = _split(into)
        from_gates, memory = _split(tf.matmul(h, recurrent) + biases[1])
        gates = tf.sigmoid(into_gates + from_gates)
        z, r = tf.split(gates, 2, axis=1)
        candidate = tf.tanh(into_candidate + r * memory)
        steps.append(_Step(h, gates, candidate, memory))
        h = z * h + (1 - z) * candidate
    return _Step(*(tf.stack(values) for values in zip(*steps, strict=True))), h


def _differentiate(arguments: _Arguments, steps: _Step, d_h: Any, d_outputs: Any) -> _Arguments:
    """Return the gradients w.r.t. the arguments from those w.r.t. the last h and each h."""
    recurrent = tf.transpose(arguments.recurrent)
    d_a: list[Any] = []
    d_m: list[Any] = []
    unstacked = zip(*(tf.unstack(values) for values in steps), strict=True)
    for index, values in reversed(list(enumerate(unstacked))):
        if d_outputs is not None:
            d_h += d_outputs[index]
        a, m, d_h = _step_back(_Step(*values), d_h)
        d_h += tf.matmul(m, recurrent)
        d_a.insert(0, a)
        d_m.insert(0, m)
    all_a, all_m = tf.concat(d_a, axis=0), tf.concat(d_m, axis=0)
    return _Arguments(
        inputs=tf.reshape(
            tf.matmul(all_a, arguments.kernel, transpose_b=True), tf.shape(arguments.inputs)
        ),
        h=d_h,
        kernel=tf.matmul(_flatten(arguments.inputs), all_a, transpose_a=True),
        recurrent=tf.matmul(_flatten(steps.before), all_m, transpose_a=True),
        bias=tf.stack([tf.reduce_sum(all_a, axis=0), tf.reduce_sum(all_m, axis=0)]),
    )


def _step_back(step: _Step, d_h: Any) -> tuple[Any, Any, Any]:
    """Return da, dm and the part of dh that flows directly to the previous h."""
    z, r = tf.split(step.gates, 2, axis=1)
    d_candidate = tf.raw_ops.TanhGrad(y=step.candidate, dy=d_h * (1 - z))
    d_z, d_r = d_h * (step.before - step.candidate), d_candidate * step.memory
    d_gates = tf.raw_ops.SigmoidGrad(y=step.gates, dy=tf.concat([d_z, d_r], axis=1))
    a = tf.concat([d_gates, d_candidate], axis=1)
    m = tf.concat([d_gates, d_candidate * r], axis=1)
    return a, m, d_h * z


def _reset_before(inputs: Any, h: Any, kernel: Any, recurrent: Any, bias: Any) -> Any:
    """Return h after each step, shape (steps, rows, units)."""
    for_gates, for_candidate = _split(recurrent)
    every_h = []
    for into in tf.unstack(_project(inputs, kernel, bias)):
        into_gates, into_candidate = _split(into)
        z, r = tf.split(tf.sigmoid(into_gates + tf.matmul(h, for_gates)), 2, axis=1)
        candidate = tf.tanh(into_candidate + tf.matmul(r * h, for_candidate))
        h = z * h + (1 - z) * candidate
        every_h.append(h)
    return tf.stack(every_h)


def _project(inputs: Any, kernel: Any, bias: Any) -> Any:
    """Return the input projections of each step, shape (steps, rows, 3 units)."""
    into = tf.nn.bias_add(tf.matmul(_flatten(inputs), kernel), bias)
    return tf.reshape(into, [inputs.shape[0], tf.shape(inputs)[1], kernel.shape[1]])


def _flatten(inputs: Any) -> Any:
    return tf.reshape(inputs, [-1, inputs.shape[2]])


def _split(values: Any) -> tuple[Any, Any]:
    """Split gates and candidate."""
    units = values.shape[1] // 3
    gates, candidate = tf.split(values, [2 * units, units], axis=1)
    return gates, candidate
