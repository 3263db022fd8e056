"""Runs a recurrence over a batch, in segments of steps that more and more rows join.

A row that joins starts from the leader's states at that step; its gradient with respect to them is
added to the leader's.
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
    """The results of a recurrence.

    Attributes
    ----------
    states
        The states after the last step, shape (rows, units) each; the first is the last output.
    outputs
        The outputs of all steps, shape (rows, steps, units); None if they were not asked for.
    """

    states: list[Any]
    outputs: Any


def run_recurrence(
    segment: SegmentFunction,
    sequences: Any,
    states: Sequence[Any],
    batch: PrefixOrder,
    *,
    loops: int,
    outputs: bool,
) -> Results:
    """Run a recurrence over a batch.

    Parameters
    ----------
    segment
        Computes a number of steps.
    sequences
        Shape (rows, steps, values); the number of steps must be known.
    states
        The initial states, shape (rows, units) each.
    batch
        The order of the rows; which share a prefix.
    loops
        The rows are distributed over as many loops, which TensorFlow runs in parallel.
    outputs
        Whether to return the outputs of all steps too.
    """
    segments = split_steps(sequences.shape[1])
    packings = [Packing.of_loop(batch, segments, loop, loops) for loop in range(loops)]
    results = [_run_loop(segment, sequences, states, packing, outputs) for packing in packings]
    # Every loop computes the leader; its outputs are taken from the first.
    positions = tf.math.invert_permutation(_join([packing.rows for packing in packings]))
    ended = zip(*(result.states for result in results), strict=True)
    return Results(
        [tf.gather(_join(state), positions) for state in ended],
        tf.gather(_join([result.outputs for result in results]), positions) if outputs else None,
    )


def _run_loop(
    segment: SegmentFunction, sequences: Any, states: Sequence[Any], packing: Packing, outputs: bool
) -> Results:
    inputs = packing.pack(sequences)
    count = len(packing.segments)

    def run(index: Any, states: Sequence[Any], written: Any, *, steps: int) -> tuple[Any, Any, Any]:
        rows = packing.batch_sizes[index]
        values = tf.reshape(inputs.read(index), [steps, rows, sequences.shape[2]])
        states = [_extend(state, rows) for state in states]
        states, computed = segment(values, states, outputs=outputs)
        if outputs:
            written = written.write(index, tf.reshape(computed, [-1, computed.shape[2]]))
        return index + 1, states, written

    started = [tf.gather(state, packing.rows[: packing.batch_sizes[0]]) for state in states]
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
    """Add the leader's state for each row that joins."""
    joining = size - tf.shape(state)[0]
    return tf.concat([state, tf.repeat(state[:1], joining, axis=0)], axis=0)


def _join(loops: Sequence[Any]) -> Any:
    """Concatenate the results of the loops, the leader's once."""
    return tf.concat([loops[0], *(loop[1:] for loop in loops[1:])], axis=0)
