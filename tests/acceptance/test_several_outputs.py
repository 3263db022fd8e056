"""Networks with several inputs and outputs, from the shell to the report.

What a plain Keras model with the same weights and scikit-learn compute must come out.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_linnerud
from sklearn.metrics import accuracy_score, f1_score, r2_score

import galaxy_keras
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.learning.building import build_model
from galaxy_keras.learning.checkpointing import Checkpointing
from galaxy_keras.learning.weights import restore_weights

from .conftest import Run, read_rows, write_rows

ROWS, HELD_OUT = 90, 30
KINDS = ("low", "mid", "high")
SPEC = {
    "layers": [
        {"name": "x", "type": "Input", "shape": 2},
        {"name": "y", "type": "Input", "shape": 1},
        {"name": "both", "type": "Concatenate", "inputs": ["x", "y"]},
        {"name": "hidden", "type": "Dense", "units": 8, "activation": "tanh"},
        {"name": "kind", "type": "Dense", "units": 3, "activation": "softmax"},
        {"name": "size", "type": "Dense", "units": 2, "inputs": "hidden"},
    ],
    "outputs": ["kind", "size"],
}
BUILD = (
    *("--model-config", "network.json", "--optimizer", "adam", "--epochs", "4", "--seed", "3"),
    *("--loss", "kind: categorical_crossentropy", "--loss", "size: mse"),
    *("--loss-weight", "size: 0.25", "--metric", "kind: acc", "--metric", "size: mae"),
    *("--batch-size", "8", "--output", "builder.zip"),
)
TRAIN = (
    *("--model", "builder.zip", "--features", "table.tsv", "--split", "last", "--test-size"),
    *(str(HELD_OUT), "--output-model", "model.h5mlm", "--output-metrics", "scores.tsv"),
    *("--id-columns", "name:name"),
)
OUTPUTS = (
    *("--output-true", "true.tsv", "--output-predictions", "probabilities.tsv"),
    *("--output-labels", "labels.tsv", "--output-history", "history.tsv"),
)


def write_table() -> np.ndarray:
    """Write names, features and targets of all rows, and return them without names."""
    generator = np.random.default_rng(1)
    values = generator.normal(size=(ROWS, 3)).round(3)
    kinds = np.digitize(values[:, 0], [-0.4, 0.4])
    width = (1000 * values[:, 1] + 3000).round()
    height = (values[:, 2] / 100).round(5)
    rows = [
        [f"s{n}", *values[n].tolist(), KINDS[kinds[n]], width[n], height[n]] for n in range(ROWS)
    ]
    write_rows("table.tsv", [["name", "a", "b", "c", "kind", "width", "height"], *rows])
    return np.array([row[1:] for row in rows], object)


def build(run: Run, *options: str, targets: bool = True) -> None:
    Path("network.yaml").write_text(json.dumps(SPEC))
    run("keras-model-config", "--spec", "network.yaml", "--output", "network.json")
    named = (
        *("--target", "kind: labels columns=kind"),
        *("--target", "size: values columns=[width,height] scale=standard"),
    )
    run("keras-model-builder", *BUILD, *(named if targets else ()), *options)


def read_scores(path: str = "scores.tsv") -> dict[str, float]:
    names, values = read_rows(path)
    return dict(zip(names, map(float, values), strict=True))


def read_plain_model() -> tuple[Any, FittedModel]:
    """Return the network of the fitted model as plain Keras has it."""
    fitted = read_model(Path("model.h5mlm"))
    assert isinstance(fitted, FittedModel)
    model = build_model(fitted.architecture)
    restore_weights(model, fitted.weights)
    return model, fitted


def test_all_figures_are_those_of_keras_and_scikit_learn(run: Run) -> None:
    table = write_table()
    build(run)
    run(
        *("keras-train-and-eval", *TRAIN, *OUTPUTS),
        *("--scoring", "kind: accuracy", "--scoring", "kind: f1_macro", "--scoring", "size: r2"),
    )
    scores = read_scores()
    features = table[:, :3].astype("float32")
    sizes = table[:, 4:].astype(float)
    held = slice(ROWS - HELD_OUT, ROWS)
    learned = sizes[: ROWS - HELD_OUT]
    scaled = (sizes - learned.mean(axis=0)) / learned.std(axis=0)
    labels = sorted(KINDS)
    codes = np.array([labels.index(kind) for kind in table[:, 3]])

    model, _ = read_plain_model()
    model.compile(
        loss={"kind": "categorical_crossentropy", "size": "mse"},
        loss_weights={"kind": 1.0, "size": 0.25},
        metrics={"kind": ["accuracy"]},
    )
    inputs = [features[held, :2], features[held, 2:]]
    found = model.evaluate(
        inputs, [np.eye(3)[codes[held]], scaled[held]], return_dict=True, verbose=0
    )
    assert scores["loss"] == pytest.approx(found["loss"], rel=1e-5)
    assert scores["kind_loss"] == pytest.approx(found["kind_loss"], rel=1e-5)
    assert scores["size_loss"] == pytest.approx(found["size_loss"], rel=1e-5)
    assert scores["kind_acc"] == pytest.approx(found["kind_accuracy"], rel=1e-5)

    probabilities, values = model.predict(inputs, verbose=0)
    values = values * learned.std(axis=0) + learned.mean(axis=0)
    assert scores["size_mae"] == pytest.approx(np.abs(values - sizes[held]).mean(), rel=1e-5)
    assert scores["size_r2"] == pytest.approx(r2_score(sizes[held], values), rel=1e-5)
    predicted = probabilities.argmax(axis=1)
    assert scores["kind_accuracy"] == accuracy_score(codes[held], predicted)
    assert scores["kind_f1_macro"] == pytest.approx(
        f1_score(codes[held], predicted, average="macro")
    )
    assert set(scores) == {
        *("loss", "kind_loss", "size_loss", "kind_acc", "size_mae"),
        *("kind_accuracy", "kind_f1_macro", "size_r2"),
    }

    header, *rows = read_rows("probabilities.tsv")
    assert header == [*("name", "kind_high", "kind_low", "kind_mid", "size_width", "size_height")]
    numbers = np.array([row[1:] for row in rows], float)
    np.testing.assert_allclose(numbers[:, :3], probabilities, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(numbers[:, 3:], values, rtol=1e-4)
    header, *rows = read_rows("labels.tsv")
    assert header == ["name", "kind", "size_width", "size_height"]
    assert [row[1] for row in rows] == [labels[code] for code in predicted]
    header, *rows = read_rows("true.tsv")
    assert header == ["name", "kind", "size_width", "size_height"]
    assert [row[1] for row in rows] == table[held, 3].tolist()
    assert [row[0] for row in rows] == [f"s{n}" for n in range(ROWS - HELD_OUT, ROWS)]
    assert read_rows("history.tsv")[0] == [
        *("epoch", "loss", "kind_loss", "size_loss", "kind_acc", "size_mae"),
        *("val_loss", "val_kind_loss", "val_size_loss", "val_kind_acc", "val_size_mae"),
    ]

    # The last rows of the table are those that were held out.
    run(
        *("model-prediction", "--model", "model.h5mlm", "--features", "table.tsv"),
        *("--features-header", "--features-columns", "name:a,b,c", "--method", "predict_proba"),
        *("--output", "predicted.tsv"),
    )
    header, *rows = read_rows("predicted.tsv")
    assert header == ["kind_high", "kind_low", "kind_mid", "size_width", "size_height"]
    np.testing.assert_allclose(np.array(rows[-HELD_OUT:], float), numbers, rtol=1e-5)

    answers = galaxy_keras.load("model.h5mlm")
    assert answers.labels == {"kind": tuple(labels), "size": ()}
    given = answers.predict(features[held])
    assert given["kind"].tolist() == [labels[code] for code in predicted]
    np.testing.assert_allclose(given["size"], values, rtol=1e-4)
    assert set(answers.predict_proba(features[held])) == {"kind"}


def test_it_goes_on_with_the_trained_model(run: Run) -> None:
    write_table()
    build(run)
    run("keras-train-and-eval", *TRAIN)
    shutil.copy("model.h5mlm", "first.h5mlm")
    again = ("--model", "first.h5mlm", *TRAIN[2:])
    run("keras-train-and-eval", *again, "--set", "epochs=1", "--set", "size__loss_weight=2")
    first, second = (read_model(Path(name)) for name in ("first.h5mlm", "model.h5mlm"))
    assert isinstance(first, FittedModel)
    assert isinstance(second, FittedModel)
    assert [each.weight for each in second.training.outputs] == [1, 2]
    assert second.other_targets == first.other_targets
    np.testing.assert_array_equal(
        first.targets[1].arrays[0].values, second.targets[1].arrays[0].values
    )


def test_training_resumes_from_its_checkpoint(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write_table()
    build(run, "--callback", "EarlyStopping monitor=val_size_mae patience=9")
    run("keras-train-and-eval", *TRAIN)
    whole, _ = read_plain_model()
    write = Checkpointing.on_epoch_end

    def write_and_stop(self: Checkpointing, epoch: int, logs: Any = None) -> None:
        write(self, epoch, logs)
        if epoch == 1:
            raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(Checkpointing, "on_epoch_end", write_and_stop)
        run("keras-train-and-eval", *TRAIN, "--checkpoint", "kept", code=6)
    result = run("keras-train-and-eval", *TRAIN, "--checkpoint", "kept")
    assert "Epoch 2/4" not in result.output
    resumed, _ = read_plain_model()
    for weights, expected in zip(resumed.get_weights(), whole.get_weights(), strict=True):
        np.testing.assert_array_equal(weights, expected)


def test_what_would_be_trained_is_told(run: Run) -> None:
    write_table()
    build(run)
    result = run("keras-train-and-eval", *TRAIN, "--check")
    assert (
        'Target of output "kind": multiclass, output (3,), loss CategoricalCrossentropy, classes '
        "high, low, mid\n"
        'Target of output "size": regression, output (2,), loss MeanSquaredError times 0.25\n'
        "Training: the sum of the losses, Adam; epochs: 4, updates per epoch: 8, batch size: 8; "
        "scores: kind_accuracy, size_r2"
    ) in result.output


def test_weights_of_rows_count_for_all_outputs(run: Run) -> None:
    table = write_table()
    build(run)
    write_rows("weights.tsv", [[n % 3] for n in range(ROWS)])
    weighted = ("--sample-weights", "weights.tsv", "--set", "epochs=1", *OUTPUTS)
    run("keras-train-and-eval", *TRAIN, *weighted, "--set", "learning_rate=1e-12")
    history = dict(zip(*read_rows("history.tsv"), strict=True))
    model, _ = read_plain_model()
    sizes = table[: ROWS - HELD_OUT, 4:].astype(float)
    scaled = (sizes - sizes.mean(axis=0)) / sizes.std(axis=0)
    features = table[: ROWS - HELD_OUT, :3].astype("float32")
    _, values = model.predict([features[:, :2], features[:, 2:]], verbose=0)
    losses = ((values - scaled) ** 2).mean(axis=1) * (np.arange(ROWS - HELD_OUT) % 3)
    assert float(history["size_loss"]) == pytest.approx(losses.mean(), rel=0.05)
    problem = run("keras-train-and-eval", *TRAIN, "--class-weight", "balanced", code=3).output
    assert "--class-weight is for a network with one output, and this one has 2" in problem


def test_a_table_of_targets_in_the_order_of_the_outputs(run: Run) -> None:
    table = write_table()
    build(run, "--task", "regressor", "--target", "kind: labels", targets=False)
    write_rows("x.tsv", table[:, :3].tolist())
    write_rows("y.tsv", table[:, 3:].tolist())
    files = ("--model", "builder.zip", "--features", "x.tsv", "--target", "y.tsv")
    run("keras-train-and-eval", *files, *TRAIN[4:12])
    fitted = read_model(Path("model.h5mlm"))
    assert isinstance(fitted, FittedModel)
    assert [each.target.kind for each in fitted.list_outputs()] == ["multiclass", "regression"]
    problem = run(
        *("keras-train-and-eval", *files, *TRAIN[4:12], "--target-columns", "1,2"), code=4
    ).output
    assert "y.tsv gives 2 target columns, but the outputs of the network take another" in problem


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ("--scoring", "knd: accuracy"),
            '--scoring: the network has no output "knd". Did you mean "kind"? It has: kind, size',
        ),
        (
            ("--scoring", "size: f1_macro"),
            'output "size": --scoring: the scorer "f1_macro" does not suit a regression of 2',
        ),
        (
            ("--scoring", "roc_auc"),
            'output "kind": --scoring: the scorer "roc_auc" does not suit a target of three',
        ),
        (
            ("--pos-label", "low"),
            "--pos-label is for a network with one output, and this one has 2. Say it of an output "
            "with --set kind__positive=..., or in the builder: --target 'kind: labels",
        ),
    ],
)
def test_options_that_are_for_one_output(run: Run, options: tuple[str, ...], message: str) -> None:
    write_table()
    build(run)
    assert message in run("keras-train-and-eval", *TRAIN, *options, code=3).output


def test_a_scorer_without_name_is_for_the_outputs_that_it_suits(run: Run) -> None:
    write_table()
    build(run)
    named = ("--scoring", "accuracy", "--scoring", "neg_mean_absolute_error")
    run("keras-train-and-eval", *TRAIN, *named)
    assert {"kind_accuracy", "size_neg_mean_absolute_error"} <= set(read_scores())


def test_report_plots_importances_and_examples(run: Run) -> None:
    write_table()
    build(run)
    run("keras-train-and-eval", *TRAIN, *OUTPUTS, "--output-examples", "examples.tsv")
    assert read_rows("examples.tsv")[0] == [
        *("name", "sample", "true kind", "predicted kind", "probability kind"),
        *("true size 1", "true size 2", "predicted size 1", "predicted size 2"),
    ]
    tables = ("--true", "true.tsv", "--true-header", "--scores", "probabilities.tsv")
    run(
        *("ml-visualization-ex", "report", "--model", "model.h5mlm", *tables, "--scores-header"),
        *("--output", "report.html"),
    )
    page = Path("report.html").read_text()
    for heading in ("kind: Confusion matrix", "kind: Curves", "size: Predicted and true values"):
        assert f"{heading}</h2>" in page
    assert "--loss-weight &#39;size: 0.25&#39;" in page
    problem = run(
        *("ml-visualization-ex", "report", "--model", "model.h5mlm", *tables, "--scores-header"),
        *("--output", "report.html", "--class-names", "a,b,c"),
        code=3,
    ).output
    assert "--class-names is for a model with one output, and this one has 2." in problem

    of_kind = ("--output-name", "kind", "--true", "true.tsv", "--true-header")
    labels = ("--predicted", "labels.tsv", "--predicted-header")
    run("ml-visualization-ex", "confusion-matrix", *of_kind, *labels, "--output", "matrix.svg")
    scores = ("--scores", "probabilities.tsv", "--scores-header")
    run("ml-visualization-ex", "roc-curve", *of_kind, *scores, "--output", "roc.svg")
    assert "mid" in Path("roc.svg").read_text()
    of_size = ("--output-name", "size", *of_kind[2:], *labels)
    run("ml-visualization-ex", "predicted-vs-true", *of_size, "--output", "values.svg")
    assert "width" in Path("values.svg").read_text()
    unknown = ("--output-name", "sizes", *of_kind[2:], *labels, "--output", "values.svg")
    assert (
        'true.tsv has no column of the output "sizes": sizes, or sizes_... Its columns are: name, '
        "kind, size_width, size_height"
    ) in run("ml-visualization-ex", "predicted-vs-true", *unknown, code=4).output
    write_rows("bare.tsv", [["low"]] * HELD_OUT)
    headless = ("--output-name", "kind", "--true", "bare.tsv", *labels, "--output", "matrix.svg")
    assert 'the columns of the output "kind" are found by their names. Give --true-header' in (
        run("ml-visualization-ex", "confusion-matrix", *headless, code=4).output
    )

    importances = (
        *("permutation-importances", "--model", "model.h5mlm", "--features", "table.tsv"),
        *("--features-header", "--features-columns", "name:a,b,c", "--target", "table.tsv"),
        *("--target-header", "--target-columns", "name:width,height", "--output", "i.svg"),
    )
    run("ml-visualization-ex", *importances, "--scoring", "size: r2")
    assert "size_r2" in Path("i.svg").read_text()
    problem = run("ml-visualization-ex", *importances, "--scoring", "r2", code=3).output
    assert (
        "the model has the outputs kind, size, and importances are those for one of them. Name it "
        "with its score: --scoring 'kind: default'"
    ) in problem


@pytest.mark.parametrize("option", [("--threshold", "0.4"), ("--pos-label", "low")])
def test_prediction_options_that_are_for_one_output(run: Run, option: tuple[str, str]) -> None:
    write_table()
    build(run)
    run("keras-train-and-eval", *TRAIN, "--set", "epochs=1")
    problem = run(
        *("model-prediction", "--model", "model.h5mlm", "--features", "table.tsv", *option),
        *("--output", "predicted.tsv"),
        code=3,
    ).output
    assert f"{option[0]} is for a model with one output, and this one has 2." in problem


def test_linnerud(run: Run) -> None:
    data = load_linnerud()
    names = [*data.feature_names, *data.target_names]
    write_rows("table.tsv", [names, *np.hstack([data.data, data.target]).tolist()])
    spec = {
        "layers": [
            {"name": "exercise", "type": "Input", "shape": 3},
            {"name": "hidden", "type": "Dense", "units": 4, "activation": "relu"},
            {"name": "body", "type": "Dense", "units": 2, "inputs": "hidden"},
            {"name": "pulse", "type": "Dense", "units": 1, "inputs": "hidden"},
        ],
        "outputs": ["body", "pulse"],
    }
    Path("network.yaml").write_text(json.dumps(spec))
    run("keras-model-config", "--spec", "network.yaml", "--output", "network.json")
    run(
        *("keras-model-builder", "--model-config", "network.json", "--loss", "mse", "--optimizer"),
        *("adam", "--input", "numbers scale=standard", "--epochs", "30", "--seed", "1"),
        *("--optimizer-option", "learning_rate=0.1"),
        *("--target", "body: values columns=[Weight,Waist] scale=standard"),
        *("--target", "pulse: values columns=Pulse scale=minmax", "--output", "builder.zip"),
    )
    training = ("--model", "builder.zip", "--features", "table.tsv", "--test-size", "0")
    run("keras-train-and-eval", *training, *TRAIN[8:12], *OUTPUTS)
    scores = read_scores()
    true, predicted = (np.array(read_rows(name)[1:], float) for name in ("true.tsv", "labels.tsv"))
    assert read_rows("labels.tsv")[0] == ["body_Weight", "body_Waist", "pulse"]
    assert scores["train_body_r2"] == pytest.approx(r2_score(true[:, :2], predicted[:, :2]))
    assert scores["train_pulse_r2"] == pytest.approx(r2_score(true[:, 2], predicted[:, 2]))
    assert 100 < predicted[:, 0].mean() < 250
    assert 40 < predicted[:, 2].mean() < 75
