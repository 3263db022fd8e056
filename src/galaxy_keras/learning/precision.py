"""What the user should know of the precision that a run computes in."""

from __future__ import annotations

import logging

from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.learning.devices import DeviceKind

logger = logging.getLogger(__name__)


def warn_of_precision(precision: Precision, device: DeviceKind) -> None:
    """Say that half precision is no gain on a CPU."""
    if device == "cpu" and precision != "float32":
        logger.warning(
            "--precision %s is made for GPUs; on most CPUs it is slower than float32.", precision
        )
