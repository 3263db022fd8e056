"""Repeatable random numbers."""

from __future__ import annotations

import keras
import tensorflow as tf

from galaxy_keras.learning.devices import DeviceKind


def fix_seed(seed: int, device: DeviceKind) -> None:
    """Seed Python, NumPy and TensorFlow; on a CPU also make every operation deterministic.

    Two runs on the same CPU with the same number of threads then give the same bits. On a GPU
    some operations have no deterministic version and would fail, so they are left as they are.
    """
    keras.utils.set_random_seed(seed)
    if device == "cpu":
        tf.config.experimental.enable_op_determinism()
