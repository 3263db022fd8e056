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

_MISSING = (
    tf.errors.InvalidArgumentError,
    tf.errors.NotFoundError,
    tf.errors.UnimplementedError,
)
"""What TensorFlow raises, among other things, where a device has no operation."""

logger = logging.getLogger(__name__)


def choose_acceleration(
    requested: bool | None, architecture: Architecture, rows: int | None
) -> bool:
    """Return whether to accelerate: as requested, or else if it saves time in this run.

    Parameters
    ----------
    requested
        The user's choice; None if there is none.
    architecture
        The network.
    rows
        Number of rows processed in the whole run; None if unknown.
    """
    if requested is not None:
        return requested
    chosen = pays_off(architecture, rows)
    if find_unsupported(architecture) and not chosen:
        logger.debug(
            "LSTM and GRU are computed as Keras does: the run is too short for acceleration."
        )
    return chosen


def prefers_inter_op_parallelism(architecture: Architecture) -> bool:
    """Return whether nearly all that a network computes are loops that can run in parallel.

    Their operations are so small that one thread for each is faster than two for one.
    """
    reasons = find_unsupported(architecture)
    types = {layer.type for layer in architecture.layers}
    return bool(reasons) and not any(reasons.values()) and types <= _RECURRENT | _SMALL


def choose_loops(model: keras.Model, architecture: Architecture, *, accelerate: bool) -> None:
    """Choose how LSTM and GRU layers compute their steps, and log it once.

    Parameters
    ----------
    model
        Built from `architecture`, and neither compiled nor used yet.
    architecture
        Gives the layers before each layer.
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
            "Computed without cuDNN, which supports only masks of right-padded sequences: %s.",
            list_names(kept),
        )


def set_seed(seed: int, device: DeviceKind) -> None:
    """Seed Python, NumPy and TensorFlow; on a CPU also make every operation deterministic.

    Two runs on the same CPU with the same number of threads are then bit-identical. On a GPU
    some operations have no deterministic version and would fail, so they remain
    non-deterministic.

    Parameters
    ----------
    seed
        From 0 to 2**32 - 1.
    device
        What computes.
    """
    keras.utils.set_random_seed(seed)
    if device == "cpu":
        tf.config.experimental.enable_op_determinism()


def warn_about_precision(precision: Precision, device: DeviceKind) -> None:
    """Log that half precision is not faster on a CPU."""
    if device == "cpu" and precision != "float32":
        logger.warning(
            "--precision %s is made for GPUs; on most CPUs it is slower than float32.", precision
        )


@contextlib.contextmanager
def translating_missing_operations(precision: Precision) -> Iterator[None]:
    """Raise a `ConfigurationError` where a device has no operation for a data type or layout."""
    try:
        yield
    except _MISSING as error:
        if isinstance(error, tf.errors.InvalidArgumentError) and not _is_about_operation(error):
            raise
        if precision == "float32":
            if not _is_about_operation(error):
                raise
            raise ConfigurationError(
                "this device has no operation for a layer of the network. Leave out dtype and "
                "data_format=channels_first of the layers, or use a GPU"
            ) from error
        raise ConfigurationError(
            f"this device cannot compute a layer of the network in --precision {precision}. "
            "Use another precision"
        ) from error


def _is_about_operation(error: tf.errors.OpError) -> bool:
    """Whether TensorFlow has no operation for a device, not, for example, no file."""
    signs = ("device for node", "CPU implementation", "on the CPU")
    return isinstance(error, tf.errors.UnimplementedError) or any(
        sign in error.message for sign in signs
    )
