"""What TensorFlow raises when memory runs out, as Python's own error."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import tensorflow as tf

_GPU_SIGNS = ("Dst tensor is not initialized", "CUDA_ERROR_OUT_OF_MEMORY", "out of memory")


@contextlib.contextmanager
def catching_exhaustion() -> Iterator[None]:
    """Raise a `MemoryError` where TensorFlow says in its own ways that memory ran out."""
    try:
        yield
    except tf.errors.ResourceExhaustedError as error:
        raise MemoryError from error
    except (tf.errors.InternalError, tf.errors.UnknownError) as error:
        # On a GPU a copy or a library may fail first.
        if not any(sign in str(error) for sign in _GPU_SIGNS):
            raise
        raise MemoryError from error
