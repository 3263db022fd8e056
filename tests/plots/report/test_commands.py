"""The commands in a report give back what the model holds."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

import pytest
from galaxy_keras.tools import keras_model_builder, ml_visualization_ex

from galaxy_keras.plots.report.commands import (
    build_commands_section,
    format_builder_options,
    format_report_options,
    render_commands,
)
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.report import ReportRequest
from galaxy_keras.schema.requests.runs import TableSource
from galaxy_keras.schema.training.outputs import read_settings
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

from .conftest import make_model

VALUES = TargetDescription(kind="regression")
SIMPLE = {"task": "regressor", "loss": "mse", "optimizer": "adam"}
SETTINGS: dict[str, dict[str, Any]] = {
    "defaults": SIMPLE,
    "options": SIMPLE | {"loss": "Huber delta=2", "optimizer": "SGD momentum=0.9 nesterov=True"},
    "a schedule": SIMPLE
    | {"optimizer": "Adam learning_rate='CosineDecay initial_learning_rate=0.01 decay_steps=9'"},
    "metrics under other names": SIMPLE
    | {
        "task": "classifier",
        "loss": "binary_crossentropy",
        "metrics": ["acc", "AUC curve=PR name=pr_auc", "AUC", "accuracy"],
    },
    "callbacks and numbers": SIMPLE
    | {
        "callbacks": ["EarlyStopping monitor=val_loss patience=3", "TerminateOnNaN"],
        "epochs": 9,
        "batch_size": 8,
        "validation_split": 0.25,
        "steps_per_epoch": 2,
        "seed": 5,
    },
    "encodings": SIMPLE
    | {
        "inputs": ["numbers columns=[a, b] scale=standard", "words columns='my text'"],
        "targets": ["values scale=log"],
    },
}


@pytest.mark.parametrize("document", SETTINGS.values(), ids=SETTINGS)
def test_builder_options_give_the_same_settings(document: dict[str, Any]) -> None:
    settings = TrainingSettings.model_validate(document)
    words = shlex.split(" ".join(format_builder_options(settings)))
    context = keras_model_builder.main.make_context("keras-model-builder", words)
    assert read_settings(None, context.params) == settings


def test_builder_options_of_several_outputs_give_the_same_settings() -> None:
    heads = [{"name": name, "type": "Dense", "units": 1, "inputs": "x"} for name in ("a", "b")]
    network = parse_spec(
        {"layers": [{"name": "x", "type": "Input", "shape": 2}, *heads], "outputs": ["a", "b"]}
    )
    options = {
        "optimizer": "sgd",
        "loss": ("a: mse", "b: Huber delta=2"),
        "loss_weights": ("b: 0.5",),
        "metrics": ("a: mae", "b: r2_score name=fit"),
        "task": "regressor",
        "targets": ("b: values scale=log",),
    }
    settings = read_settings(network, options)
    words = shlex.split(" ".join(format_builder_options(settings)))
    context = keras_model_builder.main.make_context("keras-model-builder", words)
    assert read_settings(network, context.params) == settings


def test_report_options_give_the_same_request() -> None:
    request = ReportRequest(
        model=Path("my model.h5mlm"),
        true=TableSource(path=Path("y.tsv"), header=True, columns=ColumnSelection.parse("2,4-5")),
        scores=TableSource(path=Path("p.tsv")),
        class_names="it's,$HOME",
        title='"quoted"',
        output=Path("report.html"),
    )
    words = shlex.split(" ".join(format_report_options(request)))
    command = ml_visualization_ex.main.commands["report"]
    found = command.make_context("report", words).params
    assert found["title"] == request.title
    assert found["class_names"] == request.class_names
    assert found["model"] == request.model
    for name in ("true", "scores", "predicted", "features"):
        assert TableSource.from_options(found, name) == getattr(request, name)


def test_commands_say_what_they_do_not_know() -> None:
    fitted = make_model(VALUES)
    request = ReportRequest(model=Path("m.h5mlm"), output=Path("r.html"))
    text = render_commands(fitted, request)
    assert "--features FEATURES.tsv" in text
    assert "--seed 7" in text
    assert "predict_proba" not in text
    assert "keras-train-and-eval \\\n    --model builder.zip \\\n" in text
    section = build_commands_section(fitted, request)
    assert "are not stored" in section.blocks[0].text
    classifier = make_model(TargetDescription(kind="binary", classes=(0, 1)), seed=None)
    text = render_commands(classifier, request)
    assert "--method predict_proba" in text
    assert "--seed" not in text
