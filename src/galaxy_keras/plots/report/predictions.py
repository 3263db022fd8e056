"""True and predicted labels or values of the rows that a model was not trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from galaxy_keras.artefacts.tables import TableColumns
from galaxy_keras.data.labels import (
    encode_labels,
    find_invalid_indicator,
    find_unknown,
    map_codes,
    match_classes,
    spell_alike,
)
from galaxy_keras.data.positive_class import find_positive_class
from galaxy_keras.errors import DataError, list_names
from galaxy_keras.plots.array_types import BoolArray, FloatArray, IntegerArray
from galaxy_keras.plots.inputs.classes import arrange_classes
from galaxy_keras.plots.inputs.sources import (
    check_labels,
    check_row_counts,
    order_by_name,
    read_source,
)
from galaxy_keras.plots.kinds.regression import RegressionOutput, read_outputs
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.training.targets import TargetDescription

THRESHOLD = 0.5
"""A row has a label if the probability of the label is above this threshold."""


@dataclass(frozen=True)
class ClassPredictions:
    """Rows that each belong to one class.

    Attributes
    ----------
    names
        Names of the classes, in the order of the model's outputs.
    true, predicted
        Positions of the classes, shape (rows,).
    probabilities
        Probabilities, shape (rows, classes); None if only labels are known.
    first_row
        Line of the first row in its file, counted from 1.
    positive
        Which of two classes is the positive one.
    """

    names: tuple[str, ...]
    true: IntegerArray
    predicted: IntegerArray
    probabilities: FloatArray | None
    first_row: int
    positive: int = 1

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.true)

    def list_scored(self) -> list[int]:
        """Return the positions of the classes with curves, of two only that of the positive one."""
        return [self.positive] if len(self.names) == 2 else list(range(len(self.names)))


@dataclass(frozen=True)
class MultilabelPredictions:
    """Rows that may have several labels.

    Attributes
    ----------
    names
        Names of the labels.
    true, predicted
        Whether a row has the label, shape (rows, labels).
    probabilities
        Probabilities, shape (rows, labels); None if only labels are known.
    first_row
        Line of the first row in its file, counted from 1.
    """

    names: tuple[str, ...]
    true: BoolArray
    predicted: BoolArray
    probabilities: FloatArray | None
    first_row: int

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.true)


@dataclass(frozen=True)
class RegressionPredictions:
    """True and predicted values of a regression.

    Attributes
    ----------
    outputs
        True and predicted values of each output.
    first_row
        Line of the first row in its file, counted from 1.
    """

    outputs: tuple[RegressionOutput, ...]
    first_row: int

    @property
    def rows(self) -> int:
        """The number of rows."""
        return len(self.outputs[0].true)


HeldOutPredictions = ClassPredictions | MultilabelPredictions | RegressionPredictions


def read_predictions(
    request: ReportRequest, description: TargetDescription
) -> HeldOutPredictions | None:
    """Return the predictions in the tables of a report; None without a table of true labels.

    Parameters
    ----------
    request
        The request, which names the tables.
    description
        The target of the model.

    Raises
    ------
    ConfigurationError
        If there is not one name for each class, or no class `pos_label`.
    DataError
        If the tables cannot be used, do not belong together or do not fit the model.
    """
    if request.true is None:
        return None
    if request.pos_label is not None:
        find_positive_class(description, request.pos_label)
    if description.kind == "regression":
        return _read_values(request, request.true, description)
    if description.kind == "multilabel":
        return _read_labels(request, request.true, description)
    return _read_classes(request, request.true, description)


def name_classes(description: TargetDescription, names: str | None) -> tuple[str, ...]:
    """Return the names of the classes, in the order of the model's outputs.

    Raises
    ------
    ConfigurationError
        If there is not one name for each class.
    """
    labels = _label_texts(description)
    arranged = arrange_classes(labels, names=names)
    shown = dict(zip(arranged.labels, arranged.names, strict=True))
    return tuple(shown[label] for label in labels)


def _read_values(
    request: ReportRequest, true: TableSource, description: TargetDescription
) -> RegressionPredictions:
    # keras-train-and-eval writes predictions of either kind to one output. The request has been
    # checked: there is one of them.
    predicted = cast(TableSource, request.predicted or request.scores)
    outputs = read_outputs(true, predicted, _name_columns(description))
    return RegressionPredictions(tuple(outputs), _first_row(true))


def _read_classes(
    request: ReportRequest, true: TableSource, description: TargetDescription
) -> ClassPredictions:
    codes = _read_codes(true, "--true", description)
    probabilities = None
    if request.scores is not None:
        probabilities = _read_probabilities(request.scores, description)
        check_row_counts(true, len(codes), request.scores, len(probabilities))
    if request.predicted is not None:
        predicted = _read_codes(request.predicted, "--predicted", description)
        check_row_counts(true, len(codes), request.predicted, len(predicted))
    else:
        predicted = _choose_classes(cast(FloatArray, probabilities))
    names = name_classes(description, request.class_names)
    return ClassPredictions(
        names,
        codes,
        predicted,
        probabilities,
        _first_row(true),
        _find_positive(request, description),
    )


def _read_labels(
    request: ReportRequest, true: TableSource, description: TargetDescription
) -> MultilabelPredictions:
    y_true = _read_indicators(true, "--true", description)
    probabilities = None
    if request.scores is not None:
        probabilities = _read_probabilities(request.scores, description)
        check_row_counts(true, len(y_true), request.scores, len(probabilities))
    if request.predicted is not None:
        predicted = _read_indicators(request.predicted, "--predicted", description)
        check_row_counts(true, len(y_true), request.predicted, len(predicted))
    else:
        predicted = cast(FloatArray, probabilities) > THRESHOLD
    names = name_classes(description, request.class_names)
    return MultilabelPredictions(names, y_true, predicted, probabilities, _first_row(true))


def _find_positive(request: ReportRequest, description: TargetDescription) -> int:
    return 1 if request.pos_label is None else find_positive_class(description, request.pos_label)


def _first_row(source: TableSource) -> int:
    return 2 if source.header else 1


def _choose_classes(probabilities: FloatArray) -> IntegerArray:
    if probabilities.shape[1] == 2:
        # A tie goes to the first class, as in prediction.
        return (probabilities[:, 1] > probabilities[:, 0]).astype(np.intp)
    chosen: IntegerArray = probabilities.argmax(axis=1)
    return chosen


def _read_codes(source: TableSource, option: str, description: TargetDescription) -> IntegerArray:
    table = read_source(source, option)
    count = len(description.labels)
    if len(table.values) == count and option == "--true":
        indicators = _to_indicators(table, source, option, description)
        codes: IntegerArray = indicators.argmax(axis=1)
        return codes
    if len(table.values) != 1:
        raise DataError(
            f"{source.path} gives {len(table.values)} columns, but {option} takes one column of "
            f"labels. Choose it with {option}-columns; probabilities of classes go to --scores"
        )
    check_labels(table.values[0], table.names, source, option)
    return _find_codes(table, source, option, description)


def _find_codes(
    table: TableColumns, source: TableSource, option: str, description: TargetDescription
) -> IntegerArray:
    classes, given = match_classes(description.labels, encode_labels(table.values[0]))
    unknown = find_unknown(given, classes)
    if unknown:
        row = int(np.flatnonzero(given.codes == unknown[0])[0])
        raise DataError(
            f'{table.locate(row, 0)}: the model knows no class "{given.texts[unknown[0]]}"; it was '
            f"trained on {list_names(classes)}. Check {option}-columns, and that {source.path} "
            "belongs to this model"
        )
    return map_codes(given, classes)


def _read_indicators(source: TableSource, option: str, description: TargetDescription) -> BoolArray:
    table = read_source(source, option)
    if len(table.values) != len(description.labels):
        labels = _label_texts(description)
        raise DataError(
            f"{source.path} gives {len(table.values)} columns, but the model has {len(labels)} "
            f"labels ({list_names(labels)}). Choose one column of 0 and 1 for each with "
            f"{option}-columns"
        )
    return _to_indicators(table, source, option, description)


def _to_indicators(
    table: TableColumns, source: TableSource, option: str, description: TargetDescription
) -> BoolArray:
    """Return one column for each class, in the order of the model's outputs."""
    columns = [table.parse_numbers(position, bounded=True) for position in range(len(table.values))]
    invalid = find_invalid_indicator(columns)
    if invalid is not None:
        row, column = invalid
        raise DataError(
            f"{table.locate(row, column)}: {columns[column][row]:g} is neither 0 nor 1, "
            f"but {source.path} gives one column for each class. Check {option}-columns"
        )
    order = order_by_name(table.names, _name_columns(description), source.path, "the model")
    indicators: BoolArray = np.stack([column == 1 for column in columns], axis=1)
    return indicators if order is None else indicators[:, order]


def _name_columns(description: TargetDescription) -> tuple[str, ...] | None:
    """Return the names of columns with one class or value each; None if these have none."""
    if description.columns > 1 and description.names is not None:
        return description.names
    return tuple(_label_texts(description)) or None


def _read_probabilities(source: TableSource, description: TargetDescription) -> FloatArray:
    table = read_source(source, "--scores")
    values = np.stack(
        [table.parse_numbers(n, bounded=True) for n in range(len(table.values))], axis=1
    )
    wrong = np.argwhere((values < 0) | (values > 1))
    if len(wrong):
        row, column = wrong[0]
        raise DataError(
            f"{table.locate(int(row), int(column))}: {values[row, column]:g} is not a probability. "
            "A report needs those of model-prediction --method predict_proba, from 0 to 1"
        )
    if values.shape[1] == 1 and description.kind == "binary":
        return np.hstack([1 - values, values])
    return values[:, _find_columns(table, source, description)]


def _find_columns(
    table: TableColumns, source: TableSource, description: TargetDescription
) -> list[int]:
    """Return the position of the column of each class."""
    labels = _label_texts(description)
    if table.names is None and len(table.values) == len(labels):
        return list(range(len(labels)))
    header_labels = spell_alike(table.names or (), labels)
    missing = [label for label in labels if label not in header_labels]
    if missing:
        raise DataError(
            f"{source.path} has no column of scores for the class {list_names(missing)}. One "
            f"column is needed for each of {list_names(labels)}, headed by its label. Check "
            "--scores-columns, and --scores-header for a table with column names"
        )
    return [header_labels.index(label) for label in labels]


def _label_texts(description: TargetDescription) -> list[str]:
    return list(map(str, description.labels))
