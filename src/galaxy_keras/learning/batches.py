"""The batches of each epoch, in an order determined by seed and epoch only."""

from __future__ import annotations

import math
import secrets
from collections.abc import Callable, Iterator
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from galaxy_keras.data.features import Arrays

Rows = NDArray[np.intp]
Draw = Callable[[Rows, np.random.Generator], tuple[Arrays, Arrays | None]]
"""Returns arrays for all inputs and for all outputs (None where these stay), of some rows."""
_DRAWS = 1
"""Keeps the seeds of draws apart from those of orders."""
_NO_ROWS = np.empty(0, np.intp)
# Batches alive at once: in use, prefetched, being built.
_BATCHES_AHEAD = 2


class BatchSampler:
    """Which rows make up each batch of each epoch.

    Each pass covers all rows, in a new order. Where an epoch has fewer or more batches than a
    pass, the next epoch continues where this one ends.

    Parameters
    ----------
    rows
        The number of rows.
    batch_size
        Rows of a batch; the last one of a pass may have fewer.
    steps
        Batches per epoch; None for those of one pass.
    seed
        Seed of the orders; None for different ones each time.
    """

    def __init__(self, rows: int, batch_size: int, steps: int | None, seed: int | None) -> None:
        self._rows = rows
        self._batch_size = min(batch_size, rows)
        self._seed = secrets.randbits(64) if seed is None else seed
        self._batches_per_pass = math.ceil(rows / self._batch_size)
        self.steps = steps or self._batches_per_pass

    def iterate_epoch(self, epoch: int) -> Iterator[Rows]:
        """Yield the row numbers of each batch of an epoch, counted from 0; shape (rows,) each."""
        order = _NO_ROWS
        drawn = None
        for step in range(epoch * self.steps, (epoch + 1) * self.steps):
            number, batch = divmod(step, self._batches_per_pass)
            if number != drawn:
                order = np.random.default_rng([self._seed, number]).permutation(self._rows)
                drawn = number
            yield order[batch * self._batch_size : (batch + 1) * self._batch_size]

    def make_random(self, epoch: int, batch: int) -> np.random.Generator:
        """Return what draws the samples of a batch of an epoch."""
        return np.random.default_rng([self._seed, _DRAWS, epoch, batch])


class EpochBatches(keras.callbacks.Callback):  # type: ignore[misc]
    """The batches of the current epoch; a callback, to know which epoch that is.

    Parameters
    ----------
    inputs
        One array for each input of the model, all rows of each; batches are taken from here.
    targets
        One array for each output of the model, all rows of each.
    rows
        The rows to train on.
    sampler
        The order of `rows`.
    initial_epoch
        The epoch to begin with, counted from 0.
    replicas
        The number of devices that split each batch.
    weights
        Sample weights, of all rows, which count for each output; None for none.
    draw
        What draws samples anew in each epoch, or None.
    """

    def __init__(
        self,
        inputs: Arrays,
        targets: Arrays,
        rows: Rows,
        sampler: BatchSampler,
        initial_epoch: int = 0,
        replicas: int = 1,
        weights: NDArray[Any] | None = None,
        draw: Draw | None = None,
    ) -> None:
        super().__init__()
        self._inputs = inputs
        self._targets = targets
        self._weights = weights
        self._rows = rows
        self._sampler = sampler
        self._epoch = initial_epoch
        self._replicas = replicas
        self._draw = draw

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Set the epoch whose batches are produced."""
        self._epoch = epoch

    def make_dataset(self) -> tf.data.Dataset:
        """Return what Keras iterates over once in each epoch."""
        return make_dataset(
            self._inputs,
            self._targets,
            self._iterate_rows,
            self._sampler.steps,
            self._weights,
            None if self._draw is None else self._iterate_draws,
        )

    def _iterate_rows(self) -> Iterator[Rows]:
        for positions in self._sampler.iterate_epoch(self._epoch):
            yield tile_for_replicas(self._rows[positions], self._replicas)

    def _iterate_draws(self) -> Iterator[tuple[Any, ...]]:
        if self._draw is None:
            raise TypeError("nothing is drawn")
        epoch = self._epoch
        for number, rows in enumerate(self._iterate_rows()):
            inputs, targets = self._draw(rows, self._sampler.make_random(epoch, number))
            given = [array[rows] for array in self._targets] if targets is None else targets
            weights = [] if self._weights is None else [[self._weights[rows]] * len(given)]
            yield (
                _unwrap(tuple(map(_widen, inputs))),
                *(_unwrap(tuple(each)) for each in [given, *weights]),
            )


def make_dataset(
    inputs: Arrays,
    targets: Arrays,
    iterate_rows: Callable[[], Iterator[Rows]],
    batches: int,
    weights: NDArray[Any] | None = None,
    iterate_draws: Callable[[], Iterator[tuple[Any, ...]]] | None = None,
) -> tf.data.Dataset:
    """Return a dataset of batches, each copied from the arrays on demand.

    Parameters
    ----------
    inputs
        One array for each input of the model, all rows of each.
    targets
        One array for each output of the model, all rows of each.
    iterate_rows
        Yields the row numbers of each batch.
    batches
        The number of batches.
    weights
        Sample weights, of all rows, which count for each output; None for none.
    iterate_draws
        Yields batches that are drawn, instead of those of these rows, or None.
    """
    # Keras takes the weights of several outputs one by one.
    weighted = [] if weights is None else [[weights] * len(targets)]

    def iterate() -> Iterator[tuple[Any, ...]]:
        for rows in iterate_rows():
            yield (
                _unwrap(gather_inputs(inputs, rows)),
                *(_unwrap(tuple(array[rows] for array in each)) for each in [targets, *weighted]),
            )

    signature = (
        _unwrap(tuple(make_input_specs(inputs))),
        *(_unwrap(tuple(map(make_batch_spec, each))) for each in [targets, *weighted]),
    )
    dataset = tf.data.Dataset.from_generator(iterate_draws or iterate, output_signature=signature)
    counted = dataset.apply(tf.data.experimental.assert_cardinality(batches))
    return counted.prefetch(_BATCHES_AHEAD).with_options(_make_options())


def _make_options() -> tf.data.Options:
    options = tf.data.Options()
    # There is one source of batches, whose rows the devices split.
    policy = tf.data.experimental.AutoShardPolicy.OFF
    options.experimental_distribute.auto_shard_policy = policy
    # The autotuner thread of tf.data sleeps for seconds, and the end of each pass joins it.
    options.autotune.enabled = False
    return options


def iterate_batches(rows: Rows, batch_size: int) -> Iterator[Rows]:
    """Yield row numbers in their order, `batch_size` at a time."""
    for start in range(0, len(rows), batch_size):
        yield rows[start : start + batch_size]


def tile_for_replicas(rows: Rows, replicas: int) -> Rows:
    """Return a batch that can be split into equal shards.

    One that cannot is replicated on each device. The mean of their gradients, each of which is
    a mean over rows, is then that of the batch in any case.

    Parameters
    ----------
    rows
        Row numbers, shape (rows,).
    replicas
        The number of shards.

    Returns
    -------
    numpy.ndarray
        The rows, or `replicas` times the rows: as many as a multiple of `replicas`.
    """
    return rows if len(rows) % replicas == 0 else np.tile(rows, replicas)


def gather_inputs(inputs: Arrays, rows: Rows) -> tuple[NDArray[Any], ...]:
    """Return rows of the inputs of a model, shape (rows, ...), as int32 or float32."""
    return tuple(_widen(array[rows]) for array in inputs)


def _widen(array: NDArray[Any]) -> NDArray[Any]:
    # Tables hold integers in as few bytes as they need.
    return array if array.dtype.kind == "f" else array.astype(np.int32, copy=False)


def make_input_specs(inputs: Arrays) -> list[tf.TensorSpec]:
    """Return the `tf.TensorSpec` of batches, of any size, of each input of a model."""
    return list(map(make_batch_spec, gather_inputs([array[:0] for array in inputs], _NO_ROWS)))


def make_batch_spec(array: NDArray[Any]) -> tf.TensorSpec:
    """Return the `tf.TensorSpec` of batches, of any size, of the rows of an array."""
    return tf.TensorSpec((None, *array.shape[1:]), array.dtype)


def _unwrap(each: tuple[Any, ...]) -> Any:
    return each[0] if len(each) == 1 else each
