"""Names and columns of the tables of labels, probabilities and values that are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.catalogue.run_choices import PredictionMethod
from galaxy_keras.data.labels import PREDICTED, TRUE
from galaxy_keras.data.predictions import Predictions
from galaxy_keras.data.targets import Target, decode_labels
from galaxy_keras.schema.training.targets import TargetDescription


@dataclass(frozen=True)
class OutputTable:
    """A table to write: columns, each of shape (rows,), and their names."""

    names: list[str]
    columns: list[NDArray[Any]]

    def select(self, rows: NDArray[np.intp] | slice) -> OutputTable:
        """Return some of the rows."""
        return OutputTable(self.names, [column[rows] for column in self.columns])

    def with_ids(self, ids: OutputTable | None) -> OutputTable:
        """Return the table with the names of its rows before it; None for none."""
        if ids is None:
            return self
        return OutputTable([*ids.names, *self.names], [*ids.columns, *self.columns])


def join_outputs(tables: Mapping[str, OutputTable]) -> OutputTable:
    """Return one table of the outputs of a network.

    Parameters
    ----------
    tables
        The table of each output by its name. Of several, a single column is headed by the name of
        the output, others by this name, an underscore and what heads them.
    """
    if len(tables) == 1:
        return next(iter(tables.values()))
    names = join_names({name: table.names for name, table in tables.items()})
    return OutputTable(names, [column for table in tables.values() for column in table.columns])


def join_names(headers: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the header of the table that `join_outputs` makes of tables with these headers."""
    if len(headers) == 1:
        return list(next(iter(headers.values())))
    return [
        output if len(names) == 1 else f"{output}_{name}"
        for output, names in headers.items()
        for name in names
    ]


def tabulate_true(target: Target) -> OutputTable:
    """Return the true labels or values as they were given, with the names of their columns."""
    columns = (
        decode_labels(target.description, target.codes)
        if target.given is None
        else list(target.given)
    )
    if len(columns) == 1:
        return OutputTable([_name_single(target.description, TRUE)], columns)
    return OutputTable(name_outputs(target.description), columns)


def tabulate_predicted(description: TargetDescription, predictions: Predictions) -> OutputTable:
    """Return the predicted labels or values; a single column is headed `Predicted`."""
    return OutputTable(
        name_predictions(description, "predict"), decode_labels(description, predictions.codes)
    )


def tabulate_probabilities(description: TargetDescription, predictions: Predictions) -> OutputTable:
    """Return probability or score of each class, headed by its label; values of a regression."""
    if description.kind == "regression":
        return tabulate_predicted(description, predictions)
    probabilities = predictions.probabilities
    columns = [probabilities[:, number] for number in range(probabilities.shape[1])]
    return OutputTable(name_predictions(description, "predict_proba"), columns)


def name_predictions(description: TargetDescription, method: PredictionMethod) -> list[str]:
    """Return the header of a table of predictions."""
    several = description.kind == "multilabel" or (
        description.kind == "regression" and description.columns > 1
    )
    if several or (method != "predict" and description.kind != "regression"):
        return name_outputs(description)
    return [PREDICTED]


def name_outputs(description: TargetDescription) -> list[str]:
    """Return the label of each class, or the name or number of each target column."""
    if description.classes is not None:
        return [str(label) for label in description.classes]
    return list(description.names or (str(number) for number in range(description.columns)))


def _name_single(description: TargetDescription, default: str) -> str:
    return description.names[0] if description.names and len(description.names) == 1 else default
