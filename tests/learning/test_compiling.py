"""What Keras is given to compile and fit with, against hand computation."""

from __future__ import annotations

import logging
import math
from typing import Any

import keras
import numpy as np
import pytest

from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.callbacks import BestWeights, EarlyStopping
from galaxy_keras.learning.compiling import (
    CompiledOutput,
    build_callbacks,
    build_loss,
    build_metrics,
    build_optimizer,
    compile_model,
)
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.choices import parse_component, parse_optimizer


def make_settings(loss: str, **options: Any) -> TrainingSettings:
    task = "regressor" if loss == "mse" else "classifier"
    return TrainingSettings.from_options(
        {"task": task, "loss": loss, "optimizer": "sgd", **options}
    )


def measure(
    metric: str, loss: str, kind: TargetKind, targets: list[Any], outputs: list[Any]
) -> float:
    (built,) = build_metrics(make_settings(loss, metrics=[metric]), kind)
    built.update_state(np.array(targets, dtype="float32"), np.array(outputs, dtype="float32"))
    return float(built.result())


# Optimizers and losses


def test_decay_of_keras_2_gives_its_learning_rates() -> None:
    optimizer = build_optimizer(parse_optimizer("sgd lr=0.5 decay=0.25"))
    rates = []
    for iteration in range(4):
        optimizer.iterations.assign(iteration)
        rates.append(float(optimizer.learning_rate))
    assert rates == pytest.approx([0.5, 0.5 / 1.25, 0.5 / 1.5, 0.5 / 1.75])


def test_warm_up_and_cosine_give_their_learning_rates() -> None:
    call = "CosineDecay initial_learning_rate=0 decay_steps=4 warmup_target=0.8 warmup_steps=2"
    optimizer = build_optimizer(parse_optimizer(f"adam learning_rate='{call}'"))
    rates = []
    for iteration in range(7):
        optimizer.iterations.assign(iteration)
        rates.append(float(optimizer.learning_rate))
    cosine = [0.4 * (1 + math.cos(math.pi * step / 4)) for step in range(5)]
    assert rates == pytest.approx([0, 0.4, *cosine], abs=1e-7)


def test_explicit_zero_reaches_keras() -> None:
    optimizer = build_optimizer(parse_optimizer("rmsprop rho=0 momentum=0"))
    assert optimizer.rho == 0


def test_options_of_the_loss_reach_keras() -> None:
    # Squared errors up to delta=1: 0.5 * 0.5^2; absolute ones beyond: 3 - 0.5.
    loss = build_loss(parse_component(LOSSES, "Huber delta=1 reduction=sum"))
    assert float(loss(np.array([[0.0], [0.0]]), np.array([[0.5], [3.0]]))) == pytest.approx(2.625)


def test_alpha_of_tversky_weighs_missed_positives() -> None:
    # One label found, one missed; no false one: 1 - 1 / (1 + alpha).
    loss = build_loss(parse_component(LOSSES, "Tversky alpha=3 beta=1"))
    assert float(loss(np.array([[1.0], [1.0]]), np.array([[1.0], [0.0]]))) == pytest.approx(0.75)


# Metrics


@pytest.mark.parametrize(
    ("loss", "kind", "targets", "outputs", "name"),
    [
        ("binary_crossentropy", "binary", [[1], [0]], [[0.6], [0.7]], "BinaryAccuracy"),
        (
            "BinaryCrossentropy from_logits=True",
            "binary",
            [[1], [0]],
            [[0.2], [0.3]],
            "BinaryAccuracy",
        ),
        ("hinge", "binary", [[1], [0]], [[0.2], [0.3]], "BinaryAccuracy"),
        ("binary_crossentropy", "multilabel", [[1, 0]], [[0.6, 0.7]], "BinaryAccuracy"),
        (
            "categorical_crossentropy",
            "multiclass",
            [[1, 0, 0], [0, 1, 0]],
            [[0.4, 0.3, 0.3], [0.4, 0.3, 0.3]],
            "CategoricalAccuracy",
        ),
        (
            "sparse_categorical_crossentropy",
            "multiclass",
            [[0], [1]],
            [[0.4, 0.3, 0.3], [0.4, 0.3, 0.3]],
            "SparseCategoricalAccuracy",
        ),
        ("mse", "regression", [[1], [2]], [[1], [3]], "Accuracy"),
    ],
)
def test_accuracy_is_the_one_that_fits_the_target(
    loss: str, kind: TargetKind, targets: list[Any], outputs: list[Any], name: str
) -> None:
    (metric,) = build_metrics(make_settings(loss, metrics=["acc"]), kind)
    assert type(metric).__name__ == name
    assert metric.name == "acc"
    assert measure("acc", loss, kind, targets, outputs) == 0.5


def test_f1_of_two_classes_uses_a_threshold() -> None:
    # One found, one missed, one false: 2 / (2 + 1 + 1).
    targets, outputs = [[1], [1], [0], [0]], [[0.9], [0.4], [0.8], [0.1]]
    assert measure("f1", "binary_crossentropy", "binary", targets, outputs) == pytest.approx(0.5)


def test_f1_of_classes_is_their_mean() -> None:
    # Class 0: 2 of 2 found, one false: 0.8; class 1: 1 of 2 found: 2/3; class 2: one of one: 1.
    targets = np.eye(3)[[0, 0, 1, 1, 2]].tolist()
    outputs = (0.1 + 0.7 * np.eye(3)[[0, 0, 0, 1, 2]]).tolist()
    found = measure("f1", "categorical_crossentropy", "multiclass", targets, outputs)
    assert found == pytest.approx((0.8 + 2 / 3 + 1) / 3)


@pytest.mark.parametrize("name", ["AUC", "binary_crossentropy"])
def test_metric_applies_the_activation_that_the_loss_applies(name: str) -> None:
    logits = np.array([[-2.0], [0.5], [1.5], [-0.5]])
    targets = [[0], [1], [0], [1]]
    probabilities = (1 / (1 + np.exp(-logits))).tolist()
    loss = "BinaryCrossentropy from_logits=True"
    found = measure(name, loss, "binary", targets, logits.tolist())
    expected = measure(name, "binary_crossentropy", "binary", targets, probabilities)
    assert found == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        ("categorical_crossentropy", np.eye(3)[[0, 1, 2]].tolist()),
        ("sparse_categorical_crossentropy", [[0], [1], [2]]),
    ],
)
def test_overlap_is_that_of_the_likeliest_classes(loss: str, targets: list[Any]) -> None:
    # Class 0: 1 of 2, class 1: none of 1, class 2: 1 of 1.
    outputs = [[0.8, 0.1, 0.1], [0.8, 0.1, 0.1], [0.1, 0.1, 0.8]]
    found = measure("MeanIoU num_classes=3", loss, "multiclass", targets, outputs)
    assert found == pytest.approx((0.5 + 0 + 1) / 3)


def test_options_that_are_given_win() -> None:
    settings = make_settings("binary_crossentropy", metrics=["BinaryAccuracy threshold=0.9"])
    (metric,) = build_metrics(settings, "binary")
    assert metric.threshold == pytest.approx(0.9)


# The whole


def test_history_has_the_names_that_the_user_chose() -> None:
    model = build_model(
        parse_spec({"input_shape": 2, "layers": ["Dense units=1 activation=sigmoid"]})
    )
    settings = make_settings(
        "binary_crossentropy", metrics=["acc", "AUC name=area", "AUC name=pr.c-1 curve=PR"]
    )
    compile_model(model, settings, [CompiledOutput(settings, "binary")], jit_compile=False)
    rows = np.array([[0.0, 1.0], [1.0, 0.0]])
    history = model.fit(rows, np.array([[0.0], [1.0]]), verbose=0).history
    assert set(history) == {"loss", "acc", "area", "pr.c-1"}
    assert not model.jit_compile


# Callbacks


@pytest.fixture
def model() -> keras.Model:
    return build_model(parse_spec({"input_shape": 1, "layers": ["Dense units=1 use_bias=False"]}))


def run_epochs(
    callback: keras.callbacks.Callback, model: keras.Model, values: list[float | None]
) -> float:
    """Let epoch n end with the weight n and with a value; return the weight in the end."""
    callback.set_model(model)
    callback.on_train_begin()
    for epoch, value in enumerate(values):
        model.set_weights([np.array([[epoch + 1.0]])])
        callback.on_epoch_end(epoch, {} if value is None else {"val_acc": value})
    callback.on_train_end()
    return float(model.get_weights()[0][0, 0])


@pytest.mark.parametrize(
    ("mode", "values", "best"),
    [
        ("max", [0.5, 0.8, 0.8, 0.6], 2),
        ("min", [0.5, 0.4, 0.3, 0.6], 3),
        ("max", [math.nan, 0.2, 0.1], 2),
        ("min", [0.5, math.nan, 0.6], 1),
    ],
)
def test_best_weights_are_put_back(
    model: keras.Model,
    caplog: pytest.LogCaptureFixture,
    mode: Any,
    values: list[float | None],
    best: int,
) -> None:
    with caplog.at_level(logging.INFO, "galaxy_keras"):
        weight = run_epochs(BestWeights("val_acc", mode), model, values)
    assert weight == best
    assert caplog.messages == [
        f"The weights are those of epoch {best}, with val_acc={values[best - 1]:.4g}."
    ]


@pytest.mark.parametrize("values", [[0.5, 0.8], [None, None], [math.nan, math.nan]])
def test_no_best_weights_leave_the_last_ones(
    model: keras.Model, caplog: pytest.LogCaptureFixture, values: list[float | None]
) -> None:
    callback = BestWeights("val_acc", "max", initial_value_threshold=0.9)
    assert run_epochs(callback, model, values) == 2
    assert caplog.messages == [
        "No epoch had a value of val_acc; the weights of the last epoch are kept."
    ]


def test_early_stopping_says_what_happened(
    model: keras.Model, caplog: pytest.LogCaptureFixture
) -> None:
    callback = EarlyStopping("val_acc", mode="max", patience=2, restore_best_weights=True)
    with caplog.at_level(logging.INFO, "galaxy_keras"):
        weight = run_epochs(callback, model, [0.5, 0.8, 0.7, 0.6])
    assert weight == 2
    assert caplog.messages == [
        "Stopped after epoch 4: val_acc was best in epoch 2.",
        "The weights are those of epoch 2.",
    ]


def test_callbacks_are_built_with_their_options() -> None:
    settings = make_settings(
        "binary_crossentropy",
        metrics=["acc"],
        callbacks=[
            "EarlyStopping monitor=val_acc patience=0 min_delta=0.5",
            "ReduceLROnPlateau monitor=acc factor=0.5",
            "ModelCheckpoint initial_value_threshold=0.25",
            "TerminateOnNaN",
            "CSVLogger",
        ],
    )
    stopping, plateau, checkpoint, nan = build_callbacks(settings)
    assert isinstance(stopping, EarlyStopping)
    assert (stopping.mode, stopping.patience, stopping.min_delta) == ("max", 0, 0.5)
    assert isinstance(plateau, keras.callbacks.ReduceLROnPlateau)
    assert (plateau.mode, plateau.factor) == ("max", 0.5)
    assert isinstance(checkpoint, BestWeights)
    assert checkpoint.monitor == "val_loss"
    assert isinstance(nan, keras.callbacks.TerminateOnNaN)
