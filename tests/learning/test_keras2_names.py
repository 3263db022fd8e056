"""Names of losses and metrics of Keras 2 stand for what they stood for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from galaxy_keras.learning.compiling import build_loss, build_metrics
from galaxy_keras.schema.training.settings import TrainingSettings

KERAS_2: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "keras2" / "losses_and_metrics.json").read_text()
)
TARGETS = np.array(KERAS_2["targets"], "float32")
OUTPUTS = np.array(KERAS_2["outputs"], "float32")


def make_settings(loss: str, *metrics: str) -> TrainingSettings:
    return TrainingSettings.model_validate(
        {"task": "classifier", "loss": loss, "optimizer": "sgd", "metrics": metrics}
    )


@pytest.mark.parametrize("name", KERAS_2["losses"])
def test_loss_has_the_value_of_keras_2(name: str) -> None:
    loss = build_loss(make_settings(name).loss)
    found = float(keras.ops.convert_to_numpy(loss(TARGETS, OUTPUTS) + 0))
    assert found == pytest.approx(KERAS_2["losses"][name], rel=1e-5)


@pytest.mark.parametrize("name", KERAS_2["metrics"])
def test_metric_has_the_value_of_keras_2(name: str) -> None:
    settings = make_settings("categorical_crossentropy", name)
    (metric,) = build_metrics(settings, "multiclass")
    metric.update_state(TARGETS, OUTPUTS)
    assert metric.name == name
    assert float(metric.result()) == pytest.approx(KERAS_2["metrics"][name], rel=1e-5)


def test_cosine_proximity_is_the_cosine_similarity() -> None:
    assert make_settings("cosine_proximity").loss == make_settings("cosine_similarity").loss
