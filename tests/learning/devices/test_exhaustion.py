"""What TensorFlow raises when memory runs out becomes Python's own error."""

from __future__ import annotations

import pytest
import tensorflow as tf

from galaxy_keras.learning.devices.devices import translating_out_of_memory


@pytest.mark.parametrize(
    "error",
    [
        tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor"),
        tf.errors.InternalError(None, None, "Dst tensor is not initialized."),
        tf.errors.InternalError(None, None, "CUDA_ERROR_OUT_OF_MEMORY: out of memory"),
        tf.errors.UnknownError(None, None, "cuDNN: out of memory"),
    ],
)
def test_memory_that_runs_out(error: Exception) -> None:
    with pytest.raises(MemoryError), translating_out_of_memory():
        raise error


def test_other_errors_stay() -> None:
    with pytest.raises(tf.errors.InternalError, match="ptxas"), translating_out_of_memory():
        raise tf.errors.InternalError(None, None, "ptxas failed")
