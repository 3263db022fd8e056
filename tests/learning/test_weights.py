from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest

from galaxy_keras.artefacts.arrays import LayerWeights
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel, write_fitted
from galaxy_keras.errors import ModelFileError
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.weights import (
    collect_optimizer_state,
    collect_random_states,
    collect_weights,
    restore_optimizer_state,
    restore_random_states,
    restore_weights,
)
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

INPUTS = np.random.default_rng(1).normal(size=(16, 4)).astype("float32")
TARGETS = INPUTS[:, :1] * 2 - 1
NETWORK = Architecture.sequential(
    "net",
    (
        LayerNode(
            name="in", type="InputLayer", options={"batch_shape": (None, 4), "dtype": "float32"}
        ),
        LayerNode(name="drop", type="Dropout", options={"rate": 0.3}, inbound=("in",)),
        LayerNode(name="cut", type="Reshape", options={"target_shape": (2, 2)}, inbound=("drop",)),
        LayerNode(name="gru", type="GRU", options={"units": 3, "dropout": 0.2}, inbound=("cut",)),
        LayerNode(name="out", type="Dense", options={"units": 1}, inbound=("gru",)),
    ),
)


@pytest.fixture(autouse=True)
def _fresh_names() -> Iterator[None]:
    yield
    keras.backend.clear_session()


def build(optimizer: str = "adam", units: int = 5) -> keras.Model:
    keras.utils.set_random_seed(7)
    model = keras.Sequential(
        [
            keras.Input((4,), name="in"),
            keras.layers.Dense(units, activation="tanh", name="hidden"),
            keras.layers.BatchNormalization(name="norm"),
            keras.layers.Dropout(0.4, name="drop"),
            keras.layers.Dense(1, name="out"),
        ],
        name="net",
    )
    model.compile(optimizer, "mse")
    return model


def train(model: keras.Model, epochs: int) -> list[float]:
    history = model.fit(INPUTS, TARGETS, epochs=epochs, batch_size=4, shuffle=False, verbose=0)
    return list(history.history["loss"])


def test_weights_are_those_of_the_layers_in_order() -> None:
    model = build()
    weights = collect_weights(model)
    assert [layer.name for layer in weights] == ["hidden", "norm", "drop", "out"]
    assert weights[0].paths == ("net/hidden/kernel", "net/hidden/bias")
    assert [array.shape for array in weights[1].arrays] == [(5,)] * 4
    assert weights[2].arrays == ()
    np.testing.assert_array_equal(weights[3].arrays[0], model.layers[3].get_weights()[0])


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_training_that_goes_on_equals_training_without_a_break(optimizer: str) -> None:
    whole = build(optimizer)
    losses = train(whole, 4)
    first = build(optimizer)
    train(first, 2)
    weights, states = collect_weights(first), collect_random_states(first)
    optimizer_state = collect_optimizer_state(first)

    second = build(optimizer)
    train(second, 1)
    restore_weights(second, weights)
    restore_random_states(second, states)
    restore_optimizer_state(second, optimizer_state)

    assert train(second, 2) == losses[2:]
    for layer, expected in zip(second.layers, whole.layers, strict=True):
        for array, wanted in zip(layer.get_weights(), expected.get_weights(), strict=True):
            np.testing.assert_array_equal(array, wanted)


@pytest.mark.slow
def test_training_goes_on_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "model.h5mlm"
    losses = train(compile_network(), 4)
    first = compile_network()
    train(first, 2)
    write_fitted(path, collect(first), [])

    second = compile_network()
    fitted = read_model(path)
    restore_weights(second, fitted.weights)
    restore_random_states(second, fitted.random_states)
    restore_optimizer_state(second, fitted.optimizer_state)
    assert train(second, 2) == losses[2:]


def compile_network() -> keras.Model:
    keras.utils.set_random_seed(7)
    model = build_model(NETWORK)
    model.compile("adam", "mse")
    return model


def collect(model: keras.Model) -> FittedModel:
    return FittedModel(
        architecture=NETWORK,
        training=TrainingSettings.model_validate(
            {"task": "regressor", "loss": "mse", "optimizer": "adam"}
        ),
        target=TargetDescription(kind="regression"),
        features=FeatureDescription(count=4),
        weights=collect_weights(model),
        random_states=collect_random_states(model),
        optimizer_state=collect_optimizer_state(model),
    )


def test_bfloat16_comes_back_exactly() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, dtype="bfloat16")])
    (weights,) = collect_weights(model)
    assert weights.arrays[0].dtype == np.dtype("float32")
    model.layers[0].kernel.assign(model.layers[0].kernel * 0)
    restore_weights(model, [weights])
    np.testing.assert_array_equal(collect_weights(model)[0].arrays[0], weights.arrays[0])


def test_weights_of_another_shape_are_refused_and_change_nothing() -> None:
    model = build()
    before = collect_weights(model)
    other = collect_weights(build(units=6))
    with pytest.raises(ModelFileError) as refused:
        restore_weights(model, other)
    message = str(refused.value)
    assert (
        'layer 1 (Dense "hidden") takes "kernel" with the shape (4, 5), '
        "but the file holds (4, 6)" in message
    )
    assert 'layer 4 (Dense "out") takes "kernel" with the shape (5, 1)' in message
    np.testing.assert_array_equal(collect_weights(model)[0].arrays[0], before[0].arrays[0])


def test_weights_of_other_layers_are_refused() -> None:
    model = build()
    weights = collect_weights(model)
    with pytest.raises(
        ModelFileError,
        match="are those of the layers hidden, norm, but the layers of the architecture that have "
        "weights are hidden, norm, out",
    ):
        restore_weights(model, weights[:3])


def test_missing_array_is_refused() -> None:
    model = build()
    weights = list(collect_weights(model))
    weights[0] = replace(weights[0], paths=weights[0].paths[:1], arrays=weights[0].arrays[:1])
    with pytest.raises(
        ModelFileError,
        match=r'layer 1 \(Dense "hidden"\) has 2 arrays of weights, but the file holds 1',
    ):
        restore_weights(model, weights)


def test_swapped_variables_are_refused() -> None:
    model = build()
    weights = list(collect_weights(model))
    norm = weights[1]
    weights[1] = LayerWeights(norm.name, norm.paths[::-1], norm.arrays[::-1])
    with pytest.raises(ModelFileError, match='has "gamma" where the file holds "moving_variance"'):
        restore_weights(model, weights)


def test_state_of_another_optimizer_is_refused() -> None:
    state = collect_optimizer_state(build("sgd"))
    with pytest.raises(ModelFileError, match="the optimizer Adam has 14 arrays"):
        restore_optimizer_state(build("adam"), state)
