"""Class weights as sample weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.labels import spell_alike
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import ConfigurationError, DataError, list_names

BALANCED = "balanced"


def compute_balanced_weights(target: Target, rows: NDArray[np.intp]) -> NDArray[np.float32]:
    """Return balanced class weights as sample weights, shape (rows,).

    The weight of a class is rows / (classes * rows of the class), as in scikit-learn's
    `compute_class_weight`.

    Raises
    ------
    ConfigurationError
        If the target has no classes, or several labels per row.
    """
    codes = _check_classes(target)[rows]
    counts = np.bincount(codes)
    present = np.count_nonzero(counts)
    by_code = len(codes) / (present * np.maximum(counts, 1))
    return np.take(by_code.astype(np.float32), codes)


def compute_class_weights(
    target: Target, rows: NDArray[np.intp], weights: Mapping[str, float]
) -> NDArray[np.float32]:
    """Return class weights as sample weights, shape (rows,).

    Parameters
    ----------
    target
        The target of all rows.
    rows
        The rows to return the weights of.
    weights
        The weight of each class, by the text of its label; 1 for those that are not named.

    Raises
    ------
    ConfigurationError
        If the target has no classes, or several labels per row.
    DataError
        If a weight is negative, or for a label that does not exist.
    """
    codes = _check_classes(target)[rows]
    labels = [str(label) for label in target.description.labels]
    names = spell_alike(list(weights), labels)
    unknown = [name for name in names if name not in labels]
    if unknown:
        raise DataError(
            f"--class-weight names labels that the target does not have: {list_names(unknown)}. "
            f"Its labels are: {list_names(labels)}"
        )
    negative = [label for label, weight in weights.items() if weight < 0]
    if negative:
        raise DataError(
            f"--class-weight gives negative weights to {list_names(negative)}. "
            "Weights are numbers of at least 0"
        )
    by_label = dict(zip(names, weights.values(), strict=True))
    by_code = np.array([by_label.get(label, 1.0) for label in labels], dtype=np.float32)
    return np.take(by_code, codes)


def _check_classes(target: Target) -> NDArray[Any]:
    if target.description.kind not in ("binary", "multiclass"):
        raise ConfigurationError(
            f"--class-weight needs one class for each row, and this target is "
            f"{target.description.kind}. Use --sample-weights"
        )
    return target.codes
