"""Keeps settings of the user's libraries away from results."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping

# No folder and no file can be below this: nothing is read, and nothing written.
_NOWHERE = os.devnull


def isolate_keras() -> None:
    """Let Keras compute what follows from the inputs alone; must come before it is imported.

    It would run on another backend, where the tests prove nothing, with another precision, other
    axes of images or fewer epochs.
    """
    for name in [name for name in os.environ if name.startswith("KERAS_")]:
        del os.environ[name]
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["KERAS_HOME"] = _NOWHERE


def import_matplotlib() -> None:
    """Import matplotlib without the user's settings, a mistake in which would end the import.

    They are a backend, and a file that is looked for in the working folder first. Keras imports
    matplotlib too.
    """
    with (
        _replacing_variables({"MPLBACKEND": None, "MATPLOTLIBRC": _NOWHERE}),
        _leaving_working_folder(),
    ):
        import matplotlib as mpl  # noqa: F401


@contextlib.contextmanager
def _replacing_variables(values: Mapping[str, str | None]) -> Iterator[None]:
    former = {name: os.environ.get(name) for name in values}
    _set_variables(values)
    try:
        yield
    finally:
        _set_variables(former)


def _set_variables(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@contextlib.contextmanager
def _leaving_working_folder() -> Iterator[None]:
    # By a handle, because the working folder may be unreadable, or no longer have a name.
    here = os.open(".", os.O_PATH)
    os.chdir(os.sep)
    try:
        yield
    finally:
        os.fchdir(here)
        os.close(here)
