"""The coding of labels, the same for training, scores, plots and the report.

A label is the text that a table gives: `1.1` and `1.10` are two labels, and so are `1` and `1.0` of
one table. What makes two labels one is decided here and nowhere else, by `match_texts`: one table
may write `1.0` for what another calls `1`, which is warned of.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables.cells import BOOLEANS, is_decimal_number
from galaxy_keras.errors import list_names
from galaxy_keras.schema.training.targets import Label

logger = logging.getLogger(__name__)

IntegerArray = NDArray[np.intp]

PREDICTED = "Predicted"
"""The header of a column of predicted labels or values."""

TRUE = "True"
"""The header of a column of true labels or values, unless the target had a name."""

_WHOLE_WITH_DECIMALS = re.compile(r"([+-]?\d+)\.0+")
_INVALID_INDICATOR = -1


@dataclass(frozen=True)
class EncodedLabels:
    """A column of labels as positions in its distinct labels.

    Attributes
    ----------
    labels
        Distinct labels as the table gives them: numbers ascending, then words in the order of their
        characters, as `sort_labels` returns them.
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
    distinct: list[Label]
    if values.dtype.kind in "iuf":
        found, codes = np.unique(values, return_inverse=True)
        distinct = found.tolist()
    else:
        # For text a dictionary takes a tenth of the time of numpy.unique, which sorts all rows.
        listed = values.tolist()
        distinct = [*sort_labels(listed)]
        position = {label: number for number, label in enumerate(distinct)}
        codes = np.fromiter(map(position.__getitem__, listed), np.intp, len(listed))
    return EncodedLabels(tuple(distinct), tuple(map(str, distinct)), codes)


def match_labels(*columns: NDArray[Any]) -> list[EncodedLabels]:
    """Return the columns encoded so that the same label has the same text in all of them.

    Labels are matched as `match_texts` says.
    """
    encoded = [encode_labels(values) for values in columns]
    matched = match_texts(*(each.texts for each in encoded))
    return [
        replace(each, texts=tuple(map(texts.__getitem__, each.texts)))
        for each, texts in zip(encoded, matched, strict=True)
    ]


def match_classes(
    classes: Iterable[Label], encoded: EncodedLabels
) -> tuple[list[str], EncodedLabels]:
    """Return the texts of the classes of a model, and labels with the texts that match these.

    Labels are matched as `match_texts` says.
    """
    known = list(map(str, classes))
    by_class, by_label = match_texts(known, encoded.texts)
    texts = tuple(map(by_label.__getitem__, encoded.texts))
    return [by_class[text] for text in known], replace(encoded, texts=texts)


def match_texts(*tables: Collection[str]) -> list[dict[str, str]]:
    """Return by which text each label is known, so that the same label has the same text.

    Labels are the same if they are written alike. Where tables write a number differently (`1` and
    `1.0`) and none of them has several spellings of it, these are the same label too, known by the
    shortest spelling. A warning names these spellings.

    Parameters
    ----------
    tables
        The distinct labels of each table.

    Returns
    -------
    list of dict
        The text by label, for each table.
    """
    known = [{text: text for text in table} for table in tables]
    if all(each.keys() == known[0].keys() for each in known):
        return known
    matched, kept = [], []
    for spellings in _find_spellings(text for table in tables for text in table):
        if any(len(table.keys() & spellings) > 1 for table in known):
            if not any(table.keys() >= set(spellings) for table in known):
                kept.append(" and ".join(spellings))
            continue
        matched.append(" and ".join(spellings))
        for table in known:
            table.update(dict.fromkeys(table.keys() & spellings, spellings[0]))
    if matched:
        logger.warning(
            "Labels that are written differently are taken as the same numbers: %s. Write them "
            "alike in all tables.",
            list_names(matched),
        )
    _warn_of_kept_spellings(kept)
    return known


def spell_alike(names: Sequence[str], labels: Collection[str]) -> list[str]:
    """Return names of labels, each written as the label of a table that it matches.

    Names are matched as `match_texts` says; what matches no label is returned as it is.

    Parameters
    ----------
    names
        Labels that an option names.
    labels
        The distinct labels of the table.
    """
    by_name, by_label = match_texts(set(names), labels)
    written = {text: label for label, text in by_label.items()}
    return [written.get(by_name[name], name) for name in names]


def share_label(first: Collection[str], second: Collection[str]) -> bool:
    """Whether a label occurs in both tables, if only as the same number in another spelling."""
    return not {*map(_identify, first)}.isdisjoint(map(_identify, second))


def warn_of_spellings(encoded: EncodedLabels, what: str) -> None:
    """Warn where distinct labels of one table, such as 1.1 and 1.10, are the same number.

    Parameters
    ----------
    encoded
        The labels.
    what
        What they are, in the plural, for the message.
    """
    if isinstance(encoded.labels[0], str):
        found = [" and ".join(spellings) for spellings in _find_spellings(encoded.texts)]
        _warn_of_kept_spellings(found, what)


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


def parse_indicators(columns: Iterable[NDArray[Any]]) -> list[NDArray[np.int64]]:
    """Return columns of 0 and 1 as numbers, shape (rows,) each; -1 for what is neither.

    Parameters
    ----------
    columns
        Integers, floats, or text such as `1.0` or `True`; shape (rows,) each.
    """
    return [_parse_indicator(column) for column in columns]


def find_invalid_indicator(columns: Iterable[NDArray[Any]]) -> tuple[int, int] | None:
    """Return row and column of the first value, column by column, that is neither 0 nor 1.

    Parameters
    ----------
    columns
        Numbers, shape (rows,) each.
    """
    for number, column in enumerate(columns):
        invalid = np.flatnonzero((column != 0) & (column != 1))
        if len(invalid):
            return int(invalid[0]), number
    return None


def make_label_array(labels: Sequence[Label]) -> NDArray[Any]:
    """Return labels of one type as an array; text stays text, whole numbers stay whole."""
    return np.array(labels, dtype=object if isinstance(labels[0], str) else None)


def format_label(label: Label) -> str:
    """Return the text of a category of the features: a whole number without decimals."""
    return str(int(label)) if isinstance(label, float) and label.is_integer() else str(label)


def normalize_label(text: str) -> str:
    """Return the text of a whole number without its decimals, `1.0` as `1`; others unchanged.

    Categories of the features are known by it; labels of a target keep their decimals.
    """
    whole = _WHOLE_WITH_DECIMALS.fullmatch(text)
    return whole.group(1) if whole else text


def sort_labels(texts: Iterable[str]) -> list[str]:
    """Return the distinct texts: numbers by value, then words by their characters.

    Numbers of the same value come in the order of their characters.
    """
    return sorted(set(texts), key=_sort_key)


def _sort_key(text: str) -> tuple[bool, Decimal, str]:
    value = _find_value(text)
    return (value is None, value or Decimal(0), text)


def _find_value(text: str) -> Decimal | None:
    """Return the exact value of a number; None for a word.

    Floats would be too coarse: there are identifiers of more digits than a float has.
    """
    if not is_decimal_number(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:  # The exponent has more digits than any number in use.
        return None


def _identify(text: str) -> Decimal | str:
    value = _find_value(text)
    return text if value is None else value


def _find_spellings(labels: Iterable[str]) -> list[list[str]]:
    """Return the spellings of each number that is spelled in several ways, the shortest first."""
    by_value: dict[Decimal, set[str]] = {}
    for text in labels:
        value = _find_value(text)
        if value is not None:
            by_value.setdefault(value, set()).add(text)
    return [
        sorted(by_value[value], key=lambda text: (len(text), text))
        for value in sorted(by_value)
        if len(by_value[value]) > 1
    ]


def _warn_of_kept_spellings(spellings: Sequence[str], what: str = "labels") -> None:
    if spellings:
        logger.warning(
            "These are the same number, but different %s, because they are written differently: "
            "%s. If they mean the same, write them alike.",
            what,
            list_names(spellings),
        )


def _parse_indicator(column: NDArray[Any]) -> NDArray[np.int64]:
    if column.dtype.kind in "iuf":
        return np.where((column == 0) | (column == 1), column, _INVALID_INDICATOR).astype(np.int64)
    encoded = encode_labels(column)
    values = (_find_value(BOOLEANS.get(text, text)) for text in encoded.texts)
    found = [int(value) if value in (0, 1) else _INVALID_INDICATOR for value in values]
    return np.array(found, dtype=np.int64)[encoded.codes]
