"""Activations of Keras 2 that are other functions in Keras 3."""

from __future__ import annotations

from typing import Any

import keras

from galaxy_keras.learning.layers import PACKAGE


@keras.saving.register_keras_serializable(PACKAGE)  # type: ignore[untyped-decorator]
def hard_sigmoid_keras2(inputs: Any) -> Any:
    """Return 0.2 x + 0.5, cut off at 0 and 1; Keras 3 has x / 6 + 0.5 under the old name."""
    return keras.ops.clip(0.2 * inputs + 0.5, 0.0, 1.0)
