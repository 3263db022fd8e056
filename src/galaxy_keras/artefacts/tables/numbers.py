"""Parsing lines into numbers, fast."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class NumberParser:
    """Turns lines into int32, from the first piece that needs it on into float32."""

    def __init__(self, count: int, chosen: Sequence[int]) -> None:
        self._tabs = count - 1
        self._width = len(chosen)
        # Without a choice loadtxt is faster, and compares the lengths of the rows itself.
        self._chosen = None if list(chosen) == list(range(count)) else list(chosen)
        self._dtypes: tuple[DTypeLike, ...] = (np.int32, np.float32)

    def parse(self, lines: list[str]) -> NDArray[Any] | None:
        """Return rows x columns, or None where not every cell is a finite number."""
        if self._chosen is not None and any(line.count("\t") != self._tabs for line in lines):
            return None
        for number, dtype in enumerate(self._dtypes):
            values = self._load(lines, dtype)
            if values is not None:
                self._dtypes = self._dtypes[number:]
                return values
        return None

    def _load(self, lines: list[str], dtype: DTypeLike) -> NDArray[Any] | None:
        try:
            with warnings.catch_warnings(action="error"):
                # Some versions of numpy only warn where they cut 1.7 down to an integer.
                values = np.loadtxt(
                    lines, dtype, comments=None, delimiter="\t", usecols=self._chosen, ndmin=2
                )
        except (ValueError, Warning):
            return None
        # Blank lines are skipped by loadtxt, so that the number of rows must be compared.
        complete = values.shape == (len(lines), self._width)
        return values if complete and np.isfinite([values.min(), values.max()]).all() else None
