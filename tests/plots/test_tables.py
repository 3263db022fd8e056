"""Plots of tables of scores, of importances and of the values of a regression."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.kinds.confusion_matrix import compute_confusion_matrix
from galaxy_keras.plots.kinds.embedding_projection import compute_projection, draw_projection
from galaxy_keras.plots.kinds.feature_importances import compute_importances, draw_importances
from galaxy_keras.plots.kinds.learning_curve import compute_learning_curve, draw_learning_curve
from galaxy_keras.plots.kinds.nearest_words import Neighbours, draw_neighbours
from galaxy_keras.plots.kinds.per_class_scores import (
    compute_per_class_scores,
    draw_per_class_scores,
)
from galaxy_keras.plots.kinds.regression import (
    RegressionOutput,
    draw_predicted_vs_true,
    draw_residuals,
)
from galaxy_keras.plots.kinds.rfecv_scores import (
    compute_elimination_scores,
    draw_elimination_scores,
)
from galaxy_keras.schema.requests.plots import FigureSettings

CheckPicture = Callable[[Drawing, str], None]

RANDOM = np.random.default_rng(21)
SETTINGS = FigureSettings()
SIZES = np.array([100.0, 200, 400, 800, 1600])
NAMES = [
    "$weight$",
    "<i>height</i>",
    "a feature with a name that is longer than anybody would like it",
    *(f"gene_{number:02d}" for number in range(3, 40)),
]
TRUE = RANDOM.normal(50, 20, 300)
FIT = RegressionOutput("yield in $/ha", TRUE, 0.9 * TRUE + RANDOM.normal(5, 6, 300))
GROWTH = RegressionOutput("growth", 1e6 * TRUE, 1e6 * (TRUE + RANDOM.normal(0, 10, 300)))
# All are drawn here: the numbers of a test must not depend on which tests ran before.
CODES = RANDOM.integers(0, 3, 400)
PREDICTED_CODES = np.where(RANDOM.random(400) < 0.7, CODES, RANDOM.integers(0, 4, 400))
MANY = RANDOM.normal(0, 1, 20_000)
MANY_ROWS = RegressionOutput("", MANY, MANY + RANDOM.normal(0, 0.3, 20_000))
VECTORS = RANDOM.normal(size=(80, 8)) + 3 * np.repeat(np.eye(8)[:2], 40, axis=0)


@pytest.mark.parametrize("bands", [True, False])
def test_learning_curve(check_picture: CheckPicture, bands: bool) -> None:
    curve = compute_learning_curve(
        {
            "train_sizes_abs": SIZES,
            "mean_train_scores": 1 - SIZES**-0.7,
            "std_train_scores": SIZES**-0.6,
            "mean_test_scores": 0.9 - 2 * SIZES**-0.5,
            "std_test_scores": 2 * SIZES**-0.6,
        }
    )
    drawing = draw_learning_curve(curve, bands=bands, settings=SETTINGS)
    check_picture(drawing, f"learning_curve_{'with' if bands else 'without'}_bands")


def test_elimination_scores(check_picture: CheckPicture) -> None:
    features = np.arange(1.0, 25.0)
    table = compute_elimination_scores(
        ("mean_test_score", "std_test_score"),
        [0.9 - np.abs(features - 9) * 0.01 - 1 / features / 3, 0.1 / features],
    )
    check_picture(draw_elimination_scores(table, settings=SETTINGS), "rfecv_scores")


def test_importances(check_picture: CheckPicture) -> None:
    values = np.exp(-np.arange(40) / 6) - 0.03
    chosen = compute_importances(NAMES, values, 0.02 + values / 10)
    check_picture(draw_importances(chosen, settings=SETTINGS), "feature_importances")


def test_one_importance(check_picture: CheckPicture) -> None:
    chosen = compute_importances(["only"], np.array([0.5]))
    check_picture(draw_importances(chosen, settings=SETTINGS), "feature_importances_one")


def test_per_class_scores(check_picture: CheckPicture) -> None:
    names = np.array(["$a$", "<b>", "a class with a name that is far too long to read", "d"])
    matrix = compute_confusion_matrix(names[CODES], names[PREDICTED_CODES])
    scores = compute_per_class_scores(matrix)
    check_picture(draw_per_class_scores(scores, settings=SETTINGS), "per_class_scores")


def test_predicted_vs_true(check_picture: CheckPicture) -> None:
    drawing = draw_predicted_vs_true([FIT, GROWTH], settings=SETTINGS)
    check_picture(drawing, "predicted_vs_true_two_outputs")


def test_residuals(check_picture: CheckPicture) -> None:
    check_picture(draw_residuals([FIT], settings=SETTINGS), "residuals")


def test_residuals_of_many_rows(check_picture: CheckPicture) -> None:
    check_picture(draw_residuals([MANY_ROWS], settings=SETTINGS), "residuals_many_rows")


def test_one_row(check_picture: CheckPicture) -> None:
    output = RegressionOutput("", np.array([1.0]), np.array([2.0]))
    check_picture(draw_predicted_vs_true([output], settings=SETTINGS), "predicted_vs_true_one_row")


def test_nearest_words(check_picture: CheckPicture) -> None:
    found = [
        Neighbours("king", ("queen", "lord", "throne"), (0.9, 0.7, 0.65)),
        Neighbours("toad", ("newt", "a_very_long_word_that_has_no_end_at_all"), (0.8, -0.2)),
    ]
    check_picture(draw_neighbours(found, settings=SETTINGS), "nearest_words")


def test_embedding(check_picture: CheckPicture) -> None:
    words = ("$good$", "<b>bad</b>", "a_word_longer_than_any_word_should_be")
    words += tuple(f"word{number}" for number in range(3, 80))
    projection = compute_projection(VECTORS, words, "pca")
    check_picture(draw_projection(projection, marked=["word7"], settings=SETTINGS), "embedding_pca")
