"""A threshold is the best of all that there are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, recall_score

from galaxy_keras.data.thresholds import choose_threshold
from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.thresholds import ThresholdRule

ROWS = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.01, 0.2, 0.4, 0.5, 0.6, 0.97])), min_size=2
).filter(lambda rows: len({positive for positive, _ in rows}) == 2)
# Between any two probabilities above, and beyond both ends.
GRID = (0.0, 0.1, 0.3, 0.45, 0.5, 0.55, 0.8, 1.0)


def measure(rows: list[tuple[bool, float]], threshold: float) -> dict[str, float]:
    true = [positive for positive, _ in rows]
    predicted = [score > threshold for _, score in rows]
    false_positives = sum(p and not t for t, p in zip(true, predicted, strict=True))
    false_negatives = sum(t and not p for t, p in zip(true, predicted, strict=True))
    return {
        "f1": f1_score(true, predicted, zero_division=0.0),
        "sensitivity": recall_score(true, predicted),
        "specificity": recall_score(true, predicted, pos_label=False),
        "cost": false_positives + 5.0 * false_negatives,
    }


def choose(text: str, rows: list[tuple[bool, float]]) -> dict[str, float]:
    true, scores = (np.array(each) for each in zip(*rows, strict=True))
    chosen = choose_threshold(ThresholdRule.parse(text), true, scores)
    measured = measure(rows, chosen.value)
    assert (chosen.f1, chosen.sensitivity, chosen.specificity) == pytest.approx(
        (measured["f1"], measured["sensitivity"], measured["specificity"])
    )
    return measured


@given(ROWS)
def test_f1_and_cost(rows: list[tuple[bool, float]]) -> None:
    possible = [measure(rows, threshold) for threshold in GRID]
    assert choose("f1", rows)["f1"] == pytest.approx(max(each["f1"] for each in possible))
    assert choose("cost=1,5", rows)["cost"] == min(each["cost"] for each in possible)


@given(ROWS, st.sampled_from(["sensitivity", "specificity"]), st.sampled_from([0.3, 0.9, 1.0]))
def test_wanted_rates(rows: list[tuple[bool, float]], aim: str, rate: float) -> None:
    other = {"sensitivity": "specificity", "specificity": "sensitivity"}[aim]
    possible = [each for each in (measure(rows, t) for t in GRID) if each[aim] >= rate]
    found = choose(f"{aim}={rate}", rows)
    assert found[aim] >= rate
    assert found[other] == pytest.approx(max(each[other] for each in possible))


def test_of_equal_thresholds_the_one_closest_to_half() -> None:
    true = np.array([False, True, True])
    scores = np.array([0.2, 0.9, 0.95])
    assert choose_threshold(ThresholdRule(aim="f1"), true, scores).value == 0.5


def test_rows_of_one_class() -> None:
    with pytest.raises(DataError, match="these are all of one class"):
        choose_threshold(ThresholdRule(aim="f1"), np.array([True, True]), np.array([0.1, 0.2]))
