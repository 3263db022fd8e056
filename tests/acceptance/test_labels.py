"""Labels and targets come back as they were given, in every command."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from .conftest import Run, read_rows, write_rows

pytestmark = pytest.mark.slow

SPELLINGS = (
    "These are the same number, but different labels, because they are written differently: 1.1 "
    "and 1.10. If they mean the same, write them alike."
)
DATA = ("--features", "X.tsv", "--target", "y.tsv", "--seed", "3")
OUTPUTS = (
    *("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"),
    *("--output-true", "true.tsv", "--output-predictions", "proba.tsv"),
)


def build(run: Run, columns: int, layer: str, loss: str, task: str = "classifier") -> None:
    run(
        "keras-model-config",
        *("--input-shape", str(columns), "--layer", layer, "--output", "model.json"),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", task, "--loss", loss),
        *("--optimizer", "adam", "--optimizer-option", "learning_rate=0.3", "--epochs", "10"),
        *("--batch-size", "8", "--output", "builder.zip"),
    )


def write_classes(labels: list[str], rows: int = 60) -> list[str]:
    """Write one feature for each class, which is high in its rows; return the label of each row."""
    codes = np.arange(rows) % len(labels)
    noise = np.random.default_rng(1).normal(0, 0.1, (rows, len(labels))).round(3)
    write_rows("X.tsv", (noise + 3 * np.eye(len(labels))[codes]).round(3).tolist())
    given = [labels[code] for code in codes]
    write_rows("y.tsv", [[label] for label in given])
    return given


def test_labels_come_back_as_given_and_never_merge(run: Run) -> None:
    labels = ["1.1", "1.10", "2.50", "1234567890123456789", "1234567890123456788"]
    given = write_classes(labels)
    build(run, 5, "Dense units=5 activation=softmax", "categorical_crossentropy")
    result = run("keras-train-and-eval", "--model", "builder.zip", *DATA, *OUTPUTS)
    assert result.stderr.splitlines()[0] == f"Warning: {SPELLINGS}"
    ordered = ["1.1", "1.10", "2.50", "1234567890123456788", "1234567890123456789"]
    assert read_rows("proba.tsv")[0] == ordered

    run("model-prediction", "--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "p.tsv")
    assert read_rows("p.tsv") == [["Predicted"], *([label] for label in given)]

    tables = ("--true", "y.tsv", "--predicted", "p.tsv", "--predicted-header")
    result = run("ml-visualization-ex", "confusion-matrix", *tables, "--output", "cm.svg")
    assert result.stderr == (
        "cm.svg: Confusion matrix of 5 classes; rows are true classes, columns predicted ones. "
        "Accuracy 1.0000 (60 of 60 rows).\n"
    )


def test_floats_in_the_truth_and_integers_in_the_predictions(run: Run) -> None:
    write_rows("true.tsv", [["1.0"], ["0.0"], ["1.0"]])
    write_rows("p.tsv", [["Predicted"], [1], [0], [0]])
    tables = ("--true", "true.tsv", "--predicted", "p.tsv", "--predicted-header")
    result = run("ml-visualization-ex", "confusion-matrix", *tables, "--output", "cm.svg")
    assert result.stderr == (
        "Warning: Labels that are written differently are taken as the same numbers: 0 and 0.0, 1 "
        "and 1.0. Write them alike in all tables.\n"
        "cm.svg: Confusion matrix of 2 classes; rows are true classes, columns predicted ones. "
        "Accuracy 0.6667 (2 of 3 rows).\n"
    )


def test_patients_never_merge(run: Run) -> None:
    write_classes(["a", "b"])
    write_rows("groups.tsv", [["1.10" if row < 20 else "1.1"] for row in range(60)])
    build(run, 2, "Dense units=1 activation=sigmoid", "binary_crossentropy")
    result = run(
        *("keras-train-and-eval", "--model", "builder.zip", *DATA, "--check"),
        *("--split", "group", "--groups", "groups.tsv", "--group-names", "1.10"),
    )
    assert "Rows to train: 40" in result.stdout
    assert "Rows to validation and test: 20" in result.stdout
    assert SPELLINGS.replace("different labels", "different groups") in result.stderr


def test_class_weights_in_another_spelling(run: Run) -> None:
    write_classes(["0.0", "1.0"])
    write_rows("weights.tsv", [[0, 1], [1, 5]])
    build(run, 2, "Dense units=1 activation=sigmoid", "binary_crossentropy")
    weights = ("--class-weight", "weights.tsv", "--check")
    result = run("keras-train-and-eval", "--model", "builder.zip", *DATA, *weights)
    assert "taken as the same numbers: 0 and 0.0, 1 and 1.0" in result.stderr


def test_truth_values_of_pandas(run: Run) -> None:
    codes = np.arange(60) % 3
    write_rows("X.tsv", [["a", "b", "c"], *(np.eye(3)[codes] == 1)])
    write_rows("y.tsv", [["car", "bus", "bike"], *(np.eye(3)[codes] == 1)])
    build(run, 3, "Dense units=3 activation=softmax", "categorical_crossentropy")
    headers = ("--features-header", "--target-header")
    run("keras-train-and-eval", "--model", "builder.zip", *DATA, *headers, *OUTPUTS)
    expected = [["car", "bus", "bike"][code] for code in codes]
    predict = ("--features", "X.tsv", "--features-header", "--output", "p.tsv")
    run("model-prediction", "--model", "fitted.h5mlm", *predict)
    assert [row[0] for row in read_rows("p.tsv")[1:]] == expected

    # Training goes on with the same columns in another order.
    write_rows("y.tsv", [["bike", "car", "bus"], *(np.eye(3)[(codes + 1) % 3] == 1)])
    again = ("--output-model", "again.h5mlm", "--output-metrics", "metrics.tsv")
    run("keras-train-and-eval", "--model", "fitted.h5mlm", *DATA, *headers, *again)
    assert float(dict(zip(*read_rows("metrics.tsv"), strict=True))["accuracy"]) == 1
    run("model-prediction", "--model", "again.h5mlm", *predict)
    assert [row[0] for row in read_rows("p.tsv")[1:]] == expected


def test_several_labels_a_row_are_matched_by_name_in_plots_and_the_report(run: Run) -> None:
    points = np.random.default_rng(5).normal(size=(80, 2)).round(3)
    labels = (points > 0).astype(int)
    write_rows("X.tsv", points.tolist())
    write_rows("y.tsv", [["wide", "high"], *labels.tolist()])
    build(run, 2, "Dense units=2 activation=sigmoid", "binary_crossentropy")
    run("keras-train-and-eval", "--model", "builder.zip", *DATA, "--target-header", *OUTPUTS)
    predict = ("--features", "X.tsv", "--method", "predict_proba", "--output", "p.tsv")
    run("model-prediction", "--model", "fitted.h5mlm", *predict)

    write_rows("shuffled.tsv", [["high", "wide"], *labels[:, ::-1].tolist()])
    tables = ("--true", "shuffled.tsv", "--true-header", "--scores", "p.tsv", "--scores-header")
    for kind in ("roc-curve", "precision-recall-curve"):
        by_name = run("ml-visualization-ex", kind, *tables, "--output", "c.svg").stderr
        in_order = ("--true", "y.tsv", *tables[2:], "--output", "c.svg")
        expected = run("ml-visualization-ex", kind, *in_order).stderr
        areas = re.findall(r"(wide|high) \(A(?:UC|P) ([0-9.]+)\)", by_name)
        assert sorted(areas) == sorted(re.findall(r"(wide|high) \(A(?:UC|P) ([0-9.]+)\)", expected))
        assert len(areas) == 2
        assert min(float(area) for _, area in areas) > 0.99
    page = ("--model", "fitted.h5mlm", *tables, "--output", "report.html")
    run("ml-visualization-ex", "report", *page)
    first = Path("report.html").read_text()
    run("ml-visualization-ex", "report", *page[:2], "--true", "y.tsv", *page[4:])
    assert first.replace("shuffled.tsv", "y.tsv") == Path("report.html").read_text()


def test_values_are_written_with_all_their_digits(run: Run) -> None:
    values = [f"{row}.12345678901230" for row in range(40)]
    write_rows("X.tsv", [[row] for row in range(40)])
    write_rows("y.tsv", [[value] for value in values])
    build(run, 1, "Dense units=1", "mse", "regressor")
    run("keras-train-and-eval", "--model", "builder.zip", *DATA, *OUTPUTS)
    header, *true = read_rows("true.tsv")
    assert header == ["True"]
    assert len(true) == 8
    assert {row[0] for row in true} < set(values)
