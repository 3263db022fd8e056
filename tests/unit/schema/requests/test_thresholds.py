"""The texts of --choose-threshold."""

from __future__ import annotations

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.thresholds import ThresholdRule


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f1", ThresholdRule(aim="f1")),
        ("F1", ThresholdRule(aim="f1")),
        ("cost=1, 5", ThresholdRule(aim="cost", costs=(1, 5))),
        ("sensitivity=0.95", ThresholdRule(aim="sensitivity", rate=0.95)),
        ("specificity=1", ThresholdRule(aim="specificity", rate=1)),
    ],
)
def test_rules(text: str, expected: ThresholdRule) -> None:
    assert ThresholdRule.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "auc", "cost=1", "cost=0,0", "sensitivity=0", "sensitivity=2"]
)
def test_what_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        ThresholdRule.parse(text)
    assert str(refused.value) == (
        f'--choose-threshold: "{text}" is no way to choose one. Give f1, cost=FP,FN (what a false '
        "positive and a false negative cost), sensitivity=0.95, or specificity=0.9, with rates "
        "above 0 and at most 1"
    )
