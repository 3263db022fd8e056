"""Matching the labels of two tables, whatever they are, and putting classes in order.

A class is known by its text as it is shown: the number 1, the number 1.0 and the text `1` are
the same class. The text `1.0` is the same class too, unless a table holds both `1` and `1.0`.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from galaxy_keras.errors import ConfigurationError, DataError, list_names

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_WHOLE_WITH_DECIMALS = re.compile(r"([+-]?\d+)\.0+")

IntegerArray = npt.NDArray[np.intp]


@dataclass(frozen=True)
class LabelColumn:
    """One label for each row.

    Attributes
    ----------
    source
        What to call the column in messages, such as the path of its file.
    values
        Integers, numbers or text, one for each row.
    """

    source: str
    values: npt.NDArray[np.generic]

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class EncodedLabels:
    """Rows as positions in `classes`.

    Attributes
    ----------
    classes
        Labels as text, each once.
    codes
        Position in `classes`, one for each row.
    """

    classes: tuple[str, ...]
    codes: IntegerArray


@dataclass(frozen=True)
class Classes:
    """The classes in the order to show them.

    Attributes
    ----------
    labels
        Labels as text.
    names
        What to show for each of them.
    """

    labels: tuple[str, ...]
    names: tuple[str, ...]


def encode_labels(values: npt.NDArray[np.generic]) -> EncodedLabels:
    """Return each row as a position in the distinct labels.

    Parameters
    ----------
    values
        Integers, numbers or text, one for each row.
    """
    distinct, codes = np.unique(values, return_inverse=True)
    return EncodedLabels(tuple(_write_label(value) for value in distinct.tolist()), codes)


def match_labels(*columns: npt.NDArray[np.generic]) -> list[EncodedLabels]:
    """Return the columns coded so that equal classes have equal texts."""
    coded = [encode_labels(values) for values in columns]
    folded = [[normalize_label(label) for label in each.classes] for each in coded]
    # Where folding would make one class of two labels of the same table, they are meant to differ.
    if any(len(set(labels)) < len(labels) for labels in folded):
        return coded
    return [
        EncodedLabels(tuple(labels), each.codes) for labels, each in zip(folded, coded, strict=True)
    ]


def map_codes(coded: EncodedLabels, classes: Sequence[str]) -> IntegerArray:
    """Return each row as a position in `classes`, which holds all labels of the rows."""
    position = {label: number for number, label in enumerate(classes)}
    return np.array([position[label] for label in coded.classes], dtype=np.intp)[coded.codes]


def sort_labels(labels: Iterable[str]) -> list[str]:
    """Return the distinct labels: numbers by value, then words by their letters."""
    return sorted(set(labels), key=_sort_key)


def arrange_classes(
    labels: Iterable[str], *, order: str | None = None, names: str | None = None
) -> Classes:
    """Return the classes in the order to show them and what to call them.

    Parameters
    ----------
    labels
        The labels that occur.
    order
        All of them in another order, separated by commas; labels that do not occur may be among
        them and are shown as empty classes.
    names
        What to call the classes, separated by commas, in their order. Where all labels that
        occur are among the names, the names are an order instead.

    Raises
    ------
    ConfigurationError
        If a label is missing from `order`, or the number of names is not that of the classes.
    """
    known = sort_labels(labels)
    listed = parse_names(names)
    if listed and not order and set(known) <= set(listed):
        return Classes(tuple(listed), tuple(listed))
    ordered = _check_order(parse_names(order), known) if order else known
    if not listed:
        return Classes(tuple(ordered), tuple(ordered))
    _check_names(listed, ordered)
    return Classes(tuple(ordered), tuple(listed))


def parse_names(text: str | None) -> list[str]:
    """Return the names in `text`, which are separated by commas; quotes keep a comma in a name.

    Raises
    ------
    ConfigurationError
        If a name is empty or occurs twice.
    """
    if not text:
        return []
    names = [name.strip() for name in next(csv.reader([text], skipinitialspace=True))]
    repeated = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if "" in names or repeated:
        problem = f'"{repeated[0]}" occurs twice' if repeated else "one of them is empty"
        raise ConfigurationError(
            f'the names "{text}" cannot be used: {problem}. Separate them by single commas; '
            'a name with a comma in it goes in double quotes, such as "a,b"'
        )
    return names


def check_row_counts(first: LabelColumn, second: LabelColumn) -> None:
    """Raise a `DataError` that names both files if they have different numbers of rows."""
    if len(first) == len(second):
        return
    hint = ""
    if abs(len(first) - len(second)) == 1:
        hint = (
            " One row more is often a header: check which of the two tables begins with column "
            "names, and give the -header option for that one only"
        )
    raise DataError(
        f"{first.source} has {len(first):,} rows but {second.source} has {len(second):,}; "
        f"row by row they must belong together.{hint}"
    )


def is_number(label: str) -> bool:
    """Return whether `label` is written as a decimal number."""
    return _NUMBER.fullmatch(label) is not None


def normalize_label(label: str) -> str:
    """Return a whole number without its decimals: `1.0` as `1`; anything else as it is."""
    whole = _WHOLE_WITH_DECIMALS.fullmatch(label)
    return whole.group(1) if whole else label


def _write_label(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _sort_key(label: str) -> tuple[bool, float, str]:
    if is_number(label):
        return (False, float(label), label)
    return (True, 0.0, label)


def _check_order(order: list[str], known: list[str]) -> list[str]:
    missing = [label for label in known if label not in set(order)]
    if missing:
        raise ConfigurationError(
            f"the order of the classes leaves out {list_names(missing)}. "
            f"List every label that occurs: {list_names(known, most=100)}"
        )
    return order


def _check_names(names: list[str], classes: list[str]) -> None:
    if len(names) != len(classes):
        raise ConfigurationError(
            f"{len(names)} class names were given for {len(classes)} classes. "
            f"Give one name for each of: {list_names(classes, most=100)}"
        )
