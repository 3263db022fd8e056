"""Evaluates a model on held-out rows in one forward pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from galaxy_keras.data.features import Arrays
from galaxy_keras.learning.batches import (
    gather_inputs,
    iterate_batches,
    make_batch_spec,
    make_input_specs,
)

Summary = Callable[[NDArray[np.float32], NDArray[np.intp]], NDArray[np.float32]]


@dataclass(frozen=True)
class Evaluation:
    """The result of one pass over the held-out rows.

    Attributes
    ----------
    outputs
        The network's outputs, shape (rows, outputs), float32.
    metrics
        The loss and the Keras metrics by name.
    """

    outputs: NDArray[np.float32]
    metrics: dict[str, float]


def evaluate_model(
    model: keras.Model,
    inputs: Arrays,
    targets: NDArray[Any],
    rows: NDArray[np.intp],
    *,
    batch_size: int,
    summarize: Summary | None = None,
) -> Evaluation:
    """Compute outputs, loss and metrics together.

    Parameters
    ----------
    model
        A compiled model.
    inputs
        One array for each input of the model, shape (all rows, ...).
    targets
        The targets as the loss takes them, shape (all rows, ...).
    rows
        Which of them to evaluate on.
    batch_size
        Rows computed at once.
    summarize
        Returns what is kept of the outputs of some rows, given these row numbers; None keeps all.
    """
    step = _make_step(model, inputs, targets)
    model.reset_metrics()
    outputs, losses = [], []
    for batch_rows in iterate_batches(rows, batch_size):
        predicted, loss, logs = step(list(gather_inputs(inputs, batch_rows)), targets[batch_rows])
        kept = predicted.numpy()
        outputs.append(kept if summarize is None else summarize(kept, batch_rows))
        losses.append(float(loss) * len(batch_rows))
    metrics = {name: float(value) for name, value in logs.items()}
    metrics["loss"] = sum(losses) / len(rows)
    return Evaluation(np.concatenate(outputs), metrics)


def _make_step(model: keras.Model, inputs: Arrays, targets: NDArray[Any]) -> Any:
    def step(batch: list[Any], targets: Any) -> tuple[Any, Any, dict[str, Any]]:
        inputs = batch[0] if len(batch) == 1 else batch
        predicted = model(inputs, training=False)
        loss = model.compute_loss(x=inputs, y=targets, y_pred=predicted, training=False)
        return predicted, loss, model.compute_metrics(inputs, targets, predicted)

    # Traced once for batches of all sizes.
    return tf.function(step, input_signature=[make_input_specs(inputs), make_batch_spec(targets)])
