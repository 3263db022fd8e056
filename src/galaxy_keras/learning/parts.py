"""Whether the parts of a split have something to learn from, and learn what they are asked."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.errors import DataError, list_names
from galaxy_keras.learning.splitting import Split
from galaxy_keras.learning.targets import Target

logger = logging.getLogger(__name__)


def check_parts(target: Target, split: Split) -> None:
    """Check that the training rows differ in their target, and warn of classes that they lack.

    Raises
    ------
    DataError
        If there is nothing to learn: one value or one class in all training rows.
    """
    if len(split.test) == 1:
        logger.warning(
            "Only 1 row is held out, on which scores say little. A size below 1 is a fraction of "
            "the rows, from 1 on it is their number."
        )
    codes = target.codes[split.train]
    if target.coding.kind in ("binary", "multiclass"):
        _check_classes(target, split, codes)
    else:
        _check_columns(target, codes)


def _check_classes(target: Target, split: Split, codes: NDArray[Any]) -> None:
    labels = target.coding.labels
    learnt = np.unique(codes)
    if len(learnt) == 1:
        raise DataError(
            f'all {len(codes)} training rows have the same label, "{labels[learnt[0]]}"; '
            "a classifier needs at least 2. Use --split stratified, or hold out fewer rows"
        )
    held = np.unique(target.codes[np.concatenate([split.validation, split.test])])
    unseen = [str(labels[code]) for code in np.setdiff1d(held, learnt)]
    if unseen:
        logger.warning(
            "No training row has the label %s, which held-out rows have: the network cannot "
            "learn it. Use --split stratified, or hold out other rows.",
            list_names(unseen),
        )


def _check_columns(target: Target, codes: NDArray[Any]) -> None:
    constant = np.flatnonzero((codes == codes[0]).all(axis=0))
    if not len(constant):
        return
    text = (
        f"all {len(codes)} training rows have the same value in target "
        f"{_name_columns(target, constant, codes)}"
    )
    if len(constant) == codes.shape[1]:
        raise DataError(f"{text}, so there is nothing to learn. Check --target-columns")
    logger.warning("A%s; nothing is learnt about it.", text.removeprefix("a"))


def _name_columns(target: Target, columns: NDArray[np.intp], codes: NDArray[Any]) -> str:
    names = target.coding.names or [str(number) for number in range(1, codes.shape[1] + 1)]
    shown = [f"{names[column]} ({codes[0, column]:g})" for column in columns]
    return f"{'column' if len(shown) == 1 else 'columns'} {list_names(shown)}"
