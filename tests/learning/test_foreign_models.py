"""What Keras itself writes is read as data, and computes what it computed there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from galaxy_keras.artefacts.architecture.architecture_file import read_architecture
from galaxy_keras.artefacts.hdf5.reading import reading_hdf5
from galaxy_keras.artefacts.legacy.keras3_weights import read_keras3_weights
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ModelFileError
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.weights import restore_weights
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.architecture.spec import parse_spec

from .test_keras2_fixtures import FIXTURES, predict, read_examples
from .test_shapes_agree_with_keras import CASES, describe, join_layer

# Keras reads its variables with numpy in a way that numpy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

SPECS: dict[str, dict[str, Any]] = {
    "dense": {
        "input_shape": "6",
        "layers": ["Dense units=4 activation=relu", "BatchNormalization", "Dense units=1"],
    },
    "sequences": {
        "input_shape": "6",
        "layers": [
            "Embedding input_dim=12 output_dim=4 mask_zero=true",
            "Bidirectional layer='LSTM units=3 return_sequences=true'",
            "GRU units=3 recurrent_activation=hard_sigmoid",
            "Dropout rate=0.5",
            "Dense units=1 activation=sigmoid",
        ],
    },
    "graph": {
        "layers": [
            {"type": "Input", "name": "a", "shape": 3},
            {"type": "Input", "name": "b", "shape": 3},
            {"type": "Dense", "name": "shared", "units": 4, "inputs": ["a"]},
            {"shared_with": "shared", "inputs": ["b"]},
            {"type": "Dense", "name": "other", "units": 2, "inputs": ["b"]},
            {"type": "Concatenate", "inputs": ["shared@2", "other", "shared"]},
            {"type": "Dense", "units": 3, "activation": "softmax"},
        ],
    },
}
WEIGHTED = [case for case in CASES if infer_shapes(join_layer(*case)).parameters]
FIXTURES_OF_WHOLE_MODELS = ("bidirectional", "gru_hard_sigmoid", "conv_2d", "nested_model")


def make_model(architecture: Architecture) -> keras.Model:
    keras.utils.set_random_seed(5)
    model = build_model(architecture)
    for variable in model.weights:
        variable.assign(keras.random.uniform(variable.shape, 0.1, 0.9))
    return model


def compute(model: keras.Model) -> Any:
    numbers = np.random.default_rng(4)
    samples = [numbers.integers(0, 9, (7, *each.shape[1:])) for each in model.inputs]
    return model(samples if len(samples) > 1 else samples[0])


def own_loss(true: Any, predicted: Any) -> Any:
    return keras.ops.abs(true - predicted)


def rebuild(fitted: object) -> keras.Model:
    assert isinstance(fitted, FittedModel)
    restored = build_model(fitted.architecture)
    restore_weights(restored, fitted.weights)
    return restored


@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize("name", SPECS)
def test_whole_models_of_keras_3(name: str, suffix: str, tmp_path: Path) -> None:
    model = make_model(parse_spec(SPECS[name]))
    model.compile("adam", "mse")
    model.save(tmp_path / f"m.{suffix}")

    restored = rebuild(read_model(tmp_path / f"m.{suffix}"))
    np.testing.assert_array_equal(compute(restored), compute(model))


@pytest.mark.parametrize("name", SPECS)
def test_weights_of_keras_3(name: str, tmp_path: Path) -> None:
    model = make_model(parse_spec(SPECS[name]))
    model.save_weights(tmp_path / "m.weights.h5")
    (tmp_path / "m.json").write_text(model.to_json())

    restored = rebuild(read_model(tmp_path / "m.json", tmp_path / "m.weights.h5"))
    np.testing.assert_array_equal(compute(restored), compute(model))


@pytest.mark.parametrize("case", WEIGHTED, ids=describe)
def test_weights_of_each_layer(case: Any, tmp_path: Path) -> None:
    architecture = join_layer(*case)
    model = make_model(architecture)
    model.save_weights(tmp_path / "m.weights.h5")
    with reading_hdf5(tmp_path / "m.weights.h5") as root:
        weights = read_keras3_weights(root, architecture)
    restored = build_model(architecture)
    restore_weights(restored, weights)
    for variable, expected in zip(restored.weights, model.weights, strict=True):
        np.testing.assert_array_equal(variable, expected)


@pytest.mark.parametrize("name", FIXTURES_OF_WHOLE_MODELS)
def test_whole_models_of_keras_2(name: str, tmp_path: Path) -> None:
    folder = FIXTURES / "keras2" / name
    with h5py.File(tmp_path / "m.h5", "w") as file, h5py.File(folder / "weights.h5") as weights:
        file.attrs["keras_version"] = "2.10.0"
        file.attrs["model_config"] = (folder / "architecture.json").read_text()
        weights.copy(weights, file, "model_weights")

    restored = rebuild(read_model(tmp_path / "m.h5"))
    outputs = predict(restored, read_examples(f"keras2/{name}", "x"))
    for output, expected in zip(outputs, read_examples(f"keras2/{name}", "y"), strict=True):
        np.testing.assert_allclose(output, expected, rtol=0, atol=1e-5)
    assert restored.layers[-1].name == read_architecture(folder / "architecture.json").outputs[0]


@pytest.mark.parametrize("suffix", ["keras", "h5"])
def test_code_in_a_model_is_not_run(suffix: str, tmp_path: Path) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x + 1)])
    model.save(tmp_path / f"m.{suffix}")
    with pytest.raises(
        ModelFileError, match=r"is Lambda.* which is not in the catalogue and was not run"
    ):
        read_model(tmp_path / f"m.{suffix}")


@pytest.mark.parametrize("suffix", ["keras", "h5"])
@pytest.mark.parametrize(
    ("loss", "optimizer", "kind", "found"),
    [
        ("mse", keras.optimizers.SGD(0.5), "regression", ("MeanSquaredError", "SGD")),
        (
            keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "adam",
            "multiclass",
            ("SparseCategoricalCrossentropy", "Adam"),
        ),
        (own_loss, "adam", "regression", ("MeanSquaredError", "Adam")),
    ],
)
def test_what_it_was_compiled_with(
    loss: Any, optimizer: Any, kind: str, found: tuple[str, str], suffix: str, tmp_path: Path
) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3)])
    model.compile(optimizer, loss)
    model.save(tmp_path / f"m.{suffix}")
    fitted = read_model(tmp_path / f"m.{suffix}")
    assert isinstance(fitted, FittedModel)
    assert fitted.target.kind == kind
    assert (fitted.training.loss.name, fitted.training.optimizer.name) == found
