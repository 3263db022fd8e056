"""Texts that networks go on with, against a plain loop."""

from __future__ import annotations

import logging

import keras
import numpy as np
import pytest

from galaxy_keras.catalogue.encodings import ENCODINGS
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.registry import fit_encoding
from galaxy_keras.data.encodings.tokens import TokenEncoding
from galaxy_keras.data.token_sampling import SamplingOptions
from galaxy_keras.errors import ModelFileError
from galaxy_keras.learning.generation import SampleLogger, TextGenerator

GREEDY = SamplingOptions(temperature=0)


def make_encoding(name: str, **options: object) -> TokenEncoding:
    assert name in ENCODINGS.names
    encoding = fit_encoding(name, options, RawColumns(("text",), (["to be or not to be"],)))
    assert isinstance(encoding, TokenEncoding)
    return encoding


def make_model(activation: str, size: int) -> keras.Model:
    keras.utils.set_random_seed(5)
    layers = [keras.Input((4, size)), keras.layers.SimpleRNN(8), keras.layers.Dense(size)]
    return keras.Sequential([*layers, keras.layers.Activation(activation)])


@pytest.mark.parametrize(("activation", "kind"), [("softmax", "probability"), ("linear", "logit")])
def test_greedy_text_is_that_of_a_plain_loop(activation: str, kind: str):
    encoding = make_encoding("characters", output="one-hot", length=4, size=9)
    known = len([text for text in encoding.token_texts if text is not None])
    model = make_model(activation, 9)
    prompts = [np.array([1, 2, 0, 3, 1], np.int32), np.array([2, 2, 1, 1], np.int32)]
    found = TextGenerator(model, encoding, kind).go_on(prompts, np.zeros((2, 12)), GREEDY)
    for prompt, tokens, logarithm in zip(
        prompts, found.tokens, found.log_probabilities, strict=True
    ):
        text, total = prompt.tolist(), 0.0
        for _ in range(12):
            window = np.eye(9, dtype=np.float32)[text[-4:]][np.newaxis]
            outputs = model.predict(window, verbose=0)[0].astype(np.float64)
            if kind == "logit":
                outputs = np.exp(outputs) / np.exp(outputs).sum()
            # The model has more outputs than the text has characters.
            outputs = outputs[:known] / outputs[:known].sum()
            text.append(int(outputs.argmax()))
            total += np.log(outputs.max())
        assert text[len(prompt) :] == tokens.tolist()
        assert logarithm == pytest.approx(total, abs=1e-4)


def test_short_prompts_are_filled_up_in_front():
    encoding = make_encoding("characters", output="one-hot", length=4)
    generator = TextGenerator(make_model("softmax", 6), encoding, "probability")
    windows = generator._make_windows([np.array([3], np.int32)])
    assert encoding.encode_tokens(windows)[0].sum(axis=1).tolist() == [0, 0, 0, 1]


def test_numbers_that_are_not_finite():
    encoding = make_encoding("characters", output="one-hot", length=4, size=9)
    model = make_model("softmax", 9)
    model.set_weights([np.full_like(each, np.nan) for each in model.get_weights()])
    generator = TextGenerator(model, encoding, "probability")
    with pytest.raises(ModelFileError, match="the network computes numbers that are not finite"):
        generator.go_on([np.array([1], np.int32)], np.zeros((1, 2)), GREEDY)


def test_samples_are_logged_unless_training_diverged(caplog: pytest.LogCaptureFixture):
    encoding = make_encoding("characters", output="one-hot", length=4, size=9)
    generator = TextGenerator(make_model("softmax", 9), encoding, "probability")
    [prompt] = encoding.find_tokens(RawColumns(("text",), (["to be"],)))
    callback = SampleLogger(generator, encoding, prompt)
    with caplog.at_level(logging.INFO, "galaxy_keras"):
        callback.on_epoch_end(0, {"loss": float("nan")})
        callback.on_epoch_end(1, {"loss": 1.0})
    # TensorFlow may log something too.
    [record] = [each for each in caplog.records if each.name.startswith("galaxy_keras")]
    assert record.getMessage().startswith("After epoch 2: to be")
    assert len(record.getMessage()) == len("After epoch 2: to be") + 60
