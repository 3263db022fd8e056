"""LocallyConnected1D and 2D, compared with a plain loop over the places."""

from __future__ import annotations

import json

import keras
import numpy as np
import pytest

from galaxy_keras.learning.layers import LocallyConnected1D, LocallyConnected2D


def build(layer, *shape):
    """Return a model of one layer, its kernel and its bias, all random."""
    model = keras.Sequential([keras.Input(shape), layer])
    generator = np.random.default_rng(1)
    weights = [generator.normal(size=each.shape).astype("float32") for each in model.weights]
    model.set_weights(weights)
    inputs = generator.normal(size=(2, *shape)).astype("float32")
    return inputs, weights, model.predict(inputs, verbose=0)


def test_each_step_has_its_own_kernel():
    inputs, (kernel, bias), found = build(LocallyConnected1D(4, 3, strides=2), 10, 3)
    assert (kernel.shape, bias.shape) == ((4, 9, 4), (4, 4))
    windows = [inputs[:, 2 * place : 2 * place + 3].reshape(2, 9) for place in range(4)]
    expected = np.stack([w @ k for w, k in zip(windows, kernel, strict=True)], axis=1) + bias
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_each_place_of_an_image_has_its_own_kernel():
    layer = LocallyConnected2D(4, (3, 2), strides=(2, 1), activation="relu")
    inputs, (kernel, bias), found = build(layer, 7, 6, 3)
    assert (kernel.shape, bias.shape) == ((3 * 5, 3 * 2 * 3, 4), (3, 5, 4))
    expected = np.empty((2, 3, 5, 4))
    for row, column in np.ndindex(3, 5):
        window = inputs[:, 2 * row : 2 * row + 3, column : column + 2].reshape(2, -1)
        expected[:, row, column] = window @ kernel[5 * row + column]
    np.testing.assert_allclose(found, np.maximum(expected + bias, 0), rtol=1e-5, atol=1e-5)


def test_channels_first_takes_windows_and_bias_as_keras_2_did():
    layer = LocallyConnected2D(4, 2, data_format="channels_first")
    inputs, (kernel, bias), found = build(layer, 3, 4, 5)
    expected = np.empty((2, 4, 3, 4))
    for row, column in np.ndindex(3, 4):
        window = inputs[:, :, row : row + 2, column : column + 2].reshape(2, -1)
        expected[:, :, row, column] = window @ kernel[4 * row + column]
    expected += bias.reshape(1, 4, 3, 4)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("layer", [LocallyConnected1D(2, 3), LocallyConnected2D(2, (3, 1))])
def test_options_survive_json(layer):
    document = keras.saving.serialize_keras_object(layer)
    restored = keras.saving.deserialize_keras_object(json.loads(json.dumps(document)))
    assert type(restored) is type(layer)
    assert restored.get_config() == layer.get_config()


def test_only_whole_windows():
    with pytest.raises(ValueError, match="padding must be 'valid', not 'same'"):
        LocallyConnected1D(2, 3, padding="same")


def test_sizes_must_be_known():
    with pytest.raises(ValueError, match="needs known sizes"):
        LocallyConnected1D(2, 3, name="here").build((None, None, 3))
