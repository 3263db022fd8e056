"""What the encodings of texts and sequences share: their column, and cutting and padding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.encodings import EncodingEntry
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.labels import format_label
from galaxy_keras.errors import DataError, escape_name, list_names

Items = TypeVar("Items", list[int], list[str], str, NDArray[Any])


def get_text_column(entry: EncodingEntry, columns: RawColumns) -> Sequence[str]:
    """Return the cells of the only column as text; numbers as they are written.

    Raises
    ------
    DataError
        If there are several columns, or none.
    """
    if len(columns.values) != 1:
        raise DataError(
            f"the encoding {entry.name} takes one column, but {len(columns.values)} are given "
            f"({list_names(columns.names)}). Choose one: {entry.name} columns=..."
        )
    values = columns.values[0]
    if not isinstance(values, np.ndarray):
        return values
    return ["" if value != value else format_label(value) for value in values.tolist()]


def check_any_length(entry: EncodingEntry, columns: RawColumns, longest: int) -> None:
    """Check that there is something in at least one of the training rows.

    Raises
    ------
    DataError
        If there is not.
    """
    if not longest:
        raise DataError(
            f'column "{escape_name(columns.names[0])}" has nothing to encode in its '
            f"{columns.rows:,} rows: all sequences are empty or too short. Choose the column of "
            f"the sequences: {entry.name} columns=..."
        )


def cut_items(items: Items, length: int, where: str) -> Items:
    """Return at most `length` items, without those at the `front` or at the `back`."""
    if len(items) <= length:
        return items
    return items[-length:] if where == "front" else items[:length]


def flatten(sequences: Iterable[Sequence[int]]) -> tuple[NDArray[np.int32], list[int]]:
    """Return the numbers of all sequences, one sequence behind the other, and their lengths."""
    lengths: list[int] = []

    def measure() -> Iterator[Sequence[int]]:
        for sequence in sequences:
            lengths.append(len(sequence))
            yield sequence

    flat = np.fromiter(chain.from_iterable(measure()), np.int32)
    return flat, lengths


def place_sequences(
    flat: NDArray[Any], lengths: Sequence[int], length: int, pad: str
) -> NDArray[np.int32]:
    """Return sequences of whole numbers as the rows of an array, filled up with zeros.

    Parameters
    ----------
    flat
        The numbers of all sequences, one sequence behind the other.
    lengths
        How many numbers each has, at most `length`.
    length
        The columns of the array.
    pad
        Where a row is filled up: ``front`` or ``back``.

    Returns
    -------
    numpy.ndarray
        Shape (sequences, length), int32.
    """
    counts = np.asarray(lengths, np.intp)[:, np.newaxis]
    positions = np.arange(length)[np.newaxis]
    rows = np.zeros((len(lengths), length), np.int32)
    rows[positions >= length - counts if pad == "front" else positions < counts] = flat
    return rows


def make_one_hot(codes: NDArray[np.int32], size: int) -> NDArray[np.float32]:
    """Return 1 in the cell of each code, shape (*codes.shape, size); zeros for negative codes."""
    encoded = np.zeros((*codes.shape, size), np.float32)
    flat = codes.ravel()
    known = np.flatnonzero(flat >= 0)
    encoded.reshape(-1, size)[known, flat[known]] = 1
    return encoded
