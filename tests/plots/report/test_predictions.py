"""Tables of held-out rows against what the model knows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.plots.report.mistakes import read_chosen_rows
from galaxy_keras.plots.report.predictions import (
    ClassPredictions,
    MultilabelPredictions,
    RegressionPredictions,
    name_classes,
    read_predictions,
)
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.training.targets import TargetDescription

Save = Callable[..., TableSource]
Ask = Callable[..., ReportRequest]

WORDS = TargetDescription(kind="binary", classes=("no", "yes"))
NUMBERS = TargetDescription(kind="multiclass", classes=(3, 5, 10))
LABELS = TargetDescription(kind="multilabel", columns=2, classes=("red", "round"))
VALUES = TargetDescription(kind="regression")


def test_without_truth_there_is_nothing_to_read(request_report: Ask) -> None:
    assert read_predictions(request_report(), WORDS) is None


def test_two_classes_by_their_columns(save_table: Save, request_report: Ask) -> None:
    request = request_report(
        true=save_table("y", [["yes"], ["no"]], ["answer"]),
        # The columns may come in any order.
        scores=save_table("p", [[0.9, 0.1], [0.5, 0.5]], ["yes", "no"]),
    )
    found = read_predictions(request, WORDS)
    assert isinstance(found, ClassPredictions)
    assert found.true.tolist() == [1, 0]
    assert found.predicted.tolist() == [1, 0]
    assert found.probabilities is not None
    assert found.probabilities.tolist() == [[0.1, 0.9], [0.5, 0.5]]
    assert (found.names, found.first_row, found.rows) == (("no", "yes"), 2, 2)


def test_one_column_is_for_the_second_class(save_table: Save, request_report: Ask) -> None:
    request = request_report(
        true=save_table("y", [["yes"], ["no"]]), scores=save_table("p", [[0.75], [0.25]])
    )
    found = read_predictions(request, WORDS)
    assert isinstance(found, ClassPredictions)
    assert found.probabilities is not None
    assert found.probabilities.tolist() == [[0.25, 0.75], [0.75, 0.25]]
    assert found.first_row == 1


def test_numbers_are_classes_however_they_are_written(
    save_table: Save, request_report: Ask
) -> None:
    request = request_report(
        true=save_table("y", [["10.0"], ["3.0"], ["5.0"]]),
        scores=save_table("p", [[0, 0, 1], [0.2, 0.7, 0.1], [0, 1, 0]], ["3", "5", "10"]),
        class_names="three,five,ten",
    )
    found = read_predictions(request, NUMBERS)
    assert isinstance(found, ClassPredictions)
    assert found.true.tolist() == [2, 0, 1]
    assert found.predicted.tolist() == [2, 1, 1]
    assert found.names == ("three", "five", "ten")


def test_truth_as_one_column_for_each_class(save_table: Save, request_report: Ask) -> None:
    request = request_report(
        true=save_table("y", [[0, 0, 1], [1, 0, 0]]), predicted=save_table("p", [[5], [3]])
    )
    found = read_predictions(request, NUMBERS)
    assert isinstance(found, ClassPredictions)
    assert found.true.tolist() == [2, 0]
    assert found.predicted.tolist() == [1, 0]
    assert found.probabilities is None


def test_labels_that_are_given_count_more_than_probabilities(
    save_table: Save, request_report: Ask
) -> None:
    request = request_report(
        true=save_table("y", [["no"]]),
        scores=save_table("p", [[0.3]]),
        predicted=save_table("l", [["yes"]], ["Predicted"]),
    )
    found = read_predictions(request, WORDS)
    assert isinstance(found, ClassPredictions)
    assert found.predicted.tolist() == [1]


def test_several_labels(save_table: Save, request_report: Ask) -> None:
    true = save_table("y", [[0, 1], [1, 1]], ["red", "round"])
    scores = save_table("p", [[0.1, 0.6], [0.5, 0.2]], ["red", "round"])
    found = read_predictions(request_report(true=true, scores=scores), LABELS)
    assert isinstance(found, MultilabelPredictions)
    assert found.true.tolist() == [[False, True], [True, True]]
    # Exactly half is not enough, as in prediction.
    assert found.predicted.tolist() == [[False, True], [False, False]]
    found = read_predictions(request_report(true=true, predicted=true), LABELS)
    assert isinstance(found, MultilabelPredictions)
    assert found.probabilities is None
    assert found.predicted.tolist() == found.true.tolist()
    assert found.rows == 2


def test_columns_of_classes_are_found_by_their_names(save_table: Save, request_report: Ask) -> None:
    true = save_table("y", [[1, 0], [1, 1]], ["round", "red"])
    predicted = save_table("p", [[0, 1], [1, 1]], ["red", "round"])
    found = read_predictions(request_report(true=true, predicted=predicted), LABELS)
    assert isinstance(found, MultilabelPredictions)
    assert found.true.tolist() == found.predicted.tolist() == [[False, True], [True, True]]


@pytest.mark.parametrize(
    "description", [WORDS, WORDS.model_copy(update={"names": ("answer",)})], ids=["no name", "name"]
)
def test_truth_as_columns_with_names(
    save_table: Save, request_report: Ask, description: TargetDescription
) -> None:
    request = request_report(
        true=save_table("y", [["True", "False"], ["False", "True"]], ["yes", "no"]),
        predicted=save_table("p", [["yes"], ["no"]]),
    )
    found = read_predictions(request, description)
    assert isinstance(found, ClassPredictions)
    assert found.true.tolist() == found.predicted.tolist() == [1, 0]


def test_a_missing_column_of_a_class(save_table: Save, request_report: Ask) -> None:
    true = save_table("y", [[1, 0], [1, 1]], ["round", "green"])
    with pytest.raises(DataError) as caught:
        read_predictions(request_report(true=true, predicted=true), LABELS)
    assert str(caught.value) == (
        f"{true.path} has no column red, which the model has; its columns are round, green. Name "
        "the columns alike, or give both without a header to match them by their order"
    )


def test_labels_that_a_model_stores_as_numbers_are_shown_as_it_writes_them(
    save_table: Save, request_report: Ask
) -> None:
    description = TargetDescription(kind="binary", classes=(0.0, 2.5))
    request = request_report(
        true=save_table("y", [["2.50"], ["0.0"]]),
        scores=save_table("p", [[0.2, 0.8], [0.1, 0.9]], ["0.0", "2.5"]),
    )
    found = read_predictions(request, description)
    assert isinstance(found, ClassPredictions)
    assert found.true.tolist() == [1, 0]
    assert found.names == ("0.0", "2.5")


def test_values_are_found_by_the_names_of_the_model(save_table: Save, request_report: Ask) -> None:
    description = TargetDescription(kind="regression", columns=2, names=("a", "b"))
    request = request_report(
        true=save_table("y", [[2, 1], [4, 3]], ["b", "a"]),
        predicted=save_table("p", [[1, 2], [3, 4]]),
    )
    found = read_predictions(request, description)
    assert isinstance(found, RegressionPredictions)
    assert [output.name for output in found.outputs] == ["b", "a"]
    for output in found.outputs:
        assert output.true.tolist() == output.predicted.tolist()


@pytest.mark.parametrize("option", ["predicted", "scores"])
def test_values(save_table: Save, request_report: Ask, option: str) -> None:
    tables = {"true": save_table("y", [[1], [2]]), option: save_table("p", [[1.5], [2]])}
    found = read_predictions(request_report(**tables), VALUES)
    assert isinstance(found, RegressionPredictions)
    assert found.outputs[0].residuals.tolist() == [-0.5, 0]
    assert found.rows == 2


def test_names_in_another_order_stay_with_their_classes() -> None:
    coding = TargetDescription(kind="multiclass", classes=("c", "a", "b"))
    assert name_classes(coding, None) == ("c", "a", "b")
    assert name_classes(coding, "A,B,C") == ("C", "A", "B")
    with pytest.raises(ConfigurationError, match="2 class names were given for 3 classes"):
        name_classes(coding, "A,B")


REFUSED = {
    "a class that the model does not know": (
        WORDS,
        ([["no"], ["maybe"]], ()),
        ([[0.1], [0.2]], ()),
        'y, row 2, column 1: the model knows no class "maybe"; it was trained on no, yes. Check '
        "--true-columns, and that y belongs to this model",
    ),
    "columns that are no labels": (
        NUMBERS,
        ([[3, 5]], ()),
        ([[0.1, 0.2, 0.7]], ()),
        "y gives 2 columns, but --true takes one column of labels. Choose it with "
        "--true-columns; probabilities of classes go to --scores",
    ),
    "columns that are neither 0 nor 1": (
        NUMBERS,
        ([[1, 0, 0], [0, 0.5, 0]], ()),
        ([[0.1, 0.2, 0.7]] * 2, ()),
        "y, row 2, column 2: 0.5 is neither 0 nor 1, but y gives one column for each class. "
        "Check --true-columns",
    ),
    "scores that are no probabilities": (
        WORDS,
        ([["no"]], ["a"]),
        ([[-1.5, 2]], ["no", "yes"]),
        "p, row 2, column 1 (no): -1.5 is not a probability. A report needs those of "
        "model-prediction --method predict_proba, from 0 to 1",
    ),
    "a missing column": (
        NUMBERS,
        ([[3]], ()),
        ([[0.5, 0.5]], ["3", "5"]),
        "p has no column of scores for the class 10. One column is needed for each of 3, 5, 10, "
        "headed by its label. Check --scores-columns, and --scores-header for a table with "
        "column names",
    ),
    "too few labels": (
        LABELS,
        ([[1]], ()),
        ([[0.5, 0.5]], ()),
        "y gives 1 columns, but the model has 2 labels (red, round). Choose one column of 0 and "
        "1 for each with --true-columns",
    ),
    "rows that do not belong together": (
        WORDS,
        ([["no"], ["yes"]], ()),
        ([[0.5]], ()),
        "y has 2 rows but p has 1; row by row they must belong together. One row more is often a "
        "header: check which of the two tables begins with column names, and give the -header "
        "option for that one only",
    ),
}


@pytest.mark.parametrize(("coding", "true", "scores", "message"), REFUSED.values(), ids=REFUSED)
def test_tables_that_do_not_fit(
    save_table: Save,
    request_report: Ask,
    coding: TargetDescription,
    true: tuple[list[list[object]], list[str]],
    scores: tuple[list[list[object]], list[str]],
    message: str,
) -> None:
    tables = save_table("y", *true), save_table("p", *scores)
    with pytest.raises(DataError) as caught:
        read_predictions(request_report(true=tables[0], scores=tables[1]), coding)
    folder = f"{tables[0].path.parent}/"
    assert str(caught.value).replace(folder, "") == message


def test_tables_that_make_no_sense_alone(save_table: Save, request_report: Ask) -> None:
    table = save_table("y", [[1]])
    with pytest.raises(ConfigurationError) as caught:
        request_report(scores=table)
    assert str(caught.value) == (
        "--predicted, --scores and --features need the true labels or values of the same rows. "
        "Give them as --true, or leave all of them out"
    )
    with pytest.raises(ConfigurationError) as caught:
        request_report(true=table)
    assert str(caught.value) == (
        "--true needs predictions of the same rows. Give probabilities as --scores, or labels or "
        "values as --predicted"
    )


def test_features_of_chosen_rows(save_table: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("galaxy_keras.plots.report.mistakes.ROWS_PER_CHUNK", 2)
    rows = np.arange(15).reshape(5, 3)
    table = save_table("X", rows.tolist(), ["a", "b", "c"])
    names, chosen = read_chosen_rows(table, [4, 1], expected=5, max_columns=2)
    assert names == ["a", "b"]
    assert chosen == {4: ["12", "13"], 1: ["3", "4"]}


def test_texts_of_chosen_rows_are_cut(save_table: Save) -> None:
    table = save_table("X", [["r1", "x" * 81, 0.50], ["r2", "a film", 1e9]], ["id", "text", "n"])
    names, chosen = read_chosen_rows(table, [0, 1], expected=2, max_columns=12)
    assert names == ["id", "text", "n"]
    assert chosen == {0: ["r1", "x" * 80 + "...", "0.5"], 1: ["r2", "a film", "1,000,000,000"]}


def test_features_of_other_rows(save_table: Save) -> None:
    table = save_table("X", [[1, 2], [3, 4]])
    names, _ = read_chosen_rows(table, [0], expected=2, max_columns=2)
    assert names == ["Column 1", "Column 2"]
    with pytest.raises(DataError) as caught:
        read_chosen_rows(table, [0], expected=3, max_columns=2)
    assert str(caught.value) == (
        f"{table.path} has 2 rows of data, but the true labels or values have 3; row by row they "
        "must belong together. Check --features-header and --true-header"
    )
