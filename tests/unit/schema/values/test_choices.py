"""From what a user wrote to optimizers, losses, metrics and callbacks."""

from __future__ import annotations

from typing import Any

import pytest

from galaxy_keras.catalogue.callbacks import CALLBACKS
from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.choices import parse_component, parse_metric, parse_optimizer
from galaxy_keras.schema.values.component import Component


@pytest.mark.parametrize(
    ("registry", "name", "canonical"),
    [
        (LOSSES, "mse", "MeanSquaredError"),
        (LOSSES, "binary_crossentropy", "BinaryCrossentropy"),
        (LOSSES, "logcosh", "LogCosh"),
        (LOSSES, "kullback_leibler_divergence", "KLDivergence"),
        (LOSSES, "cosine_proximity", "CosineSimilarity"),
        (METRICS, "acc", "Accuracy"),
        (METRICS, "cosine", "CosineSimilarity"),
        (METRICS, "cosine_proximity", "CosineSimilarity"),
        (METRICS, "f1", "F1Score"),
        (METRICS, "r2", "R2Score"),
        (METRICS, "rmse", "RootMeanSquaredError"),
        (METRICS, "auc", "AUC"),
        (CALLBACKS, "earlystopping", "EarlyStopping"),
    ],
)
def test_name_is_stored_in_canonical_form(
    registry: Registry[Any], name: str, canonical: str
) -> None:
    assert parse_component(registry, name) == Component(name=canonical)


def test_options_come_in_a_call_a_mapping_or_a_component() -> None:
    expected = Component(name="Huber", options={"delta": 2.0})
    assert parse_component(LOSSES, "Huber delta=2") == expected
    assert parse_component(LOSSES, {"name": "huber", "options": {"delta": 2}}) == expected
    assert parse_component(LOSSES, expected) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            "bynary_crossentropy",
            'there is no loss "bynary_crossentropy". Did you mean "binary_crossentropy"?',
        ),
        ("Huber delta=0", "loss Huber: parameter delta must be a number above 0, not 0"),
        ("Huber dleta=1", 'loss Huber: there is no parameter "dleta". Did you mean "delta"?'),
        ("Huber delta", 'loss: cannot read "Huber delta"'),
        (7, 'loss: expected a name, or an object with "name" and "options", not 7'),
        ({"class_name": "Huber"}, 'loss: expected a name, or an object with "name" and "options"'),
        ({"name": "Huber", "options": 3}, "loss: expected a name, or an object with"),
    ],
)
def test_choice_that_cannot_be_used_is_refused(value: object, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_component(LOSSES, value)
    assert str(caught.value).startswith(message)


# Optimizers


def test_optimizer_takes_the_names_of_keras_2() -> None:
    assert parse_optimizer("adam lr=0.01") == Component(
        name="Adam", options={"learning_rate": 0.01}
    )


@pytest.mark.parametrize("decay", [0, 0.0, None])
def test_decay_of_zero_is_none(decay: object) -> None:
    optimizer = parse_optimizer({"name": "sgd", "options": {"lr": 0.5, "decay": decay}})
    assert optimizer.options == {"learning_rate": 0.5}


def test_decay_becomes_the_schedule_that_does_the_same() -> None:
    # Keras 2 divides the learning rate by 1 + decay * iterations.
    optimizer = parse_optimizer("sgd lr=0.5 decay=0.01 momentum=0")
    assert optimizer.options == {
        "momentum": 0.0,
        "learning_rate": Component(
            name="InverseTimeDecay",
            options={"initial_learning_rate": 0.5, "decay_steps": 1, "decay_rate": 0.01},
        ),
    }


def test_decay_without_a_rate_starts_at_the_default() -> None:
    schedule = parse_optimizer("rmsprop decay=0.01").options["learning_rate"]
    assert schedule.options["initial_learning_rate"] == 0.001


def test_schedule_is_given_as_a_call_inside_the_option() -> None:
    text = "adam learning_rate='CosineDecay initial_learning_rate=0.01 decay_steps=1000'"
    assert parse_optimizer(text).options["learning_rate"] == Component(
        name="CosineDecay",
        options={"initial_learning_rate": 0.01, "decay_steps": 1000},
    )


@pytest.mark.parametrize(
    "text",
    [
        "rmsprop rho=0",
        "adam beta_1=0 beta_2=0",
        "adagrad initial_accumulator_value=0",
        "ftrl learning_rate_power=0",
    ],
)
def test_explicit_zero_stays_zero(text: str) -> None:
    assert set(parse_optimizer(text).options.values()) == {0.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "adam lr=0",
            "optimizer Adam: parameter learning_rate must be a number above 0, "
            "or a learning-rate schedule, not 0",
        ),
        (
            "adam beta_1=1",
            "optimizer Adam: parameter beta_1 must be a number of at least 0 and below 1",
        ),
        ("adam epsilon=0", "optimizer Adam: parameter epsilon must be a number above 0, not 0"),
        ("sgd decay=-1", "optimizer SGD: parameter decay must be a number of at least 0, or None"),
        (
            "sgd gradient_accumulation_steps=1",
            "optimizer SGD: parameter gradient_accumulation_steps must be a whole number of at "
            "least 2, or None, not 1",
        ),
        (
            "sgd clipnorm=1 clipvalue=2",
            "optimizer SGD: only one of clipnorm, clipvalue, global_clipnorm can be set, "
            "not clipnorm and clipvalue",
        ),
        (
            "sgd decay=0.1 learning_rate='ExponentialDecay initial_learning_rate=1 decay_steps=1 "
            "decay_rate=0.5'",
            "optimizer SGD: decay and a schedule as learning_rate both lower the learning rate. "
            "Give only one of them",
        ),
        (
            "sgd learning_rate='PiecewiseConstantDecay boundaries=[1,2] values=[0.1,0.2]'",
            "optimizer SGD: PiecewiseConstantDecay: there must be one value more than boundaries, "
            "but there are 2 values and 2 boundaries",
        ),
        (
            "sgd learning_rate='PiecewiseConstantDecay boundaries=[2,2] values=[0.1,0.2,0.3]'",
            "optimizer SGD: PiecewiseConstantDecay: boundaries must be increasing",
        ),
        (
            "sgd learning_rate='CosineDecay initial_learning_rate=1 decay_steps=9 warmup_steps=3'",
            "optimizer SGD: CosineDecay: warmup_target and warmup_steps must be given together",
        ),
        (
            "sgd learning_rate='CosineDecay initial_learning_rate=0 decay_steps=9'",
            "optimizer SGD: CosineDecay: initial_learning_rate can be 0 only with a warm-up",
        ),
    ],
)
def test_optimizer_that_cannot_work_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_optimizer(text)
    assert str(caught.value).startswith(message)


# Metrics


@pytest.mark.parametrize(
    ("text", "label"),
    [("acc", "acc"), ("Accuracy", "Accuracy"), ("AUC curve=PR name=pr_auc", "pr_auc")],
)
def test_metric_keeps_the_name_that_the_user_wrote(text: str, label: str) -> None:
    assert parse_metric(text).label == label


def test_label_is_no_option_of_the_metric() -> None:
    assert parse_metric("AUC curve=pr name=pr_auc").component.options == {"curve": "PR"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "AUC name='a\tb'",
            r"metric: the name 'a\tb' cannot be a column name. Begin it with a letter",
        ),
        ("AUC name=''", "metric: the name '' cannot be a column name"),
        ("AUC name=f@1", "metric: the name 'f@1' cannot be a column name"),
        ("AUC name=loss", 'metric: the name "loss" is reserved. Choose another one'),
        ("AUC name=val_auc", 'metric: the name "val_auc" is reserved'),
        (
            "IoU num_classes=3 target_class_ids=[0,3]",
            "metric IoU: target_class_ids has 3, but the indices of 3 classes end at 2",
        ),
        ("AUC num_labels=3", "metric AUC: num_labels is only for multi_label=True"),
        ("PrecisionAtRecall", "metric PrecisionAtRecall: parameter recall is missing"),
        ("PrecisionAtRecall recall=1.5", "metric PrecisionAtRecall: parameter recall must be"),
    ],
)
def test_metric_that_cannot_be_used_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_metric(text)
    assert str(caught.value).startswith(message)


# Callbacks


def test_callback_drops_what_says_nothing() -> None:
    callback = parse_component(CALLBACKS, "EarlyStopping patience=0 verbose=1")
    assert callback.options == {"patience": 0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("EarlyStopping patience=-1", "callback EarlyStopping: parameter patience must be"),
        ("ReduceLROnPlateau factor=1", "callback ReduceLROnPlateau: parameter factor must be"),
        ("ReduceLROnPlateau factor=0", "callback ReduceLROnPlateau: parameter factor must be"),
        (
            "ModelCheckpoint filepath=x.keras",
            'callback ModelCheckpoint: there is no parameter "filepath"',
        ),
        ("CSVLogger filename=x.csv", 'callback CSVLogger: there is no parameter "filename"'),
        ("LambdaCallback", 'there is no callback "LambdaCallback"'),
    ],
)
def test_callback_that_cannot_be_used_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_component(CALLBACKS, text)
    assert str(caught.value).startswith(message)
