"""Common prefixes of the sequences of a batch.

Left-padded sequences begin with the same values, and so pass through the same states for as long
as the values are the same. One of them, the leader, is computed for all; each of the others on
its own from where it leaves the leader.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow as tf


class PrefixOrder(NamedTuple):
    """The rows of a batch in the order in which they leave the leader, which comes first.

    Attributes
    ----------
    order
        The numbers of the rows, shape (rows,).
    shared
        The number of first steps that equal the leader's, in the same order, shape (rows,);
        -1 for the leader.
    """

    order: Any
    shared: Any


def order_rows(sequences: Any) -> PrefixOrder:
    """Find the leader of sequences, shape (rows, steps, values), and put the others in order.

    The leader is the row that repeats its first step most often: the one with the most padding.
    Rows that begin with the same step share at least as many steps with it as they repeat that one.
    """
    first = sequences[:, :1]
    repeats = _find_first_false(_equal(sequences, first))
    leader = tf.argmax(repeats, output_type=tf.int32)
    alike = _equal(first[:, 0], first[leader])
    shared = tf.where(alike, repeats, 0)
    return _sort(tf.where(tf.range(tf.size(shared)) == leader, -1, shared))


def keep_rows(sequences: Any) -> PrefixOrder:
    """Return the rows as they are, with nothing in common."""
    rows = tf.range(tf.shape(sequences)[0])
    return PrefixOrder(rows, tf.where(rows == 0, -1, 0))


def _sort(shared: Any) -> PrefixOrder:
    order = tf.argsort(shared, stable=True)
    return PrefixOrder(order, tf.gather(shared, order))


def _equal(values: Any, others: Any) -> Any:
    return tf.reduce_all(tf.equal(values, others), axis=-1)


def _find_first_false(flags: Any) -> Any:
    """Return where each row has its first False, the row's length if it has none."""
    length = tf.shape(flags)[1]
    return tf.reduce_min(tf.where(flags, length, tf.range(length)), axis=1)
