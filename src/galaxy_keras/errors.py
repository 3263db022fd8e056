"""Errors that a user can act on; each class has its exit code.

::

    GalaxyKerasError
    ├── ConfigurationError  3   architecture, training settings, JSON
    ├── DataError           4   tables, columns, labels, shapes
    ├── ModelFileError      5   unknown format, damaged, unsafe, too new
    ├── TrainingError       6   diverged, nothing to train
    └── PreemptedError     75   a scheduler ends the job; a checkpoint was written

Exit code 2 is click's (command-line usage); 70 is that of all exceptions that are not in this
tree, which are bugs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import ClassVar, NoReturn, Self, TypeVar

MAX_PROBLEMS_SHOWN = 20
MAX_MESSAGE_LENGTH = 1800
"""The most characters of one problem, or of one line that is logged."""
MAX_VALUE_LENGTH = 300
"""The most characters of what is quoted in a message, or stands in it without a space."""
MAX_NAMES_COMPARED = 10_000
MIN_PREFIX_LENGTH = 4

_LONG_WORD = re.compile(rf"\S{{{MAX_VALUE_LENGTH + 1},}}")
_QUOTED = re.compile(r'"[^"]*"')
_LINE_END = re.compile(r"\s*[\r\n]\s*")
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


class PreemptedError(GalaxyKerasError):
    """Training ended because a scheduler asked for it, and goes on when it is started again.

    Its exit code is what programs for mail have for a failure that passes (EX_TEMPFAIL).
    """

    exit_code = 75


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
    closest = find_closest(name, known)
    return "" if closest is None else f' Did you mean "{closest}"?'


def find_closest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name closest to `name`, or None if none is close.

    A name is close if few letters were mistyped (four in ten at most; two that changed places
    count as one), or if one of both is the beginning of the other. Of many known names, the first
    10,000 are compared.
    """
    if len(name) > MAX_VALUE_LENGTH:
        return None
    folded = name.casefold()
    closest = min(
        ((distance, candidate) for candidate, distance in _find_close(folded, known)),
        default=None,
        key=lambda found: found[0],
    )
    return None if closest is None else closest[1]


def _find_close(name: str, known: Iterable[str]) -> Iterable[tuple[str, int]]:
    most = int(0.4 * len(name))
    letters = Counter(name)
    for candidate in islice(known, MAX_NAMES_COMPARED):
        folded = candidate.casefold()
        # Letters that have no partner are mistyped: this is quick, and sorts out most names.
        unmatched = (letters - Counter(folded)).total(), (Counter(folded) - letters).total()
        distance = max(unmatched)
        if distance <= most:
            distance = _count_typos(name, folded)
        if distance <= most or _is_prefix(*sorted((name, folded), key=len)):
            yield candidate, distance


def _is_prefix(shorter: str, longer: str) -> bool:
    enough = len(shorter) >= MIN_PREFIX_LENGTH or len(longer) - len(shorter) == 1
    return enough and longer.startswith(shorter)


def _count_typos(one: str, other: str) -> int:
    """Return the optimal string alignment distance.

    It is the number of letters to insert, delete, replace or exchange with their neighbour.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, counterpart in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


def format_message(text: str) -> str:
    """Return a message that is safe and short to show: one line, cut and escaped.

    Parameters
    ----------
    text
        One problem, or one line of a log. Values in it, such as labels, names and paths, may have
        any length (those above `MAX_VALUE_LENGTH` are cut in the middle) and any characters (those
        that cannot be printed, as those that control a terminal, become Python's escapes).
    """
    if len(text) <= MAX_VALUE_LENGTH and text.isprintable():
        return text
    text = _LONG_WORD.sub(lambda word: _cut(word.group(), MAX_VALUE_LENGTH), text)
    text = _QUOTED.sub(lambda value: _cut(value.group(), MAX_VALUE_LENGTH), text)
    text = _cut(_LINE_END.sub(" ", text), MAX_MESSAGE_LENGTH)
    return _cut(_escape_unprintable(text), MAX_MESSAGE_LENGTH)


def escape_name(name: str, max_length: int = 80) -> str:
    """Return a name from a file for a message: escaped and truncated.

    Control characters and others that cannot be printed become Python's escapes, so that they
    are shown and not sent to a terminal. A name longer than `max_length` ends in ``...``.
    """
    shown = _escape_unprintable(name[:max_length])
    return shown if len(name) <= max_length else f"{shown}..."


def count_things(count: int, thing: str) -> str:
    """Return a count with what is counted: `1 row`, `2,000 rows`."""
    return f"{count:,} {thing}" + ("" if count == 1 else "s")


def list_names(names: Sequence[str], most: int = 12) -> str:
    """Return at most `most` names, separated by commas, and their number if there are more.

    They are escaped and truncated, as by `escape_name`.
    """
    shown = ", ".join(map(escape_name, names[:most]))
    return shown if len(names) <= most else f"{shown}, ... ({len(names)} in all)"


def _cut(text: str, most: int) -> str:
    """Return `text`, without its middle where it is longer than `most` characters."""
    if len(text) <= most:
        return text
    behind = most // 4
    return f"{text[: most - behind - 3]}...{text[-behind:]}"


def _escape_unprintable(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else _escape(each) for each in text)


def _escape(character: str) -> str:
    byte = ord(character) - 0xDC00
    if 0x80 <= byte <= 0xFF:
        # A byte that is not UTF-8, kept by the error handler "surrogateescape".
        return f"\\x{byte:02x}"
    return character.encode("unicode_escape").decode()


def _describe(problems: Sequence[str]) -> str:
    if len(problems) == 1:
        return format_message(problems[0])
    shown = map(format_message, problems[:MAX_PROBLEMS_SHOWN])
    lines = [f"{number}. {text}" for number, text in enumerate(shown, 1)]
    more = len(problems) - MAX_PROBLEMS_SHOWN
    if more > 0:
        lines.append(f"... and {more} more.")
    return "\n".join([f"{len(problems)} problems were found.", *lines])
