"""How training is distributed over devices."""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from galaxy_keras.data.features import Arrays
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.learning.devices.devices import DeviceKind, translating_out_of_memory
from galaxy_keras.learning.evaluation import Evaluation, Turn, evaluate_model
from galaxy_keras.schema.training.settings import TrainingSettings

logger = logging.getLogger(__name__)


class Distribution(Protocol):
    """The devices that a training run is distributed over.

    Attributes
    ----------
    kind
        What computes.
    replicas
        The number of shards into which TensorFlow splits the rows of each batch.
    """

    @property
    def kind(self) -> DeviceKind: ...  # noqa: D102

    @property
    def replicas(self) -> int: ...  # noqa: D102

    def scope(self) -> AbstractContextManager[Any]:
        """Return the context in which the model is built and compiled."""
        ...

    def translating_errors(self) -> AbstractContextManager[None]:
        """Return the context of all that is computed, which translates errors into our own."""
        ...

    def evaluate(
        self,
        model: keras.Model,
        inputs: Arrays,
        targets: Arrays,
        rows: NDArray[np.intp],
        *,
        batch_size: int,
        turn: Turn | None = None,
    ) -> Evaluation:
        """Evaluate the trained model, as `evaluation.evaluate_model` does."""
        ...


@dataclass(frozen=True)
class LocalDevices:
    """The devices of this machine: one, or several that each hold a copy of the model."""

    kind: DeviceKind
    strategy: tf.distribute.Strategy

    @property
    def replicas(self) -> int:
        """The number of devices."""
        return int(self.strategy.num_replicas_in_sync)

    def scope(self) -> AbstractContextManager[Any]:
        """Return the context in which variables are copied to all devices."""
        scope: AbstractContextManager[Any] = self.strategy.scope()
        return scope

    def translating_errors(self) -> AbstractContextManager[None]:
        """Return the context that reports out-of-memory errors."""
        return translating_out_of_memory()

    def evaluate(
        self,
        model: keras.Model,
        inputs: Arrays,
        targets: Arrays,
        rows: NDArray[np.intp],
        *,
        batch_size: int,
        turn: Turn | None = None,
    ) -> Evaluation:
        """Evaluate the copy of the first device."""
        return evaluate_model(model, inputs, targets, rows, batch_size=batch_size, turn=turn)


def use_devices(kind: DeviceKind, *, all_devices: bool, settings: TrainingSettings) -> LocalDevices:
    """Return the devices that train together; must come after `devices.prepare_device`.

    Parameters
    ----------
    kind
        What computes.
    all_devices
        Whether all devices of that kind are used, not the first one only.
    settings
        Batch size, which is that of all devices together, and optimizer.

    Raises
    ------
    ConfigurationError
        If the rows of a batch cannot be split evenly, or gradients are accumulated.
    """
    devices = tf.config.list_logical_devices(kind.upper()) if all_devices else []
    if len(devices) > 1:
        _check_batch_size(settings.batch_size, len(devices))
        _check_accumulation(settings)
        logger.info("%d devices split each batch.", len(devices))
        return LocalDevices(kind, tf.distribute.MirroredStrategy([each.name for each in devices]))
    if all_devices:
        logger.info("--devices all: there is only one %s here, which computes alone.", kind.upper())
    return LocalDevices(kind, tf.distribute.get_strategy())


def _check_batch_size(batch_size: int, devices: int) -> None:
    if batch_size % devices:
        larger = (batch_size // devices + 1) * devices
        raise ConfigurationError(
            f"--devices all: a batch of {batch_size} rows cannot be split evenly over "
            f"{devices} devices. Use a multiple of {devices} (--set batch_size={larger})"
        )


def _check_accumulation(settings: TrainingSettings) -> None:
    # Keras then updates inside of a condition, where devices cannot wait for each other.
    steps = settings.optimizer.options.get("gradient_accumulation_steps")
    if steps:
        batch = settings.batch_size * steps
        raise ConfigurationError(
            f"--devices all: gradient_accumulation_steps={steps} works on one device only. Let the "
            "devices compute larger batches instead "
            f"(--set gradient_accumulation_steps=None --set batch_size={batch})"
        )
