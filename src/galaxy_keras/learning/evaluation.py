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
Turn = Callable[[NDArray[Any]], NDArray[Any]]


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
    turn: Turn | None = None,
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
    turn
        Returns the other strands of samples, whose outputs are averaged with theirs, or None.
    """
    step = _make_step(model, inputs, targets, strands=1 if turn is None else 2)
    model.reset_metrics()
    outputs, losses = [], []
    for batch_rows in iterate_batches(rows, batch_size):
        batch = list(gather_inputs(inputs, batch_rows))
        strands = [batch] if turn is None else [batch, [turn(each) for each in batch]]
        predicted, loss, logs = step(strands, [each[batch_rows] for each in targets])
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


def average_strands(given: Sequence[Any]) -> Any:
    """Return the means of what a network gives for each strand; of one strand what it gives."""
    if len(given) == 1:
        return given[0]
    one, other = given
    if isinstance(one, list | tuple):
        return [average_strands(pair) for pair in zip(one, other, strict=True)]
    return (one + other) / 2


def _make_step(model: keras.Model, inputs: Arrays, targets: Arrays, strands: int) -> Any:
    def step(strands: list[list[Any]], targets: list[Any]) -> tuple[list[Any], Any, dict[str, Any]]:
        batches = [batch[0] if len(batch) == 1 else batch for batch in strands]
        inputs = batches[0]
        true = targets[0] if len(targets) == 1 else targets
        predicted = average_strands([model(batch, training=False) for batch in batches])
        loss = model.compute_loss(x=inputs, y=true, y_pred=predicted, training=False)
        logs = model.compute_metrics(inputs, true, predicted)
        return list_arrays(predicted), loss, logs

    # Traced once for batches of all sizes.
    of_strands = [make_input_specs(inputs) for _ in range(strands)]
    specs = [of_strands, list(map(make_batch_spec, targets))]
    return tf.function(step, input_signature=specs)
