"""Evaluation and validation batch by batch give what Keras gives on whole arrays."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from galaxy_keras.learning.batches import iterate_batches, make_dataset
from galaxy_keras.learning.evaluation import evaluate_model

pytestmark = pytest.mark.slow

RANDOM = np.random.default_rng(0)
INPUTS = [RANDOM.integers(0, 200, (30, 3)).astype("uint8"), RANDOM.normal(size=(30, 2))]
TARGETS = RANDOM.integers(0, 2, (30, 1)).astype("float32")
ROWS = RANDOM.permutation(30)[:11]


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    inputs = [keras.Input((3,)), keras.Input((2,))]
    output = keras.layers.Dense(1, "sigmoid")(keras.layers.Concatenate()(inputs))
    model = keras.Model(inputs, output)
    model.compile("sgd", "binary_crossentropy", metrics=["acc", "auc"])
    return model


@pytest.fixture(scope="module")
def expected(model: keras.Model) -> dict[str, float]:
    inputs = [array[ROWS] for array in INPUTS]
    return model.evaluate(inputs, TARGETS[ROWS], batch_size=4, return_dict=True, verbose=0)


def test_evaluation(model: keras.Model, expected: dict[str, float]) -> None:
    inputs = [INPUTS[0], INPUTS[1].astype("float32")]
    evaluation = evaluate_model(model, inputs, [TARGETS], ROWS, batch_size=4)
    assert evaluation.metrics == pytest.approx(expected, rel=1e-6)
    outputs = model.predict([array[ROWS] for array in INPUTS], verbose=0)
    np.testing.assert_allclose(evaluation.outputs[0], outputs, rtol=1e-6)


def test_validation(model: keras.Model, expected: dict[str, float]) -> None:
    inputs = [INPUTS[0], INPUTS[1].astype("float32")]
    dataset = make_dataset(inputs, [TARGETS], lambda: iterate_batches(ROWS, 4), 3)
    found = model.evaluate(dataset, return_dict=True, verbose=0)
    assert found == pytest.approx(expected, rel=1e-6)
