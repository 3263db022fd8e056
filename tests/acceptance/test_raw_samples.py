"""Networks with encodings: raw samples in, answers out, with the file of the model alone."""

from __future__ import annotations

import csv
import os
import re
from pathlib import Path

import numpy as np
import pytest

from .conftest import Run, read_rows, write_rows

GOOD, BAD = ("a fine film", "fine and warm"), ("a dull film", "dull, so dull")
TEXTS = [(GOOD if row % 2 else BAD)[row // 2 % 2] + f" number{row}" for row in range(40)]
LABELS = ["yes" if row % 2 else "no" for row in range(40)]
SAMPLES = [
    ["id", "label", "review"],
    *([f"r{row}", LABELS[row], TEXTS[row]] for row in range(40)),
]
TRAIN = ["--model", "builder.zip", "--features", "data.tsv", "--target-columns", "name:label"]
OUTPUTS = ["--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"]


def build(run: Run, *encodings: str, layers: tuple[str, ...] = ()) -> None:
    layers = layers or ("Embedding input_dim=12 output_dim=4", "GlobalAveragePooling1D")
    calls = [*layers, "Dense units=1 activation=sigmoid"]
    options = [part for call in calls for part in ("--layer", call)]
    run("keras-model-config", "--input-shape", "6", *options, "--output", "model.json")
    inputs = [part for each in encodings for part in ("--input", each)]
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--loss", "binary_crossentropy", "--optimizer", "adam"),
        *("--target", "labels", *inputs, "--seed", "3", "--output", "builder.zip"),
    )


@pytest.fixture
def folder(run: Run, tmp_path: Path) -> Path:
    write_rows("data.tsv", SAMPLES)
    build(run, "words columns=review")
    return tmp_path


def check(run: Run, *options: str, code: int = 0) -> str:
    return run("keras-train-and-eval", *TRAIN, *options, "--check", code=code).output


def test_what_the_encoding_will_be(run: Run, folder: Path) -> None:
    lines = check(run, "--split", "last").splitlines()
    start = lines.index('Input "input_layer": words of 1 column (review) as (6,)')
    assert lines[start + 1 : start + 6] == [
        "  8 of 39 different words in 32 texts are kept",
        "  indices 4 to 11, 6 positions",
        "  unknown: 24.4% of 160 words",
        "  missing: 0 of 40 cells",
        "  first sample: 0 0 5 4 6 11",
    ]
    assert "Rows to train: 32 (no: 16, yes: 16)" in lines


def test_an_option_is_a_hyperparameter(run: Run, folder: Path) -> None:
    text = check(run, "--set", "input__start=true", "--split", "last")
    assert "  first sample: 0 1 5 4 6 11" in text


def test_the_positive_class_is_an_option(run: Run, folder: Path) -> None:
    text = check(run, "--set", "target__positive=no", "--split", "last")
    assert "classes yes, no" in text


def test_what_the_network_sees(run: Run, folder: Path) -> None:
    check(run, "--split", "last", "--output-inputs", "seen.tsv")
    check(run, "--split", "last", "--output-inputs", "seen.npz")
    seen = read_rows("seen.tsv")
    assert seen[0] == ["0", "0", "5", "4", "6", "11"]
    with np.load("seen.npz", allow_pickle=False) as arrays:
        assert arrays.files == ["input_layer"]
        values = arrays["input_layer"]
    assert (values.shape, values.dtype) == ((40, 6), np.int32)
    np.testing.assert_array_equal(values, np.array(seen, int))


def test_fitted_on_training_rows_only(run: Run, folder: Path) -> None:
    held = [["x", "yes", "unseen words only"], ["y", "no", "unseen words too"]]
    write_rows("data.tsv", [*SAMPLES, *held])
    check(run, "--split", "last", "--test-size", "2", "--output-inputs", "seen.tsv")
    assert read_rows("seen.tsv")[-2:] == [["0", "0", "0", "2", "2", "2"]] * 2


@pytest.mark.parametrize("name", ["data.csv", "data.dat"])
def test_csv_gives_the_same(run: Run, folder: Path, name: str) -> None:
    with Path(name).open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows(SAMPLES)
    options = ["--features", name, "--split", "last", "--check", "--output-inputs", "csv.tsv"]
    if name.endswith("dat"):
        options += ["--features-format", "csv"]
    check(run, "--split", "last", "--output-inputs", "seen.tsv")
    run("keras-train-and-eval", *TRAIN[:2], *TRAIN[4:], *options)
    assert read_rows("csv.tsv") == read_rows("seen.tsv")


def test_a_text_file_with_its_own_targets(run: Run, folder: Path) -> None:
    build(run, "words")
    Path("texts.txt").write_text("".join(f"{text}\n" for text in TEXTS))
    write_rows("y.tsv", [[label] for label in LABELS])
    options = ["--features", "texts.txt", "--features-format", "text", "--target", "y.tsv"]
    inputs = ["--split", "last", "--check", "--output-inputs", "text.tsv"]
    run("keras-train-and-eval", "--model", "builder.zip", *options, *inputs)
    check(run, "--features-columns", "name:review", "--split", "last", "--output-inputs", "t.tsv")
    assert read_rows("text.tsv") == read_rows("t.tsv")


def test_a_table_of_numbers_with_its_target(run: Run, folder: Path) -> None:
    build(run, layers=("Dense units=2",))
    numbers = [[f"r{row}", *(row * each for each in range(6)), "ab"[row % 2]] for row in range(20)]
    write_rows("X.tsv", [["id", *"uvwxyz", "label"], *numbers])
    options = ["--features", "X.tsv", "--target-columns", "name:label", "--id-columns", "name:id"]
    result = run("keras-train-and-eval", "--model", "builder.zip", *options, "--check")
    assert "Target: binary, output (1,), classes a, b" in result.output


def test_csv_of_numbers_needs_no_encoding(run: Run, folder: Path) -> None:
    build(run, layers=("Dense units=2",))
    numbers = [[f"r{row}", *(row / 2 for _ in range(6)), "ab"[row % 2]] for row in range(20)]
    with Path("X.csv").open("w", newline="") as file:
        csv.writer(file, delimiter=";").writerows([["id", *"uvwxyz", "label"], *numbers])
    options = ["--features", "X.csv", "--target-columns", "name:label", "--id-columns", "name:id"]
    files = ["--check", "--output-inputs", "seen.tsv"]
    run("keras-train-and-eval", "--model", "builder.zip", *options, *files)
    assert read_rows("seen.tsv")[1] == ["0.5"] * 6


def test_gaps_are_listed_in_the_order_of_the_file(run: Run, folder: Path) -> None:
    build(run, "numbers columns=2-7", layers=("Dense units=2",))
    rows = [[f"r{row}", *[row, 1, "", 1, 1, 1], "ab"[row % 2]] for row in range(20)]
    write_rows("data.tsv", [["id", *"uvwxyz", "label"], *rows])
    listed = re.findall(r"row (\d+), column 4 \(w\): the value", check(run, code=4))
    assert len(listed) == 10
    assert listed == sorted(listed, key=int)


MISTAKES = {
    "no target": (
        ["--target-columns", "all"],
        3,
        "the target is missing. Give its file as --target, or say with --target-columns which "
        "columns of data.tsv it is",
    ),
    "no such column": (
        ["--target-columns", "name:labels"],
        4,
        'data.tsv: there is no column "labels". Did you mean "label"?',
    ),
    "no header": (
        ["--no-features-header"],
        4,
        "needs column names, but no header was declared",
    ),
    "twice": (
        ["--id-columns", "name:label"],
        4,
        "--target-columns and --id-columns both give column 2 (label). Leave one out",
    ),
    "nothing left": (
        ["--features-columns", "name:label"],
        4,
        "data.tsv has no columns left for the features, because all are target or names of rows",
    ),
    "several texts": (
        ["--set", "input__columns=None"],
        4,
        "the encoding words takes one column, but 2 are left (column 1 (id), column 3 (review))",
    ),
    "another column": (
        ["--set", "input__columns=text"],
        4,
        'data.tsv, --input words: there is no column "text"',
    ),
    "another length": (
        ["--set", "input__length=7"],
        3,
        "--input words length=7 does not fit the network, whose input has 6 there",
    ),
    "a format of numbers": (
        ["--features-format", "fasta-dna", "--target", "data.tsv", "--target-header"],
        3,
        "--features-format fasta-dna gives numbers, but the network has encodings",
    ),
    "no targets in a format": (
        ["--features-format", "text"],
        3,
        "--features-format text holds no targets. Give the file of targets as --target",
    ),
    "no columns in a format": (
        ["--features-format", "text", "--target", "data.tsv", "--id-columns", "1"],
        3,
        "--features-format text has no columns. Leave --id-columns out",
    ),
}


@pytest.mark.parametrize(("options", "code", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_told(
    run: Run, folder: Path, options: list[str], code: int, message: str
) -> None:
    given = list(TRAIN)
    if "--target-columns" in options:
        given = given[:4]
    result = run("keras-train-and-eval", *given, *options, "--check", code=code)
    assert message in " ".join(result.output.split())


def test_text_needs_an_encoding(run: Run, folder: Path) -> None:
    build(run, layers=("Dense units=2",))
    options = ["--features", "data.tsv", "--features-format", "text", "--target", "data.tsv"]
    result = run("keras-train-and-eval", "--model", "builder.zip", *options, "--check", code=3)
    assert "gives text, but the network takes numbers: its builder was made without" in (
        result.output
    )


def test_a_builder_needs_a_task_or_a_target(run: Run, folder: Path) -> None:
    options = ["--model-config", "model.json", "--loss", "mse", "--optimizer", "adam"]
    result = run("keras-model-builder", *options, "--output", "b.zip", code=2)
    assert "Missing option '--task' (or give --target)." in result.output


@pytest.mark.slow
def test_the_file_of_the_model_is_enough(run: Run, folder: Path) -> None:
    options = ["--test-size", "0", "--output-inputs", "seen.tsv", *OUTPUTS]
    result = run("keras-train-and-eval", *TRAIN, *options)
    assert "No row is held out: the scores are those of the training rows" in result.output
    assert read_rows("metrics.tsv")[0] == ["train_accuracy", "train_loss"]
    (folder / "alone").mkdir()
    (folder / "fitted.h5mlm").rename(folder / "alone" / "fitted.h5mlm")
    os.chdir("alone")
    # Other columns, in another order, of which one has the name of the target.
    write_rows("new.tsv", [["label", "review", "more"], *(["?", text, "x"] for text in TEXTS)])
    write_rows("texts.txt", [[text] for text in TEXTS])
    predict = ["--model", "fitted.h5mlm", "--method"]
    run("model-prediction", *predict, "encode", "--features", "new.tsv", "--output", "seen.tsv")
    assert read_rows("seen.tsv") == read_rows("../seen.tsv")
    proba = [*predict, "predict_proba"]
    run("model-prediction", *proba, "--features", "new.tsv", "--output", "raw.tsv")
    text = ["--features", "texts.txt", "--features-format", "text"]
    run("model-prediction", *proba, *text, "--output", "text.tsv")
    assert read_rows("raw.tsv") == read_rows("text.tsv")
    # The same network, trained on what this one saw, is the same and predicts the same.
    os.chdir("..")
    build(run)
    write_rows("y.tsv", [[label] for label in LABELS])
    coded = ["--model", "builder.zip", "--features", "seen.tsv", "--target", "y.tsv"]
    run("keras-train-and-eval", *coded, "--test-size", "0", *OUTPUTS)
    run("model-prediction", *proba, "--features", "seen.tsv", "--output", "coded.tsv")
    assert read_rows("coded.tsv") == read_rows("alone/raw.tsv")


@pytest.mark.slow
def test_names_of_rows_go_through_to_the_outputs(run: Run, folder: Path) -> None:
    files = [
        part
        for name in ("true", "predictions", "labels", "examples")
        for part in (f"--output-{name}", f"{name}.tsv")
    ]
    options = ["--id-columns", "name:id", "--split", "last", *files, *OUTPUTS]
    result = run("keras-train-and-eval", *TRAIN, *options)
    assert "training rows can hardly be learned" not in result.output
    names = [f"r{row}" for row in range(32, 40)]
    for name, columns in {
        "true": ["id", "label"],
        "predictions": ["id", "no", "yes"],
        "labels": ["id", "Predicted"],
        "examples": ["id", "sample", "true", "predicted", "probability"],
    }.items():
        rows = read_rows(f"{name}.tsv")
        assert rows[0] == columns
        assert [row[0] for row in rows[1:]] == names
    assert [row[1] for row in read_rows("examples.tsv")[1:]] == TEXTS[32:]
    predict = ["--model", "fitted.h5mlm", "--features", "data.tsv", "--id-columns", "name:id"]
    run("model-prediction", *predict, "--output", "predicted.tsv")
    rows = read_rows("predicted.tsv")
    assert rows[0] == ["id", "Predicted"]
    assert [row[0] for row in rows[1:]] == [row[0] for row in SAMPLES[1:]]
    assert rows[-8:] == read_rows("labels.tsv")[1:]


def test_classes_of_few_rows_are_told(run: Run, folder: Path) -> None:
    write_rows("data.tsv", SAMPLES[:18])
    assert "Classes with fewer than 10 training rows can hardly be learned: no (7), yes (6)" in (
        check(run, "--split", "last")
    )


CLINIC = [
    ["age", "ward", "bmi", "note", "ill"],
    *(
        [
            20 + row,
            "NSE"[row % 3],
            "NA" if row % 5 == 0 else 20.5 + row % 7,
            TEXTS[row],
            LABELS[row],
        ]
        for row in range(40)
    ),
]


def build_clinic(run: Run, inputs: int = 9) -> None:
    layers = ["--layer", "Dense units=1 activation=sigmoid"]
    shape = ["--input-shape", str(inputs)]
    run("keras-model-config", *shape, *layers, "--output", "model.json")
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--loss", "binary_crossentropy", "--optimizer", "adam"),
        *("--input", "numbers columns=[age, bmi] scale=standard missing=median"),
        *("--input", "words columns=note output=binary size=4", "--input", "categories"),
        *("--target", "labels columns=ill", "--seed", "3", "--output", "builder.zip"),
    )


def test_several_encodings_stand_side_by_side(run: Run, tmp_path: Path) -> None:
    write_rows("data.tsv", CLINIC)
    build_clinic(run)
    options = ["--model", "builder.zip", "--features", "data.tsv", "--split", "last", "--check"]
    lines = run("keras-train-and-eval", *options, "--output-inputs", "seen.tsv").output.splitlines()
    told = [line for line in lines if line.startswith("Input")]
    assert told == [
        'Input "input_layer": numbers of 2 columns (age, bmi) as (2,)',
        'Input "input_layer": words of 1 column (note) as (4,)',
        'Input "input_layer": categories of 1 column (ward) as (3,)',
    ]
    assert "  missing: 8 of 80 cells" in lines
    assert "  first sample: 0 1 0" in lines
    assert [len(row) for row in read_rows("seen.tsv")] == [9] * 40
    build_clinic(run, inputs=10)
    result = run("keras-train-and-eval", *options, code=4)
    assert "gives 9 feature columns, but the network takes 10" in result.output


@pytest.mark.slow
def test_a_table_of_all_kinds_is_predicted_by_name(run: Run, tmp_path: Path) -> None:
    write_rows("data.tsv", CLINIC)
    build_clinic(run)
    files = ["--features", "data.tsv", "--output-inputs", "seen.tsv", *OUTPUTS]
    run("keras-train-and-eval", "--model", "builder.zip", *files)
    write_rows("new.tsv", [row[::-1] for row in CLINIC])
    new = ["--features", "new.tsv", "--output", "new_seen.tsv"]
    run("model-prediction", "--model", "fitted.h5mlm", "--method", "encode", *new)
    assert read_rows("new_seen.tsv") == read_rows("seen.tsv")


@pytest.mark.slow
def test_training_goes_on_with_the_encoding_of_the_model(run: Run, folder: Path) -> None:
    run("keras-train-and-eval", *TRAIN, "--output-inputs", "first.tsv", *OUTPUTS)
    more = ["--model", "fitted.h5mlm", *TRAIN[2:], "--split-seed", "9", "--check"]
    run("keras-train-and-eval", *more, "--output-inputs", "second.tsv")
    assert read_rows("first.tsv") == read_rows("second.tsv")
    result = run("keras-train-and-eval", *more, "--set", "input__start=true", code=3)
    assert "the encoding words of a trained model cannot be changed, but start is to be True" in (
        result.output
    )


@pytest.mark.slow
def test_scaled_targets_come_back_in_their_units(run: Run, tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    features = chance.normal(size=(200, 3))
    prices = 3e5 + 1e5 * features @ [1, -2, 0.5]
    write_rows("data.tsv", [["a", "b", "c", "price"], *np.column_stack([features, prices])])
    run(
        "keras-model-config", "--input-shape", "3", "--layer", "Dense units=1", "--output", "m.json"
    )
    run(
        "keras-model-builder",
        *("--model-config", "m.json", "--loss", "mse", "--metric", "mae", "--epochs", "25"),
        *("--optimizer", "adam", "--optimizer-option", "learning_rate=0.05", "--seed", "1"),
        *("--input", "numbers scale=standard", "--target", "values scale=standard"),
        *("--output", "builder.zip"),
    )
    table = ["--features", "data.tsv", "--target-columns", "name:price"]
    files = ["--output-true", "true.tsv", "--output-predictions", "predictions.tsv"]
    files += ["--output-history", "history.tsv"]
    run("keras-train-and-eval", "--model", "builder.zip", *table, *OUTPUTS, *files)
    true = np.array(read_rows("true.tsv")[1:], float)
    predicted = np.array(read_rows("predictions.tsv")[1:], float)
    metrics = dict(zip(*read_rows("metrics.tsv"), strict=True))
    assert float(metrics["r2"]) > 0.99
    error = np.abs(true - predicted).mean()
    assert float(metrics["mae"]) == pytest.approx(error, rel=1e-2)
    history = dict(zip(*(read_rows("history.tsv")[row] for row in (0, -1)), strict=True))
    assert float(history["val_mae"]) == pytest.approx(error, rel=1e-2)
    assert float(metrics["loss"]) < 0.1
    run(
        "model-prediction",
        *("--model", "fitted.h5mlm", "--features", "data.tsv", "--output", "p.tsv"),
    )
    again = np.array(read_rows("p.tsv")[1:], float)
    assert np.abs(again[:, 0] - prices).mean() < 2e4
