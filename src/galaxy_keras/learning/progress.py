"""Says how training goes."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Mapping

import keras

logger = logging.getLogger(__name__)


class EpochLines(keras.callbacks.Callback):  # type: ignore[misc]
    """Logs one line an epoch, with the time that is left; for job logs."""

    def __init__(self) -> None:
        super().__init__()
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
        # Training may go on from a checkpoint, so that not all epochs were done since the start.
        self._done += 1
        left = taken / self._done * (epochs - epoch - 1)
        values = " ".join(f"{name}={value:.4g}" for name, value in (logs or {}).items())
        ending = f", about {_format_time(left)} left" if epoch + 1 < epochs else ""
        took = _format_time(taken)
        logger.info("Epoch %d/%d: %s (%s%s)", epoch + 1, epochs, values, took, ending)


def choose_progress() -> tuple[int, list[keras.callbacks.Callback]]:
    """Return Keras's verbosity and our callbacks: a live bar on a terminal, else lines."""
    if not logger.isEnabledFor(logging.INFO):
        return 0, []
    if sys.stdout.isatty():
        return 1, []
    return 0, [EpochLines()]


def _format_time(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 100 else f"{minutes / 60:.1f} h"
