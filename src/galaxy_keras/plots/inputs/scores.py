"""True classes beside the scores that a model gives them, one column for each class."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from galaxy_keras.artefacts.tables import TableColumns
from galaxy_keras.errors import ConfigurationError, DataError, list_names, suggest
from galaxy_keras.plots.inputs.labels import (
    LabelColumn,
    arrange_classes,
    check_row_counts,
    match_labels,
    normalize_label,
    sort_labels,
)
from galaxy_keras.plots.inputs.sources import check_labels, read_number_columns, read_source
from galaxy_keras.schema.requests.runs import TableSource

logger = logging.getLogger(__name__)

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ClassScores:
    """One column for each class that is held against the rest.

    Attributes
    ----------
    names
        The classes. Of two classes that exclude each other only the positive one is here.
    truth
        Whether a row belongs to the class, rows x classes.
    scores
        The higher, the likelier, rows x classes.
    """

    names: tuple[str, ...]
    truth: BoolArray
    scores: FloatArray

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.truth)

    @property
    def positives(self) -> npt.NDArray[np.intp]:
        """The number of rows of each class."""
        counts: npt.NDArray[np.intp] = self.truth.sum(axis=0)
        return counts

    def sort_columns(self) -> ClassScores:
        """Return each column by falling score, which several curves of it then need not sort.

        The columns are sorted apart from each other, so that their rows no longer agree.
        """
        order = np.argsort(-self.scores, axis=0, kind="stable")
        truth = np.take_along_axis(self.truth, order, axis=0)
        scores = np.take_along_axis(self.scores, order, axis=0)
        return ClassScores(self.names, np.asfortranarray(truth), np.asfortranarray(scores))


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
        The class to hold against the rest; None for all of them, and of two classes for the
        one whose column comes last (its label sorts last, where only one column is given).
    class_names
        What to call the classes, as in `plots.labels.arrange_classes`.

    Raises
    ------
    ConfigurationError
        If there is no class `pos_label`, or the names are not as many as the classes.
    DataError
        If the tables cannot be used, or do not belong together.
    """
    labels = read_source(true, "--true")
    values, names = _read_scores(scores)
    check_row_counts(
        LabelColumn(str(true.path), labels.values[0]), LabelColumn(str(scores.path), values)
    )
    if len(labels.values) > 1:
        return _pair_indicators(labels, true, values)
    check_labels(labels.values[0], labels.names, true, "--true")
    try:
        return pair_scores(
            labels.values[0], values, names, pos_label=pos_label, class_names=class_names
        )
    except DataError as error:
        raise error.with_prefix(f"{true.path} and {scores.path}") from None


def pair_scores(
    labels: npt.NDArray[np.generic],
    scores: FloatArray,
    names: Sequence[str] | None = None,
    *,
    pos_label: str | None = None,
    class_names: str | None = None,
) -> ClassScores:
    """Hold one column of labels against the columns of scores.

    Parameters
    ----------
    labels
        One for each row.
    scores
        Rows x columns.
    names
        The header of the scores: the label of each column.
    pos_label, class_names
        As in `read_class_scores`.
    """
    (coded,) = match_labels(labels)
    classes = sort_labels(coded.classes)
    wanted = None if pos_label is None else normalize_label(pos_label)
    headed = None if names is None else [normalize_label(name) for name in names]
    if scores.shape[1] == 1:
        columns = [_choose_positive(classes, headed, wanted)]
    else:
        columns = _name_columns(classes, headed, scores.shape[1])
    chosen = _choose_columns(columns, wanted)
    position = {label: number for number, label in enumerate(coded.classes)}
    truth = [coded.codes == position.get(columns[each], -1) for each in chosen]
    arranged = arrange_classes([*classes, *columns], names=class_names)
    shown = dict(zip(arranged.labels, arranged.names, strict=True))
    named = tuple(shown[columns[each]] for each in chosen)
    return ClassScores(named, np.stack(truth, axis=1), scores[:, chosen])


def _choose_positive(classes: list[str], headed: list[str] | None, wanted: str | None) -> str:
    """Return the class that a single column of scores is for."""
    if wanted is not None:
        _check_class(wanted, classes)
        return wanted
    if headed and headed[0] in classes:
        return headed[0]
    if len(classes) > 2:
        raise DataError(
            f"there are {len(classes)} classes ({list_names(classes)}) but one column of scores. "
            "Give one column for each class, headed by its label, as model-prediction "
            "--method predict_proba writes them, or say with --pos-label which class it is for"
        )
    return classes[-1]


def _name_columns(classes: list[str], headed: list[str] | None, count: int) -> list[str]:
    """Return the label that each of several columns of scores stands for."""
    if headed is None and count == len(classes):
        return classes
    if headed is None:
        raise DataError(
            f"{count} columns of scores cannot be told apart: there are {len(classes)} classes "
            f"({list_names(classes)}). If the first row of the scores holds their labels, "
            "give --scores-header"
        )
    missing = [label for label in classes if label not in headed]
    if missing:
        raise DataError(
            f"no column of scores is headed by the label {list_names(missing)}. "
            f"The columns are: {list_names(headed)}. Choose others with --scores-columns, "
            "or the true labels with --true-columns"
        )
    return headed


def _choose_columns(columns: list[str], wanted: str | None) -> list[int]:
    if wanted is not None:
        _check_class(wanted, columns)
        return [columns.index(wanted)]
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
    for name, values in zip(names, labels.values, strict=True):
        if not np.isin(values, (0, 1)).all():
            raise DataError(
                f"{true.path}: the column {name} must hold 0 and 1 only, because several columns "
                "are chosen. Choose one column of labels with --true-columns"
            )
    truth = np.stack([values == 1 for values in labels.values], axis=1)
    return ClassScores(tuple(names), truth, scores)


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
