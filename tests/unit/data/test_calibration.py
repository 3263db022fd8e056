"""Temperature scaling."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, softmax

from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.data.calibration import (
    MAX_TEMPERATURE,
    apply_temperature,
    compute_log_loss,
    fit_temperature,
)

DRAWN = np.random.default_rng(3)
LOGITS = DRAWN.normal(size=(4000, 3))


def draw_classes(probabilities: np.ndarray) -> np.ndarray:
    return (DRAWN.random((len(probabilities), 1)) > probabilities.cumsum(axis=1)).sum(axis=1)


@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_the_temperature_of_overconfident_classes_is_found(temperature: float) -> None:
    codes = draw_classes(softmax(LOGITS, axis=1))
    wrong = softmax(LOGITS * temperature, axis=1)
    found = fit_temperature(wrong, codes, "multiclass")
    assert found == pytest.approx(temperature, rel=0.1)
    scaled = apply_temperature(wrong, "multiclass", temperature)
    np.testing.assert_allclose(scaled, softmax(LOGITS, axis=1), atol=1e-5)
    assert scaled.dtype == np.float32
    np.testing.assert_array_equal(scaled.argmax(axis=1), wrong.argmax(axis=1))


@pytest.mark.parametrize(("kind", "outputs"), [("binary", 1), ("multilabel", 3)])
def test_outputs_each_on_its_own(kind: TargetKind, outputs: int) -> None:
    logits = LOGITS[:, :outputs]
    codes = (DRAWN.random(logits.shape) < expit(logits)).astype(int)
    given = codes[:, 0] if kind == "binary" else codes
    wrong = expit(2 * logits)
    assert fit_temperature(wrong, given, kind) == pytest.approx(2, rel=0.1)
    np.testing.assert_allclose(apply_temperature(wrong, kind, 2), expit(logits), atol=1e-5)


def test_sure_and_wrong_probabilities_stay_finite() -> None:
    sure = np.array([[0.0, 1.0], [1.0, 0.0]])
    wrong = np.array([0, 1])
    assert fit_temperature(sure, wrong, "multiclass") == pytest.approx(MAX_TEMPERATURE, rel=0.01)
    assert np.isfinite(compute_log_loss(sure, wrong, "multiclass"))
    assert np.isfinite(apply_temperature(sure, "multiclass", 0.05)).all()
