"""The commands on what Galaxy-ML and Keras 2 wrote."""

from __future__ import annotations

import pickle
from pathlib import Path

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.model_file import read_model

from .conftest import Run, read_rows, write_rows

FIXTURES = Path(__file__).parents[1] / "fixtures"
GALAXY_ML = FIXTURES / "galaxy_ml"
KERAS_2 = FIXTURES / "keras2"
PREDICT = ["--features", "X.tsv", "--output", "predictions.tsv"]
TRAIN = [
    *("--features", "X.tsv", "--target", "y.tsv", "--set", "epochs=1", "--seed", "3"),
    *("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"),
]


def write_tables(path: Path) -> np.ndarray:
    """Write the inputs and the labels or values of a fixture; return the latter."""
    with np.load(path) as arrays:
        inputs, targets = (
            (arrays["x"], arrays["y"]) if "x" in arrays else (arrays["x0"], arrays["y0"])
        )
    write_rows("X.tsv", inputs.reshape(len(inputs), -1).tolist())
    write_rows("y.tsv", targets.reshape(len(targets), -1).tolist())
    return targets


@pytest.mark.parametrize("name", ["three_classes", "two_classes", "several_labels"])
def test_classifier_of_galaxy_ml_predicts(name: str, run: Run) -> None:
    expected = write_tables(GALAXY_ML / f"{name}.npz")
    run("model-prediction", "--model", str(GALAXY_ML / f"{name}.h5mlm"), *PREDICT)
    rows = read_rows("predictions.tsv")[1:]
    assert rows == [[str(value) for value in np.atleast_1d(row).tolist()] for row in expected]


def test_builder_of_galaxy_ml_is_trained(run: Run) -> None:
    write_tables(GALAXY_ML / "regression.npz")
    run("keras-train-and-eval", "--model", str(GALAXY_ML / "builder.h5mlm"), *TRAIN)
    assert read_model(Path("fitted.h5mlm")).training.epochs == 1
    assert read_rows("metrics.tsv")[0] == ["loss", "r2"]


def test_fitted_model_of_galaxy_ml_is_trained_on(run: Run) -> None:
    write_tables(GALAXY_ML / "three_classes.npz")
    result = run("keras-train-and-eval", "--model", str(GALAXY_ML / "three_classes.h5mlm"), *TRAIN)
    assert "The optimizer state is reset: the model stores no state of this SGD." in result.output
    assert read_model(Path("fitted.h5mlm")).target.classes == (1, 2, 3)


def test_pair_of_architecture_and_weights_predicts(run: Run) -> None:
    folder = KERAS_2 / "simple_rnn"
    expected = write_tables(folder / "examples.npz")
    model = ["--model", str(folder / "architecture.json"), "--weights", str(folder / "weights.h5")]
    run("model-prediction", *model, *PREDICT)
    found = np.array(read_rows("predictions.tsv")[1:], "float32")
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_pair_of_architecture_and_weights_is_trained_on(run: Run) -> None:
    folder = KERAS_2 / "simple_rnn"
    targets = write_tables(folder / "examples.npz")
    write_rows("X.tsv", np.ones((9, 15)).tolist())
    write_rows("y.tsv", np.tile(targets, (3, 1)).tolist())
    model = ["--model", str(folder / "architecture.json"), "--weights", str(folder / "weights.h5")]
    run("keras-train-and-eval", *model, *TRAIN, "--set", "optimizer=adam")
    assert read_model(Path("fitted.h5mlm")).training.optimizer.name == "Adam"


def test_architecture_of_keras_2_becomes_a_builder(run: Run) -> None:
    path = FIXTURES / "keras2_2" / "tutorial" / "architecture.json"
    run(
        "keras-model-builder",
        *("--model-config", str(path), "--task", "classifier", "--loss", "binary_crossentropy"),
        *("--optimizer", "adam", "--output", "builder.zip"),
    )
    assert Path("builder.zip").exists()


def test_pipeline_is_refused(run: Run) -> None:
    write_rows("X.tsv", [[1, 2, 3, 4]])
    path = str(GALAXY_ML / "pipeline.h5mlm")
    result = run("model-prediction", "--model", path, *PREDICT, code=5)
    assert "sklearn.ensemble._forest.RandomForestRegressor" in result.output
    assert not Path("predictions.tsv").exists()


def test_pickle_is_refused(run: Run) -> None:
    write_rows("X.tsv", [[1, 2, 3, 4]])
    Path("model.zip").write_bytes(pickle.dumps({"estimator": 1}))
    result = run("model-prediction", "--model", "model.zip", *PREDICT, code=5)
    assert "model.zip is a Python pickle" in result.output


def test_pair_takes_its_labels_from_the_target_that_it_is_trained_on(run: Run) -> None:
    """An architecture and weights do not say what the classes were called."""
    run(
        "keras-model-config",
        *("--input-shape", "2", "--layer", "Dense units=1 activation=sigmoid name=out"),
        *("--output", "model.json"),
    )
    with h5py.File("weights.h5", "w") as file:
        file.attrs["layer_names"] = [b"out"]
        group = file.create_group("out")
        group.attrs["weight_names"] = [b"out/kernel:0", b"out/bias:0"]
        group["out/kernel:0"] = np.array([[1.0], [0.0]], "float32")
        group["out/bias:0"] = np.zeros(1, "float32")
    write_rows("X.tsv", [[1, 0], [-1, 0]] * 5)
    write_rows("y.tsv", [["yes"], ["no"]] * 5)
    run("keras-train-and-eval", "--model", "model.json", "--weights", "weights.h5", *TRAIN)
    assert read_model(Path("fitted.h5mlm")).target.classes == ("no", "yes")
    run("model-prediction", "--model", "fitted.h5mlm", *PREDICT)
    assert read_rows("predictions.tsv")[1:] == [["yes"], ["no"]] * 5
