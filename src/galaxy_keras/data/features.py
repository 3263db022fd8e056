"""Fits a table of features to the inputs of a network."""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import iterate_slices
from galaxy_keras.artefacts.tables import Features
from galaxy_keras.errors import DataError, Problems, count_things, list_names, suggest
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.training.features import FeatureDescription

Shape = tuple[int | None, ...]
Arrays = Sequence[NDArray[Any]]
"""One array for each input of a network, all with the same number of rows."""
MAX_VALUES_SHOWN = 3
WIDTH_ADVICE = "Select the columns with --features-columns, check --features-header"
MATCH_ADVICE = "Select the same columns as in training with --features-columns"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class InputColumns:
    """The columns of the features that one input of a network takes.

    Attributes
    ----------
    name
        The name of the input.
    shape
        The shape of one sample; columns fill it with the last axis running fastest.
    columns
        The columns of the features.
    vocabulary_size
        The number of indices that an Embedding takes from here; None without an Embedding.
    embedding
        The Embedding in messages.
    """

    name: str
    shape: tuple[int, ...]
    columns: slice
    vocabulary_size: int | None = None
    embedding: str = ""


def assign_columns(
    architecture: Architecture,
    count: int,
    advice: str = WIDTH_ADVICE,
    sample: tuple[int, ...] | None = None,
) -> tuple[InputColumns, ...]:
    """Divide columns among the inputs of a network.

    Parameters
    ----------
    architecture
        The network.
    count
        The number of columns.
    advice
        What to do, besides building another network, if it is not the one that the network takes.
    sample
        The shape of one sample where its numbers have one; for the message.

    Returns
    -------
    tuple of InputColumns
        One for each input, in the order of the network: the first input takes the first columns.

    Raises
    ------
    DataError
        If the number of columns is not the one that the network takes.
    """
    shapes = infer_shapes(architecture)
    assigned, start = [], 0
    given = [shapes[name].output[1:] for name in architecture.inputs]
    for name, shape in zip(architecture.inputs, _fix_shapes(given, count), strict=True):
        stop = start + math.prod(shape)
        embedding = _find_embedding(architecture, name)
        assigned.append(InputColumns(name, shape, slice(start, stop), *embedding))
        start = stop
    if start != count:
        raise DataError(_describe_width(assigned, start, sample or (count,), advice))
    return tuple(assigned)


def arrange_inputs(values: NDArray[Any], assigned: Sequence[InputColumns]) -> list[NDArray[Any]]:
    """Return one array for each input, shape (rows, *sample), of `values` (rows, columns)."""
    rows = len(values)
    return [values[:, each.columns].reshape(rows, *each.shape) for each in assigned]


def check_indices(
    features: Features, assigned: Sequence[InputColumns], locate: Callable[[int, int], str]
) -> None:
    """Check that what an Embedding looks up are whole numbers from 0 below its input_dim.

    Parameters
    ----------
    features
        Samples, or a chunk of them.
    assigned
        The columns of the inputs.
    locate
        Returns the place of a row and a column, both counted from 1, for the message.

    Raises
    ------
    DataError
        With the row, column and value of the first wrong ones.
    """
    problems = Problems()
    for each in assigned:
        if each.vocabulary_size is not None:
            part = features.values[:, each.columns]
            numbers = features.columns[each.columns]
            wrong = _iterate_wrong_indices(part, each.vocabulary_size)
            for row, column in itertools.islice(wrong, MAX_VALUES_SHOWN):
                where = locate(features.first_row + row, numbers[column])
                problems.add(DataError(f"{where}: {_describe_index(part[row, column], each)}"))
    problems.raise_if_any()


def _iterate_wrong_indices(values: NDArray[Any], size: int) -> Iterator[tuple[int, int]]:
    for rows in iterate_slices(values):
        for row, column in _find_wrong_indices(values[rows], size):
            yield rows.start + row, column


def _find_wrong_indices(values: NDArray[Any], size: int) -> list[tuple[int, int]]:
    whole = values.dtype.kind in "iu"
    if whole and values.min() >= 0 and values.max() < size:
        return []
    wrong = (values < 0) | (values >= size)
    if not whole:
        wrong |= values != np.floor(values)
    return [(int(row), int(column)) for row, column in np.argwhere(wrong)]


def _describe_index(value: float, assigned: InputColumns) -> str:
    size = assigned.vocabulary_size or 0
    return (
        f"the value is {value:g}, but {assigned.embedding} takes whole numbers "
        f"from 0 to {size - 1} (input_dim={size}). "
        "Raise input_dim, or limit the vocabulary of the data"
    )


def _find_embedding(architecture: Architecture, name: str) -> tuple[int | None, str]:
    found = [
        layer
        for layer in architecture.layers
        if layer.type == "Embedding" and name in layer.inbound
    ]
    if not found:
        return None, ""
    smallest = min(found, key=lambda layer: int(layer.options["input_dim"]))
    return int(smallest.options["input_dim"]), architecture.describe(smallest.name)


def _fix_shapes(samples: Sequence[Shape], count: int) -> list[tuple[int, ...]]:
    """Give one dimension of any size the size that makes the number of columns match."""
    fixed = sum(math.prod(size or 0 for size in sample) for sample in samples)
    free = [sample for sample in samples if None in sample]
    if not free:
        return [tuple(size or 0 for size in sample) for sample in samples]
    if len(free) > 1 or free[0].count(None) > 1:
        raise DataError(
            "the network has more than one input dimension of unknown size, so the columns of "
            "a table cannot be divided among them. Give the sizes in --input-shape"
        )
    known = math.prod(size for size in free[0] if size is not None)
    length = max((count - fixed) // known, 1)
    return [tuple(length if size is None else size for size in sample) for sample in samples]


def _describe_width(
    assigned: Sequence[InputColumns], expected: int, sample: tuple[int, ...], advice: str
) -> str:
    shapes = ", ".join(f'"{each.name}" {each.shape}' for each in assigned)
    count = math.prod(sample)
    return (
        f"the table gives {count_things(count, 'feature column')}, but the network takes "
        f"{expected} (input shape {shapes}). {advice}, or build the network "
        f"with --input-shape {','.join(map(str, sample))}"
    )


def reorder_in_place(features: Features, order: Sequence[int]) -> Features:
    """Return the columns of a table at the given positions, in that order.

    They are reordered in place, so no table is copied; `features` must not be used afterwards.
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
    names: Sequence[str] | None,
    count: int,
    expected: FeatureDescription,
    path: object,
    advice: str = MATCH_ADVICE,
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
    advice
        What to do if the numbers of columns differ.

    Raises
    ------
    DataError
        If a column is missing, or the numbers of columns differ.
    """
    if names is not None and expected.names is not None:
        return order_by_name(names, expected.names, path)
    if count != expected.count:
        raise DataError(
            f"{path} gives {count_things(count, 'feature column')}, but the model was trained on "
            f"{expected.count}. "
            f"{advice}"
        )
    return None


def order_by_name(names: Sequence[str], expected: Sequence[str], path: object) -> list[int] | None:
    """Return the positions of the model's columns in a table, or None where they are in order.

    Columns that the model does not know are left out, with a warning.

    Parameters
    ----------
    names
        The names of the table's columns.
    expected
        The names of the columns that the model was trained on.
    path
        The table, for messages.

    Raises
    ------
    DataError
        If a column is missing.
    """
    positions = {name: position for position, name in enumerate(names)}
    known = frozenset(expected)
    extra = [name for name in names if name not in known]
    missing = [name for name in expected if name not in positions]
    if missing:
        raise DataError(
            f'{path} has no column "{missing[0]}", which the model was trained on.'
            f"{suggest(missing[0], extra)} Missing in all: {list_names(missing)}"
        )
    if extra:
        logger.warning("Columns that the model does not know are left out: %s.", list_names(extra))
    order = [positions[name] for name in expected]
    if order == list(range(len(names))):
        return None
    if not extra:
        logger.info("The columns of %s were put into the order of the model.", path)
    return order
