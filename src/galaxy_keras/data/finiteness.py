"""Finds outputs of a network that are no finite numbers, and what they come from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import LayerWeights
from galaxy_keras.data.features import Arrays
from galaxy_keras.errors import DataError, ModelFileError, escape_name


def check_outputs(
    outputs: NDArray[np.float32],
    inputs: Arrays,
    weights: Iterable[LayerWeights],
    locate: Callable[[int], str],
) -> None:
    """Check that a network answers every row with finite numbers: NaN is no class and no value.

    Parameters
    ----------
    outputs
        The outputs of the network, shape (rows, ...).
    inputs
        What they were computed from, one array for each input of the network, shape (rows, ...).
    weights
        The weights of the network.
    locate
        Returns where a row (an index of `outputs`) comes from, for the message.

    Raises
    ------
    ModelFileError
        If the weights of the network are not finite.
    DataError
        If they are, so that it is the row that the network cannot compute.
    """
    row = find_non_finite(outputs)
    if row is None:
        return
    layer = find_non_finite_layer(weights)
    if layer is not None:
        raise ModelFileError(
            f'the weights of the layer "{escape_name(layer)}" are not all finite numbers, so the '
            f"network computes {_show_first(outputs[row])} from {locate(row)}. The training "
            "diverged, or the file is damaged. Train the network again"
        )
    largest = max(float(np.abs(each[row]).max()) for each in inputs)
    raise DataError(
        f"{locate(row)}: the network computes {_show_first(outputs[row])} from it, which is not a "
        f"finite number. Its largest feature is {largest:g}. Correct the row, or scale the "
        "features as those that the network was trained on"
    )


def find_non_finite(outputs: NDArray[np.float32]) -> int | None:
    """Return the first row, an index of `outputs`, with an output that is not finite, or None."""
    if np.isfinite(outputs).all():
        return None
    finite = np.isfinite(outputs.reshape(len(outputs), -1)).all(axis=1)
    return int(np.argmin(finite))


def find_non_finite_layer(weights: Iterable[LayerWeights]) -> str | None:
    """Return the name of the first layer that has a weight that is not finite, or None."""
    for layer in weights:
        if not all(_is_finite(array) for array in layer.arrays):
            return layer.name
    return None


def _is_finite(array: NDArray[np.generic]) -> bool:
    return array.dtype.kind != "f" or bool(np.isfinite(array).all())


def _show_first(outputs: NDArray[np.float32]) -> str:
    """Return the first of the outputs of one row that is not finite."""
    flat = outputs.ravel()
    return f"{flat[~np.isfinite(flat)][0]:g}"
