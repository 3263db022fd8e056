from __future__ import annotations

import logging

import numpy as np
import pytest

from galaxy_keras.artefacts import arrays
from galaxy_keras.artefacts.tables import Features
from galaxy_keras.data.features import order_columns, reorder_in_place
from galaxy_keras.errors import DataError
from galaxy_keras.schema.training.features import FeatureDescription

EXPECTED = FeatureDescription(count=3, names=("age", "height", "weight"))


def test_columns_in_order_stay() -> None:
    assert order_columns(["age", "height", "weight"], 3, EXPECTED, "X.tsv") is None


def test_columns_in_another_order_are_put_in_order(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert order_columns(["weight", "age", "height"], 3, EXPECTED, "X.tsv") == [1, 2, 0]
    assert caplog.messages == ["The columns of X.tsv were put into the order of the model."]


def test_columns_that_the_model_does_not_know_are_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        assert order_columns(["id", "age", "height", "weight"], 4, EXPECTED, "X.tsv") == [1, 2, 3]
    assert caplog.messages == ["Columns that the model does not know are left out: id."]


def test_very_many_columns_in_another_order() -> None:
    # Comparing each name with each other would take hours.
    names = tuple(f"cg{number:08}" for number in range(300_000))
    expected = FeatureDescription(count=len(names), names=names)

    order = order_columns(names[::-1], len(names), expected, "X.tsv")

    assert order == list(range(len(names)))[::-1]


def test_a_missing_column_with_a_suggestion() -> None:
    with pytest.raises(
        DataError, match=r'X\.tsv has no column "height".* Did you mean "heigth"\? .*: height'
    ):
        order_columns(["age", "heigth", "weight"], 3, EXPECTED, "X.tsv")


@pytest.mark.parametrize("expected", [EXPECTED, FeatureDescription(count=3)], ids=["names", "none"])
def test_without_names_the_number_of_columns_decides(expected: FeatureDescription) -> None:
    assert order_columns(None, 3, expected, "X.tsv") is None
    with pytest.raises(
        DataError, match=r"X\.tsv gives 4 feature columns, but the model was trained on 3"
    ):
        order_columns(None, 4, expected, "X.tsv")


@pytest.mark.parametrize(
    ("order", "values"),
    [
        ([2, 0, 1], [[2, 0, 1], [5, 3, 4], [8, 6, 7]]),
        ([2, 1], [[2, 1], [5, 4], [8, 7]]),
    ],
)
def test_columns_are_moved_without_a_copy_of_the_table(
    order: list[int], values: list[list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    # One row after the other.
    monkeypatch.setattr(arrays, "SLICE_BYTES", 1)
    table = np.arange(9, dtype=np.int32).reshape(3, 3)
    taken = reorder_in_place(Features(table, ("a", "b", "c"), (4, 5, 6), 2), order)
    assert taken.values.tolist() == values
    assert np.shares_memory(taken.values, table)
    assert taken.names == tuple("abc"[position] for position in order)
    assert taken.columns == tuple(position + 4 for position in order)
    assert taken.first_row == 2
