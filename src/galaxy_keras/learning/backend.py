"""Imports Keras and TensorFlow without what they write on standard error."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator


def load_keras() -> None:
    """Import Keras quietly; commands call this before modules that import it.

    TensorFlow writes notes about processors and drivers from native code before any setting
    for its messages applies. They are kept back, and shown only if the import fails.
    """
    with _hiding_standard_error():
        import keras  # noqa: F401


@contextlib.contextmanager
def _hiding_standard_error() -> Iterator[None]:
    sys.stderr.flush()
    saved = os.dup(2)
    with tempfile.TemporaryFile() as hidden:
        os.dup2(hidden.fileno(), 2)
        try:
            yield
        except BaseException:
            hidden.seek(0)
            os.write(saved, hidden.read())
            raise
        finally:
            sys.stderr.flush()
            os.dup2(saved, 2)
            os.close(saved)
