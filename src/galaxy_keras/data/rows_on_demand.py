"""Samples that are computed when they are asked for, and look like an array."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.intp]


class RowsOnDemand:
    """Samples of which each access computes those that it asks for.

    It answers as `numpy.ndarray` what samples are asked for: `shape`, `dtype`, `nbytes`, `len`,
    rows by a number, a slice or an array, and `reshape` with all rows.

    Parameters
    ----------
    rows
        How many there are.
    shape
        The shape of one.
    dtype
        The datatype.
    compute
        Returns samples by their numbers, shape (rows, *any shape of so many numbers).
    """

    def __init__(
        self,
        rows: int,
        shape: Sequence[int],
        dtype: np.dtype[Any],
        compute: Callable[[Rows], NDArray[Any]],
    ) -> None:
        self.shape = (rows, *shape)
        self.dtype = dtype
        self._compute = compute

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """The bytes of all samples, which are never there at once."""
        return math.prod(self.shape) * self.dtype.itemsize

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, tuple):
            rows, *rest = key
            if self._is_all(rows) and all(map(self._is_all, rest)):
                return self
            return self[rows][(..., *rest)]
        if isinstance(key, int | np.integer):
            return self._get(np.array([key]))[0]
        return self._get(np.arange(len(self))[key])

    def reshape(self, rows: int, *shape: int) -> RowsOnDemand:
        """Return the same samples in another shape."""
        if rows != len(self):
            raise ValueError(f"there are {len(self)} rows, not {rows}")
        return RowsOnDemand(rows, shape, self.dtype, self._compute)

    def _is_all(self, key: Any) -> bool:
        whole = (0, math.prod(self.shape[1:]))
        return isinstance(key, slice) and (key == slice(None) or (key.start, key.stop) == whole)

    def _get(self, rows: Rows) -> NDArray[Any]:
        computed = self._compute(rows).reshape(len(rows), *self.shape[1:])
        return computed.astype(self.dtype, copy=False)
