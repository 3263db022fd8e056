"""Encodes a target once, identically for training, validation and scoring."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.losses import TargetFormat
from galaxy_keras.data.features import order_by_name
from galaxy_keras.data.labels import (
    EncodedLabels,
    encode_labels,
    find_invalid_indicator,
    find_unknown,
    make_label_array,
    map_codes,
    match_classes,
    parse_indicators,
    warn_of_spellings,
)
from galaxy_keras.errors import DataError, list_names
from galaxy_keras.schema.training.targets import Label, TargetDescription

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Target:
    """An encoded target.

    Attributes
    ----------
    description
        Which label each code represents.
    codes
        For `binary` and `multiclass` the index of each row's class, shape (rows,), int64;
        for `multilabel` 0 and 1, shape (rows, outputs), int64;
        for `regression` the values, shape (rows, outputs), float32.
    given
        For `regression` the columns as the table gives them, shape (rows,) each, with the digits
        that float32 has no room for; None where they are not known.
    """

    description: TargetDescription
    codes: NDArray[Any]
    given: tuple[NDArray[Any], ...] | None = None

    def take(self, rows: NDArray[np.intp]) -> Target:
        """Return the target of some rows."""
        given = None if self.given is None else tuple(column[rows] for column in self.given)
        return Target(self.description, self.codes[rows], given)


def encode_classes(
    columns: Sequence[NDArray[Any]],
    names: tuple[str, ...] | None,
    *,
    outputs: int,
    exclusive: bool,
) -> Target:
    """Encode the target of a classifier.

    Parameters
    ----------
    columns
        One column of labels, or one column of 0 and 1 for each class; each of shape (rows,).
    names
        The names of the columns, where the table had a header.
    outputs
        The number of outputs of the network.
    exclusive
        Whether the network chooses one class (softmax) rather than any number of them.

    Raises
    ------
    DataError
        If the labels do not fit the outputs of the network.
    """
    if len(columns) == 1:
        return _encode_labels(columns[0], names, outputs)
    return _encode_indicators(columns, names, outputs, exclusive)


def read_regression_values(
    columns: Sequence[NDArray[Any]],
    names: tuple[str, ...] | None,
    *,
    outputs: int,
    given: Sequence[NDArray[Any]] | None = None,
) -> Target:
    """Return the target of a regression; `Target.codes` are its values.

    Parameters
    ----------
    columns
        Numbers; each of shape (rows,).
    names
        The names of the columns, where the table had a header.
    outputs
        The number of outputs of the network.
    given
        The columns as the table gives them; None for `columns`.

    Raises
    ------
    DataError
        If a column holds text, or the number of columns is not that of the outputs.
    """
    for number, column in enumerate(columns, 1):
        if column.dtype.kind not in "if":
            raise DataError(
                f"a regressor needs numbers as target, and column {_name(names, number)} of the "
                f'target holds text ("{_first_text(column)}"). '
                "Choose another column, or build a classifier"
            )
    if len(columns) != outputs:
        raise DataError(_describe_widths(len(columns), outputs))
    description = TargetDescription(kind="regression", columns=len(columns), names=names)
    values = np.stack(columns, axis=1).astype(np.float32)
    return Target(description, values, tuple(columns if given is None else given))


def apply_description(
    description: TargetDescription,
    columns: Sequence[NDArray[Any]],
    names: tuple[str, ...] | None = None,
    given: Sequence[NDArray[Any]] | None = None,
) -> Target:
    """Encode another target as described in a fitted model.

    Columns are matched by name where both sides have names, else by position.

    Parameters
    ----------
    description
        The target of the model.
    columns
        As in `encode_classes` and `read_regression_values`; shape (rows,) each.
    names
        The names of the columns, where the table had a header.
    given
        As in `read_regression_values`.

    Raises
    ------
    DataError
        If the target has another number of columns or lacks one of them, or has labels that the
        model was not trained on.
    """
    order = _order_columns(description, names, len(columns))
    columns = [columns[position] for position in order]
    if description.kind == "regression":
        given = columns if given is None else [given[position] for position in order]
        return read_regression_values(
            columns, description.names, outputs=description.columns, given=given
        )
    if description.kind == "multilabel":
        return Target(description, _read_indicators(columns, description.names))
    if description.one_hot:
        return Target(description, _read_one_hot(columns, description.names))
    return Target(description, _find_codes(encode_labels(columns[0]), description.labels))


def _order_columns(
    description: TargetDescription, names: tuple[str, ...] | None, count: int
) -> Sequence[int]:
    """Return the positions of the model's target columns among `count` columns."""
    expected = description.names
    if names is not None and expected is not None and len(expected) == description.columns:
        if len(names) > 1 or len(expected) > 1:
            order = order_by_name(names, expected, "the target")
            return range(count) if order is None else order
        if names != expected:
            logger.warning(
                'The target column is "%s" here, and was "%s" in training.', names[0], expected[0]
            )
    if count != description.columns:
        raise DataError(
            f"the model was trained on a target of {_count(description.columns, 'column')}, and "
            f"this one has {count}. Select the columns with --target-columns"
        )
    return range(count)


def format_for_loss(target: Target, target_format: TargetFormat) -> NDArray[Any]:
    """Return the codes as a loss function takes them.

    `binary` and `numeric` give float32 columns, shape (rows, outputs); `one-hot` float32 of
    shape (rows, classes); `integer` int32 of shape (rows, 1).
    """
    description, codes = target.description, target.codes
    if description.kind in ("multilabel", "regression"):
        return codes.astype(np.float32)
    if target_format == "integer":
        return codes.astype(np.int32)[:, np.newaxis]
    if description.kind == "binary":
        return codes.astype(np.float32)[:, np.newaxis]
    one_hot = np.zeros((len(codes), len(description.labels)), dtype=np.float32)
    one_hot[np.arange(len(codes)), codes] = 1
    return one_hot


def decode_labels(description: TargetDescription, codes: NDArray[Any]) -> list[NDArray[Any]]:
    """Return codes as the columns of a table, with the labels as they were given.

    Parameters
    ----------
    description
        The target.
    codes
        Those of `Target.codes`; the values of a regression are returned as they are.

    Returns
    -------
    list of numpy.ndarray
        One column of labels, or one of numbers for each output, shape (rows,).
    """
    if description.kind in ("binary", "multiclass"):
        return [make_label_array(description.labels)[codes]]
    return [codes[:, column] for column in range(codes.shape[1])]


def _encode_labels(column: NDArray[Any], names: tuple[str, ...] | None, outputs: int) -> Target:
    encoded = encode_labels(column)
    found = list(encoded.labels)
    if len(found) < 2:
        raise DataError(
            f'all {len(column)} rows of the target have the same label, "{found[0]}"; '
            "a classifier needs at least 2. Check --target-columns"
        )
    warn_of_spellings(encoded, "labels")
    classes = _complete_classes(found, outputs)
    kind: Literal["binary", "multiclass"] = "binary" if outputs == 1 else "multiclass"
    description = TargetDescription(kind=kind, columns=1, names=names, classes=tuple(classes))
    return Target(description, _find_codes(encoded, description.labels))


def _complete_classes(found: list[Label], outputs: int) -> list[Label]:
    expected = max(outputs, 2)
    if len(found) == expected:
        return found
    numbered = _number_classes(expected, found[0])
    if len(found) < expected and set(found) <= set(numbered):
        missing = [str(label) for label in numbered if label not in found]
        logger.warning("No row of the target has the label %s.", list_names(missing))
        return numbered
    unit = "1 output, for 2 classes" if outputs == 1 else f"{outputs} outputs, one for each class"
    raise DataError(
        f"the target has {len(found)} different labels ({list_names([str(x) for x in found])}), "
        f"but the network has {unit}. Give the last layer {_outputs_for(len(found))}, "
        "check --target-columns, or build a regressor if the target holds measurements"
    )


def _number_classes(count: int, like: Label) -> list[Label]:
    """Return the labels from 0 to `count` - 1, written as `like` is; none if that is no number."""
    if not isinstance(like, str):
        return [type(like)(number) for number in range(count)]
    whole, _, decimals = like.partition(".")
    if not whole.isdigit() or decimals.strip("0"):
        return []
    return [f"{number}{like[len(whole) :]}" for number in range(count)]


def _outputs_for(classes: int) -> str:
    return "1 unit with sigmoid" if classes == 2 else f"{classes} units with softmax"


def _find_codes(encoded: EncodedLabels, classes: Sequence[Label]) -> NDArray[np.intp]:
    known, encoded = match_classes(classes, encoded)
    unknown = [str(encoded.labels[number]) for number in find_unknown(encoded, known)]
    if unknown:
        raise DataError(
            f"the target has labels that the model was not trained on: {list_names(unknown)}. "
            f"It knows: {list_names([str(label) for label in classes])}"
        )
    return map_codes(encoded, known)


def _encode_indicators(
    columns: Sequence[NDArray[Any]], names: tuple[str, ...] | None, outputs: int, exclusive: bool
) -> Target:
    if len(columns) != outputs:
        raise DataError(_describe_widths(len(columns), outputs))
    classes = _name_classes(names, len(columns))
    if exclusive:
        description = TargetDescription(
            kind="multiclass", columns=len(columns), names=names, classes=classes, one_hot=True
        )
        return Target(description, _read_one_hot(columns, names))
    description = TargetDescription(
        kind="multilabel", columns=len(columns), names=names, classes=classes
    )
    return Target(description, _read_indicators(columns, names))


def _name_classes(names: tuple[str, ...] | None, count: int) -> tuple[Label, ...]:
    if names is None or names == tuple(str(number) for number in range(count)):
        return tuple(range(count))
    return names


def _read_one_hot(
    columns: Sequence[NDArray[Any]], names: tuple[str, ...] | None
) -> NDArray[np.int64]:
    indicators = _read_indicators(columns, names)
    sums = indicators.sum(axis=1)
    wrong = np.flatnonzero(sums != 1)
    if len(wrong):
        raise DataError(
            f"{len(wrong)} rows of the target do not have exactly one 1 (the first is data row "
            f"{wrong[0] + 1}, with {sums[wrong[0]]}), but a network that ends in softmax "
            "chooses one class. For several labels a row, end it in sigmoid with "
            "binary_crossentropy"
        )
    codes: NDArray[np.int64] = indicators.argmax(axis=1)
    return codes


def _read_indicators(
    columns: Sequence[NDArray[Any]], names: tuple[str, ...] | None
) -> NDArray[np.int64]:
    indicators = parse_indicators(columns)
    invalid = find_invalid_indicator(indicators)
    if invalid is not None:
        row, column = invalid
        raise DataError(
            "a classifier's target of several columns holds 0 and 1, one column for each "
            f'class, but data row {row + 1} has "{columns[column][row]}" '
            f"in column {_name(names, column + 1)}. "
            "Select one column of labels with --target-columns, or build a regressor"
        )
    return np.stack(indicators, axis=1)


def _describe_widths(columns: int, outputs: int) -> str:
    return (
        f"the target has {_count(columns, 'column')}, but the network has "
        f"{_count(outputs, 'output')}. Select the columns with --target-columns, "
        f"or give the last layer {_count(columns, 'unit')}"
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _name(names: tuple[str, ...] | None, number: int) -> str:
    return f'{number} ("{names[number - 1]}")' if names else str(number)


def _first_text(column: NDArray[Any]) -> str:
    return next(str(value) for value in column if isinstance(value, str))
