"""Packing of rows into segments (like PyTorch's `PackedSequence`).

Rows that share a prefix with the leader (see `prefixes`) join its computation in time for the
step at which they leave it. A packed tensor holds, step by step, the rows that have joined.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import tensorflow as tf

from galaxy_keras.learning.recurrent.prefixes import PrefixOrder

# Rows join between segments of this many steps: with longer ones they join earlier than they
# must, with shorter ones TensorFlow needs more time between the segments.
SEGMENT_STEPS = 25
# TensorFlow copies rows that do not fill whole vector registers.
ROW_ALIGNMENT = 4


def split_steps(steps: int) -> list[int]:
    """Return the lengths of the segments; the remainder comes first."""
    whole, rest = divmod(steps, SEGMENT_STEPS)
    return [rest] * (rest > 0) + [SEGMENT_STEPS] * whole


class Packing(NamedTuple):
    """The leader and some of the other rows of a batch, in the order in which they join.

    Attributes
    ----------
    rows
        The numbers of the rows in the batch, shape (rows,).
    batch_sizes
        The number of rows that each segment is computed for, shape (segments,).
    segments
        The number of steps of each segment.
    """

    rows: Any
    batch_sizes: Any
    segments: Sequence[int]

    @classmethod
    def of_loop(cls, batch: PrefixOrder, segments: Sequence[int], loop: int, loops: int) -> Packing:
        """Distribute the rows over packings, and return that of one loop.

        Parameters
        ----------
        batch
            The rows; the leader is in each packing, of the others every `loops`-th.
        segments
            The number of steps of each segment.
        loop
            The number of the loop, from 0.
        loops
            The number of loops.
        """
        rows, shared = (tf.concat([each[:1], each[1 + loop :: loops]], axis=0) for each in batch)
        left = tf.math.count_nonzero(shared < tf.cumsum(segments)[:, None], 1, dtype=tf.int32)
        batch_sizes = tf.minimum(-(-left // ROW_ALIGNMENT) * ROW_ALIGNMENT, tf.size(rows))
        return cls(rows, batch_sizes, segments)

    def pack(self, sequences: Any) -> Any:
        """Return an array with, for each segment, shape (steps * rows joined, values).

        Parameters
        ----------
        sequences
            The sequences of the whole batch, shape (rows, steps, values).
        """
        _, steps, width = sequences.shape
        cells = self.rows * steps + tf.range(steps)[:, None]
        values = tf.gather(
            tf.reshape(sequences, [-1, width]), tf.boolean_mask(cells, self._computed())
        )
        array = tf.TensorArray(values.dtype, len(self.segments), infer_shape=False)
        return array.split(values, self.batch_sizes * self.segments)

    def unpack(self, outputs: Any) -> Any:
        """Return outputs by row: from shape (steps and rows, units) to (rows, steps, units).

        A row has the leader's until it joins.
        """
        computed = self._computed()
        starts = tf.cumsum(tf.math.count_nonzero(computed, axis=1, dtype=tf.int32), exclusive=True)
        positions = starts[:, None] + tf.where(computed, tf.range(tf.size(self.rows)), 0)
        return tf.gather(outputs, tf.transpose(positions))

    def _computed(self) -> Any:
        """Whether a row has joined by a step, shape (steps, rows)."""
        return tf.range(tf.size(self.rows)) < tf.repeat(self.batch_sizes, self.segments)[:, None]
