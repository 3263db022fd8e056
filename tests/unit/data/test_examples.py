"""Held-out samples as people gave them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.data.answers import Answers
from galaxy_keras.data.examples import show_examples, tabulate_examples
from galaxy_keras.data.predictions import Predictions
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.data.targets import Target
from galaxy_keras.schema.training.targets import TargetDescription

FEATURES = Features(np.array([[1, 2.5], [3, 4], [5, 6]], np.float32), ("a", "b"), (1, 2), 2)
ROWS = np.array([2, 0])
BINARY = Target(TargetDescription(kind="binary", classes=("no", "yes")), np.array([1, 0]))
PREDICTIONS = Predictions(np.array([0, 0]), np.array([[0.75, 0.25], [1, 0]], np.float32))
ANSWERS = [Answers("out", BINARY, PREDICTIONS)]


def make_cells(*columns: list[str]) -> RawCells:
    names = ("text", "more")[: len(columns)]
    layout = Layout(Path("t.tsv"), "", names, len(columns), tuple(range(len(columns))))
    return RawCells(layout, 2, columns)


def test_numbers_with_their_names() -> None:
    examples = show_examples(None, FEATURES, ROWS)
    assert examples.samples == ("a=5, b=6", "a=1, b=2.5")
    assert examples.rows.tolist() == [4, 2]


def test_texts_in_eighty_letters() -> None:
    cells = make_cells(["a" * 81, "b" * 80, "tab\tand\x1b"])
    samples = show_examples(cells, FEATURES, np.array([0, 1, 2])).samples
    assert samples == ("a" * 77 + "...", "b" * 80, "tab\\tand\\x1b")


def test_several_columns() -> None:
    cells = make_cells(["x", "y", "z"], ["1", "", "3"])
    assert show_examples(cells, FEATURES, ROWS).samples == ("text=z, more=3", "text=x, more=1")


def test_labels_with_the_probability_of_the_predicted_one() -> None:
    table = tabulate_examples(show_examples(None, FEATURES, ROWS), None, ANSWERS)
    assert table.names == ["row", "sample", "true", "predicted", "probability"]
    rows = [list(row) for row in zip(*table.columns, strict=True)]
    assert rows == [[4, "a=5, b=6", "yes", "no", 0.75], [2, "a=1, b=2.5", "no", "no", 1]]


def test_each_of_several_outputs() -> None:
    values = np.array([[1], [3]], np.float32)
    target = Target(TargetDescription(kind="regression"), values)
    answers = [*ANSWERS, Answers("dose", target, Predictions(values + 1, values + 1))]
    table = tabulate_examples(show_examples(None, FEATURES, ROWS), None, answers)
    assert table.names[2:] == [
        *("true out", "predicted out", "probability out", "true dose", "predicted dose")
    ]
    assert table.columns[-1].tolist() == [2, 4]


def test_names_of_rows_in_place_of_their_numbers() -> None:
    ids = OutputTable(["id"], [np.array(["r3", "r1"], object)])
    table = tabulate_examples(show_examples(None, FEATURES, ROWS), ids, ANSWERS)
    assert table.names[0] == "id"
    assert table.columns[0].tolist() == ["r3", "r1"]


def test_values_of_several_outputs() -> None:
    values = np.array([[1, 2], [3, 4]], np.float32)
    target = Target(TargetDescription(kind="regression", columns=2), values)
    table = tabulate_examples(
        show_examples(None, FEATURES, ROWS),
        None,
        [Answers("out", target, Predictions(values + 1, values + 1))],
    )
    assert table.names[2:] == ["true 1", "true 2", "predicted 1", "predicted 2"]
    assert [column.tolist() for column in table.columns[2:]] == [[1, 3], [2, 4], [2, 4], [3, 5]]
