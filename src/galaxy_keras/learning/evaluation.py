"""Evaluates a model on held-out rows in one forward pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
        What each output of the network gives, shape (rows, units), float32.
    metrics
        The loss and the Keras metrics by name.
    """

    outputs: tuple[NDArray[np.float32], ...]
    metrics: dict[str, float]


def evaluate_model(
    model: keras.Model,
    inputs: Arrays,
    targets: Arrays,
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
        The target of each output as its loss takes it, shape (all rows, ...).
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
        predicted, loss, logs = step(
            list(gather_inputs(inputs, batch_rows)), [each[batch_rows] for each in targets]
        )
        kept = [each.numpy() for each in predicted]
        outputs.append(
            kept if summarize is None else [summarize(each, batch_rows) for each in kept]
        )
        losses.append(float(loss) * len(batch_rows))
    metrics = {name: float(value) for name, value in logs.items()}
    metrics["loss"] = sum(losses) / len(rows)
    return Evaluation(join_batches(outputs), metrics)


def join_batches(batches: Sequence[Sequence[NDArray[Any]]]) -> tuple[NDArray[Any], ...]:
    """Return what each output gives for all rows, from what all outputs give for each batch."""
    return tuple(np.concatenate(each) for each in zip(*batches, strict=True))


def list_arrays(given: Any) -> list[Any]:
    """Return what a network gives as one array for each output; it gives a single one as it is."""
    return list(given) if isinstance(given, list | tuple) else [given]


def _make_step(model: keras.Model, inputs: Arrays, targets: Arrays) -> Any:
    def step(batch: list[Any], targets: list[Any]) -> tuple[list[Any], Any, dict[str, Any]]:
        inputs = batch[0] if len(batch) == 1 else batch
        true = targets[0] if len(targets) == 1 else targets
        predicted = model(inputs, training=False)
        loss = model.compute_loss(x=inputs, y=true, y_pred=predicted, training=False)
        logs = model.compute_metrics(inputs, true, predicted)
        return list_arrays(predicted), loss, logs

    # Traced once for batches of all sizes.
    specs = [make_input_specs(inputs), list(map(make_batch_spec, targets))]
    return tf.function(step, input_signature=specs)
