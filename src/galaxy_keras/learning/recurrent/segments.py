"""Runs a recurrence over a batch, in stretches of steps that more and more rows join.

A row that joins takes the leader's states of that moment; its gradient by them is added to the
leader's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple, Protocol

import tensorflow as tf

from galaxy_keras.learning.recurrent.packing import SEGMENT_STEPS, Packing, split_steps
from galaxy_keras.learning.recurrent.prefixes import PrefixOrder


class SegmentFunction(Protocol):
    """Computes a number of steps; see `lstm.run_lstm`."""

    def __call__(
        self, inputs: Any, states: Sequence[Any], *, outputs: bool
    ) -> tuple[list[Any], Any]:
        """Return the states after the last step, and the outputs of all steps if asked for."""


class Results(NamedTuple):
    """What a recurrence gives.

    Attributes
    ----------
    states
        After the last step, shape (rows, units) each; the first is the last output.
    outputs
        Of all steps, shape (rows, steps, units); None if they were not asked for.
    """

    states: list[Any]
    outputs: Any


def run_recurrence(
    segment: SegmentFunction,
    sequences: Any,
    states: Sequence[Any],
    batch: PrefixOrder,
    *,
    parts: int,
    outputs: bool,
) -> Results:
    """Run a recurrence over sequences, shape (rows, steps, values); the steps must be known.

    The rows are dealt out to as many loops as there are `parts`; TensorFlow runs them side by side.
    """
    segments = split_steps(sequences.shape[1])
    dealt = [Packing.of_loop(batch, segments, part, parts) for part in range(parts)]
    results = [_run_part(segment, sequences, states, part, outputs) for part in dealt]
    # The leader is in all parts, and counted in the first.
    places = tf.math.invert_permutation(_join([part.rows for part in dealt]))
    ended = zip(*(result.states for result in results), strict=True)
    return Results(
        [tf.gather(_join(state), places) for state in ended],
        tf.gather(_join([result.outputs for result in results]), places) if outputs else None,
    )


def _run_part(
    segment: SegmentFunction, sequences: Any, states: Sequence[Any], packing: Packing, outputs: bool
) -> Results:
    inputs = packing.pack(sequences)
    count = len(packing.segments)

    def run(index: Any, states: Sequence[Any], written: Any, *, steps: int) -> tuple[Any, Any, Any]:
        joined = packing.joined[index]
        values = tf.reshape(inputs.read(index), [steps, joined, sequences.shape[2]])
        states = [_extend(state, joined) for state in states]
        states, computed = segment(values, states, outputs=outputs)
        if outputs:
            written = written.write(index, tf.reshape(computed, [-1, computed.shape[2]]))
        return index + 1, states, written

    started = [tf.gather(state, packing.rows[: packing.joined[0]]) for state in states]
    written = tf.TensorArray(sequences.dtype, count, infer_shape=False)
    reached = (tf.constant(0), started, written)
    if packing.segments[0] < SEGMENT_STEPS:
        reached = run(*reached, steps=packing.segments[0])
    if packing.segments[-1] == SEGMENT_STEPS:
        reached = tf.while_loop(
            lambda index, *_: index < count, partial(run, steps=SEGMENT_STEPS), reached
        )
    _, ended, written = reached
    ended = [_extend(state, tf.size(packing.rows)) for state in ended]
    if not outputs:
        return Results(ended, None)
    packed = tf.reshape(written.concat(), [-1, ended[0].shape[1]])
    return Results(ended, packing.unpack(packed))


def _extend(state: Any, size: Any) -> Any:
    """Give the rows that join the leader's state."""
    joining = size - tf.shape(state)[0]
    return tf.concat([state, tf.repeat(state[:1], joining, axis=0)], axis=0)


def _join(parts: Sequence[Any]) -> Any:
    """Join what the parts have, the leader's once."""
    return tf.concat([parts[0], *(part[1:] for part in parts[1:])], axis=0)
