"""A fitted model in Python: `galaxy_keras.load`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.acceptance.conftest import Run, read_rows, run, write_rows  # noqa: F401

import galaxy_keras
from galaxy_keras.artefacts.models.fitted import FittedModel, write_fitted
from galaxy_keras.errors import ConfigurationError, ModelFileError
from galaxy_keras.interface import Model
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.weights import collect_weights
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

pd = pytest.importorskip("pandas", reason="data frames are those of pandas")


def load(path: Path, layer: str, loss: str, target: TargetDescription) -> Model:
    """Write a model of one layer, whose weights are all 1, and load it."""
    architecture = parse_spec({"input_shape": "2", "layers": [layer]})
    model = build_model(architecture)
    for variable in model.weights:
        variable.assign(np.ones(variable.shape))
    task = "regressor" if target.kind == "regression" else "classifier"
    fitted = FittedModel(
        architecture=architecture,
        training=TrainingSettings.from_options(
            {"task": task, "loss": loss, "optimizer": "sgd", "metrics": []}
        ),
        target=target,
        features=FeatureDescription(count=2, names=("a", "b")),
        weights=collect_weights(model),
    )
    write_fitted(path / "m.h5mlm", fitted, [])
    return galaxy_keras.load(path / "m.h5mlm")


def test_labels_and_probabilities(tmp_path: Path) -> None:
    target = TargetDescription(kind="binary", classes=("ill", "well"))
    model = load(tmp_path, "Dense units=1 activation=sigmoid", "binary_crossentropy", target)
    assert model.labels == ("ill", "well")
    assert repr(model) == "<galaxy-keras sequential classifier, 3 parameters>"

    frame = pd.DataFrame({"b": [1.0, -9.0], "a": [0.0, 2.0]})
    assert model.predict(frame).tolist() == ["well", "ill"]
    probabilities = model.predict_proba(frame)
    expected = 1 / (1 + np.exp(-np.array([2.0, -6.0])))
    np.testing.assert_allclose(probabilities, np.stack([1 - expected, expected], 1), atol=1e-6)

    frame.to_csv(tmp_path / "x.csv", index=False)
    frame.to_csv(tmp_path / "x.tsv", index=False, sep="\t")
    np.testing.assert_array_equal(model.predict_proba(tmp_path / "x.csv"), probabilities)
    np.testing.assert_array_equal(
        model.predict_proba(str(tmp_path / "x.tsv"), header=True), probabilities
    )


def test_values(tmp_path: Path) -> None:
    model = load(tmp_path, "Dense units=1", "mse", TargetDescription(kind="regression"))
    assert model.labels == ()
    assert model.predict([[1, 2], [3, 4]]).tolist() == [4, 8]
    with pytest.raises(ConfigurationError) as refused:
        model.predict_proba([[1, 2]])
    assert str(refused.value) == "a regressor gives values, not probabilities. Use predict"


def test_several_values(tmp_path: Path) -> None:
    target = TargetDescription(kind="regression", columns=2)
    model = load(tmp_path, "Dense units=2", "mse", target)
    assert model.predict([[1, 2]]).tolist() == [[4, 4]]


def test_scores_are_no_probabilities(tmp_path: Path) -> None:
    target = TargetDescription(kind="binary", classes=(0, 1))
    model = load(tmp_path, "Dense units=1", "hinge", target)
    assert model.predict([[1, 2], [-3, 0]]).tolist() == [1, 0]
    with pytest.raises(
        ConfigurationError, match=r"the model gives no probabilities: the last layer, layer 1 "
    ):
        model.predict_proba([[1, 2]])


def test_outputs_beyond_1_are_no_probabilities(tmp_path: Path) -> None:
    target = TargetDescription(kind="multiclass", classes=(0, 1))
    model = load(tmp_path, "LayerNormalization", "categorical_crossentropy", target)
    assert model.predict([[3, -4]]).tolist() == [0]
    with pytest.raises(ConfigurationError) as refused:
        model.predict_proba([[3, -4]])
    assert str(refused.value) == (
        "the outputs of the network are no probabilities: some are below 0 or above 1. Use predict"
    )


def test_what_is_no_fitted_model(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no model")
    with pytest.raises(ModelFileError, match="is a text file, not a model"):
        galaxy_keras.load(tmp_path / "notes.txt")


@pytest.mark.slow
def test_raw_samples(run: Run) -> None:  # noqa: F811
    kinds = {"happy days": "good", "rain": "bad", "sunny": "good", "dark, cold days": "bad"}
    write_rows("x.tsv", [["text", "kind"], *(kinds.items())] * 1 + list(kinds.items()) * 9)
    run(
        "keras-model-config",
        *("--input-shape", "3", "--output", "model.json"),
        *("--layer", "Embedding input_dim=20 output_dim=2", "--layer", "Flatten"),
        *("--layer", "Dense units=1 activation=sigmoid"),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--optimizer", "adam", "--epochs", "2"),
        *("--loss", "binary_crossentropy", "--input", "words columns=text"),
        *("--target", "labels columns=kind", "--output", "builder.zip"),
    )
    run(
        "keras-train-and-eval",
        *("--model", "builder.zip", "--features", "x.tsv", "--features-header", "--seed", "1"),
        *("--target-columns", "name:kind"),
        *("--output-model", "m.h5mlm", "--output-metrics", "s.tsv"),
    )
    run(
        "model-prediction",
        *("--model", "m.h5mlm", "--features", "x.tsv", "--method", "predict_proba"),
        *("--output", "p.tsv"),
    )
    expected = np.array(read_rows("p.tsv")[1:], "float32")
    model = galaxy_keras.load("m.h5mlm")
    texts = [text for text, _ in read_rows("x.tsv")[1:]]
    for samples in (texts, pd.DataFrame({"text": texts, "more": 0}), "x.tsv", [[t] for t in texts]):
        np.testing.assert_allclose(model.predict_proba(samples), expected, rtol=0, atol=1e-6)
