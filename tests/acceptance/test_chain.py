"""The chain on targets of every kind; scores are computed again from the tables it writes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.metrics import accuracy_score, f1_score, r2_score, roc_auc_score
from sklearn.model_selection import train_test_split

from .conftest import Run, read_rows, write_rows

pytestmark = pytest.mark.slow

REVIEWS = Path(__file__).parents[2] / "test-data"
TRAIN = ["--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", "--seed", "3"]
OUTPUTS = [
    *("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"),
    *("--output-history", "history.tsv", "--output-true", "true.tsv"),
    *("--output-predictions", "proba.tsv"),
]


def build(run: Run, columns: int, layers: list[str], *settings: str) -> None:
    run(
        "keras-model-config",
        *("--input-shape", str(columns), "--output", "model.json"),
        *(argument for layer in layers for argument in ("--layer", layer)),
    )
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--output", "builder.zip"),
        *settings,
    )


def read_scores() -> dict[str, float]:
    names, values = read_rows("metrics.tsv")
    assert names == sorted(names)
    return dict(zip(names, map(float, values), strict=True))


def read_column(path: str) -> list[str]:
    return [row[0] for row in read_rows(path)[1:]]


def choose_labels() -> list[str]:
    """Return the label with the largest probability in each row."""
    labels, *rows = read_rows("proba.tsv")
    return [labels[int(np.argmax([float(cell) for cell in row]))] for row in rows]


def make_points(count: int) -> np.ndarray:
    """Two features, of which the sum decides."""
    return np.random.default_rng(5).normal(size=(count, 2)).round(4)


BINARY = (
    *("--task", "classifier", "--loss", "binary_crossentropy", "--optimizer", "adam"),
    *("--optimizer-option", "learning_rate=0.05", "--metric", "accuracy"),
    *("--epochs", "15", "--batch-size", "16"),
)


@pytest.mark.parametrize(
    ("negative", "positive"), [("negative", "positive"), (1, 2), (0, 1)], ids=["text", "12", "01"]
)
def test_two_classes(run: Run, negative: object, positive: object) -> None:
    points = make_points(200)
    labels = [positive if point.sum() > 0 else negative for point in points]
    write_rows("X.tsv", points)
    write_rows("y.tsv", [[label] for label in labels])
    build(run, 2, ["Dense units=4 activation=relu", "Dense units=1 activation=sigmoid"], *BINARY)
    run("keras-train-and-eval", *TRAIN, "--scoring", "f1", "--scoring", "accuracy", *OUTPUTS)

    _, expected_true = train_test_split(labels, test_size=0.2, random_state=3)
    true, predicted = read_column("true.tsv"), choose_labels()
    assert true == [str(label) for label in expected_true]
    scores = read_scores()
    assert set(scores) == {"accuracy", "f1", "loss"}
    assert scores["accuracy"] == pytest.approx(accuracy_score(true, predicted))
    assert scores["f1"] == pytest.approx(f1_score(true, predicted, pos_label=str(positive)))
    assert scores["accuracy"] > 0.85
    probabilities = np.array([float(row[1]) for row in read_rows("proba.tsv")[1:]])
    hits = np.array(true) == str(positive)
    by_hand = -np.log(np.where(hits, probabilities, 1 - probabilities)).mean()
    assert scores["loss"] == pytest.approx(by_hand, rel=1e-5)

    run("model-prediction", "--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "p.tsv")
    assert read_rows("p.tsv")[0] == ["Predicted"]
    assert np.mean(np.array(read_column("p.tsv")) == np.array(labels, dtype=str)) > 0.85


@pytest.mark.parametrize("one_hot", [False, True], ids=["plain", "one-hot"])
@pytest.mark.parametrize("loss", ["categorical_crossentropy", "sparse_categorical_crossentropy"])
def test_ten_digits(run: Run, one_hot: bool, loss: str) -> None:
    digits = load_digits()
    write_rows("X.tsv", digits.data.astype(int))
    target = np.eye(10, dtype=int)[digits.target] if one_hot else digits.target[:, np.newaxis]
    write_rows("y.tsv", target)
    build(
        run,
        64,
        [
            "Rescaling scale=0.0625",
            "Dense units=32 activation=relu",
            "Dense units=10 activation=softmax",
        ],
        *("--task", "classifier", "--loss", loss, "--optimizer", "adam", "--metric", "accuracy"),
        *("--optimizer-option", "learning_rate=0.01", "--epochs", "6", "--batch-size", "32"),
    )
    run(
        "keras-train-and-eval",
        *TRAIN,
        *("--split", "stratified", "--scoring", "accuracy", "--scoring", "f1_macro"),
        *OUTPUTS,
    )
    _, expected_true = train_test_split(
        digits.target, test_size=0.2, random_state=3, stratify=digits.target
    )
    true, predicted = read_column("true.tsv"), choose_labels()
    assert true == [str(label) for label in expected_true]
    scores = read_scores()
    assert scores["accuracy"] == pytest.approx(accuracy_score(true, predicted))
    assert scores["f1_macro"] == pytest.approx(f1_score(true, predicted, average="macro"))
    assert scores["accuracy"] > 0.9

    run("model-prediction", "--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "p.tsv")
    assert np.mean(np.array(read_column("p.tsv"), dtype=int) == digits.target) > 0.9


def test_a_regression_with_two_outputs(run: Run) -> None:
    points = make_points(200)
    targets = np.stack([points.sum(axis=1), points[:, 0] - 2 * points[:, 1]], axis=1).round(4)
    write_rows("X.tsv", [["a", "b"], *points])
    write_rows("y.tsv", [["sum", "difference"], *targets])
    build(
        run,
        2,
        ["Dense units=2"],
        *("--task", "regressor", "--loss", "mean_squared_error", "--optimizer", "sgd"),
        *("--optimizer-option", "learning_rate=0.1", "--metric", "mae", "--epochs", "20"),
    )
    run(
        "keras-train-and-eval",
        *TRAIN,
        *("--features-header", "--target-header", "--scoring", "r2"),
        *OUTPUTS,
    )
    true, predicted = read_rows("true.tsv"), read_rows("proba.tsv")
    assert true[0] == predicted[0] == ["sum", "difference"]
    true_values = np.array(true[1:], dtype=float)
    predicted_values = np.array(predicted[1:], dtype=float)
    scores = read_scores()
    assert scores["r2"] == pytest.approx(r2_score(true_values, predicted_values), rel=1e-5)
    errors = true_values - predicted_values
    assert scores["loss"] == pytest.approx((errors**2).mean(), rel=1e-3)
    assert scores["mae"] == pytest.approx(np.abs(errors).mean(), rel=1e-3)
    assert scores["r2"] > 0.99


def test_several_labels_a_row(run: Run) -> None:
    points = make_points(200)
    labels = (points > 0).astype(int)
    write_rows("X.tsv", points)
    write_rows("y.tsv", [["wide", "high"], *labels])
    build(run, 2, ["Dense units=2 activation=sigmoid"], *BINARY)
    run(
        "keras-train-and-eval",
        *TRAIN,
        *("--target-header", "--scoring", "f1_macro", "--scoring", "roc_auc"),
        *OUTPUTS,
    )
    true = np.array(read_rows("true.tsv")[1:], dtype=int)
    probabilities = np.array(read_rows("proba.tsv")[1:], dtype=float)
    by_hand = f1_score(true, probabilities > 0.5, average="macro")
    assert read_scores()["f1_macro"] == pytest.approx(by_hand)
    assert read_scores()["roc_auc"] == pytest.approx(roc_auc_score(true, probabilities))
    run("model-prediction", "--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "p.tsv")
    predicted = read_rows("p.tsv")
    assert predicted[0] == ["wide", "high"]
    assert np.mean(np.array(predicted[1:], dtype=int) == labels) > 0.9


def test_the_seed_of_the_builder_makes_the_split_repeatable_too(run: Run) -> None:
    points = make_points(100)
    write_rows("X.tsv", points)
    write_rows("y.tsv", [[int(point[0] > 0)] for point in points])
    build(run, 2, ["Dense units=1 activation=sigmoid"], *BINARY, "--seed", "9")
    unseeded = TRAIN[:-2]
    contents = []
    for _ in range(2):
        run("keras-train-and-eval", *unseeded, *OUTPUTS)
        contents.append(Path("true.tsv").read_text() + Path("metrics.tsv").read_text())
    assert contents[0] == contents[1]


def test_two_runs_with_a_seed_are_equal_to_the_byte(run: Run) -> None:
    write_rows("X.tsv", read_rows(str(REVIEWS / "reviews_X_train.tsv"))[:300])
    write_rows("y.tsv", read_rows(str(REVIEWS / "reviews_y_train.tsv"))[:300])
    layers = [
        "Embedding input_dim=64 output_dim=8",
        "LSTM units=8 dropout=0.2",
        "Dense units=1 activation=sigmoid",
    ]
    build(run, 40, layers, *BINARY)
    contents = []
    for _ in range(2):
        run("keras-train-and-eval", *TRAIN, "--set", "epochs=2", *OUTPUTS)
        names = ("fitted.h5mlm", "metrics.tsv", "history.tsv", "proba.tsv")
        contents.append([Path(name).read_bytes() for name in names])
    assert contents[0] == contents[1]


def test_training_goes_on_where_it_stopped(run: Run) -> None:
    points = make_points(120)
    write_rows("X.tsv", points)
    write_rows("y.tsv", [[int(point.sum() > 0)] for point in points])
    build(run, 2, ["Dense units=1 activation=sigmoid"], *BINARY)
    run("keras-train-and-eval", *TRAIN, "--set", "epochs=5", *OUTPUTS)
    first = read_rows("history.tsv")
    Path("fitted.h5mlm").rename("earlier.h5mlm")
    run("keras-train-and-eval", "--model", "earlier.h5mlm", *TRAIN[2:], *OUTPUTS)
    second = read_rows("history.tsv")
    assert float(second[1][1]) < float(first[-1][1]) < float(first[1][1])


def test_named_columns_in_another_order(run: Run) -> None:
    points = make_points(100)
    write_rows("X.tsv", [["a", "b"], *points])
    write_rows("y.tsv", [[int(point[0] > 0)] for point in points])
    build(run, 2, ["Dense units=1 activation=sigmoid"], *BINARY)
    run("keras-train-and-eval", *TRAIN, "--features-header", *OUTPUTS)
    predict = ["model-prediction", "--model", "fitted.h5mlm", "--features-header", "--features"]
    run(*predict, "X.tsv", "--output", "p.tsv")
    write_rows("swapped.tsv", [["b", "a"], *points[:, ::-1]])
    result = run(*predict, "swapped.tsv", "--output", "q.tsv")
    assert "were put into the order of the model" in result.stderr
    assert Path("p.tsv").read_text() == Path("q.tsv").read_text()
