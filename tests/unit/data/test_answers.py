"""Tables of what a network answers, of one output and of several."""

from __future__ import annotations

import numpy as np

from galaxy_keras.data.answers import (
    Answers,
    tabulate_all_predicted,
    tabulate_all_probabilities,
    tabulate_all_true,
)
from galaxy_keras.data.predictions import Predictions
from galaxy_keras.data.tabulation import OutputTable, join_names, join_outputs
from galaxy_keras.data.targets import Target
from galaxy_keras.schema.training.targets import TargetDescription

RISK = Answers(
    "risk",
    Target(
        TargetDescription(kind="binary", names=("ill",), classes=("no", "yes")), np.array([1, 0])
    ),
    Predictions(np.array([0, 0]), np.array([[0.75, 0.25], [1, 0]], np.float32)),
)
VALUES = np.array([[1, 2], [3, 4]], np.float32)
SIZE = Answers(
    "size",
    Target(TargetDescription(kind="regression", columns=2, names=("a", "b")), VALUES),
    Predictions(VALUES + 1, VALUES + 1),
)
DOSE = Answers(
    "dose",
    Target(TargetDescription(kind="regression", names=("mg",)), VALUES[:, :1]),
    Predictions(VALUES[:, :1], VALUES[:, :1]),
)
ALL = [RISK, SIZE, DOSE]


def list_rows(table: OutputTable) -> list[list[object]]:
    return [list(row) for row in zip(*(each.tolist() for each in table.columns), strict=True)]


def test_of_one_output_columns_keep_their_names() -> None:
    assert tabulate_all_true([RISK]).names == ["ill"]
    assert tabulate_all_predicted([RISK]).names == ["Predicted"]
    assert tabulate_all_probabilities([RISK]).names == ["no", "yes"]
    assert tabulate_all_predicted([SIZE]).names == ["a", "b"]


def test_of_several_outputs_columns_begin_with_their_names() -> None:
    true = tabulate_all_true(ALL)
    assert true.names == ["risk", "size_a", "size_b", "dose"]
    assert list_rows(true) == [["yes", 1, 2, 1], ["no", 3, 4, 3]]
    predicted = tabulate_all_predicted(ALL)
    assert predicted.names == true.names
    assert list_rows(predicted) == [["no", 2, 3, 1], ["no", 4, 5, 3]]
    probabilities = tabulate_all_probabilities(ALL)
    assert probabilities.names == ["risk_no", "risk_yes", "size_a", "size_b", "dose"]
    assert list_rows(probabilities) == [[0.75, 0.25, 2, 3, 1], [1, 0, 4, 5, 3]]


def test_a_header_is_that_of_its_table() -> None:
    tables = {each.output: tabulate_all_probabilities([each]) for each in ALL}
    headers = {name: table.names for name, table in tables.items()}
    assert join_names(headers) == join_outputs(tables).names
