"""Fits a compiled model and keeps its history."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf
from numpy.typing import NDArray

from galaxy_keras.errors import TrainingError
from galaxy_keras.learning.progress import choose_progress
from galaxy_keras.schema.training import TrainingSettings

Inputs = Sequence[NDArray[Any]]
History = dict[str, list[float]]


@dataclass(frozen=True)
class FitData:
    """The rows to fit on and to validate on.

    Attributes
    ----------
    inputs, validation_inputs
        One array for each input of the model, shape (rows, ...).
    targets, validation_targets
        In the form that the loss takes, shape (rows, ...).
    weights
        How much each training row counts, shape (rows,), or None.
    """

    inputs: Inputs
    targets: NDArray[Any]
    validation_inputs: Inputs
    validation_targets: NDArray[Any]
    weights: NDArray[Any] | None = None


class StopWhenNotFinite(keras.callbacks.Callback):  # type: ignore[misc]
    """Stops at the end of the first epoch whose loss is not a finite number."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch: int | None = None

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Look at the loss."""
        if not math.isfinite((logs or {}).get("loss", 0.0)):
            self.epoch = epoch + 1
            self.model.stop_training = True


def fit_model(
    model: keras.Model,
    data: FitData,
    settings: TrainingSettings,
    callbacks: Sequence[keras.callbacks.Callback],
) -> History:
    """Fit and return the values of each epoch by name: loss, metrics, then the `val_` ones.

    Raises
    ------
    TrainingError
        If the loss becomes NaN or infinite.
    """
    verbose, progress = choose_progress()
    finite = StopWhenNotFinite()
    try:
        history = model.fit(
            _unwrap(data.inputs),
            data.targets,
            sample_weight=data.weights,
            validation_data=(_unwrap(data.validation_inputs), data.validation_targets),
            epochs=settings.epochs,
            batch_size=settings.batch_size,
            steps_per_epoch=settings.steps_per_epoch,
            validation_steps=settings.validation_steps,
            callbacks=[*callbacks, finite, *progress],
            verbose=verbose,
        ).history
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError from error
    if finite.epoch is not None:
        raise TrainingError(_describe_divergence(finite.epoch, settings))
    return _order_history(history, [metric.label for metric in settings.metrics])


def _unwrap(inputs: Inputs) -> Any:
    return inputs[0] if len(inputs) == 1 else list(inputs)


def _order_history(history: Mapping[str, Sequence[float]], labels: Sequence[str]) -> History:
    order = ["loss", *labels]
    names = [*order, *(f"val_{name}" for name in order)]
    rest = [name for name in history if name not in names]
    return {name: [float(x) for x in history[name]] for name in [*names, *rest] if name in history}


def _describe_divergence(epoch: int, settings: TrainingSettings) -> str:
    return (
        f"training diverged: the loss was not a finite number any more in epoch {epoch} of "
        f"{settings.epochs}. Lower the learning rate (--set learning_rate=...), limit the "
        "gradients (--optimizer-option clipnorm=1 of keras-model-builder), or scale the features"
    )
