"""Says when the address space of a process is limited (``ulimit -v``) to less than is needed.

Native libraries end the process, or fail to load with a message of their own, where they get none.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from typing import Final

import click

from galaxy_keras.errors import TrainingError

MIN_TENSORFLOW_BYTES: Final = 3072 * 2**20
MIN_NUMPY_BYTES: Final = 320 * 2**20
"""Not more than is needed for anything; a small training took 3,065 MiB on two cores."""

_WITH_TENSORFLOW: Final = ("keras-train-and-eval", "model-prediction")
_WITHOUT_NUMPY: Final = ("keras-model-config", "keras-model-builder")
_SIGNS: Final = (
    "failed to map segment",
    "cannot allocate memory",
    "can't start new thread",
    "could not create thread",
)


def check_address_space(ctx: click.Context) -> None:
    """Check that the limit leaves what a command needs in any case.

    Raises
    ------
    TrainingError
        If it does not.
    """
    name = ctx.command.name or ""
    if name in _WITHOUT_NUMPY:
        return
    full = name in _WITH_TENSORFLOW and not ctx.params.get("check")
    needed = MIN_TENSORFLOW_BYTES if full else MIN_NUMPY_BYTES
    limit = find_limit()
    if limit is not None and limit < needed:
        raise TrainingError(
            f"{_describe_limit(limit)}, but this needs {_format_mebibytes(needed)} and more. "
            "Raise the limit, or ask for more memory for the job"
        )


def describe_exhaustion(error: BaseException) -> str | None:
    """Return the message about an error that follows from the limit; None if it does not."""
    limit = find_limit()
    if limit is None or not any(sign in text for text in _iterate_texts(error) for sign in _SIGNS):
        return None
    return (
        f"{_describe_limit(limit)}, which was not enough. Raise the limit, or ask for more memory "
        "for the job"
    )


def find_limit() -> int | None:
    """Return the limit of the address space in bytes; None without one."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def _iterate_texts(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield str(error).lower()
        error = error.__cause__ or error.__context__


def _describe_limit(limit: int) -> str:
    return f"the address space is limited to {_format_mebibytes(limit)} (ulimit -v)"


def _format_mebibytes(size: int) -> str:
    return f"{size // 2**20:,} MiB"
