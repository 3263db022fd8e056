"""An Embedding learns as the same network does with one-hot rows times a kernel."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from galaxy_keras.catalogue.optimizers import OPTIMIZERS
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.compiling import CompiledOutput, compile_model
from galaxy_keras.learning.weights import collect_optimizer_state, restore_optimizer_state
from galaxy_keras.schema.architecture.precision import apply_precision
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.settings import TrainingSettings

pytestmark = pytest.mark.slow

WORDS, STEPS = 6, 4
# Words occur several times in a row and in a batch; some only in the first batch, one never.
BATCHES = np.array(
    [
        [[0, 0, 0, 1], [0, 0, 2, 1], [3, 3, 0, 4], [0, 4, 4, 4]],
        [[0, 0, 0, 0], [0, 0, 2, 1], [2, 1, 0, 1], [0, 1, 1, 1]],
        [[0, 0, 0, 0], [0, 0, 2, 2], [0, 0, 0, 3], [0, 0, 3, 3]],
    ]
)
TARGETS = np.random.default_rng(1).normal(size=(*BATCHES.shape[:2], 1)).astype("float32")
TAIL = ["Flatten", "Dense name=last units=1"]

EMBEDDING = {"type": "Embedding", "name": "embedding", "input_dim": WORDS, "output_dim": 3}
KERNEL = {"type": "Dense", "name": "embedding", "units": 3, "use_bias": False}


def build(layers: list[Any], optimizer: Any, *, shape: Any, precision: Any = "float32") -> Any:
    """Return a compiled model with the same weights in each call."""
    inputs = {} if shape is None else {"input_shape": shape}
    model = build_model(apply_precision(parse_spec({**inputs, "layers": layers}), precision))
    generator = np.random.default_rng(0)
    model.set_weights([generator.normal(size=each.shape) for each in model.get_weights()])
    settings = {"task": "regressor", "loss": "mse", "optimizer": optimizer}
    checked = TrainingSettings.model_validate(settings)
    compile_model(model, checked, [CompiledOutput(checked, "regression")])
    return model


def learn(model: keras.Model, batches: Any) -> list[Any]:
    """Train on each batch once; return the weights. Without a graph, which would take seconds."""
    for batch, targets in zip(batches, TARGETS, strict=True):
        inputs = [tf.constant(each) for each in np.split(batch, len(model.inputs), axis=1)]
        model.train_step((inputs if len(inputs) > 1 else inputs[0], tf.constant(targets)))
    model.optimizer.finalize_variable_values(model.trainable_variables)
    return model.get_weights()  # type: ignore[no-any-return]


def learn_as_embedding(optimizer: Any, **options: Any) -> list[Any]:
    model = build([{**EMBEDDING, **options}, *TAIL], optimizer, shape=STEPS)
    return learn(model, BATCHES)


def learn_as_kernel(optimizer: Any, **options: Any) -> list[Any]:
    model = build([{**KERNEL, **options}, *TAIL], optimizer, shape=[STEPS, WORDS])
    return learn(model, make_one_hot(BATCHES))


def make_one_hot(words: Any) -> Any:
    return np.eye(WORDS, dtype="float32")[words]


def assert_equal(weights: list[Any], expected: list[Any], tolerance: float = 1e-6) -> None:
    for found, wanted in zip(weights, expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=0, atol=tolerance)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"clipnorm": 0.3},
        {"global_clipnorm": 0.3},
        {"clipvalue": 0.05},
        {"gradient_accumulation_steps": 3},
        {"gradient_accumulation_steps": 2, "clipnorm": 0.3},
        {"use_ema": True, "ema_momentum": 0.5},
        {"weight_decay": 0.1},
    ],
    ids=lambda options: "_".join(options) or "plain",
)
@pytest.mark.parametrize("name", [entry.name for entry in OPTIMIZERS])
def test_every_optimizer_takes_the_steps_of_a_kernel(name: str, options: dict[str, Any]) -> None:
    optimizer = {"name": name, "options": options}

    weights = learn_as_embedding(optimizer)

    assert_equal(weights, learn_as_kernel(optimizer))


@pytest.mark.parametrize(
    "optimizer",
    ["SGD momentum=0.9 nesterov=True", "Adam amsgrad=True", "RMSprop momentum=0.9 centered=True"],
)
def test_optimizers_with_more_state_do_too(optimizer: str) -> None:
    assert_equal(learn_as_embedding(optimizer), learn_as_kernel(optimizer))


def test_adam_moves_each_used_word_by_one_learning_rate() -> None:
    model = build([EMBEDDING, *TAIL], "Adam learning_rate=0.5 epsilon=1e-20", shape=STEPS)
    before = model.get_weights()[0]

    model.train_step((tf.constant(BATCHES[0]), tf.constant(TARGETS[0])))

    moved = np.abs(model.get_weights()[0] - before)
    np.testing.assert_allclose(moved[:5], 0.5, rtol=1e-4)
    assert (moved[5] == 0).all()


@pytest.mark.parametrize(
    ("embedding", "kernel"),
    [
        ({"embeddings_regularizer": "L2 l2=0.3"}, {"kernel_regularizer": "L2 l2=0.3"}),
        (
            {"embeddings_constraint": "MaxNorm max_value=1.0"},
            {"kernel_constraint": "MaxNorm max_value=1.0"},
        ),
        ({"trainable": False}, {"trainable": False}),
    ],
    ids=["regularizer", "constraint", "frozen"],
)
def test_options_of_the_layer_keep_their_meaning(embedding: Any, kernel: Any) -> None:
    optimizer = "Adam learning_rate=0.1 clipnorm=0.3"

    weights = learn_as_embedding(optimizer, **embedding)

    assert_equal(weights, learn_as_kernel(optimizer, **kernel))


def test_masked_words() -> None:
    tail = ["GlobalAveragePooling1D", "Dense name=last units=1"]
    # The mean of a row needs a word that is not masked; rows of zeros are what Masking leaves out.
    words = BATCHES.copy()
    words[..., -1] = np.maximum(words[..., -1], 1)
    rows = make_one_hot(words) * (words > 0)[..., None]
    masked = build([{**EMBEDDING, "mask_zero": True}, *tail], "Adam", shape=STEPS)
    expected = build(["Masking", KERNEL, *tail], "Adam", shape=[STEPS, WORDS])

    assert_equal(learn(masked, words), learn(expected, rows))


def list_twin_layers(kind: dict[str, Any], shape: Any, *, shared: bool) -> list[Any]:
    second = {"shared_with": "embedding"} if shared else {**kind, "name": "other"}
    name = "embedding@2" if shared else "other"
    return [
        {"type": "Input", "name": "a", "shape": shape},
        {"type": "Input", "name": "b", "shape": shape},
        {**kind, "inputs": ["a"]},
        {**second, "inputs": ["b"]},
        {"type": "Concatenate", "name": "both", "inputs": ["embedding", name]},
        {"type": "Flatten", "name": "flat", "inputs": ["both"]},
        {"type": "Dense", "name": "last", "units": 1, "inputs": ["flat"]},
    ]


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("options", ["", "clipnorm=0.3", "global_clipnorm=0.3"])
def test_two_uses_and_two_embeddings(shared: bool, options: str) -> None:
    optimizer = f"Adam learning_rate=0.1 {options}"
    embeddings = list_twin_layers(EMBEDDING, [STEPS // 2], shared=shared)
    kernels = list_twin_layers(KERNEL, [STEPS // 2, WORDS], shared=shared)

    weights = learn(build(embeddings, optimizer, shape=None), BATCHES)

    expected = build(kernels, optimizer, shape=None)
    assert_equal(weights, learn(expected, make_one_hot(BATCHES)))


@pytest.mark.parametrize("precision", ["mixed_float16", "mixed_bfloat16"])
def test_half_precision(precision: str) -> None:
    optimizer, shape = "Adam learning_rate=0.1 clipnorm=0.3", [STEPS, WORDS]
    half = build([EMBEDDING, *TAIL], optimizer, shape=STEPS, precision=precision)
    full = build([KERNEL, *TAIL], optimizer, shape=shape)

    weights = learn(half, BATCHES)

    # Three steps of 0.1 each; without the sum they would differ by 0.2.
    assert_equal(weights, learn(full, make_one_hot(BATCHES)), tolerance=0.02)


def test_a_whole_training_in_a_graph() -> None:
    model = build([EMBEDDING, *TAIL], "Adam learning_rate=0.1", shape=STEPS)
    batches, targets = np.concatenate(BATCHES), np.concatenate(TARGETS)

    model.fit(batches, targets, batch_size=4, shuffle=False, verbose=0)

    assert_equal(model.get_weights(), learn_as_kernel("Adam learning_rate=0.1"))


def test_the_state_that_is_stored_is_that_of_keras() -> None:
    model = build([EMBEDDING, *TAIL], "Adam", shape=STEPS)
    learn(model, BATCHES)
    plain = keras.optimizers.Adam()
    plain.build(model.trainable_variables)

    state = collect_optimizer_state(model)

    assert type(model.optimizer) is keras.optimizers.Adam
    assert [each.name for each in state] == [variable.name for variable in plain.variables]
    again = build([EMBEDDING, *TAIL], "Adam", shape=STEPS)
    again.set_weights(model.get_weights())
    restore_optimizer_state(again, state)
    assert_equal(learn(again, BATCHES), learn(model, BATCHES))
