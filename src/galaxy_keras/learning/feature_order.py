"""Puts the columns of a table into the order in which a model was trained on them."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from galaxy_keras.artefacts.arrays import iterate_slices
from galaxy_keras.artefacts.tables import Features
from galaxy_keras.errors import DataError, list_names, suggest
from galaxy_keras.schema.features import FeatureDescription

logger = logging.getLogger(__name__)


def reorder_features(features: Features, expected: FeatureDescription, path: object) -> Features:
    """Return a table with the columns of a model, in the model's order; see `order_columns`."""
    order = order_columns(features.names, features.values.shape[1], expected, path)
    return features if order is None else take_columns(features, order)


def take_columns(features: Features, order: Sequence[int]) -> Features:
    """Return the columns of a table at the given positions, in that order.

    They are moved where they are, so that no table is copied; `features` is of no use afterwards.
    """
    values = features.values[:, : len(order)]
    for rows in iterate_slices(features.values):
        values[rows] = features.values[rows][:, order]
    return Features(
        values=values,
        names=None if features.names is None else tuple(features.names[each] for each in order),
        columns=tuple(features.columns[each] for each in order),
        first_row=features.first_row,
    )


def order_columns(
    names: Sequence[str] | None, count: int, expected: FeatureDescription, path: object
) -> list[int] | None:
    """Return the positions of the model's columns in a table, or None where they are in order.

    Columns are matched by name where both sides have names, else by position.

    Parameters
    ----------
    names
        The names of the table's columns, or None without a header.
    count
        The number of the table's columns.
    expected
        What the model was trained on.
    path
        The table, for messages.

    Raises
    ------
    DataError
        If a column is missing, or the numbers of columns differ.
    """
    if names is not None and expected.names is not None:
        return _order_by_name(names, expected.names, path)
    if count != expected.count:
        raise DataError(
            f"{path} gives {count} feature columns, but the model was trained on {expected.count}. "
            "Select the same columns as in training with --features-columns"
        )
    return None


def _order_by_name(names: Sequence[str], expected: Sequence[str], path: object) -> list[int] | None:
    missing = [name for name in expected if name not in names]
    if missing:
        unknown = [name for name in names if name not in expected]
        raise DataError(
            f'{path} has no column "{missing[0]}", which the model was trained on.'
            f"{suggest(missing[0], unknown)} Missing in all: {list_names(missing)}"
        )
    extra = [name for name in names if name not in expected]
    if extra:
        logger.warning("Columns that the model does not know are left out: %s.", list_names(extra))
    order = [names.index(name) for name in expected]
    if order == list(range(len(names))):
        return None
    if not extra:
        logger.info("The columns of %s were put into the order of the model.", path)
    return order
