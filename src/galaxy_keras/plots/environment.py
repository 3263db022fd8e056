"""Keeps settings of the user's matplotlib away from pictures."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path


@contextlib.contextmanager
def replacing_variables(values: Mapping[str, str | None]) -> Iterator[None]:
    """Set environment variables, or remove those that are None, for a while."""
    former = {name: os.environ.get(name) for name in values}
    _set_variables(values)
    try:
        yield
    finally:
        _set_variables(former)


@contextlib.contextmanager
def leaving_working_folder() -> Iterator[None]:
    """Go to the folder of this module for a while."""
    # By a handle, because the working folder may be unreadable, or no longer have a name.
    here = os.open(".", os.O_PATH)
    os.chdir(Path(__file__).parent)
    try:
        yield
    finally:
        os.fchdir(here)
        os.close(here)


def _set_variables(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
