"""True classes and the scores of a model, one column for each class."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from galaxy_keras.artefacts.tables import TableColumns
from galaxy_keras.data.labels import (
    encode_labels,
    find_invalid_indicator,
    match_classes,
    parse_indicators,
    sort_labels,
    spell_alike,
)
from galaxy_keras.errors import ConfigurationError, DataError, list_names, suggest
from galaxy_keras.plots.array_types import BoolArray, FloatArray, IntegerArray, LabelArray
from galaxy_keras.plots.inputs.classes import arrange_classes
from galaxy_keras.plots.inputs.sources import (
    check_labels,
    check_row_counts,
    order_by_name,
    read_number_columns,
    read_source,
)
from galaxy_keras.schema.requests.runs import TableSource

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ClassScores:
    """True classes and scores, one column for each class, one-vs-rest.

    Attributes
    ----------
    names
        The classes; of two that exclude each other only the positive one.
    y_true
        Whether a row belongs to the class, shape (rows, classes).
    scores
        Scores of the class, shape (rows, classes); higher means more probable.
    """

    names: tuple[str, ...]
    y_true: BoolArray
    scores: FloatArray

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.y_true)

    @property
    def positives(self) -> IntegerArray:
        """The number of rows of each class."""
        counts: IntegerArray = self.y_true.sum(axis=0)
        return counts

    def sort_columns(self) -> ClassScores:
        """Return each column by falling score; several curves need not sort it again.

        Each column is sorted on its own: a row of the result is not a row of the table.
        """
        order = np.argsort(-self.scores, axis=0, kind="stable")
        y_true = np.take_along_axis(self.y_true, order, axis=0)
        scores = np.take_along_axis(self.scores, order, axis=0)
        return ClassScores(self.names, np.asfortranarray(y_true), np.asfortranarray(scores))


def read_class_scores(
    true: TableSource,
    scores: TableSource,
    *,
    pos_label: str | None = None,
    class_names: str | None = None,
) -> ClassScores:
    """Return true classes and scores.

    Parameters
    ----------
    true
        One column of labels, or one column of 0 and 1 for each class.
    scores
        One column for each class, headed by its label, as `model-prediction` writes
        probabilities; or one column, for the positive class.
    pos_label
        Positive class, for one-vs-rest; None for all classes, and of two classes for the one
        whose column comes last (its label sorts last, where only one column is given).
    class_names
        Names of the classes, as in `plots.inputs.classes.arrange_classes`.

    Raises
    ------
    ConfigurationError
        If there is no class `pos_label`, or there is not one name for each class.
    DataError
        If the tables cannot be used, or do not belong together.
    """
    labels = read_source(true, "--true")
    values, names = _read_scores(scores)
    check_row_counts(true, len(labels.values[0]), scores, len(values))
    if len(labels.values) > 1:
        order = order_by_name(names, labels.names, scores.path, true.path)
        return _pair_indicators(labels, true, values if order is None else values[:, order])
    check_labels(labels.values[0], labels.names, true, "--true")
    try:
        paired = pair_scores(
            labels.values[0], values, names, pos_label=pos_label, class_names=class_names
        )
    except DataError as error:
        raise error.with_prefix(f"{true.path} and {scores.path}") from None
    if pos_label is None and len(paired.names) == 1:
        _tell_positive_class(paired)
    return paired


def pair_scores(
    labels: LabelArray,
    scores: FloatArray,
    names: Sequence[str] | None = None,
    *,
    pos_label: str | None = None,
    class_names: str | None = None,
) -> ClassScores:
    """Pair one column of labels with the columns of scores, one-vs-rest.

    Parameters
    ----------
    labels
        True labels, shape (rows,).
    scores
        Scores, shape (rows, columns).
    names
        The header of the scores: the label of each column; None without a header.
    pos_label, class_names
        As in `read_class_scores`.
    """
    encoded = encode_labels(labels)
    header_labels = None
    if names is not None:
        header_labels, encoded = match_classes(names, encoded)
    classes = sort_labels(encoded.texts)
    requested = None
    if pos_label is not None:
        (requested,) = spell_alike([pos_label], {*classes, *(header_labels or ())})
    if scores.shape[1] == 1:
        columns = [_choose_positive(classes, header_labels, requested)]
    else:
        columns = _name_columns(classes, header_labels, scores.shape[1])
    chosen = _choose_columns(columns, requested)
    position = {label: number for number, label in enumerate(encoded.texts)}
    y_true = [encoded.codes == position.get(columns[each], -1) for each in chosen]
    arranged = arrange_classes([*classes, *columns], names=class_names)
    shown = dict(zip(arranged.labels, arranged.names, strict=True))
    named = tuple(shown[columns[each]] for each in chosen)
    return ClassScores(named, np.stack(y_true, axis=1), scores[:, chosen])


def _tell_positive_class(scores: ClassScores) -> None:
    """Log which of two classes was taken; warn where it is the more frequent one."""
    positives = int(scores.positives[0])
    most = 2 * positives > scores.rows
    logger.log(
        logging.WARNING if most else logging.INFO,
        'The positive class is "%s" (%s of %s rows)%s. --pos-label chooses the other one.',
        scores.names[0],
        f"{positives:,}",
        f"{scores.rows:,}",
        ", the more frequent one" if most else "",
    )


def _choose_positive(
    classes: list[str], header_labels: list[str] | None, requested: str | None
) -> str:
    """Return the class that a single column of scores is for."""
    if requested is not None:
        _check_class(requested, classes)
        return requested
    if header_labels and header_labels[0] in classes:
        return header_labels[0]
    if len(classes) > 2:
        raise DataError(
            f"there are {len(classes)} classes ({list_names(classes)}) but one column of scores. "
            "Give one column for each class, headed by its label, as model-prediction "
            "--method predict_proba writes them, or name the class of the column with --pos-label"
        )
    return classes[-1]


def _name_columns(classes: list[str], header_labels: list[str] | None, count: int) -> list[str]:
    """Return the labels of several columns of scores."""
    if header_labels is None and count == len(classes):
        return classes
    if header_labels is None:
        raise DataError(
            f"{count} columns of scores cannot be told apart: there are {len(classes)} classes "
            f"({list_names(classes)}). If the first row of the scores holds their labels, "
            "give --scores-header"
        )
    missing = [label for label in classes if label not in header_labels]
    if missing:
        raise DataError(
            f"no column of scores is headed by the label {list_names(missing)}. "
            f"The columns are: {list_names(header_labels)}. Choose others with --scores-columns, "
            "or the true labels with --true-columns"
        )
    return header_labels


def _choose_columns(columns: list[str], requested: str | None) -> list[int]:
    if requested is not None:
        _check_class(requested, columns)
        return [columns.index(requested)]
    return [1] if len(columns) == 2 else list(range(len(columns)))


def _check_class(label: str, classes: list[str]) -> None:
    if label not in classes:
        raise ConfigurationError(
            f'--pos-label: there is no class "{label}".{suggest(label, classes)} '
            f"The classes are: {list_names(classes)}"
        )


def _pair_indicators(labels: TableColumns, true: TableSource, scores: FloatArray) -> ClassScores:
    """Return several classes that do not exclude each other, one column of 0 and 1 for each."""
    count = len(labels.values)
    if scores.shape[1] != count:
        raise DataError(
            f"{true.path} gives {count} columns, but there are {scores.shape[1]} columns of "
            "scores. Choose one column of labels with --true-columns, or as many columns of 0 "
            "and 1 as there are scores"
        )
    names = labels.names or tuple(f"column {number}" for number in range(1, count + 1))
    columns = parse_indicators(labels.values)
    invalid = find_invalid_indicator(columns)
    if invalid is not None:
        raise DataError(
            f"{true.path}: the column {names[invalid[1]]} must hold 0 and 1 only, because several "
            "columns are chosen. Choose one column of labels with --true-columns"
        )
    y_true = np.stack([column == 1 for column in columns], axis=1)
    return ClassScores(tuple(names), y_true, scores)


def _read_scores(source: TableSource) -> tuple[FloatArray, tuple[str, ...] | None]:
    names, columns = read_number_columns(source, "--scores")
    scores = np.stack(columns, axis=1)
    if len(scores) > 2 and np.isin(scores, (0.0, 1.0)).all():
        logger.warning(
            "%s holds nothing but 0 and 1. If these are predicted labels, run model-prediction "
            "with --method predict_proba: without scores there is only one point of the curve",
            source.path,
        )
    return scores, names
