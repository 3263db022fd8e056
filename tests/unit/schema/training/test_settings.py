"""The settings of training as a whole."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.component import Component

OPTIONS: dict[str, Any] = {
    "task": "classifier",
    "loss": "BinaryCrossentropy label_smoothing=0.1",
    "optimizer": "adam",
    "optimizer_options": ("learning_rate=0.01", "beta_1=0"),
    "metrics": ("accuracy", "AUC curve=PR name=pr_auc"),
    "callbacks": ("EarlyStopping monitor=val_loss patience=3",),
    "epochs": 2,
    "batch_size": 128,
    "validation_split": None,
    "steps_per_epoch": None,
    "seed": 0,
    "output": "of no concern here",
}


def test_options_become_settings() -> None:
    settings = TrainingSettings.from_options(OPTIONS)
    assert settings.loss == Component(name="BinaryCrossentropy", options={"label_smoothing": 0.1})
    assert settings.optimizer == Component(
        name="Adam", options={"learning_rate": 0.01, "beta_1": 0.0}
    )
    assert [metric.label for metric in settings.metrics] == ["accuracy", "pr_auc"]
    assert [callback.name for callback in settings.callbacks] == ["EarlyStopping"]
    assert (settings.epochs, settings.batch_size, settings.seed) == (2, 128, 0)
    assert (settings.validation_split, settings.steps_per_epoch) == (0.0, None)


def test_settings_are_the_same_after_a_round_through_json() -> None:
    schedule = "PiecewiseConstantDecay boundaries=[10] values=[0.1,0.01]"
    options = {**OPTIONS, "optimizer_options": (f"learning_rate='{schedule}'",)}
    settings = TrainingSettings.from_options(options)
    assert TrainingSettings.model_validate(settings.model_dump(mode="json")) == settings
    assert TrainingSettings.model_validate_json(settings.model_dump_json()) == settings


def test_all_problems_are_told_at_once() -> None:
    options = {
        "task": "clasifier",
        "loss": "bynary_crossentropy",
        "optimizer": "adam",
        "optimizer_options": ("learning_rate=-1", "beta_3=0.5", "beta_1", "epsilon=1", "epsilon=2"),
        "metrics": ("acuracy", "AUC curve=PX"),
        "callbacks": ("EarlyStoping", "EarlyStopping patience=-1"),
        "epochs": 0,
        "batch_size": -5,
        "validation_split": 1.0,
        "seed": -1,
    }
    with pytest.raises(ConfigurationError) as caught:
        TrainingSettings.from_options(options)
    beginnings = (
        '--optimizer-option: cannot read "beta_1"',
        "--optimizer-option gives epsilon twice. Give it once",
        "the task must be classifier or regressor, not 'clasifier'",
        'there is no loss "bynary_crossentropy". Did you mean "binary_crossentropy"?',
        'optimizer Adam: there is no parameter "beta_3". Did you mean "beta_',
        "optimizer Adam: parameter learning_rate must be a number above 0",
        'there is no metric "acuracy". Did you mean "Accuracy"?',
        "metric AUC: parameter curve must be one of ROC, PR, PRGAIN",
        'there is no callback "EarlyStoping". Did you mean "EarlyStopping"?',
        "callback EarlyStopping: parameter patience must be a whole number of at least 0",
        "training settings: parameter epochs must be a whole number of at least 1, not 0",
        "training settings: parameter batch_size must be a whole number of at least 1, not -5",
        "training settings: parameter validation_split must be a number of at least 0 and below 1",
        "training settings: parameter seed must be a whole number of at least 0",
    )
    assert len(caught.value.problems) == len(beginnings)
    for problem, beginning in zip(caught.value.problems, beginnings, strict=True):
        assert problem.startswith(beginning)


def test_optimizer_that_cannot_be_read_hides_no_other_problem() -> None:
    with pytest.raises(ConfigurationError) as caught:
        TrainingSettings.from_options({**OPTIONS, "optimizer": "adam lr", "epochs": 0})
    assert [problem.split(":")[0] for problem in caught.value.problems] == [
        "optimizer",
        "training settings",
    ]


def test_metrics_need_different_names() -> None:
    with pytest.raises(
        ConfigurationError, match=r"several metrics are called AUC\. Give each a name"
    ):
        TrainingSettings.from_options({**OPTIONS, "metrics": ("AUC", "AUC curve=PR")})


@pytest.mark.parametrize("field", ["metrics", "callbacks"])
def test_lists_must_be_lists(field: str) -> None:
    document = TrainingSettings.from_options(OPTIONS).model_dump(mode="json")
    with pytest.raises(ConfigurationError, match=f"{field}: expected a list, not 'EarlyStopping'"):
        TrainingSettings.model_validate({**document, field: "EarlyStopping"})


@pytest.mark.parametrize(
    "change",
    [
        {"unknown": 1},
        {"loss": None},
        {"metrics": [{"label": "a", "component": {"name": "AUC"}, "unknown": 1}]},
        {"metrics": [{"label": None, "component": {"name": "AUC"}}]},
        {"callbacks": [{"name": "EarlyStopping", "unknown": 1}]},
    ],
)
def test_stored_settings_are_checked_too(change: dict[str, object]) -> None:
    document = TrainingSettings.from_options(OPTIONS).model_dump(mode="json")
    with pytest.raises((ConfigurationError, ValidationError)):
        TrainingSettings.model_validate({**document, **change})


def test_stored_optimizer_names_no_class_outside_the_catalogue() -> None:
    document = TrainingSettings.from_options(OPTIONS).model_dump(mode="json")
    hostile = {"name": "SGD", "options": {"learning_rate": {"class_name": "Lambda", "config": {}}}}
    with pytest.raises(ConfigurationError, match='there is no learning-rate schedule "Lambda"'):
        TrainingSettings.model_validate({**document, "optimizer": hostile})
