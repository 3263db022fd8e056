"""Networks that Galaxy-ML 0.10 trained predict what they predicted there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.predictions import Predictions
from galaxy_keras.data.targets import decode_labels
from galaxy_keras.learning.prediction import Predictor

FIXTURES = Path(__file__).parents[1] / "fixtures" / "galaxy_ml"
SHARED = Path(__file__).parents[3] / "shared" / "galaxy_ml" / "artifacts"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.npz"))

shared = pytest.mark.shared
needs_shared = pytest.mark.skipif(
    not SHARED.is_dir(),
    reason="needs the developers' folder ../shared: run pytest -m shared where that is",
)


def read_fitted_model(path: Path) -> FittedModel:
    model = read_model(path)
    assert isinstance(model, FittedModel)
    return model


def predict(fitted: FittedModel, inputs: NDArray[np.float32]) -> Predictions:
    (predictions,) = Predictor.from_fitted(fitted).predict([inputs], batch_size=64)
    return predictions


@pytest.mark.parametrize("name", NAMES)
def test_predictions_are_those_of_galaxy_ml(name: str) -> None:
    fitted = read_fitted_model(FIXTURES / f"{name}.h5mlm")
    with np.load(FIXTURES / f"{name}.npz") as arrays:
        examples = dict(arrays)
    predictions = predict(fitted, examples["x"])
    found = np.stack(decode_labels(fitted.target, predictions.codes), axis=1)
    expected = examples["y"].reshape(len(found), -1)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    if "p" in examples:
        assert found.dtype.kind == expected.dtype.kind
        np.testing.assert_allclose(predictions.probabilities, examples["p"], rtol=0, atol=1e-6)


@shared
@needs_shared
def test_regressor_of_the_old_tests() -> None:
    fitted = read_fitted_model(SHARED / "train_test_eval_model01.h5mlm")
    rows = np.loadtxt(SHARED / "regression_X.tabular", skiprows=1, dtype="float32", max_rows=5)
    found = predict(fitted, rows).codes[:, 0]
    np.testing.assert_allclose(found, [71.045, 61.300, 83.780, 69.200, 51.859], rtol=0, atol=1e-3)


@shared
@needs_shared
def test_classifier_of_the_tutorial() -> None:
    fitted = read_fitted_model(SHARED / "rnn_fitted_estimator.h5mlm")
    rows = np.loadtxt(SHARED / "rnn_X_test_head50.tsv", dtype="float32")
    (found,) = decode_labels(fitted.target, predict(fitted, rows).codes)
    expected = np.loadtxt(SHARED / "rnn_predictions.tsv", skiprows=1, dtype=int, max_rows=50)
    assert found.tolist() == expected.tolist()
    assert len(found) == 50
