"""The effects of variants: what a network says of both alleles, compared."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.data.predictions import Predictions
from galaxy_keras.data.tabulation import OutputTable, name_outputs, tabulate_probabilities
from galaxy_keras.schema.training.targets import TargetDescription

MIN_PROBABILITY: Final = 1e-7
"""Probabilities are taken for at least that, and for at most 1 minus that, in odds."""


def name_effects(description: TargetDescription) -> list[str]:
    """Return the header of a table of effects."""
    endings = ["ref", "alt", "difference"]
    endings += [] if description.kind == "regression" else ["log_odds"]
    return [f"{name}_{ending}" for name in _name_outputs(description) for ending in endings]


def tabulate_effects(
    description: TargetDescription, reference: Predictions, alternative: Predictions
) -> OutputTable:
    """Return outputs for both alleles, their difference, and the logarithm of the odds ratio.

    Of two classes only the positive one is shown; values have no odds.
    """
    columns: list[NDArray[np.float32]] = []
    pairs = zip(
        _list_columns(description, reference),
        _list_columns(description, alternative),
        strict=True,
    )
    for before, after in pairs:
        columns += [before, after, after - before]
        if description.kind != "regression":
            columns.append(compute_log_odds(before, after))
    return OutputTable(name_effects(description), list(columns))


def compute_log_odds(
    reference: NDArray[np.float32], alternative: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the natural logarithm of the ratio of the odds of alternative and reference."""
    odds = [
        np.clip(each.astype(np.float64), MIN_PROBABILITY, 1 - MIN_PROBABILITY)
        for each in (reference, alternative)
    ]
    before, after = (np.log(each / (1 - each)) for each in odds)
    return (after - before).astype(np.float32)


def _name_outputs(description: TargetDescription) -> list[str]:
    names = name_outputs(description)
    return names[1:] if description.kind == "binary" else names


def _list_columns(
    description: TargetDescription, predictions: Predictions
) -> list[NDArray[np.float32]]:
    columns = [
        column.astype(np.float32)
        for column in tabulate_probabilities(description, predictions).columns
    ]
    return columns[1:] if description.kind == "binary" else columns
