from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from galaxy_keras.errors import DataError
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.kinds.confusion_matrix import (
    compute_confusion_matrix,
    draw_confusion_matrix,
)
from galaxy_keras.schema.requests.plots import FigureSettings

WORDS = np.array(["cat", "dog", "owl"])


def test_rows_are_true_classes() -> None:
    matrix = compute_confusion_matrix(
        np.array(["a", "a", "a", "b", "b"]), np.array(["a", "a", "b", "b", "c"])
    )
    assert matrix.classes.labels == ("a", "b", "c")
    assert matrix.counts.tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 0]]
    assert matrix.rows == 5
    assert matrix.correct == 3


def test_one_row() -> None:
    matrix = compute_confusion_matrix(np.array([7]), np.array([7]))
    assert matrix.classes.labels == ("7",)
    assert matrix.counts.tolist() == [[1]]


def test_classes_in_another_order() -> None:
    matrix = compute_confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), order="1,0,2")
    assert matrix.counts.tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 0]]


@pytest.mark.parametrize("normalize", [None, "true", "pred", "all"])
@pytest.mark.parametrize("labels", [np.array([1, 2, 7]), np.array([-1.0, 2.0, 10.0]), WORDS])
def test_numbers_equal_those_of_scikit_learn(labels: np.ndarray, normalize: str | None) -> None:
    random = np.random.default_rng(3)
    true = labels[random.integers(0, 2, 200)]
    predicted = labels[random.integers(0, 3, 200)]
    matrix = compute_confusion_matrix(true, predicted)
    shares = np.nan_to_num(matrix.normalized(normalize or "none"))
    np.testing.assert_allclose(shares, confusion_matrix(true, predicted, normalize=normalize))


def test_share_of_a_class_without_rows_is_not_a_number() -> None:
    matrix = compute_confusion_matrix(np.array(["a", "a"]), np.array(["a", "b"]))
    np.testing.assert_equal(matrix.normalized("true"), [[0.5, 0.5], [np.nan, np.nan]])


def test_too_many_classes() -> None:
    with pytest.raises(DataError) as caught:
        compute_confusion_matrix(np.arange(2000) / 7, np.arange(2000) / 7)
    assert str(caught.value) == (
        "there are 2,000 different labels, and a confusion matrix shows at most 1,000 classes. "
        "If these are values of a regression, use predicted-vs-true; otherwise check which "
        "columns are chosen"
    )


def test_description_tells_the_accuracy() -> None:
    true, predicted = np.array([1, 1, 2, 2]), np.array([1, 2, 2, 2])
    with plot_style(10):
        drawing = draw_confusion_matrix(
            compute_confusion_matrix(true, predicted),
            settings=FigureSettings(),
        )
    assert drawing.title == "Confusion matrix"
    assert drawing.description == (
        "Confusion matrix of 2 classes; rows are true classes, columns predicted ones. "
        "Accuracy 0.7500 (3 of 4 rows)."
    )


def test_default_size_is_that_of_the_replaced_tool() -> None:
    with plot_style(10):
        drawing = draw_confusion_matrix(
            compute_confusion_matrix(np.array([0, 1]), np.array([0, 1])),
            settings=FigureSettings(),
        )
    assert (drawing.figure.get_size_inches() * drawing.figure.dpi).tolist() == [875, 875]


def test_labels_that_are_one_number_are_two_classes() -> None:
    labels = np.array(["1.1", "1.10", "1.10"], dtype=object)
    matrix = compute_confusion_matrix(labels, labels)
    assert matrix.classes.labels == ("1.1", "1.10")
    assert matrix.counts.tolist() == [[1, 0], [0, 2]]


def test_floats_in_one_table_and_integers_in_the_other() -> None:
    true = np.array(["0.0", "1.0", "1.0"], dtype=object)
    matrix = compute_confusion_matrix(true, np.array([0, 0, 1]), order="1,0")
    assert matrix.classes.labels == ("1", "0")
    assert matrix.counts.tolist() == [[1, 1], [0, 1]]
