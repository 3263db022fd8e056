"""Reads the tables of a run of training and checks that their rows belong together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.fitted import FittedModel
from galaxy_keras.artefacts.samples import read_samples
from galaxy_keras.artefacts.tables import Features, TableColumns, read_columns
from galaxy_keras.errors import DataError
from galaxy_keras.learning.feature_order import reorder_features
from galaxy_keras.learning.targets import Target
from galaxy_keras.learning.weighting import BALANCED, balance_classes, weigh_classes
from galaxy_keras.schema.features import FeatureDescription
from galaxy_keras.schema.runs import TableSource, TrainingRun


def read_training_features(source: TableSource, earlier: FittedModel | None) -> Features:
    """Return features, their columns in the order of the model that training goes on from."""
    features = read_samples(source)
    if earlier is None:
        return features
    return reorder_features(features, earlier.features, source.path)


def describe_features(features: Features) -> FeatureDescription:
    """Return what a fitted model stores of the features that it was trained on."""
    return FeatureDescription(
        count=features.values.shape[1], names=features.names, dtype=str(features.values.dtype)
    )


def read_target(source: TableSource) -> TableColumns:
    """Return the columns of a target as they are."""
    return _read_columns(source, "--target")


def read_groups(run: TrainingRun, rows: int) -> NDArray[Any] | None:
    """Return the group of each row, shape (rows,), or None where no table is given."""
    return None if run.groups is None else _read_one_column(run.groups, rows, "--groups")


def read_weights(
    run: TrainingRun, target: Target, rows: NDArray[np.intp]
) -> NDArray[np.float32] | None:
    """Return how much each of `rows` counts: its own weight times that of its class.

    Raises
    ------
    DataError
        If weights are no numbers, negative, or for labels that do not exist.
    """
    by_class = _read_class_weights(run, target, rows)
    if run.sample_weights is None:
        return by_class
    column = _read_one_column(run.sample_weights, len(target.codes), "--sample-weights")
    if column.dtype.kind not in "if" or column.min() < 0:
        raise DataError(
            f"{run.sample_weights.path} must hold numbers of at least 0 to weigh rows with. "
            "Check --sample-weights-columns"
        )
    by_row: NDArray[np.float32] = column[rows].astype(np.float32)
    return by_row if by_class is None else by_row * by_class


def check_rows(run: TrainingRun, rows: int, target_rows: int) -> None:
    """Check that features and target have the same number of rows.

    Raises
    ------
    DataError
        If they have not.
    """
    if rows != target_rows:
        raise DataError(
            f"{run.features.path} has {rows} data rows, but {run.target.path} has {target_rows}; "
            "each row of features needs its target. Check --features-header and --target-header"
        )


def _read_class_weights(
    run: TrainingRun, target: Target, rows: NDArray[np.intp]
) -> NDArray[np.float32] | None:
    if run.class_weight is None:
        return None
    if run.class_weight == BALANCED:
        return balance_classes(target, rows)
    return weigh_classes(target, rows, _read_weight_table(Path(run.class_weight)))


def _read_weight_table(path: Path) -> dict[str, float]:
    table = read_columns(path, option="--class-weight")
    if len(table.values) != 2 or table.values[1].dtype.kind not in "if":
        raise DataError(
            f"{path}: --class-weight takes a table of two columns without header, a label and "
            'a number in each row, or the word "balanced"'
        )
    labels, weights = table.values
    return {str(label): float(weight) for label, weight in zip(labels, weights, strict=True)}


def _read_one_column(source: TableSource, rows: int, option: str) -> NDArray[Any]:
    table = _read_columns(source, option)
    if len(table.values) != 1:
        raise DataError(
            f"{option} takes one column, but {source.path} gives {len(table.values)}. "
            f"Select one with {option}-columns"
        )
    column = table.values[0]
    if len(column) != rows:
        raise DataError(
            f"{source.path} has {len(column)} data rows, but the features have {rows}. "
            f"Check {option}-header"
        )
    return column


def _read_columns(source: TableSource, option: str) -> TableColumns:
    return read_columns(source.path, header=source.header, columns=source.columns, option=option)
