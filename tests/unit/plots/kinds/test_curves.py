from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from sklearn.calibration import calibration_curve

from galaxy_keras.errors import DataError
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.inputs.scores import ClassScores, pair_scores
from galaxy_keras.plots.kinds.calibration_curve import compute_calibrations, draw_calibrations
from galaxy_keras.plots.kinds.curves import Curves
from galaxy_keras.plots.kinds.precision_recall_curve import (
    compute_precision_recall_curves,
    draw_precision_recall_curves,
)
from galaxy_keras.plots.kinds.roc_curve import compute_roc_curves, draw_roc_curves
from galaxy_keras.plots.kinds.score_distribution import (
    compute_score_distributions,
    draw_score_distributions,
)
from galaxy_keras.schema.requests.plots import FigureSettings


def two_classes(rows: int = 400) -> ClassScores:
    random = np.random.default_rng(5)
    labels = random.integers(0, 2, rows)
    probabilities = np.clip(random.normal(0.35 + 0.3 * labels, 0.2), 0, 1).round(2)
    return pair_scores(labels, probabilities[:, np.newaxis])


def many_classes(classes: int, rows: int = 300) -> ClassScores:
    random = np.random.default_rng(5)
    labels = random.integers(0, classes, rows)
    scores = random.random((rows, classes)) + 0.7 * np.eye(classes)[labels]
    return pair_scores(labels, scores / scores.sum(axis=1, keepdims=True))


def areas(curves: Curves) -> dict[str, float]:
    return {curve.name or curve.kind: curve.area for curve in curves.curves}


def test_roc_curve_by_hand() -> None:
    # Sorted by score, the rows are: class, class, other, class, other.
    scores = pair_scores(
        np.array([1, 1, 0, 1, 0]), np.array([[0.9], [0.8], [0.7], [0.6], [0.2]]), pos_label="1"
    )
    curves = compute_roc_curves(scores, threshold=0.65)
    (curve,) = curves.curves
    assert curve.points.x.tolist() == [0, 0, 0, 0.5, 0.5, 1]
    assert curve.points.y == pytest.approx([0, 1 / 3, 2 / 3, 2 / 3, 1, 1])
    assert curve.area == pytest.approx(5 / 6)
    assert curves.point is not None
    assert (curves.point.x, curves.point.y) == (0.5, pytest.approx(2 / 3))
    assert curve.positives == 3


def test_roc_curve_equals_that_of_scikit_learn() -> None:
    scores = two_classes()
    (curve,) = compute_roc_curves(scores).curves
    x, y, _ = metrics.roc_curve(scores.y_true[:, 0], scores.scores[:, 0])
    np.testing.assert_array_equal(curve.points.x, x)
    np.testing.assert_array_equal(curve.points.y, y)
    assert curve.area == metrics.roc_auc_score(scores.y_true[:, 0], scores.scores[:, 0])


def test_areas_of_several_classes_equal_those_of_scikit_learn() -> None:
    scores = many_classes(4)
    found = areas(compute_roc_curves(scores))
    assert list(found) == ["0", "1", "2", "3", "micro", "macro"]
    for average in ("micro", "macro"):
        expected = metrics.roc_auc_score(scores.y_true, scores.scores, average=average)
        assert found[average] == pytest.approx(expected)


def test_precision_recall_equals_that_of_scikit_learn() -> None:
    scores = two_classes()
    (curve,) = compute_precision_recall_curves(scores).curves
    precision, recall, _ = metrics.precision_recall_curve(
        scores.y_true[:, 0], scores.scores[:, 0], drop_intermediate=True
    )
    np.testing.assert_array_equal(curve.points.x, recall)
    np.testing.assert_array_equal(curve.points.y, precision)
    expected = metrics.average_precision_score(scores.y_true[:, 0], scores.scores[:, 0])
    assert curve.area == expected


def test_average_precisions_of_several_classes_equal_those_of_scikit_learn() -> None:
    scores = many_classes(3)
    found = areas(compute_precision_recall_curves(scores))
    for average in ("micro", "macro"):
        expected = metrics.average_precision_score(scores.y_true, scores.scores, average=average)
        assert found[average] == pytest.approx(expected)


def test_average_precision_recall_curve_by_hand() -> None:
    y_true = np.array([[True, False], [False, True]])
    scores = ClassScores(("a", "b"), y_true, np.array([[0.9, 0.8], [0.1, 0.2]]))
    macro = compute_precision_recall_curves(scores).curves[-1]
    # The first class is ranked perfectly; the second is found after one that is wrong.
    assert macro.area == pytest.approx((1 + 0.5) / 2)
    assert macro.points.y[macro.points.x > 0] == pytest.approx(0.75)


def test_point_of_precision_and_recall() -> None:
    scores = pair_scores(np.array([1, 1, 0, 0]), np.array([[0.9], [0.4], [0.7], [0.2]]))
    point = compute_precision_recall_curves(scores).point
    assert point is not None
    assert (point.threshold, point.x, point.y) == (0.5, 0.5, 0.5)
    nothing = compute_precision_recall_curves(scores, threshold=2).point
    assert nothing is not None
    assert (nothing.x, nothing.y) == (0, 1)


def test_no_point_where_scores_are_no_probabilities() -> None:
    scores = pair_scores(np.array([1, 0]), np.array([[3.0], [-1.0]]))
    assert compute_roc_curves(scores).point is None
    assert compute_roc_curves(scores, threshold=1).point is not None


def test_classes_with_too_few_rows_are_left_out_and_said() -> None:
    labels = np.array(["a"] * 5 + ["b"] * 5 + ["c"])
    scores = pair_scores(labels, np.random.default_rng(0).random((11, 3)))
    curves = compute_roc_curves(scores, minimum_positives=2)
    assert list(areas(curves)) == ["a", "b", "micro", "macro"]
    assert curves.left_out == ("c",)
    with plot_style(10):
        drawing = draw_roc_curves(curves, settings=FigureSettings())
    assert any("left out: c" in text.get_text() for text in drawing.figure.texts)


@pytest.mark.parametrize("compute", [compute_roc_curves, compute_precision_recall_curves])
def test_only_one_class(compute: object) -> None:
    scores = pair_scores(np.array(["a", "a"]), np.array([[0.5, 0.5], [0.6, 0.4]]), ("b", "a"))
    with pytest.raises(DataError) as caught:
        compute(scores)
    assert str(caught.value) == (
        "there is no curve to draw. A class needs at least 1 row, and others that do not belong to "
        "it, but 2 rows hold 2 of a. Give rows of several classes"
    )


def test_descriptions_give_the_areas() -> None:
    scores = pair_scores(np.array(["hit", "miss", "hit"]), np.array([[0.9], [0.6], [0.3]]), ["hit"])
    with plot_style(10):
        roc = draw_roc_curves(compute_roc_curves(scores), settings=FigureSettings())
        both = draw_precision_recall_curves(
            compute_precision_recall_curves(scores), settings=FigureSettings()
        )
    assert roc.description == "ROC curves with the area under each: hit (AUC 0.500)."
    assert both.description == "Precision-recall curves, average precision: hit (AP 0.833)."


@pytest.mark.parametrize("strategy", ["uniform", "quantile"])
def test_calibration_equals_that_of_scikit_learn(strategy: str) -> None:
    scores = two_classes()
    (calibration,) = compute_calibrations(scores, bins=7, strategy=strategy)
    y_true, probabilities = scores.y_true[:, 0], scores.scores[:, 0]
    observed, predicted = calibration_curve(y_true, probabilities, n_bins=7, strategy=strategy)
    np.testing.assert_array_equal(calibration.observed, observed)
    np.testing.assert_array_equal(calibration.predicted, predicted)
    assert calibration.brier == pytest.approx(metrics.brier_score_loss(y_true, probabilities))
    assert calibration.counts.sum() == scores.rows


def test_calibration_of_what_is_no_probability() -> None:
    with pytest.raises(DataError) as caught:
        compute_calibrations(pair_scores(np.array([1, 0]), np.array([[3.0], [-1.0]])))
    assert str(caught.value) == (
        "the scores range from -1 to 3, but calibration needs probabilities, from 0 to 1. Use "
        "those of model-prediction --method predict_proba"
    )


def test_calibration_of_too_many_classes() -> None:
    with pytest.raises(DataError) as caught:
        compute_calibrations(many_classes(11))
    assert str(caught.value) == (
        "there are 11 classes, and at most 10 curves can be told apart. Choose one with --pos-label"
    )


def test_calibration_is_described() -> None:
    scores = pair_scores(np.array([1, 0]), np.array([[0.9], [0.6]]))
    with plot_style(10):
        drawing = draw_calibrations(compute_calibrations(scores), settings=FigureSettings())
    assert drawing.description == (
        "Fraction of positives by predicted probability: Class 1 (Brier score 0.185)."
    )


def test_distribution_counts_both_sides() -> None:
    scores = pair_scores(np.array([1, 1, 0, 0]), np.array([[0.9], [0.6], [0.6], [0.1]]))
    (distribution,) = compute_score_distributions(scores, bins=2)
    assert distribution.edges.tolist() == [0, 0.5, 1]
    assert distribution.inside.tolist() == [0, 2]
    assert distribution.outside.tolist() == [1, 1]


def test_distribution_of_scores_beyond_0_and_1() -> None:
    scores = pair_scores(np.array([1, 0]), np.array([[4.0], [-2.0]]))
    (distribution,) = compute_score_distributions(scores, bins=3)
    assert distribution.edges.tolist() == [-2, 0, 2, 4]


@pytest.mark.parametrize(("threshold", "label"), [(0.0, "Threshold 0"), (0.5, "Threshold 0.5")])
def test_threshold_of_a_distribution_is_in_the_legend(threshold: float, label: str) -> None:
    distributions = compute_score_distributions(
        pair_scores(np.array([1, 0]), np.array([[4.0], [-2.0]]))
    )
    drawing = draw_score_distributions(
        distributions, threshold=threshold, settings=FigureSettings()
    )
    (legend,) = drawing.figure.legends
    assert [text.get_text() for text in legend.texts] == ["Positive class", "Negative class", label]


def test_distribution_of_too_many_classes() -> None:
    with pytest.raises(DataError) as caught:
        compute_score_distributions(many_classes(13))
    assert str(caught.value) == (
        "there are 13 classes, and at most 12 panels can be read. Choose one with --pos-label"
    )
