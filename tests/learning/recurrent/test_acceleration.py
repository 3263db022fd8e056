"""The accelerated LSTM and GRU give what Keras's own give."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray
from tests.processes import run_process

from galaxy_keras.artefacts.architecture.architecture_file import decode_architecture
from galaxy_keras.learning.computing import (
    choose_acceleration,
    choose_loops,
    prefers_inter_op_parallelism,
)
from galaxy_keras.learning.recurrent import Acceleration, accelerate, disable_cudnn, loop, pays_off
from galaxy_keras.learning.recurrent.segments import run_recurrence
from galaxy_keras.schema.architecture.graph import Architecture

L = keras.layers
WORDS = 20
UNITS = 4

LAYERS: dict[str, Callable[..., keras.layers.Layer]] = {
    "LSTM": lambda **options: L.LSTM(UNITS, **options),
    "GRU": lambda **options: L.GRU(UNITS, **options),
    "GRU that resets before": lambda **options: L.GRU(UNITS, reset_after=False, **options),
    "LSTM backwards": lambda **options: L.LSTM(UNITS, go_backwards=True, **options),
    "LSTM both ways": lambda **options: L.Bidirectional(L.LSTM(UNITS, **options)),
    "GRU both ways": lambda **options: L.Bidirectional(L.GRU(UNITS, **options), merge_mode="sum"),
}
# The number of padding steps of each row of 30; the first segment has 5 steps.
BATCHES = {
    "ragged": [0, 3, 5, 29, 14, 6, 30, 4, 5],
    "nothing in common": [0, 0, 0, 0],
    "padding only": [30, 30, 30],
    "one row": [7],
    "two rows that join together": [12, 12],
}


def describe(model: keras.Model) -> Architecture:
    return decode_architecture(json.loads(model.to_json()))


def speed_up(model: keras.Model, threads: int = 2) -> Acceleration:
    return accelerate(model, describe(model), threads=threads)


def randomize(model: keras.Model) -> keras.Model:
    random = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(random.normal(scale=0.5, size=weight.shape))
    return model


def chain(*layers: keras.layers.Layer, steps: int = 30) -> keras.Model:
    return randomize(keras.Sequential([keras.Input((steps,)), L.Embedding(WORDS, 3), *layers]))


def write_words(padding: list[int], steps: int = 30) -> NDArray[np.int64]:
    words = np.random.default_rng(2).integers(1, WORDS, (len(padding), steps))
    return np.where(np.arange(steps) < np.array(padding)[:, None], 0, words)


def differentiate(model: keras.Model, inputs: Any, training: bool = True) -> list[NDArray[Any]]:
    """Return the outputs and the gradients of a sum over them by all weights."""
    with tf.GradientTape() as tape:
        outputs = model(inputs, training=training)
        factors = tf.sin(tf.range(tf.size(outputs), dtype=tf.float32))
        loss = tf.reduce_sum(tf.reshape(outputs, [-1]) * factors)
    gradients = tape.gradient(loss, model.trainable_variables)
    return [outputs.numpy(), *(tf.convert_to_tensor(each).numpy() for each in gradients)]


def assert_same(actual: list[NDArray[Any]], expected: list[NDArray[Any]]) -> None:
    for one, other in zip(actual, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=0, atol=1e-5 * max(1, np.abs(other).max()))


@pytest.mark.parametrize("all_outputs", [False, True])
@pytest.mark.parametrize("kind", LAYERS)
def test_outputs_and_gradients_are_those_of_keras(kind: str, all_outputs: bool) -> None:
    model = chain(LAYERS[kind](return_sequences=all_outputs), L.Dense(2))
    batches = [write_words(padding) for padding in BATCHES.values()]
    expected = [differentiate(model, batch) for batch in batches]
    assert speed_up(model).layers == (model.layers[1].name,)
    for batch, each in zip(batches, expected, strict=True):
        assert_same(differentiate(model, batch), each)


@pytest.mark.parametrize("steps", [1, 25, 26, 51])
@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_steps_and_threads(steps: int, threads: int) -> None:
    model = chain(L.LSTM(UNITS), steps=steps)
    words = write_words([0, 1, steps // 2, steps], steps)
    expected = differentiate(model, words)
    speed_up(model, threads)
    assert_same(differentiate(model, words), expected)


def test_layers_on_one_another() -> None:
    model = chain(L.GRU(UNITS, return_sequences=True), L.LSTM(UNITS), L.Dense(1))
    words = write_words(BATCHES["ragged"])
    expected = differentiate(model, words)
    assert len(speed_up(model).layers) == 2
    assert_same(differentiate(model, words), expected)


def test_accelerated_layers_beside_others() -> None:
    plain = L.LSTM(UNITS, activation="relu", return_sequences=True, name="plain")
    model = chain(plain, L.GRU(UNITS, name="faster"))
    words = write_words(BATCHES["ragged"])
    expected = differentiate(model, words)
    assert speed_up(model).describe() == (
        "Computed faster on the CPU, with the same results: faster. "
        "Computed as Keras does: plain, because its activation is not tanh."
    )
    assert_same(differentiate(model, words), expected)


def test_inputs_that_are_computed_get_a_gradient_each() -> None:
    # The rows begin alike, but the convolution makes different things of that.
    model = chain(L.Conv1D(3, 4, padding="same"), L.LSTM(UNITS))
    words = write_words(BATCHES["ragged"])
    expected = differentiate(model, words)
    speed_up(model)
    assert_same(differentiate(model, words), expected)


def test_numbers_as_inputs() -> None:
    model = randomize(keras.Sequential([keras.Input((30, 2)), L.GRU(UNITS)]))
    padded = write_words(BATCHES["ragged"])[:, :, None] * np.array([0.1, -0.2], np.float32)
    expected = differentiate(model, padded)
    speed_up(model)
    assert_same(differentiate(model, padded), expected)


def test_a_layer_that_is_used_twice() -> None:
    first, second = keras.Input((30,)), keras.Input((30,))
    embedding, recurrent = L.Embedding(WORDS, 3), L.LSTM(UNITS)
    outputs = L.Subtract()([recurrent(embedding(first)), recurrent(embedding(second))])
    model = randomize(keras.Model([first, second], outputs))
    batch = [write_words([3, 9]), write_words([30, 0])]
    expected = differentiate(model, batch)
    assert speed_up(model).layers == (recurrent.name,)
    assert_same(differentiate(model, batch), expected)


def test_states_are_returned() -> None:
    model = chain(L.LSTM(UNITS))
    architecture, (embedding, recurrent) = describe(model), model.layers
    recurrent.return_state = True
    sequences = embedding(write_words(BATCHES["ragged"]))
    expected = recurrent(sequences)
    accelerate(model, architecture)
    assert_same(
        [each.numpy() for each in recurrent(sequences)], [each.numpy() for each in expected]
    )


def test_dropout_drops_the_same() -> None:
    model = chain(L.LSTM(UNITS, dropout=0.4, seed=5))
    seed = model.layers[1].cell.seed_generator.state
    words, start = write_words(BATCHES["ragged"]), seed.numpy()
    expected = differentiate(model, words), differentiate(model, words, training=False)
    speed_up(model)
    seed.assign(start)
    assert_same(differentiate(model, words), expected[0])
    assert_same(differentiate(model, words, training=False), expected[1])


def test_frozen_layers_stay_as_they_are() -> None:
    model = chain(L.LSTM(UNITS), L.Dense(1))
    model.layers[0].trainable = model.layers[1].trainable = False
    words = write_words(BATCHES["ragged"])
    expected = differentiate(model, words)
    speed_up(model)
    assert_same(differentiate(model, words), expected)


def test_the_model_stays_what_it_is() -> None:
    model = chain(L.Bidirectional(L.LSTM(UNITS)), L.Dense(1))
    document, weights = model.to_json(), model.weights
    speed_up(model)
    assert model.to_json() == document
    assert all(one is other for one, other in zip(model.weights, weights, strict=True))


def train(model: keras.Model) -> tuple[list[float], list[NDArray[Any]]]:
    """Return the losses, and the weights and predictions at the end; the last batches are short."""
    words, targets = write_words([*BATCHES["ragged"], 11, 2]), np.arange(11) % 2
    model.compile("adam", "binary_crossentropy")
    history = model.fit(
        words,
        targets,
        sample_weight=np.linspace(0.5, 1.5, 11),
        validation_data=(words[:5], targets[:5]),
        batch_size=4,
        epochs=3,
        verbose=0,
    ).history
    predicted = model.predict(words, batch_size=3, verbose=0)
    return [*history["loss"], *history["val_loss"]], [*model.get_weights(), predicted]


@pytest.mark.thorough
@pytest.mark.slow
def test_training_goes_as_in_keras() -> None:
    results = []
    for faster in (False, True):
        keras.utils.set_random_seed(4)
        model = chain(L.LSTM(UNITS), L.Dense(1, activation="sigmoid"))
        if faster:
            assert speed_up(model).layers
        results.append(train(model))
    np.testing.assert_allclose(results[1][0], results[0][0], atol=1e-5)
    for one, other in zip(results[1][1], results[0][1], strict=True):
        np.testing.assert_allclose(one, other, atol=1e-4)


@pytest.mark.thorough
@pytest.mark.slow
def test_short_batches_are_not_traced_each(monkeypatch: pytest.MonkeyPatch) -> None:
    traced = []

    def trace(*arguments: Any, **options: Any) -> Any:
        traced.append(options)
        return run_recurrence(*arguments, **options)

    monkeypatch.setattr(loop, "run_recurrence", trace)
    model = chain(L.GRU(UNITS), L.Dense(1, activation="sigmoid"))
    speed_up(model)
    train(model)
    # Training, validation and prediction, each for a fixed and then for any number of rows.
    assert len(traced) <= 6


OBSTACLES = {
    "its activation is not tanh": L.LSTM(UNITS, activation="relu"),
    "its recurrent activation is not sigmoid": L.GRU(UNITS, recurrent_activation="hard_sigmoid"),
    "it has no bias": L.LSTM(UNITS, use_bias=False),
    "it has recurrent dropout": L.LSTM(UNITS, recurrent_dropout=0.1),
    "it is unrolled": L.GRU(UNITS, unroll=True),
    "it computes in mixed_float16": L.LSTM(UNITS, dtype="mixed_float16"),
}


@pytest.mark.parametrize("obstacle", OBSTACLES)
def test_other_layers_are_left_to_keras(obstacle: str) -> None:
    layer = OBSTACLES[obstacle]
    acceleration = speed_up(chain(layer))
    assert acceleration == Acceleration((), {layer.name: obstacle})
    assert acceleration.describe() == f"Computed as Keras does: {layer.name}, because {obstacle}."


def test_a_layer_that_keeps_its_states_is_left_to_keras() -> None:
    model = keras.Sequential([keras.Input(batch_shape=(2, 5, 1)), L.LSTM(UNITS, stateful=True)])
    assert speed_up(model).unsupported == {model.layers[0].name: "it is stateful"}


def test_masked_steps_are_left_to_keras() -> None:
    masked = [L.Embedding(WORDS, 3, mask_zero=True), L.Dropout(0.1), L.GRU(UNITS, name="after")]
    model = keras.Sequential([keras.Input((30,)), *masked])
    assert speed_up(model).unsupported == {"after": "some of its steps are masked"}
    numbers = [L.Masking(), L.LSTM(UNITS, name="after")]
    model = keras.Sequential([keras.Input((30, 1)), *numbers])
    assert speed_up(model).unsupported == {"after": "some of its steps are masked"}


def test_a_mask_that_comes_with_the_call_is_obeyed() -> None:
    model = chain(L.LSTM(UNITS))
    recurrent, mask = model.layers[1], np.arange(30)[None] % 3 > 0
    sequences = model.layers[0](write_words([4]))
    expected = recurrent(sequences, mask=mask)
    speed_up(model)
    np.testing.assert_array_equal(recurrent(sequences, mask=mask), expected)


def test_the_description_names_what_is_faster() -> None:
    model = chain(L.GRU(UNITS, return_sequences=True, name="one"), L.LSTM(UNITS, name="two"))
    assert speed_up(model).describe() == (
        "Computed faster on the CPU, with the same results: one, two."
    )


def test_there_is_nothing_to_say_of_other_models() -> None:
    assert speed_up(chain(L.Flatten(), L.Dense(1))).describe() == ""


def test_short_runs_are_not_worth_it() -> None:
    architecture = describe(chain(L.Bidirectional(L.GRU(UNITS)), steps=500))
    assert pays_off(architecture, 4_000)
    assert not pays_off(architecture, 3_999)
    assert pays_off(architecture, None)


@pytest.mark.parametrize("layer", [L.Flatten(), L.LSTM(UNITS, use_bias=False)])
def test_nothing_is_worth_it_without_layers_that_can_be_faster(layer: keras.Layer) -> None:
    architecture = describe(chain(layer, steps=500))
    assert not pays_off(architecture, 10**9)
    assert not pays_off(architecture, None)


def test_both_layers_of_a_bidirectional_are_looked_at() -> None:
    backward = L.LSTM(UNITS, go_backwards=True, activation="relu")
    layer = L.Bidirectional(L.LSTM(UNITS), backward_layer=backward, name="both")
    assert speed_up(chain(layer)).unsupported == {"both": "its activation is not tanh"}


def test_loops_side_by_side_leave_no_thread_to_other_layers() -> None:
    recurrent = L.LSTM(UNITS, return_sequences=True)
    assert prefers_inter_op_parallelism(describe(chain(recurrent, L.GRU(UNITS), L.Dense(1))))
    assert not prefers_inter_op_parallelism(describe(chain(L.Conv1D(3, 2), L.GRU(UNITS))))
    assert not prefers_inter_op_parallelism(
        describe(chain(recurrent, L.GRU(UNITS, use_bias=False)))
    )
    assert not prefers_inter_op_parallelism(describe(chain(L.Flatten(), L.Dense(1))))


@pytest.mark.parametrize(
    ("wanted", "rows", "chosen"),
    [(None, 10**6, True), (None, 10, False), (True, 10, True), (False, 10**6, False)],
)
def test_what_is_asked_for_comes_before_what_pays(
    wanted: bool | None, rows: int, chosen: bool
) -> None:
    architecture = describe(chain(L.LSTM(UNITS)))
    assert choose_acceleration(wanted, architecture, rows) is chosen


def test_a_run_that_is_too_short_says_so(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "galaxy_keras")
    choose_acceleration(None, describe(chain(L.LSTM(UNITS))), 10)
    choose_acceleration(None, describe(chain(L.Flatten())), 10)
    assert caplog.messages == [
        "LSTM and GRU are computed as Keras does: the run is too short for acceleration."
    ]


def test_a_gpu_is_left_to_cudnn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: [kind])
    model = chain(L.LSTM(UNITS))
    loop = model.layers[1].inner_loop
    assert speed_up(model) == Acceleration((), {})
    assert model.layers[1].inner_loop == loop


def test_masked_layers_are_kept_from_cudnn(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "galaxy_keras")
    embedding = L.Embedding(WORDS, 3, mask_zero=True)
    both = L.Bidirectional(L.LSTM(UNITS, return_sequences=True), name="both")
    model = keras.Sequential([keras.Input((30,)), embedding, both, L.GRU(UNITS, name="last")])
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: [kind])
    choose_loops(model, describe(model), accelerate=True)
    layers = [both.forward_layer, both.backward_layer, model.layers[2]]
    assert [layer.use_cudnn for layer in layers] == [False, False, False]
    assert caplog.messages == [
        "Computed without cuDNN, which supports only masks of right-padded sequences: both, last."
    ]


def test_other_layers_are_left_to_cudnn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: [kind])
    model = chain(L.LSTM(UNITS))
    assert disable_cudnn(model, describe(model)) == ()
    assert model.layers[1].use_cudnn == "auto"


# In a process of its own, because TensorFlow cannot go back from determinism.
TRAIN_TWICE = """
import sys
sys.path.insert(0, sys.argv[1])
from test_acceleration import L, UNITS, chain, keras, speed_up, tf, train

tf.config.experimental.enable_op_determinism()
for _ in range(2):
    keras.utils.set_random_seed(3)
    layers = L.GRU(UNITS, return_sequences=True), L.LSTM(UNITS, dropout=0.2)
    model = chain(*layers, L.Dense(1, activation="sigmoid"))
    assert speed_up(model).layers
    losses, arrays = train(model)
    print(losses, [array.tobytes().hex() for array in arrays])
"""


@pytest.mark.slow
def test_runs_with_a_seed_are_identical() -> None:
    command = [sys.executable, "-c", TRAIN_TWICE, str(Path(__file__).parent)]
    first, second = run_process(
        command, capture_output=True, check=True, text=True
    ).stdout.splitlines()
    assert len(first) > 1000
    assert first == second
