"""Parsing lines into numbers, fast.

`parse_digits` is kept beside `numpy.loadtxt` for tables of digits: the tutorial's 25,000 x 500 word
indices took 0.48 s of CPU with it and 0.53 s without (medians of nine rounds in turns). Other
tables gain nothing, and lose nothing measurable, by it.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from galaxy_keras.artefacts.tables.cells import BOOLEANS

_TAB, _LINE_END, _ZERO, _NINE = b"\t\n09"
_MAX_INT32_DIGITS = 9
"""So many digits always fit into int32."""
_BOOLEAN = re.compile(rf"(?<![^\t ])(?:{'|'.join(BOOLEANS)})(?![^\t\n ])")


class NumberParser:
    """Parses lines into int32; from the first chunk that needs it on, into float32."""

    def __init__(self, count: int, chosen: Sequence[int]) -> None:
        self._count = count
        self._width = len(chosen)
        # Without a choice of columns loadtxt is faster, and compares the rows' lengths itself.
        self._chosen = None if list(chosen) == list(range(count)) else list(chosen)
        self._parsers: tuple[Callable[[list[str]], NDArray[Any] | None], ...] = (
            self._read_digits,
            self._load_integers,
            self._load_integers_and_booleans,
            self._load_floats,
            self._load_floats_and_booleans,
        )

    def parse(self, lines: list[str]) -> NDArray[Any] | None:
        """Return the numbers in `lines`; None where not every cell is a finite number.

        The truth values of pandas and R (True and FALSE, for example) are 1 and 0.

        Parameters
        ----------
        lines
            With their line ends.

        Returns
        -------
        numpy.ndarray or None
            Shape (rows, columns), int32; float32 from the first call on that needs it.
        """
        for number, read in enumerate(self._parsers):
            values = read(lines)
            if values is not None:
                # What one chunk needed, the following ones will need as well.
                self._parsers = self._parsers[number:]
                return values
        return None

    def _read_digits(self, lines: list[str]) -> NDArray[np.int32] | None:
        values = parse_digits(lines, self._count)
        return values if values is None or self._chosen is None else values[:, self._chosen]

    def _load_integers(self, lines: list[str]) -> NDArray[Any] | None:
        return self._load(lines, np.int32)

    def _load_floats(self, lines: list[str]) -> NDArray[Any] | None:
        values = self._load(lines, np.float32)
        finite = values is not None and np.isfinite([values.min(), values.max()]).all()
        return values if finite else None

    def _load_integers_and_booleans(self, lines: list[str]) -> NDArray[Any] | None:
        return self._load_integers(_replace_booleans(lines))

    def _load_floats_and_booleans(self, lines: list[str]) -> NDArray[Any] | None:
        return self._load_floats(_replace_booleans(lines))

    def _load(self, lines: list[str], dtype: DTypeLike) -> NDArray[Any] | None:
        tabs = self._count - 1
        if self._chosen is not None and any(line.count("\t") != tabs for line in lines):
            return None
        try:
            with warnings.catch_warnings(action="error"):
                # Some versions of numpy only warn when they truncate 1.7 to an integer.
                values = np.loadtxt(
                    lines, dtype, comments=None, delimiter="\t", usecols=self._chosen, ndmin=2
                )
        except (ValueError, Warning):
            return None
        # loadtxt skips blank lines, so the number of rows must be compared.
        return values if values.shape == (len(lines), self._width) else None


def _replace_booleans(lines: list[str]) -> list[str]:
    # Looking for plain words is far faster than the pattern, and most tables have none.
    if not any(word in line for line in lines for word in BOOLEANS):
        return lines
    return [_BOOLEAN.sub(lambda match: BOOLEANS[match.group()], line) for line in lines]


def parse_digits(lines: list[str], count: int) -> NDArray[np.int32] | None:
    """Return a table of `count` columns that holds nothing but digits; None if it does not.

    Word indices, counts and pixels are such tables. All cells are computed together, digit by
    digit from the right, in half the time that reading them one by one takes.
    """
    text = "".join(lines)
    text = text if text.endswith("\n") else text + "\n"
    codes = np.frombuffer(text.encode("utf-8", "surrogateescape"), np.uint8)
    ends = np.flatnonzero(codes < _ZERO)
    rows = len(lines)
    if codes.max() > _NINE or not _are_cell_ends(codes, ends, rows, count):
        return None
    widths = np.diff(ends, prepend=-1) - 1
    if not (widths.min() > 0 and widths.max() <= _MAX_INT32_DIGITS):
        return None
    values = codes[ends - 1].astype(np.int32) - _ZERO
    for place in range(1, widths.max()):
        longer = np.flatnonzero(widths > place)
        digits = codes[ends[longer] - 1 - place].astype(np.int32) - _ZERO
        values[longer] += digits * 10**place
    return values.reshape(rows, count)


def _are_cell_ends(codes: NDArray[np.uint8], ends: NDArray[np.intp], rows: int, count: int) -> bool:
    """Whether `ends` are tabs, and every `count`-th a line end."""
    return bool(
        len(ends) == rows * count
        and np.count_nonzero(codes == _TAB) == rows * (count - 1)
        and (codes[ends[count - 1 :: count]] == _LINE_END).all()
    )
