"""Writes the inputs of the tools' tests: small tables with a rule in them, and models of them.

Run `python make_test_data.py` where galaxy-keras is installed to write the files again. All
numbers are drawn with a seed; reviews come from the demo in `test-data/` of the repository.
"""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from scipy.io import mmwrite
from scipy.sparse import csr_matrix
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = Path(__file__).parent
REVIEWS = HERE.parents[1] / "test-data"
REVIEW_ROWS = 300
VISIT_ROWS = 160
DIGIT_ROWS = 240
SEED = 20261122


def main() -> None:
    """Write all files."""
    chance = np.random.default_rng(SEED)
    write_reviews()
    write_regression(chance)
    write_digits()
    write_sparse(chance)
    write_sequences(chance)
    write_rna()
    write_proteins()
    write_messages()
    write_language()
    write_visits()
    write_plot_tables()
    write_genome()
    write_expectations()


def write_reviews() -> None:
    """Write reviews as word indices, with labels as numbers and as text, and their models."""
    for name in ("X", "y"):
        lines = (REVIEWS / f"reviews_{name}_train.tsv").read_text().splitlines()
        write_lines(f"reviews_{name}.tabular", lines[:REVIEW_ROWS])
    labels = (HERE / "reviews_y.tabular").read_text().split()
    words = {"0": "negative", "1": "positive"}
    write_lines("reviews_labels.tabular", ["sentiment", *(words[label] for label in labels)])
    write_architecture(
        "reviews",
        "--input-shape=40",
        "--layer=Embedding input_dim=64 output_dim=8",
        "--layer=LSTM units=8",
        "--layer=Dense units=1 activation=sigmoid",
    )
    write_builder("reviews", "classifier", "binary_crossentropy", "--metric=acc", "--epochs=2")
    write_fitted(
        "reviews", "--target", "reviews_labels.tabular", "--target-header",
        "--set=epochs=15", "--set=learning_rate=0.02",
    )  # fmt: skip


def write_regression(chance: np.random.Generator) -> None:
    """Write a linear rule with noise: five named features, two values, groups; and its models."""
    features = chance.normal(size=(120, 5)).round(3)
    price = features @ [3.0, -2.0, 0.5, 0.0, 1.0] + chance.normal(scale=0.2, size=120)
    weight = features @ [0.0, 1.0, -1.0, 2.0, 0.0] + chance.normal(scale=0.2, size=120)
    names = ["age", "area", "rooms", "floor", "light"]
    write_table("regression_X.tabular", features, names)
    write_table("regression_y.tabular", np.c_[price, weight].round(3), ["price", "weight"])
    groups = ["train", "validation", "test"]
    write_lines("regression_groups.tabular", ["group", *(groups[n % 3] for n in range(120))])
    write_architecture(
        "regression",
        "--input-shape=5",
        "--layer=Dense units=12 activation=relu",
        "--layer=Dense units=1",
    )
    write_builder(
        "regression", "regressor", "mean_squared_error", "--metric=mse", "--epochs=15",
        "--optimizer-option=learning_rate=0.02",
    )  # fmt: skip
    write_builder(
        "regression", "regressor", "mean_squared_error", "--metric=mse", "--epochs=15",
        "--optimizer-option=learning_rate=0.02", suffix="h5mlm",
    )  # fmt: skip
    write_fitted(
        "regression", "--features-header", "--target", "regression_y.tabular", "--target-header",
        "--target-columns=1",
    )  # fmt: skip


def write_digits() -> None:
    """Write handwritten digits of 8 x 8 pixels, their classes and a network for them."""
    digits = load_digits()
    write_table("digits_X.tabular", digits.data[:DIGIT_ROWS].astype(int))
    write_table("digits_y.tabular", digits.target[:DIGIT_ROWS, None])
    write_architecture(
        "digits",
        "--input-shape=64",
        "--layer=Rescaling scale=0.0625",
        "--layer=Dense units=32 activation=relu",
        "--layer=Dense units=10 activation=softmax",
    )
    write_builder(
        "digits", "classifier", "categorical_crossentropy", "--metric=categorical_accuracy",
        "--epochs=20", "--optimizer-option=learning_rate=0.01",
    )  # fmt: skip
    write_fitted("digits", "--target", "digits_y.tabular")


def write_sparse(chance: np.random.Generator) -> None:
    """Write a sparse matrix whose first column decides the class, and a model of it."""
    values = chance.integers(1, 5, size=(80, 12)) * (chance.random((80, 12)) < 0.2)
    mmwrite(HERE / "sparse_X.mtx", csr_matrix(values))
    write_table("sparse_y.tabular", (values[:, :1] > 0).astype(int))
    write_architecture("sparse", "--input-shape=12", "--layer=Dense units=1 activation=sigmoid")
    write_builder(
        "sparse", "classifier", "binary_crossentropy", "--metric=acc", "--epochs=20",
        "--optimizer-option=learning_rate=0.1",
    )  # fmt: skip
    write_fitted(
        "sparse", "--features-format=matrix-market", "--target", "sparse_y.tabular",
        features="sparse_X.mtx",
    )  # fmt: skip


def write_sequences(chance: np.random.Generator) -> None:
    """Write DNA with or without the motif TATA, and a model of it."""
    sequences = ["".join(chance.choice(list("ACGT"), 24)) for _ in range(80)]
    with_motif = [
        f"{each[:10]}TATA{each[14:]}" if n % 2 else each for n, each in enumerate(sequences)
    ]
    records = [f">sequence_{n}\n{each}" for n, each in enumerate(with_motif, 1)]
    write_lines("sequences.fasta", records)
    write_lines(
        "sequences_y.tabular", ["TATA" if "TATA" in each else "none" for each in with_motif]
    )
    write_architecture(
        "sequences",
        "--input-shape=24,4",
        "--layer=Conv1D filters=8 kernel_size=4 activation=relu",
        "--layer=GlobalMaxPooling1D",
        "--layer=Dense units=1 activation=sigmoid",
    )
    write_builder(
        "sequences", "classifier", "binary_crossentropy", "--metric=acc", "--epochs=30",
        "--optimizer-option=learning_rate=0.02",
    )  # fmt: skip
    write_fitted(
        "sequences", "--features-format=fasta-dna", "--target", "sequences_y.tabular",
        features="sequences.fasta",
    )  # fmt: skip


def write_rna() -> None:
    """Write the DNA as RNA."""
    dna = (HERE / "sequences.fasta").read_text().splitlines()
    write_lines("rna.fasta", [line if line[0] == ">" else line.replace("T", "U") for line in dna])


def write_proteins() -> None:
    """Write proteins with or without the motif WKW, and an untrained model of them."""
    chance = np.random.default_rng(SEED + 1)
    proteins = ["".join(chance.choice(list("ACDEFGHILMNPQRSTVY"), 12)) for _ in range(80)]
    with_motif = [f"{each[:5]}WKW{each[8:]}" if n % 2 else each for n, each in enumerate(proteins)]
    records = [f">protein_{n}\n{each}" for n, each in enumerate(with_motif, 1)]
    write_lines("proteins.fasta", records)
    write_table("proteins_y.tabular", np.arange(80)[:, None] % 2)
    write_architecture(
        "proteins",
        "--input-shape=12,20",
        "--layer=Conv1D filters=4 kernel_size=3 activation=relu",
        "--layer=GlobalMaxPooling1D",
        "--layer=Dense units=1 activation=sigmoid",
    )
    write_builder(
        "proteins", "classifier", "binary_crossentropy", "--metric=acc", "--epochs=30",
        "--optimizer-option=learning_rate=0.05",
    )  # fmt: skip


def write_messages() -> None:
    """Write short messages with a sender and a mood, as a table and as CSV, and a model of them."""
    chance = np.random.default_rng(SEED + 2)
    moods = {"glad": ["great", "lovely", "friendly"], "cross": ["awful", "late", "broken"]}
    rows = [["sender", "message", "mood"]]
    for number in range(80):
        mood = list(moods)[number % 2]
        first, second = chance.choice(moods[mood], 2)
        text = f"The {chance.choice(['food', 'bus', 'film'])} was {first}, really {second}!"
        rows.append([f"s{number + 1}", text, mood])
    write_lines("messages.tabular", ["\t".join(row) for row in rows])
    with (HERE / "messages.csv").open("w", newline="") as file:
        csv.writer(file, delimiter=";", lineterminator="\n").writerows(rows)
    write_lines("messages.txt", [row[1] for row in rows[1:]])
    write_lines("messages_y.tabular", [row[2] for row in rows[1:]])
    write_architecture(
        "messages",
        "--input-shape=8",
        "--layer=Embedding input_dim=20 output_dim=4",
        "--layer=GlobalAveragePooling1D",
        "--layer=Dense units=1 activation=sigmoid",
    )
    write_builder(
        "messages", "classifier", "binary_crossentropy", "--metric=acc", "--epochs=30",
        "--optimizer-option=learning_rate=0.05", "--input=words", "--target=labels",
    )  # fmt: skip
    write_fitted(
        "messages", "--features-columns=name:message,mood", "--target-columns=name:mood",
        features="messages.tabular",
    )  # fmt: skip


def write_language() -> None:
    """Write a language model of the messages."""
    write_architecture(
        "language",
        "--input-shape=8,32",
        "--layer=SimpleRNN units=32",
        "--layer=Dense units=32 activation=softmax",
    )
    write_builder(
        "language", "classifier", "sparse_categorical_crossentropy", "--epochs=8",
        "--optimizer-option=learning_rate=0.01", "--input=characters output=one-hot",
        "--target=next",
    )  # fmt: skip
    write_fitted("language", "--features-format=text", "--test-size=0", features="messages.txt")


def write_visits() -> None:
    """Write visits with a note, two facts and two answers, and an untrained model of them."""
    visits = (REVIEWS / "visits.tsv").read_text().splitlines()
    write_lines("visits.tabular", visits[: VISIT_ROWS + 1])
    layers = [
        {"name": "note", "type": "Input", "shape": 20},
        {"name": "words", "type": "Embedding", "input_dim": 40, "output_dim": 8},
        {"name": "meaning", "type": "GlobalAveragePooling1D"},
        {"name": "facts", "type": "Input", "shape": 2},
        {"name": "patient", "type": "Concatenate", "inputs": ["meaning", "facts"]},
        {"name": "improved", "type": "Dense", "units": 1, "activation": "sigmoid"},
        {"name": "days", "type": "Dense", "units": 1, "inputs": "patient"},
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as spec:
        json.dump({"layers": layers, "outputs": ["improved", "days"]}, spec)
        spec.flush()
        write_architecture("visits", "--spec", spec.name)
    write_builder(
        "visits", "classifier", "improved: binary_crossentropy", "--loss=days: mse",
        "--metric=improved: acc", "--metric=days: mae", "--loss-weight=days: 0.5",
        "--epochs=30", "--optimizer-option=learning_rate=0.05", "--input=note: words columns=note",
        "--input=facts: numbers columns=[age,pressure] scale=standard missing=mean",
        "--target=improved: labels columns=improved",
        "--target=days: values columns=days scale=standard",
    )  # fmt: skip


def write_genome() -> None:
    """Write the smallest files of the formats that are not supported yet."""
    write_lines("intervals.bed", ["chr1\t10\t20\tregion\t0\t+"])
    columns = "#CHROM POS ID REF ALT QUAL FILTER INFO".replace(" ", "\t")
    write_lines("variants.vcf", ["##fileformat=VCFv4.2", columns, "chr1\t3\t.\tA\tC\t.\t.\t."])


def write_expectations() -> None:
    """Write the rows that splits hold out, as scikit-learn chooses them."""
    rows = (HERE / "regression_y.tabular").read_text().splitlines()[1:]
    prices, weights = zip(*(row.split("\t") for row in rows), strict=True)
    _, held_out = train_test_split(prices, test_size=0.25, random_state=123)
    write_lines("expected_true_of_seed_123.tabular", ["price", *held_out])
    write_lines("expected_true_of_group_test.tabular", ["weight", *weights[2::3]])


def write_plot_tables() -> None:
    """Write true and predicted labels and a training history."""
    true = ["cat", "cat", "cat", "dog", "dog", "bird"]
    predicted = ["cat", "dog", "cat", "dog", "dog", "cat"]
    write_lines("labels_true.tabular", ["species", *true])
    write_lines("labels_predicted.tabular", ["Predicted", *predicted])
    sizes = np.arange(1, 6)
    curve = np.c_[sizes * 20, 1 - 0.02 * sizes, 0.6 + 0.06 * sizes, 0 * sizes + 0.01, 0.1 / sizes]
    columns = ["train_sizes_abs", "mean_train_scores", "mean_test_scores"]
    columns += ["std_train_scores", "std_test_scores"]
    write_table("learning_curve.tabular", curve.round(4), columns)
    write_table("rfecv_scores.tabular", np.array([[0.6], [0.8], [0.85], [0.84]]), ["score"])
    importances = ["age\t3.1\t0.2", "area\t1.9\t0.2", "rooms\t0.4\t0.1", "light\t0.9\t0.1"]
    write_lines("importances.tabular", ["feature\timportance\tstd", *importances])
    write_predictions("reviews", "probabilities", "--method=predict_proba")
    write_predictions("regression", "predicted", "--features-header")
    rows = [[epoch, 1 / epoch, 1.2 / epoch + 0.02 * epoch] for epoch in range(1, 11)]
    digits = load_digits().target[:DIGIT_ROWS]
    mistaken = np.where(np.arange(DIGIT_ROWS) % 9 == 4, (digits + 1) % 10, digits)
    write_table("digits_predicted.tabular", mistaken[:, None], ["Predicted"])
    write_table("history.tabular", np.array(rows).round(4), ["epoch", "loss", "val_loss"])


def write_architecture(name: str, *options: str) -> None:
    """Run keras-model-config."""
    run("keras-model-config", *options, "--output", f"{name}_architecture.json")


def write_builder(name: str, task: str, loss: str, *options: str, suffix: str = "zip") -> None:
    """Run keras-model-builder."""
    run(
        "keras-model-builder", "--model-config", f"{name}_architecture.json",
        "--task", task, "--loss", loss, "--optimizer=adam", "--seed=7", *options,
        "--output", f"{name}_builder.{suffix}",
    )  # fmt: skip


def write_fitted(name: str, *options: str, features: str = "") -> None:
    """Run keras-train-and-eval."""
    run(
        "keras-train-and-eval", "--model", f"{name}_builder.zip",
        "--features", features or f"{name}_X.tabular", *options,
        "--output-model", f"{name}_fitted.h5mlm", "--output-metrics", "/dev/null",
    )  # fmt: skip


def write_predictions(name: str, suffix: str, *options: str) -> None:
    """Run model-prediction."""
    run(
        "model-prediction", "--model", f"{name}_fitted.h5mlm",
        "--features", f"{name}_X.tabular", *options, "--output", f"{name}_{suffix}.tabular",
    )  # fmt: skip


def run(command: str, *options: str) -> None:
    """Run a command of galaxy-keras in this folder."""
    module = f"galaxy_keras.tools.{command.replace('-', '_')}"
    subprocess.run(  # noqa: S603 (our own commands)
        [sys.executable, "-m", module, *options], cwd=HERE, check=True
    )


def write_table(name: str, values: np.ndarray, names: Sequence[str] = ()) -> None:
    """Write numbers with tabs between, below a header if there are names."""
    rows = ["\t".join(f"{value:g}" for value in row) for row in values]
    write_lines(name, (["\t".join(names)] if names else []) + rows)


def write_lines(name: str, lines: Iterable[str]) -> None:
    """Write lines of text."""
    (HERE / name).write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    main()
