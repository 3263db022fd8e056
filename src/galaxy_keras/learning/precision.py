"""What the user should know of the precision that a run computes in."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

import tensorflow as tf

from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.learning.devices import DeviceKind

logger = logging.getLogger(__name__)


def warn_of_precision(precision: Precision, device: DeviceKind) -> None:
    """Say that half precision is no gain on a CPU."""
    if device == "cpu" and precision != "float32":
        logger.warning(
            "--precision %s is made for GPUs; on most CPUs it is slower than float32.", precision
        )


@contextlib.contextmanager
def catching_missing_operations(precision: Precision) -> Iterator[None]:
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
