"""What effects of variants are called, and how they are computed."""

from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.data.genome.effects import compute_log_odds, name_effects
from galaxy_keras.schema.training.targets import TargetDescription


def test_logarithm_of_the_ratio_of_odds() -> None:
    before = np.array([0.5, 0.2, 0, 1], np.float32)
    after = np.array([0.75, 0.2, 1, 1], np.float32)
    extreme = 2 * np.log((1 - 1e-7) / 1e-7)
    found = compute_log_odds(before, after)
    np.testing.assert_allclose(found, [np.log(3), 0, extreme, 0], rtol=1e-5)


@pytest.mark.parametrize(
    ("description", "names"),
    [
        (
            TargetDescription(kind="regression", columns=1, names=("signal",)),
            ["signal_ref", "signal_alt", "signal_difference"],
        ),
        (
            TargetDescription(kind="multilabel", columns=2, classes=("a", "b")),
            [
                *("a_ref", "a_alt", "a_difference", "a_log_odds"),
                *("b_ref", "b_alt", "b_difference", "b_log_odds"),
            ],
        ),
        (
            TargetDescription(kind="binary", classes=("no", "yes")),
            ["yes_ref", "yes_alt", "yes_difference", "yes_log_odds"],
        ),
    ],
)
def test_names(description: TargetDescription, names: list[str]) -> None:
    assert name_effects(description) == names
