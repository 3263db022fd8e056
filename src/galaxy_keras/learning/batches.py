"""The batches of each epoch, in an order that follows from the seed and the epoch alone."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

Arrays = Sequence[NDArray[Any]]
Rows = NDArray[np.intp]
_NO_ROWS = np.empty(0, np.intp)
# One that is computed with, one that is ready, and one that is being made.
_BATCHES_AHEAD = 2


class BatchSampler:
    """Which rows make up each batch of each epoch.

    All rows are gone through, in a new order each time. Where an epoch has fewer or more batches
    than that takes, the next epoch goes on where this one ends.

    Parameters
    ----------
    rows
        Their number.
    batch_size
        Rows of a batch; the last one of a pass may have fewer.
    steps
        Batches of an epoch; None for one pass.
    seed
        Decides on all orders; None for others each time.
    """

    def __init__(self, rows: int, batch_size: int, steps: int | None, seed: int | None) -> None:
        self._rows = rows
        self._batch_size = min(batch_size, rows)
        self._seed = secrets.randbits(64) if seed is None else seed
        self._batches_per_pass = math.ceil(rows / self._batch_size)
        self.steps = steps or self._batches_per_pass

    def iterate_epoch(self, epoch: int) -> Iterator[Rows]:
        """Yield the row numbers of each batch of an epoch, which is counted from 0."""
        order = _NO_ROWS
        drawn = None
        for step in range(epoch * self.steps, (epoch + 1) * self.steps):
            number, batch = divmod(step, self._batches_per_pass)
            if number != drawn:
                order = np.random.default_rng([self._seed, number]).permutation(self._rows)
                drawn = number
            yield order[batch * self._batch_size : (batch + 1) * self._batch_size]


class EpochBatches(keras.callbacks.Callback):  # type: ignore[misc]
    """Gives Keras the batches of the epoch that begins; a callback, to know which one that is.

    Parameters
    ----------
    inputs
        One array for each input of the model, all rows of each; batches are taken from here.
    others
        Likewise the targets, and the weights of rows where there are any.
    rows
        The rows to train on.
    order
        The order of `rows`.
    first
        The epoch to begin with, counted from 0.
    replicas
        The number of devices that share the rows of each batch.
    """

    def __init__(
        self,
        inputs: Arrays,
        others: Arrays,
        rows: Rows,
        order: BatchSampler,
        first: int = 0,
        replicas: int = 1,
    ) -> None:
        super().__init__()
        self._inputs = inputs
        self._others = others
        self._rows = rows
        self._order = order
        self._epoch = first
        self._replicas = replicas

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Turn to the batches of `epoch`."""
        self._epoch = epoch

    def make_dataset(self) -> tf.data.Dataset:
        """Return what Keras iterates over once in each epoch."""
        return make_dataset(self._inputs, self._others, self._iterate_rows, self._order.steps)

    def _iterate_rows(self) -> Iterator[Rows]:
        for places in self._order.iterate_epoch(self._epoch):
            yield tile_for_replicas(self._rows[places], self._replicas)


def make_dataset(
    inputs: Arrays,
    others: Arrays,
    iterate_rows: Callable[[], Iterator[Rows]],
    batches: int,
) -> tf.data.Dataset:
    """Return a dataset of batches, each of which is copied from the arrays when its turn comes.

    Parameters
    ----------
    inputs
        One array for each input of the model, all rows of each.
    others
        Likewise the targets, and the weights of rows where there are any.
    iterate_rows
        Gives the row numbers of each batch.
    batches
        Their number.
    """

    def iterate() -> Iterator[tuple[Any, ...]]:
        for rows in iterate_rows():
            yield _unwrap(gather_inputs(inputs, rows)), *(array[rows] for array in others)

    signature = _unwrap(tuple(make_input_specs(inputs))), *map(make_batch_spec, others)
    dataset = tf.data.Dataset.from_generator(iterate, output_signature=signature)
    counted = dataset.apply(tf.data.experimental.assert_cardinality(batches))
    return counted.prefetch(_BATCHES_AHEAD).with_options(_make_options())


def _make_options() -> tf.data.Options:
    options = tf.data.Options()
    # Several devices share the rows of each batch, for there is one source of batches.
    policy = tf.data.experimental.AutoShardPolicy.OFF
    options.experimental_distribute.auto_shard_policy = policy
    # What tunes a pipeline sleeps for seconds, and the end of each pass waits for it.
    options.autotune.enabled = False
    return options


def iterate_batches(rows: Rows, batch_size: int) -> Iterator[Rows]:
    """Yield row numbers in their order, `batch_size` at a time."""
    for start in range(0, len(rows), batch_size):
        yield rows[start : start + batch_size]


def tile_for_replicas(rows: Rows, replicas: int) -> Rows:
    """Return a batch that can be cut into equal shares.

    One that cannot is given whole to each device. The mean of their gradients, each of which is
    a mean over rows, is then that of the batch in any case.
    """
    return rows if len(rows) % replicas == 0 else np.tile(rows, replicas)


def gather_inputs(inputs: Arrays, rows: Rows) -> tuple[NDArray[Any], ...]:
    """Return rows of the inputs of a model, in the types that it computes with."""
    return tuple(_widen(array[rows]) for array in inputs)


def _widen(array: NDArray[Any]) -> NDArray[Any]:
    # Tables hold integers in as few bytes as they need.
    return array if array.dtype.kind == "f" else array.astype(np.int32, copy=False)


def make_input_specs(inputs: Arrays) -> list[tf.TensorSpec]:
    """Return what TensorFlow is told of batches of the inputs of a model, of any size."""
    return list(map(make_batch_spec, gather_inputs([array[:0] for array in inputs], _NO_ROWS)))


def make_batch_spec(array: NDArray[Any]) -> tf.TensorSpec:
    """Return what TensorFlow is told of batches of the rows of an array, of any size."""
    return tf.TensorSpec((None, *array.shape[1:]), array.dtype)


def _unwrap(each: tuple[Any, ...]) -> Any:
    return each[0] if len(each) == 1 else each
