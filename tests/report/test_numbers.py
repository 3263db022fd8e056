"""The numbers of a report: scores, intervals, losses."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from sklearn import metrics

from galaxy_keras.plots.regression import Fit
from galaxy_keras.plots.report.bootstrap import choose_resamples, estimate
from galaxy_keras.plots.report.measures import average_precision, list_measures, rank_area
from galaxy_keras.plots.report.mistakes import compute_losses, find_worst
from galaxy_keras.plots.report.predictions import (
    ClassPredictions,
    LabelPredictions,
    ValuePredictions,
)

from .conftest import draw_probabilities

RANDOM = np.random.default_rng(5)
ROWS = 60
WEIGHTS = RANDOM.integers(0, 4, ROWS).astype(float)
BINARY = draw_probabilities(ROWS, 2)
SEVERAL = draw_probabilities(ROWS, 3)
# Rounded, so that several rows have the same score.
TIED = np.round(BINARY, 1)


def predict_classes(probabilities: np.ndarray, true: np.ndarray) -> ClassPredictions:
    names = tuple("abcdefgh"[: probabilities.shape[1]])
    return ClassPredictions(names, true, probabilities.argmax(axis=1), probabilities, 1)


TWO = predict_classes(BINARY, RANDOM.integers(0, 2, ROWS))
THREE = predict_classes(SEVERAL, RANDOM.integers(0, 3, ROWS))
LABELS = LabelPredictions(
    ("x", "y"), RANDOM.random((ROWS, 2)) > 0.5, BINARY > 0.5, np.clip(BINARY, 0.01, 0.99), 1
)


def test_scores_of_two_classes_equal_those_of_scikit_learn() -> None:
    measures = list_measures(TWO)
    labels, rows = (TWO.true, TWO.predicted), {"sample_weight": WEIGHTS}
    expected = {
        "Accuracy": metrics.accuracy_score(*labels, **rows),
        "Balanced accuracy": metrics.balanced_accuracy_score(*labels, **rows),
        "F1 of b": metrics.f1_score(*labels, **rows),
        "Precision of b": metrics.precision_score(*labels, **rows),
        "Recall of b": metrics.recall_score(*labels, **rows),
        "ROC AUC": metrics.roc_auc_score(TWO.true, BINARY[:, 1], **rows),
        "Average precision": metrics.average_precision_score(TWO.true, BINARY[:, 1], **rows),
        "Log loss": metrics.log_loss(TWO.true, BINARY, **rows),
    }
    assert {name: measure(WEIGHTS) for name, measure in measures.items()} == pytest.approx(
        expected, abs=1e-6
    )


def test_scores_of_several_classes_equal_those_of_scikit_learn() -> None:
    measures = list_measures(THREE)
    truth = np.eye(3, dtype=int)[THREE.true]
    rows = {"sample_weight": WEIGHTS}
    expected = {
        "Accuracy": metrics.accuracy_score(THREE.true, THREE.predicted, **rows),
        "Balanced accuracy": metrics.balanced_accuracy_score(THREE.true, THREE.predicted, **rows),
        "F1, mean of classes": metrics.f1_score(
            THREE.true, THREE.predicted, average="macro", **rows
        ),
        "ROC AUC, mean of classes": metrics.roc_auc_score(truth, SEVERAL, **rows),
        "Average precision, mean of classes": metrics.average_precision_score(
            truth, SEVERAL, **rows
        ),
        "Log loss": np.average(-np.log(SEVERAL[np.arange(ROWS), THREE.true]), weights=WEIGHTS),
    }
    assert {name: measure(WEIGHTS) for name, measure in measures.items()} == pytest.approx(expected)


def test_scores_of_several_labels_equal_those_of_scikit_learn() -> None:
    measures = list_measures(LABELS)
    pair = LABELS.true, LABELS.predicted
    once = np.ones(ROWS)
    assert LABELS.probabilities is not None
    expected = {
        "All labels right": metrics.accuracy_score(*pair),
        "Share of labels right": 1 - metrics.hamming_loss(*pair),
        "F1 over all labels": metrics.f1_score(*pair, average="micro"),
        "ROC AUC, mean of classes": metrics.roc_auc_score(LABELS.true, LABELS.probabilities),
        "Average precision, mean of classes": metrics.average_precision_score(
            LABELS.true, LABELS.probabilities
        ),
        "Log loss": np.mean(
            [metrics.log_loss(LABELS.true[:, n], LABELS.probabilities[:, n]) for n in range(2)]
        ),
    }
    assert {name: measure(once) for name, measure in measures.items()} == pytest.approx(expected)


def test_scores_of_values_equal_those_of_scikit_learn() -> None:
    true = RANDOM.normal(50, 3, ROWS)
    fit = Fit("", true, true + RANDOM.normal(0, 1, ROWS))
    measures = list_measures(ValuePredictions((fit,), 1))
    pair, rows = (fit.true, fit.predicted), {"sample_weight": WEIGHTS}
    assert {name: measure(WEIGHTS) for name, measure in measures.items()} == pytest.approx(
        {
            "R²": metrics.r2_score(*pair, **rows),
            "RMSE": metrics.root_mean_squared_error(*pair, **rows),
            "MAE": metrics.mean_absolute_error(*pair, **rows),
        }
    )


def test_several_outputs_are_told_apart() -> None:
    fits = tuple(Fit(name, np.arange(3.0), np.arange(3.0)) for name in ("a", "b"))
    assert list(list_measures(ValuePredictions(fits, 1)))[:4] == [
        "R² of a", "RMSE of a", "MAE of a", "R² of b",
    ]  # fmt: skip


def test_areas_with_equal_scores_equal_those_of_scikit_learn() -> None:
    truth, scores = TWO.true == 1, TIED[:, 1]
    area = metrics.roc_auc_score(truth, scores, sample_weight=WEIGHTS)
    assert rank_area(truth, scores)(WEIGHTS) == pytest.approx(area)
    precision = metrics.average_precision_score(truth, scores, sample_weight=WEIGHTS)
    assert average_precision(truth, scores)(WEIGHTS) == pytest.approx(precision)


def test_scores_that_the_rows_do_not_define_are_nan() -> None:
    alike = predict_classes(np.full((4, 2), 0.5), np.zeros(4, int))
    values = {name: measure(np.ones(4)) for name, measure in list_measures(alike).items()}
    assert [name for name, value in values.items() if np.isnan(value)] == [
        "F1 of b", "Precision of b", "Recall of b", "ROC AUC", "Average precision",
    ]  # fmt: skip
    constant = Fit("", np.full(3, 0.1), np.arange(3.0))
    measures = list_measures(ValuePredictions((constant,), 1))
    assert np.isnan(measures["R²"](np.ones(3)))


def test_interval_equals_that_of_all_possible_resamples() -> None:
    # Of three rows, two are right. All 27 resamples are equally likely; their shares right are
    # known, and so are the 2.5 and 97.5 percentiles of very many.
    right = np.array([1.0, 1.0, 0.0])
    shares = [right[list(rows)].mean() for rows in product(range(3), repeat=3)]
    assert (min(shares), shares.count(0), max(shares)) == (0, 1, 1)
    (found,) = estimate(
        {"share": lambda weights: float(weights @ right / weights.sum())}, 3, resamples=5000
    )
    assert found.name == "share"
    assert found.value == pytest.approx(2 / 3)
    # One resample in 27 (3.7 %) is all wrong, 8 in 27 are all right.
    assert (found.low, found.high) == (0, 1)


def test_interval_equals_that_of_rows_chosen_one_by_one() -> None:
    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0])
    (found,) = estimate(
        {"mean": lambda weights: float(weights @ values / 5)}, 5, resamples=300, seed=11
    )
    random = np.random.default_rng(11)
    means = [values[random.integers(0, 5, 5)].mean() for _ in range(300)]
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(means, [2.5, 97.5])))


def test_same_seed_same_interval() -> None:
    measures = list_measures(THREE)
    assert estimate(measures, ROWS, resamples=20) == estimate(measures, ROWS, resamples=20)


def test_score_without_a_value_has_no_interval() -> None:
    (found,) = estimate({"never": lambda _weights: np.nan}, 3, resamples=5)
    assert np.isnan([found.value, found.low, found.high]).all()


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [(10, 1, 1000), (20_000, 1, 1000), (20_000, 4, 250), (100_000, 1, 200), (10**7, 1, 100)],
)
def test_number_of_resamples(rows: int, columns: int, expected: int) -> None:
    assert choose_resamples(rows, columns) == expected


def test_losses_of_classes() -> None:
    shares = np.array([[0.9, 0.1], [0.2, 0.8], [1.0, 0.0]])
    losses = compute_losses(predict_classes(shares, np.array([0, 0, 1])))
    assert losses == pytest.approx([-np.log(0.9), -np.log(0.2), -np.log(1e-15)])


def test_losses_of_labels_are_means_over_labels() -> None:
    shares = np.array([[0.9, 0.2]])
    predictions = LabelPredictions(("x", "y"), np.array([[True, False]]), shares > 0.5, shares, 1)
    expected = -(np.log(0.9) + np.log(0.8)) / 2
    assert compute_losses(predictions) == pytest.approx([expected])


def test_losses_of_values_are_squared_errors() -> None:
    fit = Fit("", np.array([1.0, 5.0]), np.array([2.0, 2.0]))
    assert compute_losses(ValuePredictions((fit,), 1)).tolist() == [1, 9]


def test_losses_of_several_outputs_weigh_them_alike() -> None:
    # The variances of the true values are 1 and 10000.
    small = Fit("a", np.array([1.0, 3.0]), np.array([2.0, 3.0]))
    large = Fit("b", np.array([100.0, 300.0]), np.array([100.0, 200.0]))
    assert compute_losses(ValuePredictions((small, large), 1)).tolist() == [0.5, 0.5]


def test_losses_need_probabilities() -> None:
    labels = ClassPredictions(("a", "b"), np.array([0]), np.array([1]), None, 1)
    with pytest.raises(ValueError, match="losses need probabilities"):
        compute_losses(labels)


def test_worst_rows_come_first_and_equal_ones_in_their_order() -> None:
    assert find_worst(np.array([0.1, 3.0, 0.5, 3.0, 0.0]), 4) == [1, 3, 2, 0]
    assert find_worst(np.array([0.1]), 20) == [0]
