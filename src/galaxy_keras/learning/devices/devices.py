"""Which device computes, and with how many threads."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from typing import Literal

import tensorflow as tf

from galaxy_keras.catalogue.run_choices import DeviceChoice
from galaxy_keras.errors import ConfigurationError

DeviceKind = Literal["cpu", "gpu"]
SLOTS_VARIABLE = "GALAXY_SLOTS"

logger = logging.getLogger(__name__)


def prepare_device(
    choice: DeviceChoice, *, inter_op: bool = False, all_devices: bool = False
) -> DeviceKind:
    """Choose the device; must come before TensorFlow computes anything.

    GPU memory is allocated on demand, so jobs can share the card. The number of threads follows
    the environment variable GALAXY_SLOTS.

    Parameters
    ----------
    choice
        Where to compute; `auto` takes a GPU where TensorFlow detects one.
    inter_op
        Whether threads are better used for operations in parallel than within one operation.
    all_devices
        Whether all GPUs are used, not the first one only.

    Raises
    ------
    ConfigurationError
        If a GPU is asked for and TensorFlow detects none, or GALAXY_SLOTS is not a number.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if choice == "gpu" and not gpus:
        raise ConfigurationError(
            "--device gpu was asked for, but TensorFlow detects no GPU. "
            "Check the driver with nvidia-smi and that galaxy-keras[gpu] is installed, "
            "or use --device auto"
        )
    _limit_threads(within_operations=not inter_op or (bool(gpus) and choice != "cpu"))
    if choice == "cpu" or not gpus:
        tf.config.set_visible_devices([], "GPU")
        logger.info("Device: CPU (%s).", _describe_threads())
        return "cpu"
    for gpu in gpus:
        tf.config.experimental.set_memory_growth(gpu, True)
    used = gpus if all_devices else gpus[:1]
    names = [tf.config.experimental.get_device_details(gpu).get("device_name") for gpu in used]
    for gpu, name in zip(used, names, strict=True):
        logger.info("Device: GPU (%s).", name or gpu.name)
    tf.config.set_visible_devices(used, "GPU")
    return "gpu"


def _limit_threads(*, within_operations: bool) -> None:
    slots = _read_slots()
    if slots is not None:
        tf.config.threading.set_inter_op_parallelism_threads(slots)
        tf.config.threading.set_intra_op_parallelism_threads(slots)
    if not within_operations:
        # TensorFlow accepts it only once: a second run in the process keeps the first choice.
        with contextlib.suppress(RuntimeError):
            tf.config.threading.set_intra_op_parallelism_threads(1)


def _read_slots() -> int | None:
    slots = os.environ.get(SLOTS_VARIABLE)
    if not slots:
        return None
    if not slots.isascii() or not slots.isdigit() or int(slots) < 1:
        raise ConfigurationError(
            f"the environment variable {SLOTS_VARIABLE} must be a whole number "
            f"of at least 1, not {slots!r}"
        )
    return int(slots)


def count_threads() -> int:
    """Return how many operations TensorFlow computes in parallel on the CPU."""
    return tf.config.threading.get_inter_op_parallelism_threads() or _count_processors()


def _count_processors() -> int:
    # Linux reports which processors this process may use.
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _describe_threads() -> str:
    threads = count_threads()
    return "1 thread" if threads == 1 else f"{threads} threads"


_OUT_OF_MEMORY_MARKERS = (
    "Dst tensor is not initialized",
    "CUDA_ERROR_OUT_OF_MEMORY",
    "out of memory",
)


@contextlib.contextmanager
def translating_out_of_memory() -> Iterator[None]:
    """Raise a `MemoryError` where TensorFlow reports an out-of-memory error."""
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError from error
    except (tf.errors.InternalError, tf.errors.UnknownError) as error:
        # On a GPU a copy or a library may fail first.
        if not any(marker in str(error) for marker in _OUT_OF_MEMORY_MARKERS):
            raise
        raise MemoryError from error
