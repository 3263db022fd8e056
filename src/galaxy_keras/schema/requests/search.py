"""A search for hyperparameters: which are tried, from where to where, and how often."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field

from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.schema.values.component import FrozenModel
from galaxy_keras.schema.values.literals import format_literal, parse_literal

_RANGE = re.compile(r"\s*(log|uniform|int)\s*\((.*)\)\s*")
_EXAMPLE = "learning_rate=log(1e-4,1e-1), dropout=uniform(0,0.5), units=int(16,128) or units=16,32"


class SearchRange(FrozenModel):
    """The values that are tried of one hyperparameter.

    Attributes
    ----------
    name
        Its name, as --set takes it.
    kind
        ``choice`` of `choices`; else a number from `low` to `high`: ``log`` on a logarithmic
        scale, ``uniform``, or ``int`` for whole numbers.
    """

    name: str
    kind: Literal["choice", "log", "uniform", "int"]
    low: float = 0
    high: float = 0
    choices: tuple[Any, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return what a text such as ``learning_rate=log(1e-4,1e-1)`` says.

        Raises
        ------
        ConfigurationError
            If it is not of this form, or the range is empty.
        """
        name, equals, values = (part.strip() for part in text.partition("="))
        if not name or not equals or not values:
            raise ConfigurationError(f'--search "{text:.80}" is not a name and values: {_EXAMPLE}')
        found = _RANGE.fullmatch(values)
        try:
            numbers = parse_literal(found[2] if found else values)
        except ConfigurationError as error:
            raise error.with_prefix(f"--search {name}") from None
        listed = numbers if isinstance(numbers, tuple) else (numbers,)
        return cls._from_range(name, found[1], listed) if found else cls._from_choices(name, listed)

    @classmethod
    def _from_choices(cls, name: str, choices: tuple[Any, ...]) -> Self:
        if len(choices) < 2:
            raise ConfigurationError(
                f"--search {name} has one value only. Give several, or that one with --set"
            )
        return cls(name=name, kind="choice", choices=choices)

    @classmethod
    def _from_range(cls, name: str, kind: Any, numbers: tuple[Any, ...]) -> Self:
        if len(numbers) != 2 or not all(
            isinstance(each, int | float) and not isinstance(each, bool) for each in numbers
        ):
            raise ConfigurationError(f"--search {name}: {kind}(...) takes two numbers: {_EXAMPLE}")
        low, high = numbers
        if low >= high or (kind == "log" and low <= 0):
            positive = " and above 0" if kind == "log" else ""
            raise ConfigurationError(
                f"--search {name}: {kind}({low:g},{high:g}) must begin below its end{positive}"
            )
        return cls(name=name, kind=kind, low=low, high=high)

    def format(self) -> str:
        """Return the text that `parse` reads as this range."""
        if self.kind == "choice":
            return f"{self.name}={','.join(map(format_literal, self.choices))}"
        return f"{self.name}={self.kind}({self.low!r},{self.high!r})"


class Search(FrozenModel):
    """A search.

    Attributes
    ----------
    ranges
        The hyperparameters.
    trials
        How many combinations are tried, those in the storage included.
    monitor
        The value by which they are compared, best over the epochs.
    storage
        The file that trials are kept in, so that the same search goes on; None for none.
    """

    ranges: tuple[SearchRange, ...] = Field(min_length=1)
    trials: int = Field(default=20, ge=1)
    monitor: str = "val_loss"
    storage: Path | None = None


def parse_ranges(texts: tuple[str, ...]) -> tuple[SearchRange, ...]:
    """Return the ranges in the values of --search.

    Raises
    ------
    ConfigurationError
        With all problems of all of them.
    """
    problems = Problems()
    ranges: dict[str, SearchRange] = {}
    for text in texts:
        with problems.collecting():
            parsed = SearchRange.parse(text)
            if parsed.name in ranges:
                raise ConfigurationError(f"--search gives {parsed.name} twice. Give it once")
            ranges[parsed.name] = parsed
    problems.raise_if_any()
    return tuple(ranges.values())
