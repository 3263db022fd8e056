"""Gives an optimizer each gradient whole: summed over all uses of a weight, and over all devices.

TensorFlow computes the gradient of an Embedding as slices, one for each use of a word: a word that
a batch uses a thousand times has a thousand of them, and only their sum is its gradient. Keras 3
squares, compares, clips and measures slice by slice. With several devices it clips the share of
each device by itself, and sums afterwards. Either gives other steps than the gradient does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import keras
import tensorflow as tf


def sum_gradients(optimizer: keras.optimizers.Optimizer) -> None:
    """Let an optimizer sum what belongs to a gradient before it does anything else with it.

    The optimizer stays the same object of the same class, with the same variables. On JAX, which
    computes whole gradients, nothing is changed.

    Parameters
    ----------
    optimizer
        The one that a model is compiled with: where one wraps another, as
        `keras.optimizers.LossScaleOptimizer` does, the outer one.
    """
    if keras.backend.backend() != "tensorflow":
        return
    apply, sum_devices = optimizer.apply, optimizer._all_reduce_sum_gradients

    def apply_summed(grads: Iterable[Any], trainable_variables: Sequence[keras.Variable]) -> None:
        dense = map(_sum_slices, grads)
        summed = sum_devices(zip(dense, trainable_variables, strict=True))
        apply([gradient for gradient, _ in summed], trainable_variables)

    optimizer.apply = apply_summed
    # What Keras would sum over the devices later is summed already.
    find_inner_optimizer(optimizer)._all_reduce_sum_gradients = list


def find_inner_optimizer(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    """Return the optimizer that updates the weights: the one inside, where one wraps another."""
    scales = isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
    return optimizer.inner_optimizer if scales else optimizer


def _sum_slices(gradient: Any) -> Any:
    """Return a gradient as one dense tensor; what is none of slices stays as it is."""
    if not isinstance(gradient, tf.IndexedSlices):
        return gradient
    # tf.convert_to_tensor computes the same, but warns of large arrays.
    return tf.math.unsorted_segment_sum(gradient.values, gradient.indices, gradient.dense_shape[0])
