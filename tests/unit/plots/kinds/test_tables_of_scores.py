"""Plots of tables that scikit-learn's tools wrote, and scores by class."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_fscore_support

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.kinds.confusion_matrix import compute_confusion_matrix
from galaxy_keras.plots.kinds.feature_importances import (
    compute_importances,
    plot_feature_importances,
)
from galaxy_keras.plots.kinds.learning_curve import compute_learning_curve, plot_learning_curve
from galaxy_keras.plots.kinds.per_class_scores import (
    compute_per_class_scores,
    draw_per_class_scores,
)
from galaxy_keras.plots.kinds.rfecv_scores import (
    compute_elimination_scores,
    draw_elimination_scores,
)
from galaxy_keras.schema.requests.plots import FigureSettings
from galaxy_keras.schema.requests.runs import TableSource

LEARNING = {
    "train_sizes_abs": np.array([30.0, 10.0, 20.0]),
    "mean_train_scores": np.array([0.9, 1.0, 0.95]),
    "std_train_scores": np.array([0.01, 0.03, 0.02]),
    "mean_test_scores": np.array([0.8, 0.6, 0.7]),
}


def test_learning_curve_is_in_order_of_the_rows() -> None:
    curve = compute_learning_curve(LEARNING)
    assert curve.sizes.tolist() == [10, 20, 30]
    assert curve.train.means.tolist() == [1.0, 0.95, 0.9]
    assert curve.train.deviations is not None
    assert curve.train.deviations.tolist() == [0.03, 0.02, 0.01]
    assert curve.test.means.tolist() == [0.6, 0.7, 0.8]
    assert curve.test.deviations is None


def test_learning_curve_without_a_column(tmp_path: Path) -> None:
    path = tmp_path / "scores.tsv"
    path.write_text("train_sizes_abs\tmean_train_scores\n10\t0.5\n")
    with pytest.raises(DataError) as caught:
        plot_learning_curve(scores=path, plot_std_err=True, settings=FigureSettings())
    assert str(caught.value) == (
        f"{path}: a learning curve needs the columns train_sizes_abs, mean_train_scores, "
        "mean_test_scores, but there is no mean_test_scores. "
        "The columns are: train_sizes_abs, mean_train_scores"
    )


def test_learning_curve_without_rows() -> None:
    with pytest.raises(DataError) as caught:
        compute_learning_curve({name: np.array([]) for name in LEARNING})
    assert str(caught.value) == "there is nothing to draw: the table has no rows"


def test_elimination_counts_features_from_1() -> None:
    table = compute_elimination_scores(None, [np.array([0.5, 0.8, 0.8, 0.7])])
    assert table.features.tolist() == [1, 2, 3, 4]
    assert table.deviations is None
    # Of equal scores that with fewer features is the better one.
    assert table.best == 1


def test_elimination_finds_the_columns_of_scikit_learn() -> None:
    table = compute_elimination_scores(
        ("n_features", "mean_test_score", "std_test_score"),
        [np.array([2.0, 4.0]), np.array([0.7, 0.6]), np.array([0.1, 0.2])],
    )
    assert table.features.tolist() == [2, 4]
    assert table.scores.tolist() == [0.7, 0.6]
    assert table.deviations is not None
    with plot_style(10):
        drawing = draw_elimination_scores(table, settings=FigureSettings())
    assert drawing.description == (
        "Line plot of scores by the number of features. Best score 0.7 with 2 features."
    )


def test_steps_give_the_numbers_of_features() -> None:
    table = compute_elimination_scores(None, [np.array([0.5, 0.8])], "3, 9")
    assert table.features.tolist() == [3, 9]


@pytest.mark.parametrize("steps", ["1,2,3", "1,two"])
def test_steps_that_cannot_be_used(steps: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        compute_elimination_scores(None, [np.array([0.5, 0.8])], steps)
    assert str(caught.value) == (
        "--steps: 2 whole numbers of features are needed, one for each score, separated by commas, "
        f"but {steps} was given"
    )


def test_elimination_without_scores() -> None:
    with pytest.raises(DataError) as caught:
        compute_elimination_scores(None, [np.array([np.nan])])
    assert str(caught.value) == "there is nothing to draw: the table has no finite score"


def test_elimination_with_an_infinite_score() -> None:
    table = compute_elimination_scores(None, [np.array([0.5, np.inf, 0.7, np.nan])])
    assert table.best == 2


@pytest.mark.parametrize(
    ("compute", "column"),
    [
        (
            lambda: compute_elimination_scores(
                ("mean_test_score", "n_features"), [np.array([0.5]), np.array([np.nan])]
            ),
            "n_features",
        ),
        (
            lambda: compute_learning_curve(LEARNING | {"train_sizes_abs": np.full(3, np.nan)}),
            "train_sizes_abs",
        ),
    ],
)
def test_what_scores_belong_to_is_missing(compute: Callable[[], object], column: str) -> None:
    with pytest.raises(DataError, match=f"the column {column} needs a number in each row"):
        compute()


def test_importances_come_sorted_and_cut() -> None:
    values = np.array([0.1, 0.5, -0.2, 0.3])
    chosen = compute_importances(["a", "b", "c", "d"], values, values / 10, threshold=0, top=2)
    assert chosen.names == ("b", "d")
    assert chosen.values.tolist() == [0.5, 0.3]
    assert chosen.deviations is not None
    assert chosen.deviations.tolist() == [0.05, 0.03]
    assert chosen.total == 4


def test_no_importance_reaches_the_threshold() -> None:
    with pytest.raises(DataError) as caught:
        compute_importances(["a"], np.array([0.1]), threshold=0.5)
    assert str(caught.value) == (
        "no feature reaches the threshold 0.5; the largest importance is 0.1"
    )


def plot_table(folder: Path, *rows: str, header: bool = False) -> str:
    path = folder / "importances.tsv"
    path.write_text("".join(f"{row}\n" for row in rows))
    source = TableSource(path=path, header=header)
    with plot_style(10):
        drawing = plot_feature_importances(
            importances=source, threshold=None, top=30, settings=FigureSettings()
        )
    return drawing.description.partition("Largest: ")[2]


@pytest.mark.parametrize(
    ("rows", "largest"),
    [
        (("gene_a\t0.5", "gene_b\t0.7"), "gene_b 0.7, gene_a 0.5."),
        (("0.5\tgene_a", "0.7\tgene_b"), "gene_b 0.7, gene_a 0.5."),
        (("1\t0.5", "2\t0.7"), "2 0.7, 1 0.5."),
        (("0.5", "0.7"), "Feature 2 0.7, Feature 1 0.5."),
    ],
)
def test_names_and_importances_are_told_apart(
    tmp_path: Path, rows: tuple[str, ...], largest: str
) -> None:
    assert plot_table(tmp_path, *rows) == largest


def test_importances_without_numbers(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        plot_table(tmp_path, "feature\tgroup", "a\tb", "c\td")
    assert str(caught.value) == (
        f"{tmp_path / 'importances.tsv'}: 2 columns of text and 0 of numbers are chosen. Give one "
        "column with the names of the features, one with their importances and, for error bars, "
        "one with standard deviations. If the first row holds column names, give "
        "--importances-header"
    )


def test_scores_by_class_equal_those_of_scikit_learn() -> None:
    random = np.random.default_rng(4)
    true, predicted = random.integers(0, 3, 200), random.integers(0, 4, 200)
    scores = compute_per_class_scores(compute_confusion_matrix(true, predicted))
    precision, recall, f1, support = precision_recall_fscore_support(
        true, predicted, zero_division=0
    )
    np.testing.assert_allclose(scores.precision, precision)
    np.testing.assert_allclose(scores.recall, recall)
    np.testing.assert_allclose(scores.f1, f1)
    np.testing.assert_array_equal(scores.support, support)


def test_scores_by_class_are_described() -> None:
    true, predicted = np.array(["a", "a", "b"]), np.array(["a", "b", "b"])
    scores = compute_per_class_scores(compute_confusion_matrix(true, predicted))
    with plot_style(10):
        drawing = draw_per_class_scores(scores, settings=FigureSettings())
    assert drawing.description == (
        "Bars of precision, recall and F1 of each class. "
        "Mean of the classes: Precision 0.750, Recall 0.750, F1 0.667."
    )
