"""Models that Keras 2.10 and Keras 2.2.4 wrote compute what they computed there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from galaxy_keras.artefacts.architecture.architecture_file import (
    encode_architecture,
    read_architecture,
)
from galaxy_keras.artefacts.hdf5.reading import reading_hdf5
from galaxy_keras.artefacts.legacy.weights import read_legacy_weights
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.weights import restore_weights

FIXTURES = Path(__file__).parents[1] / "fixtures"
NAMES = sorted(
    str(path.parent.relative_to(FIXTURES)) for path in FIXTURES.glob("*/*/architecture.json")
)
TOLERANCE = 1e-5


def read_examples(name: str, kind: str) -> list[np.ndarray]:
    with np.load(FIXTURES / name / "examples.npz") as arrays:
        return [arrays[key] for key in sorted(arrays) if key.startswith(kind)]


def predict(model: keras.Model, inputs: list[np.ndarray]) -> list[np.ndarray]:
    outputs: Any = model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
    return outputs if isinstance(outputs, list) else [outputs]


@pytest.mark.parametrize("name", NAMES)
def test_outputs_are_those_of_keras_2(name: str) -> None:
    architecture = read_architecture(FIXTURES / name / "architecture.json")
    model = build_model(architecture)
    with reading_hdf5(FIXTURES / name / "weights.h5") as root:
        restore_weights(model, read_legacy_weights(root, architecture))
    outputs = predict(model, read_examples(name, "x"))
    for output, expected in zip(outputs, read_examples(name, "y"), strict=True):
        np.testing.assert_allclose(output, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("name", NAMES)
def test_keras_3_opens_the_translated_architecture(name: str) -> None:
    architecture = read_architecture(FIXTURES / name / "architecture.json")
    text = json.dumps(encode_architecture(architecture))
    model = keras.models.model_from_json(text)
    assert [tuple(each.shape[1:]) for each in model.inputs] == [
        each.shape[1:] for each in read_examples(name, "x")
    ]


def test_hard_sigmoid_of_keras_2_is_kept() -> None:
    architecture = read_architecture(FIXTURES / "keras2/activations" / "architecture.json")
    assert architecture.layers[1].options["activation"] == "hard_sigmoid_keras2"
    model = build_model(architecture)
    values = np.array([-3.0, -2.5, 0.0, 1.0, 2.5, 3.0], "float32")
    found = keras.ops.convert_to_numpy(model.layers[0].activation(values))
    np.testing.assert_allclose(found, [0, 0, 0.5, 0.7, 1, 1], rtol=0, atol=1e-6)
