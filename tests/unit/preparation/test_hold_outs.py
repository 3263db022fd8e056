"""Seeds and memory of hold-outs; the warnings are tried in tests/acceptance/test_hold_outs.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.unit.preparation.test_fingerprint import make_model
from tests.unit.schema.requests.test_runs import make_run

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.equal_rows import hash_rows
from galaxy_keras.data.splitting import Split
from galaxy_keras.preparation.hold_outs import HeldOutRows, choose_seeds
from galaxy_keras.schema.requests.splits import HoldOut


def make_former(*hold_outs: HoldOut, **changes: Any) -> FittedModel:
    return make_model(hold_outs=hold_outs, **changes)


@pytest.mark.parametrize(
    ("given", "default", "former", "expected"),
    [
        ({}, None, None, 0),
        ({}, None, make_former(HoldOut(random_state=4)), 4),
        ({}, None, make_former(HoldOut(method="last")), 0),
        ({}, None, make_former(), 0),
        ({}, 5, make_former(HoldOut(random_state=4)), 5),
        ({"seed": 6}, 5, make_former(HoldOut(random_state=4)), 6),
        ({"seed": 6, "split_seed": 7}, 5, make_former(HoldOut(random_state=4)), 7),
    ],
)
def test_the_nearest_seed_counts(
    given: dict[str, int], default: int | None, former: FittedModel | None, expected: int
) -> None:
    run = make_run(**{"seed": None, **given})
    assert choose_seeds(run, default, former).test.random_state == expected


def test_rows_of_all_trainings_are_remembered() -> None:
    hashes = hash_rows(np.arange(6)[:, None])
    split = Split(np.array([0, 1, 2, 3]), np.array([4, 5]), np.array([4, 5]))
    held_out = HeldOutRows(split, (HoldOut(),), hashes)
    same = make_former(HoldOut(), trained_rows=np.sort(hashes[4:5]))
    assert held_out.sample_trained_rows(same).tolist() == sorted(hashes[:5].tolist())
    assert held_out.find_common(same) == held_out.find_common(None) == (HoldOut(),)
    assert held_out.find_common(make_former(HoldOut(size=0.5))) == ()
