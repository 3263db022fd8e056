"""Models that Keras builds from our architectures, and what they compute."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest

from galaxy_keras.artefacts.architecture.architecture_file import (
    decode_architecture,
    dump_architecture,
    encode_architecture,
)
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.learning.building import build_model
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.architecture.spec import parse_spec

pytestmark = pytest.mark.slow


def predict(model, *shapes):
    """Return the model's outputs for two samples of random values."""
    generator = np.random.default_rng(0)
    inputs = [generator.normal(size=(2, *shape)).astype("float32") for shape in shapes]
    outputs = model.predict(inputs if len(inputs) > 1 else inputs[0], verbose=0)
    return inputs, outputs


def read(model) -> Architecture:
    """Return the architecture in the JSON that Keras writes for a model from a user's script."""
    return decode_architecture(json.loads(model.to_json()))


def assert_same(model, architecture):
    """Check that the rebuilt model computes the same with the same weights."""
    rebuilt = build_model(architecture)
    rebuilt.set_weights(model.get_weights())
    _, expected = predict(model, *(each.shape[1:] for each in model.inputs))
    _, found = predict(rebuilt, *(each.shape[1:] for each in model.inputs))
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert infer_shapes(architecture).parameters == model.count_params()


def test_keras_itself_opens_the_file():
    spec = {"input_shape": 500, "layers": ["Embedding input_dim=9 output_dim=4", "LSTM units=3"]}
    model = keras.models.model_from_json(dump_architecture(parse_spec(spec)))
    assert isinstance(model, keras.Sequential)
    assert model.output_shape == (None, 3)
    assert [layer.name for layer in model.layers] == ["embedding", "lstm"]


def test_names_precision_and_frozen_layers_arrive():
    layers = ["Dense units=3 name=first trainable=False", "Dense units=2 dtype=mixed_float16"]
    model = build_model(parse_spec({"name": "net", "input_shape": 4, "layers": layers}))
    first, second = model.layers
    assert (model.name, first.name, first.trainable) == ("net", "first", False)
    assert (second.trainable, second.dtype_policy.name) == (True, "mixed_float16")


def test_options_arrive():
    text = (
        "Dense units=3 activation=gelu kernel_initializer={type: HeNormal, seed: 4} "
        "kernel_regularizer={type: L1L2, l1: 0.1, l2: 0.2} bias_constraint='MaxNorm max_value=3'"
    )
    layer = build_model(parse_spec({"input_shape": 4, "layers": [text]})).layers[0]
    assert layer.activation is keras.activations.gelu
    assert layer.kernel_initializer.get_config()["seed"] == 4
    assert (float(layer.kernel_regularizer.l1), float(layer.kernel_regularizer.l2)) == (0.1, 0.2)
    assert layer.bias_constraint.max_value == 3


GRAPH_INPUTS = ["Input name=a shape=(6, 4)", "Input name=b shape=(5, 4)"]


@pytest.mark.parametrize(
    "layer",
    [
        "Attention inputs=[a, b]",
        "Attention inputs=[a, b, b] use_causal_mask=True",
        "AdditiveAttention inputs=[a, b]",
        "MultiHeadAttention num_heads=2 key_dim=3 inputs=[a, b]",
        "MultiHeadAttention num_heads=2 key_dim=3 inputs=[a, b, b]",
        "MultiHeadAttention num_heads=2 key_dim=3 inputs=[a, b] use_causal_mask=True",
        "GroupQueryAttention head_dim=3 num_query_heads=4 num_key_value_heads=2 inputs=[a, b]",
    ],
)
def test_attention_computes(layer):
    model = build_model(parse_spec({"layers": [*GRAPH_INPUTS, f"{layer} name=y"]}))
    _, outputs = predict(model, (6, 4), (5, 4))
    assert outputs.shape == (2, 6, 4)
    assert np.isfinite(outputs).all()


def test_the_order_of_attention_is_query_value_key():
    spec = {"layers": ["Input name=q shape=(2, 3)", "Input name=v shape=(4, 5)",
                       "Input name=k shape=(4, 3)", "Attention inputs=[q, v, k]"]}  # fmt: skip
    (query, value, key), outputs = predict(build_model(parse_spec(spec)), (2, 3), (4, 5), (4, 3))
    scores = np.exp(query @ key.transpose(0, 2, 1))
    expected = (scores / scores.sum(axis=-1, keepdims=True)) @ value
    np.testing.assert_allclose(outputs, expected, rtol=1e-5)


def test_a_causal_mask_hides_later_steps():
    layers = ["Input name=x shape=(4, 2)", "Attention inputs=[x, x] use_causal_mask=True"]
    model = build_model(parse_spec({"layers": layers}))
    (inputs,), outputs = predict(model, (4, 2))
    np.testing.assert_allclose(outputs[:, 0], inputs[:, 0], rtol=1e-6)


@pytest.mark.parametrize(
    ("layer", "expected"),
    [
        ("Add", lambda a, b: a + b),
        ("Subtract", lambda a, b: a - b),
        ("Multiply", lambda a, b: a * b),
        ("Average", lambda a, b: (a + b) / 2),
        ("Maximum", np.maximum),
        ("Minimum", np.minimum),
        ("Concatenate", lambda a, b: np.concatenate([a, b], axis=-1)),
        ("Dot axes=1", lambda a, b: (a * b).sum(axis=1, keepdims=True)),
    ],
)
def test_merges_compute(layer, expected):
    layers = ["Input name=a shape=3", "Input name=b shape=3", f"{layer} inputs=[a, b]"]
    (a, b), outputs = predict(build_model(parse_spec({"layers": layers})), (3,), (3,))
    np.testing.assert_allclose(outputs, expected(a, b), rtol=1e-5)


def test_a_shared_layer_has_one_set_of_weights():
    layers = ["Input name=a shape=3", "Input name=b shape=3", "Dense units=2 name=d inputs=[a]",
              {"shared_with": "d", "inputs": ["b"]}, "Subtract inputs=[d, d@2]"]  # fmt: skip
    model = build_model(parse_spec({"layers": layers}))
    assert model.count_params() == 8
    (a, b), outputs = predict(model, (3,), (3,))
    kernel = model.get_layer("d").get_weights()[0]
    np.testing.assert_allclose(outputs, (a - b) @ kernel, rtol=1e-4, atol=1e-6)


def test_several_outputs():
    layers = ["Input name=a shape=3", "Dense units=2 name=y", "Dense units=4 name=z inputs=[a]"]
    model = build_model(parse_spec({"layers": layers, "outputs": ["z", "y"]}))
    _, outputs = predict(model, (3,))
    assert [each.shape for each in outputs] == [(2, 4), (2, 2)]


def test_what_has_no_equal_in_keras_3_is_built():
    layers = ["LocallyConnected1D filters=2 kernel_size=3",
              "Dense units=2 activation=hard_sigmoid_keras2"]  # fmt: skip
    _, outputs = predict(build_model(parse_spec({"input_shape": "6,3", "layers": layers})), (6, 3))
    assert outputs.shape == (2, 4, 2)


def test_what_only_keras_finds_is_said(monkeypatch):
    def refuse(self, input_shape):
        raise ValueError("units must be a prime number.")

    monkeypatch.setattr(keras.layers.Dense, "build", refuse)
    with pytest.raises(ConfigurationError) as caught:
        build_model(parse_spec({"input_shape": 4, "layers": ["Dense units=4"]}))
    assert str(caught.value).startswith('Keras cannot build the network "sequential": ')
    assert "units must be a prime number." in str(caught.value)


# Models of users' scripts


def test_two_towers_with_shared_layers():
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    tower, last = keras.layers.Dense(3, activation="tanh"), keras.layers.Dense(3)
    outputs = keras.layers.Dot(axes=1)([last(tower(left)), last(tower(right))])
    model = keras.Model([left, right], outputs)
    architecture = read(model)
    assert sum(layer.shared_with is not None for layer in architecture.layers) == 2
    assert_same(model, architecture)


def test_a_layer_that_follows_itself():
    inputs = keras.Input((4,))
    shared = keras.layers.Dense(4, activation="tanh")
    model = keras.Model(inputs, shared(keras.layers.Dense(4)(shared(inputs))))
    assert_same(model, read(model))


@pytest.mark.parametrize("trainable", [True, False])
def test_models_inside_models(trainable):
    inner_input = keras.Input((4,))
    encoder = keras.Model(inner_input, keras.layers.Dense(3)(inner_input), name="encoder")
    encoder.trainable = trainable
    head = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)], name="head")
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    joined = keras.layers.Concatenate()([head(encoder(a)), head(encoder(b)), encoder(a)])
    model = keras.Model([a, b], [joined, encoder(b)])
    architecture = read(model)
    nested = architecture.layer("encoder")
    assert (nested.type, nested.trainable) == ("Functional", trainable)
    assert infer_shapes(architecture).non_trainable == (0 if trainable else 15)
    assert decode_architecture(encode_architecture(architecture)) == architecture
    rebuilt = build_model(architecture)
    assert rebuilt.get_layer("encoder").trainable is trainable
    rebuilt.set_weights(model.get_weights())
    _, expected = predict(model, (4,), (4,))
    _, found = predict(rebuilt, (4,), (4,))
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-6)


def test_a_model_with_two_inputs_inside_a_model():
    one, two = keras.Input((4,), name="one"), keras.Input((2,), name="two")
    inner = keras.Model([one, two], keras.layers.Concatenate()([one, two]), name="inner")
    a, b = keras.Input((4,), name="a"), keras.Input((2,), name="b")
    model = keras.Model([a, b], keras.layers.Dense(2)(inner([a, b])))
    assert_same(model, read(model))


def test_a_model_at_the_beginning_of_a_row():
    inner = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)], name="inner")
    model = keras.Sequential([inner, keras.layers.Dense(2)])
    assert_same(model, read(model))


def test_a_row_that_got_its_shape_on_being_built():
    model = keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(2)])
    model.build((None, 4))
    assert_same(model, read(model))


def test_masks_of_padded_sequences_are_found_again():
    inputs = keras.Input((5,))
    steps = keras.layers.Embedding(7, 4, mask_zero=True)(inputs)
    steps = keras.layers.LSTM(4, return_sequences=True)(steps)
    steps = keras.layers.Attention()([steps, steps])
    model = keras.Model(inputs, keras.layers.Bidirectional(keras.layers.GRU(3))(steps))
    architecture = read(model)
    assert [layer.type for layer in architecture.layers] == [
        "InputLayer",
        "Embedding",
        "LSTM",
        "Attention",
        "Bidirectional",
    ]
    rebuilt = build_model(architecture)
    rebuilt.set_weights(model.get_weights())
    words = np.array([[1, 2, 3, 0, 0], [4, 5, 6, 1, 2]])
    np.testing.assert_allclose(rebuilt.predict(words, verbose=0), model.predict(words, verbose=0))


def test_named_arguments_of_attention():
    steps = keras.Input((5, 3))
    attention = keras.layers.MultiHeadAttention(2, 2, name="attention")
    model = keras.Model(steps, attention(steps, key=steps, value=steps, use_causal_mask=True))
    architecture = read(model)
    assert architecture.layer("attention").causal
    assert_same(model, architecture)


def test_compiled_models_are_read_without_their_compilation():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    model.compile(loss="mse", optimizer="adam")
    assert_same(model, read(model))
