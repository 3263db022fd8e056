"""What is called a probability is one; a network that gives none says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel

from .conftest import Run, read_rows, write_rows

pytestmark = pytest.mark.slow

TRAIN = ("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", "--seed", "1")
OUTPUTS = (
    *("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"),
    *("--output-true", "true.tsv", "--output-predictions", "scores.tsv", "--device", "cpu"),
)
PREDICT = ("--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "p.tsv")


def build(run: Run, classes: int, loss: str, *layers: str) -> None:
    points = np.random.default_rng(5).normal(size=(60, 2)).round(3)
    write_rows("X.tsv", points.tolist())
    write_rows("y.tsv", [["abc"[int(abs(4 * sum(row))) % classes]] for row in points])
    options = [text for layer in layers for text in ("--layer", layer)]
    run("keras-model-config", "--input-shape", "2", *options, "--output", "model.json")
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--loss", loss),
        *("--optimizer", "adam", "--optimizer-option", "learning_rate=0.3", "--epochs", "4"),
        *("--seed", "1", "--output", "builder.zip"),
    )


def compute_outputs() -> np.ndarray:
    """The outputs of a fitted network of one linear layer."""
    fitted = read_model(Path("fitted.h5mlm"))
    assert isinstance(fitted, FittedModel)
    kernel, bias = fitted.weights[-1].arrays
    return np.array(read_rows("X.tsv"), float) @ kernel + bias


@pytest.mark.parametrize("loss", ["hinge", "mse"])
def test_scores_are_not_called_probabilities(run: Run, loss: str) -> None:
    build(run, 2, loss, "Dense units=1 kernel_initializer='Constant value=2'")
    scoring = ("--scoring", "roc_auc", "--scoring", "average_precision")
    said = run("keras-train-and-eval", *TRAIN, *scoring, *OUTPUTS).stderr
    name = {"hinge": "hinge", "mse": "mean_squared_error"}[loss]
    reason = (
        f'the last layer, layer 1 (Dense "dense"), has linear activation and the loss is {name}, '
        "so that the network gives scores"
    )
    assert f"Warning: --output-predictions holds scores: {reason}.\n" in said

    refused = run("model-prediction", *PREDICT, "--method", "predict_proba", code=3).stderr
    assert refused == (
        "Error: --method predict_proba asks for probabilities, which the network does not give: "
        f"{reason}. Train a network that ends in sigmoid with binary_crossentropy, or use "
        "--method decision_function for its scores, or --method predict for labels\n"
    )

    run("model-prediction", *PREDICT, "--method", "decision_function")
    header, *rows = read_rows("p.tsv")
    assert header == ["a", "b"]
    outputs = compute_outputs()[:, 0]
    scores = (outputs + 1) / 2 if loss == "hinge" else outputs
    assert not ((scores >= 0) & (scores <= 1)).all()
    found = np.array(rows, float)
    np.testing.assert_allclose(found, np.stack([1 - scores, scores], axis=1), atol=1e-5)

    names, values = read_rows("metrics.tsv")
    metrics = dict(zip(names, map(float, values), strict=True))
    true = [row[0] == "b" for row in read_rows("true.tsv")[1:]]
    held_out = [float(row[1]) for row in read_rows("scores.tsv")[1:]]
    assert metrics["roc_auc"] == pytest.approx(roc_auc_score(true, held_out))
    assert metrics["average_precision"] == pytest.approx(average_precision_score(true, held_out))


def test_a_score_of_probabilities_is_refused_before_training(run: Run) -> None:
    build(run, 2, "hinge", "Dense units=1")
    options = ("--scoring", "neg_log_loss", "--scoring", "roc_auc")
    said = run("keras-train-and-eval", *TRAIN, *options, "--check", code=3).stderr
    assert said == (
        'Error: --scoring: the scorer "neg_log_loss" needs the probability of each class, but the '
        'last layer, layer 1 (Dense "dense"), has linear activation and the loss is hinge, so that '
        "the network gives scores. Train a network that ends in sigmoid with binary_crossentropy, "
        "or choose a score that needs none\n"
    )


def test_sigmoids_of_several_classes_do_not_sum_to_one(run: Run) -> None:
    build(run, 3, "binary_crossentropy", "Dense units=3 activation=sigmoid")
    refused = run(
        "keras-train-and-eval", *TRAIN, "--scoring", "roc_auc_ovr", "--check", code=3
    ).stderr
    assert "so that the probabilities of the classes do not sum to 1. Train a network" in refused
    run("keras-train-and-eval", *TRAIN, "--scoring", "average_precision", *OUTPUTS)
    said = run("model-prediction", *PREDICT, "--method", "predict_proba").stderr
    assert (
        "Warning: --method predict_proba gives the probability of each class alone: the last "
        'layer, layer 1 (Dense "dense"), has sigmoid activation, so that the probabilities of the '
        "classes do not sum to 1.\n" in said
    )
    found = np.array(read_rows("p.tsv")[1:], float)
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-compute_outputs())), atol=1e-6)


def test_an_output_of_unknown_kind_is_checked(run: Run) -> None:
    build(run, 2, "mse", "Dense units=1", "Rescaling scale=9")
    run("keras-train-and-eval", *TRAIN, *OUTPUTS)
    refused = run("model-prediction", *PREDICT, "-q", "--method", "predict_proba", code=3).stderr
    assert refused.startswith("Error: X.tsv, row 1: the network gives ")
    assert refused.endswith(
        'for the class "a", which is no probability. Use --method decision_function for scores, or '
        "--method predict for labels\n"
    )


def test_a_regressor_gives_no_scores_of_classes(run: Run) -> None:
    build(run, 2, "mse", "Dense units=1")
    write_rows("y.tsv", [[number] for number in range(60)])
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "regressor"),
        *("--loss", "mse", "--optimizer", "adam", "--epochs", "1", "--output", "builder.zip"),
    )
    run("keras-train-and-eval", *TRAIN, *OUTPUTS)
    refused = run("model-prediction", *PREDICT, "--method", "decision_function", code=3).stderr
    assert refused == (
        "Error: --method decision_function asks for scores of classes, but the model is a "
        "regressor. Use --method predict\n"
    )
