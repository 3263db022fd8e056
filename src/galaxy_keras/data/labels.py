"""The coding of labels, the same for training, scores, plots and the report.

A label is known by its text: the number 1, the number 1.0 and the text `1` are one label. What
makes two labels one is decided here and nowhere else: by `format_label` for all columns, and by
`match_labels` for columns of different tables, one of which may write `1.0` for `1`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.cells import is_decimal_number
from galaxy_keras.schema.training.targets import Label

IntegerArray = NDArray[np.intp]

PREDICTED = "Predicted"
"""The header of a column of predicted labels or values."""

TRUE = "True"
"""The header of a column of true labels or values, unless the target had a name."""

_WHOLE_WITH_DECIMALS = re.compile(r"([+-]?\d+)\.0+")


@dataclass(frozen=True)
class EncodedLabels:
    """A column of labels as positions in its distinct labels.

    Attributes
    ----------
    labels
        Distinct labels as the table gives them: numbers ascending, then words in the order of their
        characters.
    texts
        What each of them is known by, in the same order; equal texts are the same label.
    codes
        Position in `labels`, shape (rows,).
    """

    labels: tuple[Label, ...]
    texts: tuple[str, ...]
    codes: IntegerArray


def encode_labels(values: NDArray[Any]) -> EncodedLabels:
    """Return each row as a position in the distinct labels.

    Parameters
    ----------
    values
        Integers, floats or text, shape (rows,).
    """
    if values.dtype.kind == "O":
        # For text a dictionary takes a tenth of the time of numpy.unique, which sorts all rows.
        listed = values.tolist()
        distinct = sort_labels(listed)
        position = {label: number for number, label in enumerate(distinct)}
        codes = np.fromiter(map(position.__getitem__, listed), np.intp, len(listed))
    else:
        found, codes = np.unique(values, return_inverse=True)
        distinct = found.tolist()
    return EncodedLabels(tuple(distinct), tuple(map(format_label, distinct)), codes)


def match_labels(*columns: NDArray[Any]) -> list[EncodedLabels]:
    """Return the columns encoded so that the same label has the same text in all of them."""
    encoded = [encode_labels(values) for values in columns]
    normalized = [tuple(map(normalize_label, each.texts)) for each in encoded]
    # A table that holds both `1` and `1.0` means two labels.
    if any(len(set(texts)) < len(texts) for texts in normalized):
        return encoded
    return [replace(each, texts=texts) for each, texts in zip(encoded, normalized, strict=True)]


def map_codes(encoded: EncodedLabels, classes: Sequence[str]) -> IntegerArray:
    """Return each row as a position in `classes`, shape (rows,).

    Raises
    ------
    KeyError
        If a label of the rows is not among `classes`.
    """
    position = {text: number for number, text in enumerate(classes)}
    return np.array([position[text] for text in encoded.texts], dtype=np.intp)[encoded.codes]


def find_unknown(encoded: EncodedLabels, classes: Collection[str]) -> list[int]:
    """Return the positions in `encoded.labels` of the labels that are not among `classes`."""
    return [number for number, text in enumerate(encoded.texts) if text not in classes]


def find_invalid_indicator(columns: Iterable[NDArray[Any]]) -> tuple[int, int] | None:
    """Return row and column of the first value, column by column, that is neither 0 nor 1."""
    for number, column in enumerate(columns):
        invalid = np.flatnonzero(~np.isin(column, (0, 1)))
        if len(invalid):
            return int(invalid[0]), number
    return None


def make_label_array(labels: Sequence[Label]) -> NDArray[Any]:
    """Return labels of one type as an array; text stays text, whole numbers stay whole."""
    return np.array(labels, dtype=object if isinstance(labels[0], str) else None)


def format_label(label: Label) -> str:
    """Return the text that a label is known by: a whole number without decimals."""
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def normalize_label(text: str) -> str:
    """Return the text of a whole number without its decimals, `1.0` as `1`; others unchanged."""
    whole = _WHOLE_WITH_DECIMALS.fullmatch(text)
    return whole.group(1) if whole else text


def sort_labels(texts: Iterable[str]) -> list[str]:
    """Return the distinct texts: numbers by value, then words by their characters."""
    return sorted(set(texts), key=_sort_key)


def _sort_key(text: str) -> tuple[bool, float, str]:
    if is_decimal_number(text):
        return (False, float(text), text)
    return (True, 0.0, text)
