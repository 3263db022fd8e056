"""What Keras 3 itself writes is recognized, and what a message advises works."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ModelFileError
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.weights import restore_weights

# Keras reads its variables with numpy in a way that numpy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")


@pytest.fixture
def model() -> keras.Model:
    keras.utils.set_random_seed(3)
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, activation="sigmoid")])


def test_keras_and_its_weights_are_named(model: keras.Model, tmp_path: Path) -> None:
    model.save(tmp_path / "m.keras")
    model.save_weights(tmp_path / "m.weights.h5")
    with pytest.raises(ModelFileError, match=r"is a model that Keras 3 saved \(.keras\), which"):
        read_model(tmp_path / "m.keras")
    with pytest.raises(ModelFileError, match="holds weights as Keras 3 saves them"):
        read_model(tmp_path / "m.weights.h5")


def test_what_is_advised_works(model: keras.Model, tmp_path: Path) -> None:
    model.save(tmp_path / "m.h5")
    (tmp_path / "m.json").write_text(model.to_json())
    with pytest.raises(ModelFileError, match=r"is a model that Keras saved \(.h5\)"):
        read_model(tmp_path / "m.h5")
    fitted = read_model(tmp_path / "m.json", tmp_path / "m.h5")
    assert isinstance(fitted, FittedModel)
    restored = build_model(fitted.architecture)
    restore_weights(restored, fitted.weights)
    samples = np.array([[1.0, 2.0], [3.0, -4.0]], np.float32)
    np.testing.assert_array_equal(restored(samples), model(samples))
