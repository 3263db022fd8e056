"""The parameters that a published workflow saved, in the words of the replaced tools, are read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from replaced_trees import REFERENCE

from galaxy_keras.galaxy import (
    keras_model_builder,
    keras_model_config,
    keras_train_and_eval,
    ml_visualization_ex,
    model_prediction,
)
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.outputs import read_settings

WORKFLOW = REFERENCE / "workflows" / "Intro_To_RNN_v1_0_10_0.ga"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not WORKFLOW.exists(),
        reason="needs the developers' folder ../shared: run pytest -m shared where that is",
    ),
]

Reader = Callable[[Mapping[str, object]], Mapping[str, Any]]


def read_saved(tool: str, read: Reader) -> Mapping[str, Any]:
    steps = json.loads(WORKFLOW.read_text())["steps"].values()
    step = next(each for each in steps if (each["tool_id"] or "").split("/")[-2:-1] == [tool])
    return read(json.loads(step["tool_state"]))


def test_architecture() -> None:
    architecture = parse_spec(read_saved("keras_model_config", keras_model_config.read_spec))

    assert [layer.type for layer in architecture.layers] == [
        "InputLayer",
        "Embedding",
        "LSTM",
        "Dense",
    ]
    assert architecture.layers[0].options["batch_shape"] == (None, 500)
    assert architecture.layers[1].options == {"input_dim": 10000, "output_dim": 32}


def test_training_settings() -> None:
    options = read_saved("keras_model_builder", keras_model_builder.read_options)
    settings = read_settings(None, options)

    assert (settings.task, settings.epochs, settings.batch_size) == ("classifier", 2, 128)
    assert (settings.loss.name, settings.optimizer.name) == ("BinaryCrossentropy", "Adam")
    assert settings.optimizer.options["learning_rate"] == 0.001
    assert [metric.label for metric in settings.metrics] == ["acc"]


def test_training() -> None:
    assert read_saved("keras_train_and_eval", keras_train_and_eval.read_options) == {
        "scheme": "train-val",
        "split": "simple",
        "test_size": 0.2,
        "scoring": ["f1"],
        "features_header": False,
        "features_columns": "all",
        "target_header": False,
        "target_columns": "all",
    }


def test_prediction() -> None:
    assert read_saved("model_prediction", model_prediction.read_options) == {
        "method": "predict",
        "features_header": False,
        "features_columns": "all",
    }


def test_plot() -> None:
    options = read_saved("ml_visualization_ex", ml_visualization_ex.read_options)

    assert options["colormap"] == "Greens"
    assert (options["true_header"], options["predicted_header"]) == (False, True)
