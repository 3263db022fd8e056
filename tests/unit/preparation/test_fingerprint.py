"""All that decides on the weights of a training changes its fingerprint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.features import assign_columns
from galaxy_keras.data.splitting import Split
from galaxy_keras.data.targets import Target
from galaxy_keras.preparation.fingerprint import compute_fingerprint
from galaxy_keras.preparation.targets import OutputTarget
from galaxy_keras.preparation.training import Preparation
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.splits import HoldOut
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.outputs import list_outputs
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

NETWORK = parse_spec({"input_shape": "2", "layers": ["Dropout rate=0.5", "Dense units=1"]})
SETTINGS = TrainingSettings.from_options(
    {"task": "regressor", "loss": "mse", "optimizer": "sgd", "metrics": []}
)
TARGET = TargetDescription(kind="regression")
FEATURES = FeatureDescription(count=2)
WEIGHTS = LayerWeights("dense", ("kernel",), (np.ones((2, 1), np.float32),))
STATES = LayerWeights("dropout", ("seed_generator_state",), (np.array([7, 1], np.uint32),))


def make_model(**changes: Any) -> FittedModel:
    content: dict[str, Any] = {
        "architecture": NETWORK,
        "training": SETTINGS,
        "target": TARGET,
        "features": FEATURES,
        "weights": (WEIGHTS,),
        "random_states": (STATES,),
        "optimizer_state": (NamedArray("iteration", np.array(3)),),
    }
    return FittedModel(**content | changes)


OUTPUT = OutputTarget(
    *list_outputs(NETWORK, SETTINGS),
    target=Target(TARGET, np.arange(4, dtype=np.float32)[:, None]),
    scorers=("r2",),
)
PREPARATION = Preparation(
    architecture=NETWORK,
    settings=SETTINGS,
    initial_model=make_model(),
    features=np.arange(8, dtype=np.uint8).reshape(4, 2),
    feature_description=FEATURES,
    inputs=assign_columns(NETWORK, 2),
    outputs=(OUTPUT,),
    split=Split(np.array([0, 1]), np.array([2]), np.array([3])),
    weights=None,
    seed=1,
    hold_outs=(HoldOut(),),
    trained_rows=np.zeros(0, np.uint64),
    precision="float32",
)
CHANGES: dict[str, dict[str, Any]] = {
    "no initial model": {"initial_model": None},
    "weights": {
        "initial_model": make_model(weights=(replace(WEIGHTS, arrays=(np.zeros((2, 1)),)),))
    },
    "random states": {
        "initial_model": make_model(
            random_states=(replace(STATES, arrays=(np.array([7, 2], np.uint32),)),)
        )
    },
    "optimizer state": {
        "initial_model": make_model(optimizer_state=(NamedArray("iteration", np.array(4)),))
    },
    "features": {"features": np.zeros((4, 2), np.uint8)},
    "sample weights": {"weights": np.array([1, 2], np.float32)},
    "split": {"split": Split(np.array([0, 2]), np.array([1]), np.array([3]))},
    "seed": {"seed": 2},
    "precision": {"precision": "bfloat16"},
}


@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_change_is_noticed(changes: dict[str, Any]) -> None:
    assert compute_fingerprint(replace(PREPARATION, **changes)) != compute_fingerprint(PREPARATION)


def test_the_same_run_has_the_same_fingerprint() -> None:
    same = replace(PREPARATION, initial_model=make_model(), features=PREPARATION.features.copy())
    assert compute_fingerprint(same) == compute_fingerprint(PREPARATION)
