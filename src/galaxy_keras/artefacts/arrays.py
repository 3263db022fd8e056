"""Named arrays, as stored in model files and passed to a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

SLICE_BYTES = 2**20


@dataclass(frozen=True, eq=False)
class NamedArray:
    """An array and its name."""

    name: str
    values: NDArray[Any]


@dataclass(frozen=True, eq=False)
class LayerWeights:
    """The weights of one layer.

    Attributes
    ----------
    name
        The name of the layer.
    paths
        Keras's path of each variable (`lstm/lstm_cell/kernel`); its last part says what it is.
    arrays
        The values, in the order of the layer's variables.
    """

    name: str
    paths: tuple[str, ...]
    arrays: tuple[NDArray[Any], ...]


def iterate_slices(values: NDArray[Any]) -> Iterator[slice]:
    """Yield slices that split the rows of an array into chunks of about 1 MB.

    Computing in chunks needs no copy of a table, which may be larger than memory.
    """
    rows = max(SLICE_BYTES * len(values) // max(values.nbytes, 1), 1)
    for start in range(0, len(values), rows):
        yield slice(start, min(start + rows, len(values)))
