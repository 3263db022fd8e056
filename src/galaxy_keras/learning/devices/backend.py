"""Imports Keras and TensorFlow without what they write on standard error."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import sys
from collections.abc import Iterator
from typing import Literal

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.isolation import import_matplotlib

_JAX_NUMBERS = (
    "JAX_DEFAULT_MATMUL_PRECISION",
    "JAX_DEFAULT_PRNG_IMPL",
    "JAX_ENABLE_CUSTOM_PRNG",
    "JAX_ENABLE_X64",
    "JAX_EXPLICIT_X64_DTYPES",
    "JAX_NUMPY_DTYPE_PROMOTION",
    "JAX_NUMPY_RANK_PROMOTION",
    "JAX_RANDOM_SEED_OFFSET",
    "JAX_THREEFRY_PARTITIONABLE",
)
"""Variables that change what JAX computes."""

logger = logging.getLogger(__name__)


def load_keras(backend: Literal["tensorflow", "jax"] = "tensorflow") -> None:
    """Import Keras quietly; commands call this before modules that import it.

    On a terminal a line says why nothing happens for some seconds.
    TensorFlow writes notes about processors and drivers from native code before any setting
    for its messages applies. They are kept back, and shown only if the import fails.
    """
    if sys.stderr.isatty():
        logger.info("Loading TensorFlow ...")
    os.environ["KERAS_BACKEND"] = backend
    for name in _JAX_NUMBERS:
        os.environ.pop(name, None)
    import_matplotlib()
    with suppressing_native_output():
        import keras  # noqa: F401
        import tensorflow as tf  # noqa: F401


def check_jax() -> None:
    """Raise a `ConfigurationError` unless JAX is installed; imports nothing."""
    if importlib.util.find_spec("jax") is None:
        raise ConfigurationError(
            "--cluster computes with JAX, which is not installed. "
            "Run: pip install 'galaxy-keras[cluster]'"
        )


def check_optuna() -> None:
    """Raise a `ConfigurationError` unless Optuna is installed; imports nothing."""
    if importlib.util.find_spec("optuna") is None:
        raise ConfigurationError(
            "--search needs Optuna, which is not installed. Run: pip install 'galaxy-keras[search]'"
        )


@contextlib.contextmanager
def suppressing_native_output() -> Iterator[None]:
    """Keep back what is written on standard output and standard error, unless all fails."""
    sys.stdout.flush()
    sys.stderr.flush()
    saved = [os.dup(1), os.dup(2)]
    # In memory: a disk may be full.
    with open(os.memfd_create("hidden"), "w+b") as hidden:  # noqa: PTH123
        for number in (1, 2):
            os.dup2(hidden.fileno(), number)
        try:
            yield
        except BaseException:
            hidden.seek(0)
            with contextlib.suppress(OSError):
                os.write(saved[1], hidden.read())
            raise
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, former in zip((1, 2), saved, strict=True):
                os.dup2(former, number)
                os.close(former)
