from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest

from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.kinds.confusion_matrix import (
    compute_confusion_matrix,
    draw_confusion_matrix,
)
from galaxy_keras.schema.requests.plots import FigureSettings

CheckPicture = Callable[[Drawing, str], None]
Labels = npt.NDArray[np.generic]

HOSTILE = [
    "$x^2$ costs $5",
    "<script>alert(1)</script>",
    "setosa, the bristle-pointed iris of the far north",
    "Łódź \u00e9\u00df \u03b1\u03b2 \u4e2d\u6587",
]


def expand(counts: list[list[int]], labels: list[str] | list[int]) -> tuple[Labels, Labels]:
    """Return true and predicted labels whose confusion matrix is `counts`."""
    names, matrix = np.array(labels), np.array(counts)
    rows, columns = np.indices(matrix.shape)
    repeats = matrix.ravel()
    return names[np.repeat(rows.ravel(), repeats)], names[np.repeat(columns.ravel(), repeats)]


def random_labels(classes: int, rows: int, accuracy: float) -> tuple[Labels, Labels]:
    random = np.random.default_rng(7)
    true = random.integers(0, classes, rows)
    guess = random.integers(0, classes, rows)
    return true, np.where(random.random(rows) < accuracy, true, guess)


def test_two_classes(check_picture: CheckPicture) -> None:
    true, predicted = expand([[10397, 2103], [1281, 11219]], [0, 1])
    matrix = compute_confusion_matrix(true, predicted, names="negative,positive")
    drawing = draw_confusion_matrix(matrix, colormap="greens", settings=FigureSettings())
    check_picture(drawing, "confusion_matrix_two_classes")


def test_ten_classes_as_shares_of_the_true_class(check_picture: CheckPicture) -> None:
    true, predicted = random_labels(10, 2000, 0.9)
    drawing = draw_confusion_matrix(
        compute_confusion_matrix(true, predicted),
        normalize="true",
        colormap="viridis",
        settings=FigureSettings(title="Digits, shares of each true digit"),
    )
    check_picture(drawing, "confusion_matrix_shares")


def test_hostile_names_and_a_class_that_is_never_true(check_picture: CheckPicture) -> None:
    true, predicted = expand([[40, 3, 2, 1], [5, 31, 0, 0], [0, 2, 25, 6], [0] * 4], HOSTILE)
    drawing = draw_confusion_matrix(
        compute_confusion_matrix(true, predicted),
        normalize="true",
        colormap="magma",
        settings=FigureSettings(title="A title with $dollars$ & <b>tags</b>, " + "long " * 30),
    )
    check_picture(drawing, "confusion_matrix_hostile")


def test_large_counts_in_a_small_picture(check_picture: CheckPicture) -> None:
    counts = np.array([[12_345_678, 1_234, 3], [56_789, 9_876_543, 0], [2, 100_400, 7_654_321]])
    true, predicted = expand([[1, 1, 1]] * 3, [1, 2, 3])
    matrix = compute_confusion_matrix(true, predicted)
    matrix.counts[:] = counts
    drawing = draw_confusion_matrix(
        matrix, colormap="Blues", settings=FigureSettings(width=3.6, height=3.6)
    )
    check_picture(drawing, "confusion_matrix_large_counts")


@pytest.mark.parametrize("classes", [30, 100])
def test_many_classes(check_picture: CheckPicture, classes: int) -> None:
    true, predicted = random_labels(classes, classes * 200, 0.7)
    drawing = draw_confusion_matrix(
        compute_confusion_matrix(true, predicted),
        colormap="Greens",
        settings=FigureSettings(dpi=60),
    )
    check_picture(drawing, f"confusion_matrix_{classes}_classes")
