"""The order of rows: all of them in each pass, the same for the same seed and epoch."""

from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.learning.batches import (
    BatchSampler,
    EpochBatches,
    gather_inputs,
    iterate_batches,
    make_dataset,
)


def list_epoch(order: BatchSampler, epoch: int) -> list[list[int]]:
    return [batch.tolist() for batch in order.iterate_epoch(epoch)]


def test_an_epoch_has_every_row_once() -> None:
    batches = list_epoch(BatchSampler(10, 4, None, 1), 0)
    assert [len(batch) for batch in batches] == [4, 4, 2]
    assert sorted(row for batch in batches for row in batch) == list(range(10))


def test_the_order_follows_from_seed_and_epoch() -> None:
    order = BatchSampler(50, 8, None, 3)
    third = list_epoch(order, 2)
    assert list_epoch(order, 1) != third
    assert list_epoch(BatchSampler(50, 8, None, 3), 2) == third
    assert list_epoch(BatchSampler(50, 8, None, 4), 2) != third


def test_without_a_seed_orders_differ() -> None:
    assert list_epoch(BatchSampler(50, 8, None, None), 0) != list_epoch(
        BatchSampler(50, 8, None, None), 0
    )


def test_a_batch_larger_than_the_data() -> None:
    assert [len(batch) for batch in list_epoch(BatchSampler(10, 10**9, None, 1), 0)] == [10]


@pytest.mark.parametrize("steps", [1, 2, 4, 7])
def test_short_and_long_epochs_go_through_the_same_batches(steps: int) -> None:
    passes = BatchSampler(10, 4, None, 1)
    whole = [batch for epoch in range(7) for batch in list_epoch(passes, epoch)]
    order = BatchSampler(10, 4, steps, 1)
    assert order.steps == steps
    epochs = -(-len(whole) // steps)
    parts = [batch for epoch in range(epochs) for batch in list_epoch(order, epoch)]
    assert parts[: len(whole)] == whole


def test_batches_of_an_epoch() -> None:
    features = np.arange(12, dtype="float32").reshape(6, 2)
    targets = np.arange(6)[:, np.newaxis]
    rows = np.array([5, 3, 1])
    batches = EpochBatches([features], [targets], rows, BatchSampler(3, 2, None, 1))
    for epoch in (0, 1):
        batches.on_epoch_begin(epoch)
        found = list(batches.make_dataset().as_numpy_iterator())
        expected = [rows[each] for each in BatchSampler(3, 2, None, 1).iterate_epoch(epoch)]
        for (values, target), chosen in zip(found, expected, strict=True):
            np.testing.assert_array_equal(target[:, 0], chosen)
            np.testing.assert_array_equal(values, features[chosen])


def test_several_inputs_and_weights() -> None:
    first, second = np.zeros((4, 2), "float32"), np.ones((4, 3), "int32")
    target, weights = np.zeros((4, 1), "float32"), np.arange(4, dtype="float32")
    order = BatchSampler(4, 4, None, 1)
    batches = EpochBatches([first, second], [target], np.arange(4), order, weights=weights)
    ((values, targets, weights),) = batches.make_dataset().as_numpy_iterator()
    assert [array.shape for array in (*values, targets, weights)] == [(4, 2), (4, 3), (4, 1), (4,)]
    assert sorted(weights) == [0, 1, 2, 3]


def test_the_weights_of_rows_count_for_each_output() -> None:
    target, other = np.zeros((4, 1), "float32"), np.ones((4, 2), "int32")
    weights = np.arange(4, dtype="float32")
    batches = EpochBatches(
        [target], [target, other], np.arange(4), BatchSampler(4, 4, None, 1), weights=weights
    )
    ((_, targets, repeated),) = batches.make_dataset().as_numpy_iterator()
    assert [array.shape for array in (*targets, *repeated)] == [(4, 1), (4, 2), (4,), (4,)]
    np.testing.assert_array_equal(*repeated)


@pytest.mark.parametrize(
    ("stored", "computed"),
    [("uint8", "int32"), ("int16", "int32"), ("int32", "int32"), ("float32", "float32")],
)
def test_inputs_are_taken_in_the_types_of_networks(stored: str, computed: str) -> None:
    features = np.arange(6, dtype=stored).reshape(3, 2)
    (values,) = gather_inputs([features], np.array([2, 0]))
    assert values.dtype == computed
    assert values.tolist() == [[4, 5], [0, 1]]
    targets = np.zeros((3, 1), "float32")
    dataset = make_dataset([features], [targets], lambda: iterate_batches(np.arange(3), 2), 2)
    assert dataset.cardinality() == 2
    batches = [values.tolist() for values, _ in dataset.as_numpy_iterator()]
    assert batches == [[[0, 1], [2, 3]], [[4, 5]]]
    assert dataset.element_spec[0].dtype == computed


def test_rows_are_cut_in_their_order() -> None:
    assert [part.tolist() for part in iterate_batches(np.array([4, 1, 3]), 2)] == [[4, 1], [3]]
