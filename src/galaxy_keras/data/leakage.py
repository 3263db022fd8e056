"""Features that tell the target."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import iterate_slices
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import list_names

logger = logging.getLogger(__name__)


def warn_about_leakage(features: NDArray[Any], names: Sequence[str] | None, target: Target) -> None:
    """Warn of feature columns that are the target, or another code of it.

    That is a column with one value for each class and another one for every other class, or,
    beside a target of numbers, the same numbers.

    Parameters
    ----------
    features
        Shape (rows, columns); may be larger than memory.
    names
        Of the columns, or None.
    target
        The encoded target of all rows.
    """
    found: NDArray[np.intp] = np.zeros(0, np.intp)
    codes = target.codes if target.codes.ndim == 2 else target.codes[:, None]
    find = _find_equal if target.description.kind == "regression" else _find_codes
    for column in codes.T:
        found = np.union1d(found, find(features, column))
    if len(found):
        shown = [str(number + 1) if names is None else f'"{names[number]}"' for number in found]
        logger.warning(
            "Feature %s %s the target, or another code of it: in each row, one tells the other. "
            "If it is not known for new samples, leave it out with --features-columns.",
            f"column{'s' if len(shown) > 1 else ''} {list_names(shown)}",
            "are" if len(shown) > 1 else "is",
        )


def _find_equal(features: NDArray[Any], values: NDArray[Any]) -> NDArray[np.intp]:
    """Return the columns that are equal to `values`, which features hold in single precision."""
    equal = np.ones(features.shape[1], bool)
    values = values.astype(np.float32)[:, None]
    for rows in iterate_slices(features):
        equal &= (features[rows] == values[rows]).all(axis=0)
        if not equal.any():
            break
    return np.flatnonzero(equal)


def _find_codes(features: NDArray[Any], codes: NDArray[Any]) -> NDArray[np.intp]:
    """Return the columns that are a one-to-one code of the classes."""
    classes, first, codes = np.unique(codes, return_index=True, return_inverse=True)
    if len(classes) < 2:
        return np.zeros(0, np.intp)
    values = features[first]
    left = np.flatnonzero((np.diff(np.sort(values, axis=0), axis=0) != 0).all(axis=0))
    for rows in iterate_slices(features):
        if not len(left):
            break
        same = (features[rows][:, left] == values[codes[rows]][:, left]).all(axis=0)
        left = left[same]
    return left
