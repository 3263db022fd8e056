"""Which rows share their beginnings, and where steps stand when they are packed."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from galaxy_keras.learning.recurrent import packing
from galaxy_keras.learning.recurrent.packing import Packing, split_steps
from galaxy_keras.learning.recurrent.prefixes import PrefixOrder, keep_rows, order_rows


def test_the_row_with_the_most_padding_leads() -> None:
    words = np.array([[5, 6, 7, 8], [0, 0, 0, 1], [0, 2, 0, 3], [9, 9, 4, 4], [0, 0, 7, 7]])
    order, shared = order_rows(tf.constant(words[:, :, None]))
    # Row 3 repeats its first step too, but another one than the leader's.
    np.testing.assert_array_equal(order, [1, 0, 3, 2, 4])
    np.testing.assert_array_equal(shared, [-1, 0, 0, 1, 2])


def test_steps_are_alike_if_all_their_values_are() -> None:
    sequences = tf.constant([[[0.0, 1], [0, 1], [0, 1]], [[0, 1], [0, 2], [0, 1]]])
    np.testing.assert_array_equal(order_rows(sequences).shared, [-1, 1])


def test_rows_of_padding_only_never_leave() -> None:
    np.testing.assert_array_equal(order_rows(tf.zeros([3, 4, 1])).shared, [-1, 4, 4])


def test_rows_are_kept_with_nothing_in_common() -> None:
    order, shared = keep_rows(tf.zeros([3, 4, 1]))
    np.testing.assert_array_equal(order, [0, 1, 2])
    np.testing.assert_array_equal(shared, [-1, 0, 0])


@pytest.mark.parametrize(
    ("steps", "segments"),
    [(1, [1]), (24, [24]), (25, [25]), (26, [1, 25]), (50, [25, 25]), (64, [14, 25, 25])],
)
def test_what_whole_segments_leave_over_comes_first(steps: int, segments: list[int]) -> None:
    assert split_steps(steps) == segments


@pytest.fixture
def batch(monkeypatch: pytest.MonkeyPatch) -> PrefixOrder:
    """Rows 2, 0, 3 and 1 of a batch, which leave the leader after 1, 2 and 5 steps."""
    monkeypatch.setattr(packing, "ROW_ALIGNMENT", 1)
    return PrefixOrder(tf.constant([2, 0, 3, 1]), tf.constant([-1, 1, 2, 5]))


def test_rows_join_with_the_segment_in_which_they_leave_the_leader(batch: PrefixOrder) -> None:
    # The second segment has the steps 2, 3 and 4: the last row leaves after it.
    np.testing.assert_array_equal(Packing.of_loop(batch, [2, 3, 1], 0, 1).batch_sizes, [2, 3, 4])


def test_rows_join_in_fours(batch: PrefixOrder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "ROW_ALIGNMENT", 3)
    np.testing.assert_array_equal(Packing.of_loop(batch, [2, 3, 1], 0, 1).batch_sizes, [3, 3, 4])


def test_rows_are_dealt_out_and_the_leader_is_in_all_parts(batch: PrefixOrder) -> None:
    first, second = (Packing.of_loop(batch, [2, 3, 1], loop, 2) for loop in (0, 1))
    np.testing.assert_array_equal(first.rows, [2, 0, 1])
    np.testing.assert_array_equal(first.batch_sizes, [2, 2, 3])
    np.testing.assert_array_equal(second.rows, [2, 3])
    np.testing.assert_array_equal(second.batch_sizes, [1, 2, 2])


def test_packed_steps_are_those_of_rows_that_have_joined(batch: PrefixOrder) -> None:
    packing = Packing.of_loop(batch, [1, 2], 0, 1)._replace(batch_sizes=tf.constant([2, 3]))
    # The value of a step names its row and its number.
    sequences = 10 * tf.range(4)[:, None, None] + tf.range(3)[None, :, None]
    segments = packing.pack(sequences)
    np.testing.assert_array_equal(segments.read(0)[:, 0], [20, 0])
    np.testing.assert_array_equal(segments.read(1)[:, 0], [21, 1, 31, 22, 2, 32])


def test_unpacked_rows_have_the_leaders_outputs_until_they_join(batch: PrefixOrder) -> None:
    packing = Packing.of_loop(batch, [1, 2], 0, 1)._replace(batch_sizes=tf.constant([2, 3]))
    outputs = tf.constant([20, 0, 21, 1, 31, 22, 2, 32])[:, None]
    unpacked = [[20, 21, 22], [0, 1, 2], [20, 31, 32], [20, 21, 22]]
    np.testing.assert_array_equal(packing.unpack(outputs)[:, :, 0], unpacked)
