"""Fits a compiled model and keeps its history."""

from __future__ import annotations

import contextlib
import logging
import math
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.checkpoint import Checkpoint
from galaxy_keras.data.features import Arrays
from galaxy_keras.errors import TrainingError
from galaxy_keras.learning.batches import (
    BatchSampler,
    Draw,
    EpochBatches,
    iterate_batches,
    make_dataset,
    tile_for_replicas,
)
from galaxy_keras.learning.callbacks import find_restored_epoch
from galaxy_keras.learning.checkpointing import CheckpointFolder
from galaxy_keras.learning.evaluation import Turn
from galaxy_keras.learning.interruption import LastEpoch
from galaxy_keras.learning.preemption import noting_stop_requests
from galaxy_keras.schema.training.settings import TrainingSettings

History = dict[str, list[float]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class FitData:
    """The rows to fit on and to validate on.

    Attributes
    ----------
    inputs
        One array for each input of the model, shape (all rows, ...).
    targets
        The target of each output as its loss takes it, shape (all rows, ...).
    rows, validation_rows
        Which rows to fit on and to validate on; the latter may be none.
    validation_batch_size
        Validation rows computed at once.
    weights
        Sample weights of `rows`, shape (rows,), or None for equal ones.
    replicas
        The number of devices that split each batch.
    draw
        What draws samples anew in each epoch, or None.
    turn
        Returns the other strands of samples, whose outputs are averaged in evaluation, or None.
    """

    inputs: Arrays
    targets: Arrays
    rows: NDArray[np.intp]
    validation_rows: NDArray[np.intp]
    validation_batch_size: int
    weights: NDArray[Any] | None = None
    replicas: int = 1
    draw: Draw | None = None
    turn: Turn | None = None


class TerminateOnNonFinite(keras.callbacks.Callback):  # type: ignore[misc]
    """Stops at the end of the first epoch whose loss is not a finite number."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch: int | None = None

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Check the loss."""
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            self.epoch = epoch + 1
            self.model.stop_training = True


def fit_model(
    model: keras.Model,
    data: FitData,
    settings: TrainingSettings,
    callbacks: Sequence[keras.callbacks.Callback],
    *,
    seed: int | None = None,
    checkpoints: CheckpointFolder | None = None,
    last_epoch: LastEpoch | None = None,
) -> History:
    """Fit, and return the history: values by epoch of the loss, the metrics, and the `val_` ones.

    Parameters
    ----------
    model
        Compiled, and in the state of the checkpoint that training resumes from.
    data
        The rows.
    settings
        Epochs, batches and the names of the metrics.
    callbacks
        Those of the settings.
    seed
        Seed of the row order in each epoch; None for a different one each time.
    checkpoints
        The folder that training is saved to after each epoch and resumes from; None for none.
    last_epoch
        Keeps the state after each epoch; None keeps none.

    Raises
    ------
    TrainingError
        If the loss becomes NaN or infinite, unless a callback restored those of an earlier epoch.
    PreemptedError
        If a signal asks for an end and there are `checkpoints`: one is written.
    """
    finite = TerminateOnNonFinite()
    checkpoint = None if checkpoints is None else checkpoints.checkpoint
    verbose, progress = choose_progress()
    initial_epoch = _find_initial_epoch(settings, checkpoint)
    batches = _make_batches(data, settings, seed, initial_epoch)
    callbacks = [*callbacks, finite]
    with contextlib.ExitStack() as stack:
        writers: list[keras.callbacks.Callback] = []
        if checkpoints is not None:
            stop = stack.enter_context(noting_stop_requests())
            writers.append(checkpoints.make_callback(callbacks, stop))
        if last_epoch is not None:
            writers.append(last_epoch)
        fitted = model.fit(
            batches.make_dataset(),
            validation_data=_make_validation(data),
            initial_epoch=initial_epoch,
            epochs=settings.epochs,
            validation_steps=settings.validation_steps,
            callbacks=[batches, *callbacks, *progress, *writers],
            shuffle=False,
            verbose=verbose,
        )
    if finite.epoch is not None:
        _check_divergence(finite.epoch, callbacks, settings)
    return complete_history(fitted.history, settings, checkpoint)


def complete_history(
    history: Mapping[str, Sequence[float]],
    settings: TrainingSettings,
    checkpoint: Checkpoint | None,
) -> History:
    """Return the values of all epochs, those of the checkpoint before, in the order of metrics."""
    joined = _join_histories(checkpoint, history)
    return _order_history(joined, settings.history_names)


def _find_initial_epoch(settings: TrainingSettings, checkpoint: Checkpoint | None) -> int:
    if checkpoint is None:
        return 0
    return settings.epochs if checkpoint.stopped else checkpoint.epochs


def _make_batches(
    data: FitData, settings: TrainingSettings, seed: int | None, initial_epoch: int
) -> EpochBatches:
    sampler = BatchSampler(len(data.rows), settings.batch_size, settings.steps_per_epoch, seed)
    weights = None
    if data.weights is not None:
        weights = np.zeros(len(data.targets[0]), data.weights.dtype)
        weights[data.rows] = data.weights
    return EpochBatches(
        data.inputs,
        data.targets,
        data.rows,
        sampler,
        initial_epoch,
        data.replicas,
        weights,
        data.draw,
    )


def _make_validation(data: FitData) -> tf.data.Dataset | None:
    rows, batch_size = data.validation_rows, data.validation_batch_size
    if not len(rows):
        return None
    if len(rows) < batch_size:
        # Keras asks that the first batch can be split evenly.
        rows = tile_for_replicas(rows, data.replicas)
        batch_size = len(rows)
    batches = math.ceil(len(rows) / batch_size)
    return make_dataset(
        data.inputs, data.targets, lambda: iterate_batches(rows, batch_size), batches
    )


def _join_histories(
    checkpoint: Checkpoint | None, history: Mapping[str, Sequence[float]]
) -> dict[str, list[float]]:
    past = {} if checkpoint is None else checkpoint.history
    return {
        name: [*past.get(name, []), *history.get(name, [])]
        for name in dict.fromkeys([*past, *history])
    }


def _check_divergence(
    epoch: int, callbacks: Sequence[keras.callbacks.Callback], settings: TrainingSettings
) -> None:
    """Raise, unless a callback has restored the weights of an epoch before `epoch`."""
    restored = [
        each for each in map(find_restored_epoch, callbacks) if each is not None and each < epoch
    ]
    if not restored:
        raise TrainingError(f"training {_describe_divergence(epoch, settings)}")
    logger.warning(
        "Training %s. The weights are those of epoch %d, the best so far.",
        _describe_divergence(epoch, settings),
        restored[-1],
    )


def _order_history(history: Mapping[str, Sequence[float]], order: Sequence[str]) -> History:
    names = [*order, *(f"val_{name}" for name in order)]
    rest = [name for name in history if name not in names]
    return {name: [float(x) for x in history[name]] for name in [*names, *rest] if name in history}


def _describe_divergence(epoch: int, settings: TrainingSettings) -> str:
    return (
        f"diverged: the loss was no longer finite in epoch {epoch} of "
        f"{settings.epochs}. Lower the learning rate (--set learning_rate=...), limit the "
        "gradients (--optimizer-option clipnorm=1 of keras-model-builder), or scale the features"
    )


class EpochLogger(keras.callbacks.Callback):  # type: ignore[misc]
    """Logs one line per epoch, with the remaining time.

    Parameters
    ----------
    values
        Whether the line has the values of the epoch, as in a job log; a terminal shows them anyway.
    """

    def __init__(self, *, values: bool = True) -> None:
        super().__init__()
        self._values = values
        self._start = 0.0
        self._done = 0

    def on_train_begin(self, logs: Mapping[str, float] | None = None) -> None:
        """Start the clock."""
        self._start = time.monotonic()
        self._done = 0

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Log the line."""
        epochs = self.params["epochs"]
        taken = time.monotonic() - self._start
        # Training may resume from a checkpoint: not all epochs were done since the start.
        self._done += 1
        left = taken / self._done * (epochs - epoch - 1)
        ending = f", about {_format_time(left)} left" if epoch + 1 < epochs else ""
        took = f"{_format_time(taken)}{ending}"
        if not self._values:
            logger.info("After epoch %d/%d: %s", epoch + 1, epochs, took)
            return
        values = " ".join(f"{name}={value:.4g}" for name, value in (logs or {}).items())
        logger.info("Epoch %d/%d: %s (%s)", epoch + 1, epochs, values, took)


def choose_progress() -> tuple[int, list[keras.callbacks.Callback]]:
    """Return Keras's verbosity and our callbacks: a live bar on a terminal, else lines of values.

    Both tell the time that the whole run still takes; the bar of Keras knows only its epoch.
    """
    if not logger.isEnabledFor(logging.INFO):
        return 0, []
    if sys.stdout.isatty():
        return 1, [EpochLogger(values=False)]
    return 0, [EpochLogger()]


def _format_time(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.1f} h"
