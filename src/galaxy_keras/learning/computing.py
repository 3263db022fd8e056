"""How a run computes: accelerated layers, seeds, numeric precision."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

import keras
import tensorflow as tf

from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.errors import ConfigurationError, list_names
from galaxy_keras.learning import recurrent
from galaxy_keras.learning.devices.devices import DeviceKind
from galaxy_keras.learning.recurrent import disable_cudnn, pays_off
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.recurrence import find_unsupported

_RECURRENT = {"LSTM", "GRU", "Bidirectional"}
_SMALL = {"InputLayer", "Embedding", "Dense", "Dropout", "Flatten", "Activation", "Concatenate"}

logger = logging.getLogger(__name__)


def choose_acceleration(wanted: bool | None, architecture: Architecture, rows: int | None) -> bool:
    """Return what was asked for, or else whether it saves time in this run.

    Parameters
    ----------
    wanted
        What the user says; None for nothing.
    architecture
        The network.
    rows
        How many go through it in the whole run; None for more than are known yet.
    """
    if wanted is not None:
        return wanted
    chosen = pays_off(architecture, rows)
    if find_unsupported(architecture) and not chosen:
        logger.debug("LSTM and GRU are computed as Keras does: to accelerate them would not pay.")
    return chosen


def prefers_inter_op_parallelism(architecture: Architecture) -> bool:
    """Say whether nearly all that a network computes are loops that can run side by side.

    Their operations are so small that a thread each is faster than two threads for one.
    """
    obstacles = find_unsupported(architecture)
    types = {layer.type for layer in architecture.layers}
    return bool(obstacles) and not any(obstacles.values()) and types <= _RECURRENT | _SMALL


def choose_loops(model: keras.Model, architecture: Architecture, *, accelerate: bool) -> None:
    """Choose how LSTM and GRU layers go through their steps, and say so once.

    Parameters
    ----------
    model
        Built from `architecture`, and neither compiled nor used yet.
    architecture
        Tells what stands in front of each layer.
    accelerate
        Whether they compute faster on a CPU where they can.
    """
    if accelerate:
        description = recurrent.accelerate(model, architecture).describe()
        if description:
            logger.info("%s", description)
    kept = disable_cudnn(model, architecture)
    if kept:
        logger.info(
            "Computed without cuDNN, which takes masks only of sequences padded behind: %s.",
            list_names(kept),
        )


def set_seed(seed: int, device: DeviceKind) -> None:
    """Seed Python, NumPy and TensorFlow; on a CPU also make every operation deterministic.

    Two runs on the same CPU with the same number of threads then give the same bits. On a GPU
    some operations have no deterministic version and would fail, so they are left as they are.
    """
    keras.utils.set_random_seed(seed)
    if device == "cpu":
        tf.config.experimental.enable_op_determinism()


def warn_about_precision(precision: Precision, device: DeviceKind) -> None:
    """Say that half precision is no gain on a CPU."""
    if device == "cpu" and precision != "float32":
        logger.warning(
            "--precision %s is made for GPUs; on most CPUs it is slower than float32.", precision
        )


@contextlib.contextmanager
def translating_missing_operations(precision: Precision) -> Iterator[None]:
    """Raise a `ConfigurationError` where a device has no operation for half precision."""
    try:
        yield
    except (tf.errors.NotFoundError, tf.errors.UnimplementedError) as error:
        if precision == "float32":
            raise
        raise ConfigurationError(
            f"this device cannot compute a layer of the network in --precision {precision}. "
            "Use another precision"
        ) from error
