"""Scales the values of a target for a network, and its outputs back into the units of the table."""

from __future__ import annotations

from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.encodings.encoding import EncodingState, RawColumns, check_no_cells
from galaxy_keras.data.encodings.numeric import ColumnScaling
from galaxy_keras.data.encodings.state import StateReader

LOG: Final = "log"
_MAX_VALUE: Final = float(np.finfo(np.float32).max)


class ValueScaling:
    """The scaling of the target encoding `values`, fitted on the training rows.

    Parameters
    ----------
    kind
        ``none``, ``standard`` (mean 0, standard deviation 1), ``minmax`` (0 to 1) or ``log``
        (logarithm of 1 + value).
    scaling
        What each column is shifted by and divided by; for ``log`` nothing.
    """

    def __init__(self, kind: str, scaling: ColumnScaling) -> None:
        self.kind = kind
        self._scaling = scaling

    @classmethod
    def fit(cls, kind: str, values: NDArray[np.float64], columns: RawColumns) -> Self:
        """Return the scaling of the values of the training rows.

        Parameters
        ----------
        kind
            As above.
        values
            Finite numbers, shape (rows, columns).
        columns
            Where they come from, for messages.

        Raises
        ------
        DataError
            If a value has no logarithm.
        """
        if kind == LOG:
            _check_logarithms(values, columns)
        return cls(kind, ColumnScaling.fit(values, "none" if kind == LOG else kind))

    @classmethod
    def restore(cls, kind: str, state: EncodingState, columns: int) -> Self:
        """Return what `get_state` was called on, for so many columns.

        Raises
        ------
        ModelFileError
            If a part is missing, or is not what fitting could have made.
        """
        return cls(kind, ColumnScaling.read(StateReader("values", state), columns))

    def get_state(self) -> EncodingState:
        """Return what `restore` needs."""
        return EncodingState({}, self._scaling.list_arrays())

    def encode(self, values: NDArray[np.float64], columns: RawColumns) -> NDArray[np.float32]:
        """Return values as the network learns them, shape (rows, columns).

        Raises
        ------
        DataError
            If a value has no logarithm, or is too large for 32 bits when it is scaled.
        """
        if self.kind == LOG:
            _check_logarithms(values, columns)
            return np.log1p(values).astype(np.float32)
        return self._scaling.apply(values, columns)

    def decode(self, outputs: NDArray[np.floating]) -> NDArray[np.float64]:
        """Return outputs of the network in the units of the table, shape (rows, columns)."""
        values: NDArray[np.float64] = outputs.astype(np.float64)
        if self.kind == LOG:
            return np.minimum(np.expm1(np.minimum(values, np.log1p(_MAX_VALUE))), _MAX_VALUE)
        return values * self._scaling.scale + self._scaling.shift

    @property
    def shift(self) -> NDArray[np.float64]:
        """What is subtracted from each column, shape (columns,)."""
        return self._scaling.shift

    @property
    def scale(self) -> NDArray[np.float64]:
        """What each column is divided by then, shape (columns,)."""
        return self._scaling.scale

    def describe(self) -> list[str]:
        """Return range and scale of each column."""
        logarithm = ", logarithm of 1 + value" if self.kind == LOG else ""
        count = len(self._scaling.scale)
        return [self._scaling.describe(column) + logarithm for column in range(count)]


def _check_logarithms(values: NDArray[np.float64], columns: RawColumns) -> None:
    check_no_cells(
        values <= -1,
        columns,
        lambda row, column: (
            f"{values[row, column]:g} has no logarithm of 1 + value, which scale=log takes. "
            "Correct it, or give values the option scale=standard"
        ),
    )
