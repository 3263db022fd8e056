"""Arrays with names, as they are stored in model files and given to a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class NamedArray:
    """One array and what it is called."""

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
