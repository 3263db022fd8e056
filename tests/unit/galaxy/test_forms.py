"""Filled-in forms, as Galaxy writes them, and what they ask of the commands.

Each case is a file in `galaxy_forms/TOOL/`: the form's JSON and what is expected of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from galaxy_keras.galaxy import (
    keras_model_builder,
    keras_model_config,
    keras_train_and_eval,
    ml_visualization_ex,
    model_prediction,
)
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.outputs import read_settings

CASES = Path(__file__).parent / "forms"
READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "keras_model_config": keras_model_config.read_spec,
    "keras_model_builder": keras_model_builder.read_options,
    "keras_train_and_eval": keras_train_and_eval.read_options,
    "model_prediction": model_prediction.read_options,
    "ml_visualization_ex": ml_visualization_ex.read_options,
}


@pytest.mark.parametrize(
    "path", sorted(CASES.glob("*/*.json")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_form_is_read(path: Path) -> None:
    case = json.loads(path.read_text())

    options = READERS[path.parent.name](case["form"])

    assert json.loads(json.dumps(options)) == case["expected"]


@pytest.mark.parametrize(
    "path", sorted(CASES.glob("keras_model_builder/*.json")), ids=lambda path: path.stem
)
def test_settings_of_the_form_are_accepted(path: Path) -> None:
    form = json.loads(path.read_text())["form"]

    assert read_settings(None, keras_model_builder.read_options(form)).loss


@pytest.mark.parametrize(
    "path", sorted(CASES.glob("keras_model_config/*.json")), ids=lambda path: path.stem
)
def test_layers_of_the_form_are_accepted(path: Path) -> None:
    form = json.loads(path.read_text())["form"]
    spec = {"input_shape": (3,), **keras_model_config.read_spec(form)}
    if form["model_selection"].get("model_type") == "functional":
        del spec["input_shape"]

    assert parse_spec(spec).layers


def test_every_tool_has_cases() -> None:
    assert {path.name for path in CASES.iterdir()} == set(READERS)


def test_form_chooses_the_subcommand() -> None:
    form = {"plotting_selection": {"plot_type": "classification_confusion_matrix"}}

    assert ml_visualization_ex.read_command(form)[0] == "confusion-matrix"
