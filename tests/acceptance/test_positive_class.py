"""Scores of one class are those of the class that was chosen, and name it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import (
    average_precision_score,
    class_likelihood_ratios,
    f1_score,
    jaccard_score,
    precision_score,
    recall_score,
    roc_auc_score,
)

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel

from .conftest import Run, read_rows, write_rows

pytestmark = pytest.mark.slow

TRAIN = (
    *("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", "--seed", "1"),
    *("--split", "stratified", "--test-size", "0.5"),
)
OUTPUTS = (
    *("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"),
    *("--output-true", "true.tsv", "--output-predictions", "scores.tsv", "--device", "cpu"),
)
PREDICT = ("--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "p.tsv")
SCORERS = ("f1", "precision", "recall", "jaccard", "average_precision", "roc_auc")
SCORING = tuple(text for name in SCORERS for text in ("--scoring", name))
LAYERS = {
    "sigmoid": ("Dense units=1 activation=sigmoid", "binary_crossentropy"),
    "softmax": ("Dense units=2 activation=softmax", "categorical_crossentropy"),
}
Build = Callable[..., None]


@pytest.fixture
def build(run: Run) -> Build:
    """Write a builder, and 160 rows of which a quarter has the first label."""

    def build(labels: tuple[str, str] = ("case", "control"), network: str = "sigmoid") -> None:
        random = np.random.default_rng(5)
        points = random.normal(size=(160, 2)).round(3)
        ranks = np.argsort(np.argsort(points.sum(axis=1) + random.normal(scale=0.7, size=160)))
        first = ranks >= 120
        write_rows("X.tsv", points.tolist())
        write_rows("y.tsv", [[labels[0] if each else labels[1]] for each in first])
        layer, loss = LAYERS[network]
        run(
            "keras-model-config",
            *("--input-shape", "2", "--layer", layer, "--output", "model.json"),
        )
        run(
            "keras-model-builder",
            *("--model-config", "model.json", "--task", "classifier", "--loss", loss),
            *("--optimizer", "adam", "--optimizer-option", "learning_rate=0.1"),
            *("--metric", "Recall name=found", "--epochs", "8", "--output", "builder.zip"),
        )

    return build


def read_scores() -> dict[str, float]:
    names, values = read_rows("metrics.tsv")
    assert names == sorted(names)
    return dict(zip(names, map(float, values), strict=True))


def compute_scores(positive: str) -> dict[str, float]:
    """The scores of a class, from the tables that training wrote."""
    true = [row[0] for row in read_rows("true.tsv")[1:]]
    labels, *rows = read_rows("scores.tsv")
    probabilities = np.array(rows, float)
    predicted = [labels[column] for column in probabilities.argmax(axis=1)]
    ranked = ([label == positive for label in true], probabilities[:, labels.index(positive)])
    chosen = {"pos_label": positive, "zero_division": 0}
    return {
        "f1": f1_score(true, predicted, **chosen),
        "precision": precision_score(true, predicted, **chosen),
        "recall": recall_score(true, predicted, **chosen),
        "jaccard": jaccard_score(true, predicted, **chosen),
        "average_precision": average_precision_score(*ranked),
        "roc_auc": roc_auc_score(*ranked),
    }


@pytest.mark.parametrize("network", LAYERS)
@pytest.mark.parametrize("positive", ["case", "control"])
def test_scores_are_those_of_the_chosen_class(
    run: Run, build: Build, network: str, positive: str
) -> None:
    build(network=network)
    result = run("keras-train-and-eval", *TRAIN, *SCORING, *OUTPUTS, "--pos-label", positive)
    found, expected = read_scores(), compute_scores(positive)
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    other = compute_scores("control" if positive == "case" else "case")
    assert abs(expected["f1"] - other["f1"]) > 0.05

    printed = [line.split("\t") for line in result.stdout.splitlines()]
    named = {cells[0] for cells in printed if cells[2:] == [f"of {positive}"]}
    keras = {"found"} if network == "sigmoid" else set()
    assert named == {*SCORERS, *keras}
    if network == "sigmoid":
        assert found["found"] == pytest.approx(expected["recall"])
    rows = {"case": 40, "control": 120}[positive]
    assert f'The positive class is "{positive}" ({rows} of 160 rows), as chosen.' in (result.stderr)
    fitted = read_model(Path("fitted.h5mlm"))
    assert isinstance(fitted, FittedModel)
    assert fitted.target.positive_class == positive
    # Labels come back as they were, and a table of probabilities ends with the positive class.
    assert read_rows("scores.tsv")[0][1] == positive
    assert {row[0] for row in read_rows("true.tsv")[1:]} == {"case", "control"}


def test_the_more_frequent_class_is_warned_of(run: Run, build: Build) -> None:
    build()
    result = run("keras-train-and-eval", *TRAIN, "--scoring", "f1", *OUTPUTS)
    assert (
        'Warning: The positive class is "control" (120 of 160 rows), the second of the two labels '
        "and the more frequent one. Scores of this class: f1, found. For those of the other one "
        "give --pos-label case.\n" in result.stderr
    )
    assert read_scores()["f1"] == pytest.approx(compute_scores("control")["f1"])
    said = run("keras-train-and-eval", *TRAIN, "--scoring", "f1", "--check", "--pos-label", "case")
    assert 'classes control, case, positive class "case"' in said.stdout
    assert "scores: f1 of case" in said.stdout


def test_the_less_frequent_class_is_only_said(run: Run, build: Build) -> None:
    build(labels=("yes", "no"))
    result = run("keras-train-and-eval", *TRAIN, "--scoring", "f1", *OUTPUTS)
    assert "Warning" not in result.stderr
    assert (
        'The positive class is "yes" (40 of 160 rows), the second of the two labels.'
        in result.stderr.splitlines()
    )


@pytest.mark.parametrize("given", [(), ("--pos-label", "+1"), ("--pos-label", "1")])
def test_labels_that_are_numbers_are_ordered_as_numbers(
    run: Run, build: Build, given: tuple[str, ...]
) -> None:
    build(labels=("+1", "-1"))
    run("keras-train-and-eval", *TRAIN, *SCORING, *OUTPUTS, *given)
    assert read_rows("scores.tsv")[0] == ["-1", "+1"]
    found, expected = read_scores(), compute_scores("+1")
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_the_positive_class_goes_with_the_model(run: Run, build: Build) -> None:
    build()
    run("keras-train-and-eval", *TRAIN, *OUTPUTS, "--pos-label", "case")
    Path("fitted.h5mlm").rename("earlier.h5mlm")
    again = ("--model", "earlier.h5mlm", *TRAIN[2:], *OUTPUTS)
    said = run("keras-train-and-eval", *again, "--scoring", "f1").stderr
    assert 'The positive class is "case" (40 of 160 rows)' in said
    assert read_scores()["f1"] == pytest.approx(compute_scores("case")["f1"])
    said = run("keras-train-and-eval", *again, "--pos-label", "control", code=3).stderr
    assert said.startswith('Error: --pos-label control: the model was trained with "case" as the')

    run("model-prediction", *PREDICT, "--method", "predict_proba")
    labels, *rows = read_rows("p.tsv")
    assert labels == ["control", "case"]
    probabilities = np.array(rows, float)
    for name, column in (("case", 1), ("control", 0)):
        options = ("--threshold", "0.3", "--pos-label", name)
        run("model-prediction", *PREDICT, *options)
        predicted = [row[0] for row in read_rows("p.tsv")[1:]]
        expected = probabilities[:, column] > 0.3
        assert [each == name for each in predicted] == expected.tolist()
    run("model-prediction", *PREDICT, "--threshold", "0.3")
    predicted = [row[0] for row in read_rows("p.tsv")[1:]]
    assert [each == "case" for each in predicted] == (probabilities[:, 1] > 0.3).tolist()
    said = run("model-prediction", *PREDICT, "--pos-label", "x", code=3).stderr
    assert said.startswith('Error: --pos-label: there is no class "x".')


def test_the_threshold_is_for_two_classes_of_a_softmax_too(run: Run, build: Build) -> None:
    build(network="softmax")
    run("keras-train-and-eval", *TRAIN, *OUTPUTS, "--pos-label", "case")
    run("model-prediction", *PREDICT, "--method", "predict_proba")
    probabilities = np.array([row[1] for row in read_rows("p.tsv")[1:]], float)
    run("model-prediction", *PREDICT, "--threshold", "0.2")
    predicted = [row[0] for row in read_rows("p.tsv")[1:]]
    assert [each == "case" for each in predicted] == (probabilities > 0.2).tolist()


def test_the_report_shows_the_scores_of_the_chosen_class(run: Run, build: Build) -> None:
    build()
    run("keras-train-and-eval", *TRAIN, *SCORING, *OUTPUTS, "--pos-label", "case")
    tables = (
        *("--model", "fitted.h5mlm", "--true", "true.tsv", "--true-header"),
        *("--scores", "scores.tsv", "--scores-header", "--output", "report.html"),
    )
    for options, positive in (((), "case"), (("--pos-label", "control"), "control")):
        run("ml-visualization-ex", "report", *tables, *options)
        page = Path("report.html").read_text()
        f1 = compute_scores(positive)["f1"]
        assert f'<th scope="row">F1 of {positive}</th><td class="number">{f1:.3f}</td>' in page
        assert f"Average precision of {positive}" in page
        # What training stored keeps its class.
        assert "average_precision of case" in page
    said = run("ml-visualization-ex", "report", *tables, "--pos-label", "x", code=3).stderr
    assert said.startswith('Error: --pos-label: there is no class "x".')


def test_importances_name_the_class(run: Run, build: Build) -> None:
    build()
    run("keras-train-and-eval", *TRAIN, *OUTPUTS, "--pos-label", "case")
    run(
        "ml-visualization-ex",
        *("permutation-importances", "--model", "fitted.h5mlm", "--features", "X.tsv"),
        *("--target", "y.tsv", "--scoring", "f1", "--output", "importances.svg"),
    )
    assert "Drop in f1 of case when shuffled" in Path("importances.svg").read_text()


def test_likelihood_ratios_are_of_the_chosen_class(run: Run, build: Build) -> None:
    build()
    scoring = ("--scoring", "positive_likelihood_ratio")
    run("keras-train-and-eval", *TRAIN, *scoring, *OUTPUTS, "--pos-label", "case")
    labels, *rows = read_rows("scores.tsv")
    true = [row[0] for row in read_rows("true.tsv")[1:]]
    predicted = [labels[column] for column in np.array(rows, float).argmax(axis=1)]
    expected, _ = class_likelihood_ratios(true, predicted, labels=["control", "case"])
    assert read_scores()["positive_likelihood_ratio"] == pytest.approx(expected)


def test_columns_of_a_one_hot_target_give_their_own_advice(run: Run, build: Build) -> None:
    build(network="softmax")
    columns = [["01", "10"][row[0] == "case"] for row in read_rows("y.tsv")]
    write_rows("y.tsv", [["case", "control"], *map(list, columns)])
    options = ("--target-header", "--scoring", "f1", "--check")
    said = run("keras-train-and-eval", *TRAIN, *options).stderr
    assert said.splitlines()[0].endswith(
        "Scores of this class: f1. For those of the other one give the target as one column of "
        "labels, and --pos-label."
    )


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            (),
            'Warning: The positive class is "control" (60 of 80 rows), the more frequent one. '
            "--pos-label chooses the other one.",
        ),
        (("--pos-label", "case"), None),
        (
            ("--scores-columns", "name:case"),
            'The positive class is "case" (20 of 80 rows). --pos-label chooses the other one.',
        ),
    ],
)
def test_curves_say_which_class_was_taken(
    run: Run, build: Build, options: tuple[str, ...], said: str | None
) -> None:
    build()
    run("keras-train-and-eval", *TRAIN, *OUTPUTS)
    tables = ("--true", "true.tsv", "--true-header", "--scores", "scores.tsv", "--scores-header")
    result = run(
        "ml-visualization-ex", "precision-recall-curve", *tables, *options, "--output", "c.svg"
    )
    told = [line for line in result.stderr.splitlines() if "positive class" in line]
    assert told == ([] if said is None else [said])
    positive = "case" if options else "control"
    area = compute_scores(positive)["average_precision"]
    assert f"{positive} (AP {area:.3f})" in Path("c.svg").read_text()
