"""The numbers of a report: scores, intervals, losses."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from sklearn import metrics

from galaxy_keras.plots.kinds.regression import RegressionOutput
from galaxy_keras.plots.report.bootstrap import Statistic, choose_resamples, estimate
from galaxy_keras.plots.report.mistakes import compute_losses, find_worst
from galaxy_keras.plots.report.predictions import (
    ClassPredictions,
    MultilabelPredictions,
    RegressionPredictions,
)
from galaxy_keras.plots.report.ranking import Ranking
from galaxy_keras.plots.report.statistics import list_statistics

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


def compute_all(statistics: dict[str, Statistic], weights: np.ndarray) -> dict[str, float]:
    return {name: statistic.compute(weights) for name, statistic in statistics.items()}


TWO = predict_classes(BINARY, RANDOM.integers(0, 2, ROWS))
THREE = predict_classes(SEVERAL, RANDOM.integers(0, 3, ROWS))
LABELS = MultilabelPredictions(
    ("x", "y"), RANDOM.random((ROWS, 2)) > 0.5, BINARY > 0.5, np.clip(BINARY, 0.01, 0.99), 1
)


@pytest.mark.parametrize(("positive", "name"), [(0, "a"), (1, "b")])
def test_scores_of_two_classes_equal_those_of_scikit_learn(positive: int, name: str) -> None:
    statistics = list_statistics(replace(TWO, positive=positive))
    labels, rows = (TWO.true, TWO.predicted), {"sample_weight": WEIGHTS}
    of_class = {**rows, "pos_label": positive}
    ranked = (TWO.true == positive, BINARY[:, positive])
    expected = {
        "Accuracy": metrics.accuracy_score(*labels, **rows),
        "Balanced accuracy": metrics.balanced_accuracy_score(*labels, **rows),
        f"F1 of {name}": metrics.f1_score(*labels, **of_class),
        f"Precision of {name}": metrics.precision_score(*labels, **of_class),
        f"Recall of {name}": metrics.recall_score(*labels, **of_class),
        f"ROC AUC of {name}": metrics.roc_auc_score(*ranked, **rows),
        f"Average precision of {name}": metrics.average_precision_score(*ranked, **rows),
        "Log loss": metrics.log_loss(TWO.true, BINARY, **rows),
    }
    assert compute_all(statistics, WEIGHTS) == pytest.approx(expected, abs=1e-6)


def test_scores_of_several_classes_equal_those_of_scikit_learn() -> None:
    statistics = list_statistics(THREE)
    y_true = np.eye(3, dtype=int)[THREE.true]
    rows = {"sample_weight": WEIGHTS}
    expected = {
        "Accuracy": metrics.accuracy_score(THREE.true, THREE.predicted, **rows),
        "Balanced accuracy": metrics.balanced_accuracy_score(THREE.true, THREE.predicted, **rows),
        "Macro F1": metrics.f1_score(THREE.true, THREE.predicted, average="macro", **rows),
        "ROC AUC (macro average)": metrics.roc_auc_score(y_true, SEVERAL, **rows),
        "Average precision (macro average)": metrics.average_precision_score(
            y_true, SEVERAL, **rows
        ),
        "Log loss": np.average(-np.log(SEVERAL[np.arange(ROWS), THREE.true]), weights=WEIGHTS),
    }
    assert compute_all(statistics, WEIGHTS) == pytest.approx(expected)


def test_scores_of_several_labels_equal_those_of_scikit_learn() -> None:
    statistics = list_statistics(LABELS)
    pair = LABELS.true, LABELS.predicted
    once = np.ones(ROWS)
    assert LABELS.probabilities is not None
    expected = {
        "Exact match ratio": metrics.accuracy_score(*pair),
        "Label accuracy": 1 - metrics.hamming_loss(*pair),
        "Micro F1": metrics.f1_score(*pair, average="micro"),
        "ROC AUC (macro average)": metrics.roc_auc_score(LABELS.true, LABELS.probabilities),
        "Average precision (macro average)": metrics.average_precision_score(
            LABELS.true, LABELS.probabilities
        ),
        "Log loss": np.mean(
            [metrics.log_loss(LABELS.true[:, n], LABELS.probabilities[:, n]) for n in range(2)]
        ),
    }
    assert {
        name: statistic.compute(once) for name, statistic in statistics.items()
    } == pytest.approx(expected)


def test_scores_of_values_equal_those_of_scikit_learn() -> None:
    random = np.random.default_rng(5)
    true = random.normal(50, 3, ROWS)
    output = RegressionOutput("", true, true + random.normal(0, 1, ROWS))
    statistics = list_statistics(RegressionPredictions((output,), 1))
    pair, rows = (output.true, output.predicted), {"sample_weight": WEIGHTS}
    assert compute_all(statistics, WEIGHTS) == pytest.approx(
        {
            "R²": metrics.r2_score(*pair, **rows),
            "RMSE": metrics.root_mean_squared_error(*pair, **rows),
            "MAE": metrics.mean_absolute_error(*pair, **rows),
        }
    )


def test_several_outputs_are_told_apart() -> None:
    outputs = tuple(RegressionOutput(name, np.arange(3.0), np.arange(3.0)) for name in ("a", "b"))
    assert list(list_statistics(RegressionPredictions(outputs, 1)))[:4] == [
        "R² of a", "RMSE of a", "MAE of a", "R² of b",
    ]  # fmt: skip


def test_areas_with_equal_scores_equal_those_of_scikit_learn() -> None:
    y_true, scores = TWO.true == 1, TIED[:, 1]
    area = metrics.roc_auc_score(y_true, scores, sample_weight=WEIGHTS)
    assert Ranking(y_true, scores).find_area(WEIGHTS) == pytest.approx(area)
    precision = metrics.average_precision_score(y_true, scores, sample_weight=WEIGHTS)
    assert Ranking(y_true, scores).find_precision(WEIGHTS) == pytest.approx(precision)


def test_areas_of_many_rows_come_near_to_those_of_scikit_learn() -> None:
    random = np.random.default_rng(5)
    y_true = random.random(50_000) < 0.02
    scores = random.normal(size=50_000) + 2 * y_true
    ranking = Ranking(y_true, scores, max_steps=500)
    weights = random.integers(0, 3, 50_000).astype(float)
    area = metrics.roc_auc_score(y_true, scores, sample_weight=weights)
    precision = metrics.average_precision_score(y_true, scores, sample_weight=weights)
    assert ranking.find_area(weights) == pytest.approx(area, abs=1e-3)
    assert ranking.find_precision(weights) == pytest.approx(precision, abs=1e-2)
    assert ranking.exact_area == pytest.approx(metrics.roc_auc_score(y_true, scores))
    exact = metrics.average_precision_score(y_true, scores)
    assert ranking.exact_precision == pytest.approx(exact)


def test_joined_steps_hardly_change_an_interval() -> None:
    random = np.random.default_rng(5)
    y_true = random.random(3000) < 0.3
    scores = random.normal(size=3000) + y_true
    exact, joined = (
        estimate(
            {
                "area": Statistic(ranking.find_area, ranking.exact_area),
                "precision": Statistic(ranking.find_precision, ranking.exact_precision),
            },
            3000,
            n_resamples=200,
        )
        for ranking in (Ranking(y_true, scores, 10_000), Ranking(y_true, scores, 300))
    )
    for one, other in zip(exact, joined, strict=True):
        assert other.value == one.value
        width = one.high - one.low
        assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=0.03 * width)


def test_interval_of_accuracy_is_as_wide_as_theory_says() -> None:
    random = np.random.default_rng(5)
    true = random.integers(0, 2, 40_000)
    predicted = np.where(random.random(40_000) < 0.9, true, 1 - true)
    labels = ClassPredictions(("a", "b"), true, predicted, None, 1)
    statistics = {"Accuracy": list_statistics(labels)["Accuracy"]}
    (found,) = estimate(statistics, 40_000, n_resamples=500)
    # Of a share p of n rows, 95 % lie within 1.96 sqrt(p (1 - p) / n) of it.
    expected = 2 * 1.96 * np.sqrt(found.value * (1 - found.value) / 40_000)
    assert found.high - found.low == pytest.approx(expected, rel=0.15)


def test_scores_that_the_rows_do_not_define_are_nan() -> None:
    alike = predict_classes(np.full((4, 2), 0.5), np.zeros(4, int))
    values = {
        name: statistic.compute(np.ones(4)) for name, statistic in list_statistics(alike).items()
    }
    assert [name for name, value in values.items() if np.isnan(value)] == [
        "F1 of b", "Precision of b", "Recall of b", "ROC AUC of b", "Average precision of b",
    ]  # fmt: skip
    constant = RegressionOutput("", np.full(3, 0.1), np.arange(3.0))
    statistics = list_statistics(RegressionPredictions((constant,), 1))
    assert np.isnan(statistics["R²"].compute(np.ones(3)))


def test_interval_equals_that_of_all_possible_resamples() -> None:
    # Of three rows, two are right. All 27 resamples are equally likely; their shares right are
    # known, and so are the 2.5 and 97.5 percentiles of very many.
    right = np.array([1.0, 1.0, 0.0])
    shares = [right[list(rows)].mean() for rows in product(range(3), repeat=3)]
    assert (min(shares), shares.count(0), max(shares)) == (0, 1, 1)
    (found,) = estimate(
        {"share": Statistic(lambda weights: float(weights @ right / weights.sum()))},
        3,
        n_resamples=5000,
    )
    assert found.name == "share"
    assert found.value == pytest.approx(2 / 3)
    # One resample in 27 (3.7 %) is all wrong, 8 in 27 are all right.
    assert (found.low, found.high) == (0, 1)


def test_interval_equals_that_of_rows_chosen_one_by_one() -> None:
    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0])
    (found,) = estimate(
        {"mean": Statistic(lambda weights: float(weights @ values / 5))},
        5,
        n_resamples=300,
        seed=11,
    )
    random = np.random.default_rng(11)
    means = [values[random.integers(0, 5, 5)].mean() for _ in range(300)]
    assert (found.low, found.high) == pytest.approx(tuple(np.percentile(means, [2.5, 97.5])))


def test_same_seed_same_interval() -> None:
    statistics = list_statistics(THREE)
    assert estimate(statistics, ROWS, n_resamples=20) == estimate(statistics, ROWS, n_resamples=20)


def test_score_without_a_value_has_no_interval() -> None:
    (found,) = estimate({"never": Statistic(lambda _weights: np.nan)}, 3, n_resamples=5)
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
    predictions = MultilabelPredictions(
        ("x", "y"), np.array([[True, False]]), shares > 0.5, shares, 1
    )
    expected = -(np.log(0.9) + np.log(0.8)) / 2
    assert compute_losses(predictions) == pytest.approx([expected])


def test_losses_of_values_are_squared_errors() -> None:
    output = RegressionOutput("", np.array([1.0, 5.0]), np.array([2.0, 2.0]))
    assert compute_losses(RegressionPredictions((output,), 1)).tolist() == [1, 9]


def test_losses_of_several_outputs_weigh_them_alike() -> None:
    # The variances of the true values are 1 and 10000.
    small = RegressionOutput("a", np.array([1.0, 3.0]), np.array([2.0, 3.0]))
    large = RegressionOutput("b", np.array([100.0, 300.0]), np.array([100.0, 200.0]))
    assert compute_losses(RegressionPredictions((small, large), 1)).tolist() == [0.5, 0.5]


def test_losses_need_probabilities() -> None:
    labels = ClassPredictions(("a", "b"), np.array([0]), np.array([1]), None, 1)
    with pytest.raises(ValueError, match="losses need probabilities"):
        compute_losses(labels)


def test_worst_rows_come_first_and_equal_ones_in_their_order() -> None:
    assert find_worst(np.array([0.1, 3.0, 0.5, 3.0, 0.0]), 4) == [1, 3, 2, 0]
    assert find_worst(np.array([0.1]), 20) == [0]
