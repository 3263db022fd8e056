"""keras-model-export, and --output-keras of keras-train-and-eval."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import keras
import numpy as np
import pytest

from .conftest import Run, read_rows, write_rows

# Keras reads its variables with numpy in a way that numpy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")


@pytest.fixture
def trained(run: Run) -> None:
    """Train fitted.h5mlm, and write it as network.keras."""
    rows = [[number % 5, -number % 7] for number in range(40)]
    write_rows("X.tsv", [["height", "weight"], *rows])
    write_rows("y.tsv", [["yes" if sum(row) > 5 else "no"] for row in rows])
    run(
        "keras-model-config",
        *("--input-shape", "2", "--output", "model.json"),
        *("--layer", "Dense units=1 activation=sigmoid"),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--optimizer", "sgd"),
        *("--loss", "binary_crossentropy", "--epochs", "2", "--output", "builder.zip"),
    )
    run(
        "keras-train-and-eval",
        *("--model", "builder.zip", "--target", "y.tsv", "--seed", "4"),
        *("--features", "X.tsv", "--features-header"),
        *("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"),
        *("--output-keras", "network.keras"),
    )


@pytest.mark.slow
@pytest.mark.usefixtures("trained")
def test_network_and_its_description(run: Run) -> None:
    result = run(
        "keras-model-export",
        *("--model", "fitted.h5mlm", "--format", "keras", "--output", "again.keras"),
    )
    assert result.stderr == (
        "The network is in again.keras, what it takes and gives in again.keras.json.\n"
    )
    description = json.loads(Path("again.keras.json").read_text())
    assert description["features"]["names"] == ["height", "weight"]
    assert description["target"]["classes"] == ["no", "yes"]
    assert description["outputs"] == "probability"
    assert Path("network.keras.json").read_text() == Path("again.keras.json").read_text()

    run(
        "model-prediction",
        *("--model", "fitted.h5mlm", "--features", "X.tsv", "--features-header"),
        *("--method", "predict_proba", "--output", "probabilities.tsv"),
    )
    ours = np.array([float(row[1]) for row in read_rows("probabilities.tsv")[1:]])
    samples = np.array(read_rows("X.tsv")[1:], "float32")
    for path in ("network.keras", "again.keras"):
        outputs = keras.saving.load_model(path)(samples)
        np.testing.assert_allclose(np.ravel(outputs), ours, rtol=0, atol=1e-5)


@pytest.mark.slow
@pytest.mark.usefixtures("trained")
def test_a_model_of_keras_comes_in(run: Run) -> None:
    options = ("--features", "X.tsv", "--features-header", "--method", "predict_proba")
    run("model-prediction", "--model", "fitted.h5mlm", *options, "--output", "ours.tsv")
    run("model-prediction", "--model", "network.keras", *options, "--output", "theirs.tsv")
    assert read_rows("theirs.tsv")[0] == ["0", "1"]
    assert read_rows("theirs.tsv")[1:] == read_rows("ours.tsv")[1:]

    keras.saving.load_model("network.keras").save("network.h5")
    result = run(
        "keras-train-and-eval",
        *("--model", "network.h5", "--target", "y.tsv", "--seed", "4", "--set", "epochs=3"),
        *("--features", "X.tsv", "--features-header", "--output-metrics", "metrics.tsv"),
        *("--output-model", "further.h5mlm"),
    )
    assert "Epoch 3/3" in result.stderr
    run("model-prediction", "--model", "further.h5mlm", *options, "--output", "further.tsv")
    assert read_rows("further.tsv")[0] == ["no", "yes"]
    assert read_rows("further.tsv")[1:] != read_rows("ours.tsv")[1:]


def test_a_folder_in_the_way(run: Run) -> None:
    Path("network").mkdir()
    result = run(
        "keras-model-export",
        *("--model", "fitted.h5mlm", "--format", "saved-model", "--output", "network"),
        code=4,
    )
    assert result.stderr == (
        "Error: network exists already, but a SavedModel is a folder of its own. Give --output a "
        "path that does not exist yet, or remove it first\n"
    )


def test_a_builder_is_not_exported(run: Run) -> None:
    run(
        "keras-model-config",
        *("--input-shape", "2", "--layer", "Dense units=1", "--output", "model.json"),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "regressor", "--optimizer", "sgd"),
        *("--loss", "mse", "--output", "builder.zip"),
    )
    result = run(
        "keras-model-export",
        *("--model", "builder.zip", "--format", "keras", "--output", "m.keras"),
        code=3,
    )
    assert "builder.zip is a model builder: it has not been trained yet" in result.stderr
    assert not Path("m.keras").exists()


def test_packages_for_onnx_are_asked_for(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    result = run(
        "keras-model-export",
        *("--model", "fitted.h5mlm", "--format", "onnx", "--output", "m.onnx"),
        code=3,
    )
    assert result.stderr == (
        "Error: --format onnx needs packages that are not installed: onnx, tf2onnx. Run: pip "
        "install 'galaxy-keras[onnx]'\n"
    )
