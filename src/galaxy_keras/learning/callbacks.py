"""The callbacks of the catalogue, built; and the one that keeps the best weights."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import keras

from galaxy_keras.catalogue.callbacks import CALLBACKS
from galaxy_keras.catalogue.metric import Direction
from galaxy_keras.schema.training.monitors import find_direction
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import complete_options

logger = logging.getLogger(__name__)


def build_callback(
    component: Component, settings: TrainingSettings
) -> keras.callbacks.Callback | None:
    """Return a callback, or None for one whose role the command takes."""
    options = complete_options(CALLBACKS.get(component.name), component.options)
    if "mode" in options:
        options["mode"] = find_direction(settings, str(options["monitor"]), str(options["mode"]))
    build = _BUILDERS[component.name]
    return None if build is None else build(**options)


class EarlyStopping(keras.callbacks.EarlyStopping):  # type: ignore[misc]
    """Keras's, which logs when and why it stops."""

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Restore weights, if asked for, and log the result."""
        super().on_train_end(logs)
        if self.stopped_epoch:
            logger.info(
                "Stopped after epoch %d: %s was best in epoch %d.",
                self.stopped_epoch + 1,
                self.monitor,
                self.best_epoch + 1,
            )
        if self.restore_best_weights and self.best_weights is not None:
            logger.info("The weights are those of epoch %d.", self.best_epoch + 1)


class BestWeights(keras.callbacks.Callback):  # type: ignore[misc]
    """Keeps the weights of the best epoch in memory and ends with them.

    Parameters
    ----------
    monitor
        The value by which the best epoch is chosen.
    mode
        Whether lower (`min`) or higher (`max`) is better.
    initial_value_threshold
        Only weights with a better value are kept; None for all.
    """

    def __init__(
        self, monitor: str, mode: Direction, initial_value_threshold: float | None = None
    ) -> None:
        super().__init__()
        self.monitor = monitor
        self.epoch: int | None = None
        self._mode = mode
        self.best = initial_value_threshold
        self.best_weights: list[Any] = []

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        """Keep the weights if they are the best so far."""
        value = (logs or {}).get(self.monitor)
        if value is None or not self._is_better(value):
            return
        self.epoch = epoch + 1
        self.best = value
        self.best_weights = self.model.get_weights()

    def on_train_end(self, logs: Mapping[str, float] | None = None) -> None:
        """Restore the best weights."""
        if self.epoch is None:
            logger.warning(
                "No epoch had a value of %s; the weights of the last epoch are kept.",
                self.monitor,
            )
            return
        self.model.set_weights(self.best_weights)
        logger.info(
            "The weights are those of epoch %d, with %s=%.4g.", self.epoch, self.monitor, self.best
        )

    def _is_better(self, value: float) -> bool:
        if self.best is None:
            # NaN compares false with everything and would never be replaced.
            return value == value
        return value < self.best if self._mode == "min" else value > self.best


def find_restored_epoch(callback: keras.callbacks.Callback) -> int | None:
    """Return the epoch, counted from 1, whose weights a callback has restored; else None."""
    if isinstance(callback, BestWeights):
        return callback.epoch
    if not isinstance(callback, EarlyStopping) or callback.best_weights is None:
        return None
    return int(callback.best_epoch) + 1


_BUILDERS: dict[str, Any] = {
    "EarlyStopping": EarlyStopping,
    "ReduceLROnPlateau": keras.callbacks.ReduceLROnPlateau,
    "ModelCheckpoint": BestWeights,
    "TerminateOnNaN": keras.callbacks.TerminateOnNaN,
    "CSVLogger": None,
}
