"""Names and columns of the tables in which labels, probabilities and values are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from galaxy_keras.catalogue.run_choices import PredictionMethod
from galaxy_keras.data.decisions import Decisions
from galaxy_keras.data.labels import PREDICTED
from galaxy_keras.data.targets import Target, decode_labels
from galaxy_keras.schema.training.targets import TargetDescription

TRUE = "True"


@dataclass(frozen=True)
class Table:
    """Columns, each of shape (rows,), and their names."""

    names: list[str]
    columns: list[NDArray[Any]]


def tabulate_true(target: Target) -> Table:
    """Return the true labels or values as they were given."""
    columns = decode_labels(target.coding, target.codes)
    if len(columns) == 1:
        return Table([_name_single(target.coding, TRUE)], columns)
    return Table(name_outputs(target.coding), columns)


def tabulate_predicted(coding: TargetDescription, decisions: Decisions) -> Table:
    """Return the predicted labels or values; a single column is headed `Predicted`."""
    return Table(name_predictions(coding, "predict"), decode_labels(coding, decisions.codes))


def tabulate_probabilities(coding: TargetDescription, decisions: Decisions) -> Table:
    """Return the probability of each class, headed by its label; values for a regression."""
    if coding.kind == "regression":
        return tabulate_predicted(coding, decisions)
    probabilities = decisions.probabilities
    columns = [probabilities[:, number] for number in range(probabilities.shape[1])]
    return Table(name_predictions(coding, "predict_proba"), columns)


def name_predictions(coding: TargetDescription, method: PredictionMethod) -> list[str]:
    """Return the header of a table of predictions."""
    several = coding.kind == "multilabel" or (coding.kind == "regression" and coding.columns > 1)
    if several or (method == "predict_proba" and coding.kind != "regression"):
        return name_outputs(coding)
    return [PREDICTED]


def name_outputs(coding: TargetDescription) -> list[str]:
    """Return the label of each class, or the name or number of each target column."""
    if coding.classes is not None:
        return [str(label) for label in coding.classes]
    return list(coding.names or (str(number) for number in range(coding.columns)))


def _name_single(coding: TargetDescription, default: str) -> str:
    return coding.names[0] if coding.names and len(coding.names) == 1 else default
