"""Errors that a user can act on; each class has its exit code.

::

    GalaxyKerasError
    ├── ConfigurationError  3   architecture, training settings, JSON
    ├── DataError           4   tables, columns, labels, shapes
    ├── ModelFileError      5   unknown format, damaged, unsafe, too new
    └── TrainingError       6   diverged, nothing to train

Exit code 2 is click's (command-line usage); 70 is that of all exceptions that are not in this
tree, which are bugs.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, NoReturn, Self, TypeVar

MAX_PROBLEMS_SHOWN = 20
Result = TypeVar("Result")


class GalaxyKerasError(Exception):
    """An error whose message says what is wrong, where, what was expected and what to do.

    Parameters
    ----------
    *problems
        One sentence or paragraph per problem; several are numbered in the message.
    """

    exit_code: ClassVar[int]

    def __init__(self, *problems: str) -> None:
        super().__init__(_describe(problems))
        self.problems = problems

    def with_prefix(self, where: str) -> Self:
        """Return the same error with `where` (a file, a layer, an option) before each problem."""
        return type(self)(*(f"{where}: {problem}" for problem in self.problems))


class ConfigurationError(GalaxyKerasError):
    """The architecture, the training settings or their JSON cannot be used."""

    exit_code = 3


class DataError(GalaxyKerasError):
    """A table, its columns, its labels or its shape cannot be used."""

    exit_code = 4


class ModelFileError(GalaxyKerasError):
    """A model file has an unknown format, is damaged, unsafe or too new."""

    exit_code = 5


class TrainingError(GalaxyKerasError):
    """Training ended without a usable model."""

    exit_code = 6


class Problems:
    """Collects errors, to report all of them at once.

    Examples
    --------
    ::

        problems = Problems()
        for layer in layers:
            with problems.collecting():
                check(layer)
        problems.raise_if_any()
    """

    def __init__(self) -> None:
        self._errors: list[GalaxyKerasError] = []

    def collecting(self) -> _Collecting:
        """Return a context manager that suppresses a `GalaxyKerasError` and keeps it."""
        return _Collecting(self._errors)

    def attempt(self, compute: Callable[[], Result]) -> Result | None:
        """Return the result of `compute`; None if it raises a `GalaxyKerasError`, which is kept."""
        with self.collecting():
            return compute()
        return None

    def add(self, error: GalaxyKerasError) -> None:
        """Keep `error`."""
        self._errors.append(error)

    def __bool__(self) -> bool:
        return bool(self._errors)

    def raise_if_any(self) -> None:
        """Raise one error with all problems, of the class of the first; do nothing without any."""
        if self._errors:
            self.fail()

    def fail(self) -> NoReturn:
        """Raise that error; there must be problems."""
        problems = [problem for error in self._errors for problem in error.problems]
        raise type(self._errors[0])(*dict.fromkeys(problems))


class _Collecting:
    def __init__(self, errors: list[GalaxyKerasError]) -> None:
        self._errors = errors

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if isinstance(error, GalaxyKerasError):
            self._errors.append(error)
            return True
        return False


def suggest(name: str, known: Iterable[str]) -> str:
    """Return `` Did you mean "x"?`` for the known name closest to `name`; may be empty."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), list(by_folded), n=1, cutoff=0.6)
    return f' Did you mean "{by_folded[close[0]]}"?' if close else ""


def escape_name(name: str, max_length: int = 80) -> str:
    """Return a name from a file for a message: escaped and truncated.

    Control characters and others that cannot be printed become Python's escapes, so that they
    are shown and not sent to a terminal. A name longer than `max_length` ends in ``...``.
    """
    shown = name[:max_length]
    if not shown.isprintable():
        shown = "".join(each if each.isprintable() else _escape(each) for each in shown)
    return shown if len(name) <= max_length else f"{shown}..."


def list_names(names: Sequence[str], most: int = 12) -> str:
    """Return at most `most` names, separated by commas, and their number if there are more."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown}, ... ({len(names)} in all)"


def _escape(character: str) -> str:
    byte = ord(character) - 0xDC00
    if 0x80 <= byte <= 0xFF:
        # A byte that is not UTF-8, kept by the error handler "surrogateescape".
        return f"\\x{byte:02x}"
    return character.encode("unicode_escape").decode()


def _describe(problems: Sequence[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    lines = [f"{number}. {text}" for number, text in enumerate(problems[:MAX_PROBLEMS_SHOWN], 1)]
    more = len(problems) - MAX_PROBLEMS_SHOWN
    if more > 0:
        lines.append(f"... and {more} more.")
    return "\n".join([f"{len(problems)} problems were found.", *lines])
