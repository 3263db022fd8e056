"""Which part of a file's rows a run takes, where several runs share them."""

from __future__ import annotations

import re
from typing import Self

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.component import FrozenModel

_MAX_DIGITS = 9


class Part(FrozenModel):
    """One of several parts, which follow each other.

    Attributes
    ----------
    number
        Which part this is, from 1.
    count
        How many there are.
    """

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the part that --part asks for: ``3/8`` is the third of eight.

        Raises
        ------
        ConfigurationError
            If it is not written so, or there is no such part.
        """
        match = re.fullmatch(
            rf"([0-9]{{1,{_MAX_DIGITS}}})/([0-9]{{1,{_MAX_DIGITS}}})", text.strip()
        )
        if match is None:
            raise ConfigurationError(
                f"--part takes the number of the part and how many there are, such as 3/8, not "
                f"{text[:40]!r}"
            )
        number, count = map(int, match.groups())
        if not 1 <= number <= count:
            raise ConfigurationError(
                f"--part {text.strip()}: there is no such part. Parts are counted from 1, so the "
                f"numbers go from 1/{max(count, 1)} to {max(count, 1)}/{max(count, 1)}"
            )
        return cls(number=number, count=count)

    @property
    def is_first(self) -> bool:
        """Whether no part comes before."""
        return self.number == 1

    def choose(self, count: int) -> range:
        """Return which of `count` things belong to the part.

        The numbers of two parts differ by 1 at most. Where there are fewer things than parts, some
        have none, but not the first.
        """
        return range(
            -(-count * (self.number - 1) // self.count), -(-count * self.number // self.count)
        )
