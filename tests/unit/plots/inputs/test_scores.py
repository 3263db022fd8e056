from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.plots.inputs.scores import pair_scores, read_class_scores
from galaxy_keras.schema.requests.runs import TableSource

LABELS = np.array(["no", "yes", "yes", "no"])
TWO = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.7, 0.3]])
THREE = np.array([[0.5, 0.3, 0.2], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6]])


def table(folder: Path, name: str, *rows: str, header: bool = False) -> TableSource:
    path = folder / name
    path.write_text("".join(f"{row}\n" for row in rows))
    return TableSource(path=path, header=header)


def test_of_two_classes_the_last_column_is_the_positive_one() -> None:
    scores = pair_scores(LABELS, TWO, ("no", "yes"))
    assert scores.names == ("yes",)
    assert scores.y_true.tolist() == [[False], [True], [True], [False]]
    assert scores.scores.tolist() == [[0.1], [0.8], [0.4], [0.3]]
    assert scores.rows == 4
    assert scores.positives.tolist() == [2]


def test_columns_are_found_by_their_labels() -> None:
    scores = pair_scores(LABELS, TWO[:, ::-1], ("yes", "no"), pos_label="yes")
    assert scores.scores.tolist() == [[0.1], [0.8], [0.4], [0.3]]


@pytest.mark.parametrize("labels", [np.array([1, 2, 2, 1]), np.array([1.0, 2.0, 2.0, 1.0])])
@pytest.mark.parametrize("pos_label", ["1", "1.0"])
def test_positive_class_that_is_a_number(labels: np.ndarray, pos_label: str) -> None:
    scores = pair_scores(labels, TWO, ("1", "2"), pos_label=pos_label)
    assert scores.names == ("1",)
    assert scores.y_true[:, 0].tolist() == [True, False, False, True]
    assert scores.scores[:, 0].tolist() == [0.9, 0.2, 0.6, 0.7]


def test_one_column_is_for_the_label_that_sorts_last() -> None:
    scores = pair_scores(np.array([10, 9, 10, 9]), TWO[:, 1:])
    assert scores.names == ("10",)
    assert scores.y_true[:, 0].tolist() == [True, False, True, False]


@pytest.mark.parametrize(("names", "pos_label"), [(("no",), None), (None, "no")])
def test_one_column_for_another_class(names: tuple[str] | None, pos_label: str | None) -> None:
    scores = pair_scores(LABELS, TWO[:, :1], names, pos_label=pos_label)
    assert scores.names == ("no",)
    assert scores.y_true[:, 0].tolist() == [True, False, False, True]


def test_several_classes_without_a_header_are_in_sorted_order() -> None:
    scores = pair_scores(np.array([3, 1, 2]), THREE)
    assert scores.names == ("1", "2", "3")
    assert scores.y_true.tolist() == [
        [False, False, True],
        [True, False, False],
        [False, True, False],
    ]


def test_class_that_never_occurs_keeps_its_column() -> None:
    scores = pair_scores(np.array(["a", "b", "a"]), THREE, ("a", "b", "c"))
    assert scores.names == ("a", "b", "c")
    assert scores.positives.tolist() == [2, 1, 0]


def test_classes_are_renamed_in_their_order() -> None:
    labels = np.array([1, 0, 1, 0])
    scores = pair_scores(labels, TWO, ("0", "1"), class_names="negative,positive")
    assert scores.names == ("positive",)
    scores = pair_scores(labels, TWO, ("0", "1"), pos_label="0", class_names="negative,positive")
    assert scores.names == ("negative",)


def test_unknown_positive_class() -> None:
    with pytest.raises(ConfigurationError) as caught:
        pair_scores(LABELS, TWO, ("no", "yes"), pos_label="yess")
    assert str(caught.value) == (
        '--pos-label: there is no class "yess". Did you mean "yes"? The classes are: no, yes'
    )


def test_label_without_a_column() -> None:
    with pytest.raises(DataError) as caught:
        pair_scores(LABELS, TWO, ("0", "1"))
    assert str(caught.value) == (
        "no column of scores is headed by the label no, yes. The columns are: 0, 1. Choose others "
        "with --scores-columns, or the true labels with --true-columns"
    )


def test_columns_that_cannot_be_told_apart() -> None:
    with pytest.raises(DataError) as caught:
        pair_scores(LABELS[:3], THREE)
    assert str(caught.value) == (
        "3 columns of scores cannot be told apart: there are 2 classes (no, yes). If the first row "
        "of the scores holds their labels, give --scores-header"
    )


def test_one_column_for_three_classes() -> None:
    with pytest.raises(DataError) as caught:
        pair_scores(np.array(["a", "b", "c"]), THREE[:, :1])
    assert str(caught.value) == (
        "there are 3 classes (a, b, c) but one column of scores. Give one column for each class, "
        "headed by its label, as model-prediction --method predict_proba writes them, or name "
        "the class of the column with --pos-label"
    )


def test_tables_are_paired(tmp_path: Path) -> None:
    true = table(tmp_path, "y.tsv", "no", "yes")
    scores = table(tmp_path, "p.tsv", "no\tyes", "0.9\t0.1", "0.2\t0.8", header=True)
    paired = read_class_scores(true, scores)
    assert paired.names == ("yes",)
    assert paired.scores[:, 0].tolist() == [0.1, 0.8]


def test_columns_of_0_and_1_are_classes_that_do_not_exclude_each_other(tmp_path: Path) -> None:
    true = table(tmp_path, "y.tsv", "wet\tcold", "1\t1", "0\t1", "0\t0", header=True)
    scores = table(tmp_path, "p.tsv", "0.9\t0.8", "0.2\t0.6", "0.1\t0.3")
    paired = read_class_scores(true, scores)
    assert paired.names == ("wet", "cold")
    assert paired.y_true.tolist() == [[True, True], [False, True], [False, False]]


def test_indicators_that_are_not_0_and_1(tmp_path: Path) -> None:
    true = table(tmp_path, "y.tsv", "1\t1", "0\t2")
    scores = table(tmp_path, "p.tsv", "0.9\t0.8", "0.2\t0.6")
    with pytest.raises(DataError) as caught:
        read_class_scores(true, scores)
    assert str(caught.value) == (
        f"{true.path}: the column column 2 must hold 0 and 1 only, because several columns are "
        "chosen. Choose one column of labels with --true-columns"
    )


def test_indicators_beside_another_number_of_scores(tmp_path: Path) -> None:
    true = table(tmp_path, "y.tsv", "1\t1", "0\t0")
    scores = table(tmp_path, "p.tsv", "0.9", "0.2")
    with pytest.raises(DataError) as caught:
        read_class_scores(true, scores)
    assert str(caught.value) == (
        f"{true.path} gives 2 columns, but there are 1 columns of scores. Choose one column of "
        "labels with --true-columns, or as many columns of 0 and 1 as there are scores"
    )


def test_mismatch_names_both_tables(tmp_path: Path) -> None:
    true = table(tmp_path, "y.tsv", "a", "b")
    scores = table(tmp_path, "p.tsv", "no\tyes", "0.9\t0.1", "0.2\t0.8", header=True)
    with pytest.raises(DataError) as caught:
        read_class_scores(true, scores)
    assert str(caught.value).startswith(f"{true.path} and {scores.path}: no column of scores is")


def test_predicted_labels_instead_of_scores_are_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    true = table(tmp_path, "y.tsv", "0", "1", "1")
    scores = table(tmp_path, "p.tsv", "Predicted", "0", "1", "0", header=True)
    with caplog.at_level(logging.WARNING, logger="galaxy_keras"):
        read_class_scores(true, scores)
    assert caplog.messages == [
        f"{scores.path} holds nothing but 0 and 1. If these are predicted labels, run "
        "model-prediction with --method predict_proba: without scores there is only one point of "
        "the curve",
        'The positive class is "1" (2 of 3 rows), the more frequent one. --pos-label chooses the '
        "other one.",
    ]


def test_sorted_columns_keep_what_belongs_together() -> None:
    scores = pair_scores(np.array([0, 1, 2]), np.array([[0.2, 0.1, 0.7], [0.5, 0.5, 0], [0, 0, 1]]))
    by_rank = scores.sort_columns()
    assert by_rank.scores.T.tolist() == [[0.5, 0.2, 0], [0.5, 0.1, 0], [1, 0.7, 0]]
    assert by_rank.y_true.T.tolist() == [
        [False, True, False], [True, False, False], [True, False, False],
    ]  # fmt: skip


def test_several_classes_a_row_are_paired_by_name(tmp_path: Path) -> None:
    true = table(tmp_path, "y.tsv", "wet\tcold", "True\tFalse", "False\tTrue", header=True)
    scores = table(tmp_path, "p.tsv", "cold\twet", "0.2\t0.9", "0.6\t0.1", header=True)
    paired = read_class_scores(true, scores)
    assert paired.names == ("wet", "cold")
    assert paired.y_true.tolist() == [[True, False], [False, True]]
    assert paired.scores.tolist() == [[0.9, 0.2], [0.1, 0.6]]


def test_labels_that_are_one_number_have_columns_of_their_own(
    caplog: pytest.LogCaptureFixture,
) -> None:
    labels = np.array(["1.1", "1.10", "2"], dtype=object)
    scores = pair_scores(labels, THREE, ("1.10", "2", "1.1"))
    assert scores.names == ("1.10", "2", "1.1")
    assert scores.y_true.argmax(axis=0).tolist() == [1, 2, 0]
    assert caplog.messages == []


def test_labels_in_another_spelling_than_their_columns(caplog: pytest.LogCaptureFixture) -> None:
    labels = np.array(["1.0", "0.0", "1.0", "0.0"], dtype=object)
    scores = pair_scores(labels, TWO, ("0", "1"))
    assert scores.y_true[:, 0].tolist() == [True, False, True, False]
    assert caplog.messages == [
        "Labels that are written differently are taken as the same numbers: 0 and 0.0, 1 and 1.0. "
        "Write them alike in all tables."
    ]
