"""Parts of a prediction, put together, are the file of one run byte for byte."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.preparation import prediction

from .conftest import Run, write_rows
from .test_pictures import SIDE, draw, save, write_zip

pytestmark = pytest.mark.slow

ROWS = 43
LABELS = [["ham", "spam"][row % 2] for row in range(ROWS)]
OUTPUTS = ("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv")


def write_table() -> tuple[str, ...]:
    # Integers up to a row in the middle: later ones are written as 1.0 by --method encode.
    numbers = np.arange(ROWS * 3).reshape(ROWS, 3) % 7
    rows = [[f"id{row}", *numbers[row]] for row in range(ROWS)]
    rows[ROWS // 2][1] = 0.5
    write_rows("X.tsv", [["id", "a", "b", "c"], *rows])
    return "--features", "X.tsv", "--features-header", "--id-columns", "name:id"


def write_matrix() -> tuple[str, ...]:
    values = np.random.default_rng(1).normal(size=ROWS).round(3)
    entries = [f"{row + 1} {row % 3 + 1} {values[row]}" for row in range(ROWS)]
    head = f"%%MatrixMarket matrix coordinate real general\n{ROWS} 3 {ROWS}\n"
    Path("X.mtx").write_text(head + "\n".join(entries) + "\n")
    return "--features", "X.mtx", "--features-format", "matrix-market"


def write_sequences() -> tuple[str, ...]:
    letters = np.random.default_rng(2).choice(list("ACGT"), (ROWS, 6))
    records = [f">seq{row}\n{''.join(letters[row])}\n" for row in range(ROWS)]
    Path("X.fasta").write_text("".join(records))
    return "--features", "X.fasta"


def write_dna() -> tuple[str, ...]:
    return *write_sequences(), "--features-format", "fasta-dna"


def write_csv() -> tuple[str, ...]:
    cells = [f'"word{row % 5}, word{row % 3}",{row % 4}' for row in range(ROWS)]
    Path("X.csv").write_text("text,number\n" + "\n".join(cells) + "\n")
    return "--features", "X.csv"


def write_text() -> tuple[str, ...]:
    Path("X.txt").write_text("".join(f"word{row % 5} word{row % 3}\n" for row in range(ROWS)))
    return "--features", "X.txt", "--features-format", "text"


def write_series() -> tuple[str, ...]:
    write_rows("X.tsv", np.random.default_rng(3).normal(size=(ROWS, 2)).round(3).tolist())
    return "--features", "X.tsv"


def write_pictures() -> tuple[str, ...]:
    write_zip("X.zip", {f"{row:02}.png": save(draw("disc", row)) for row in range(ROWS)})
    return "--features", "X.zip"


Write = Callable[[], tuple[str, ...]]
CASES: dict[str, tuple[Write, str, tuple[str, ...]]] = {
    "table": (write_table, "3", ()),
    "matrix": (write_matrix, "3", ()),
    "dna": (write_dna, "24", ()),
    "sequences": (write_sequences, "6,4", ("letters alphabet=dna length=6",)),
    "csv": (write_csv, "3", ("words columns=text", "numbers columns=number")),
    "text": (write_text, "4", ("words",)),
    "windows": (write_series, "3,2", ("windows length=3",)),
    "pictures": (write_pictures, f"{SIDE},{SIDE},3", ("image",)),
}


def train(run: Run, samples: tuple[str, ...], width: str, encodings: tuple[str, ...]) -> None:
    run(
        "keras-model-config",
        *("--input-shape", width, "--layer", "Flatten", "--layer", "Dense units=9"),
        *("--layer", "Dense units=2 activation=softmax", "--output", "model.json"),
    )
    inputs = [part for each in encodings for part in ("--input", each)]
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--loss", "categorical_crossentropy", "--epochs", "1"),
        *("--task", "classifier", "--optimizer", "adam", "--seed", "3"),
        *(*inputs, "--output", "builder.zip"),
    )
    write_rows("y.tsv", [[label] for label in LABELS])
    run("keras-train-and-eval", "--model", "builder.zip", *samples, "--target", "y.tsv", *OUTPUTS)


def predict(run: Run, samples: tuple[str, ...], output: str, *options: str) -> bytes:
    model = ("--model", "fitted.h5mlm", *samples, "--batch-size", "4")
    run("model-prediction", *model, *options, "--output", output)
    return Path(output).read_bytes()


@pytest.mark.parametrize("case", CASES)
def test_parts_are_the_file_of_one_run(
    run: Run, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, width, encodings = CASES[case]
    samples = write()
    train(run, samples, width, encodings)
    # Ten rows at once, so batches of 4, 4 and 2 rows.
    count = math.prod(map(int, width.split(",")))
    monkeypatch.setattr(prediction, "CHUNK_BYTES", 10 * count * 4)
    for method in ("predict", "predict_proba", "decision_function", "encode"):
        whole = predict(run, samples, "whole.tsv", "--method", method)
        # The first window ends in the third row.
        rows = ROWS - 2 if case == "windows" else ROWS
        assert whole.count(b"\n") == rows + (method != "encode")
        for count in (3, 20):
            parts = [
                predict(run, samples, "part.tsv", "--method", method, "--part", f"{each}/{count}")
                for each in range(1, count + 1)
            ]
            assert b"".join(parts) == whole
            assert sum(map(bool, parts)) == min(count, 13)


def test_each_part_can_have_a_header(run: Run) -> None:
    samples = write_table()
    train(run, samples, "3", ())

    whole = predict(run, samples, "whole.tsv").splitlines()
    options = ("--header", "each", "--part")
    parts = [predict(run, samples, "p.tsv", *options, f"{each}/12").splitlines() for each in
             range(1, 13)]  # fmt: skip

    assert [part[0] for part in parts] == [b"id\tPredicted"] * 12
    assert [row for part in parts for row in part[1:]] == whole[1:]
    assert parts[-1] == whole[:1], "it has no rows"


def test_an_error_names_the_row_of_the_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prediction, "CHUNK_BYTES", 10 * 3 * 4)
    samples = write_table()
    train(run, samples, "3", ())
    lines = Path("X.tsv").read_text().splitlines()
    Path("X.tsv").write_text("\n".join([*lines[:40], "id39\t1\tx\t2", *lines[41:]]) + "\n")

    model = ("--model", "fitted.h5mlm", *samples, "--output", "p.tsv", "--batch-size", "4")
    result = run("model-prediction", *model, "--part", "5/5", code=4)

    assert 'row 41, column 3 (b): "x" is not a number' in result.stderr
    assert not Path("p.tsv").exists()
    run("model-prediction", *model, "--part", "1/5")


def test_a_wrong_cell_of_raw_samples_fails_its_own_part(run: Run) -> None:
    samples = write_csv()
    train(run, samples, *CASES["csv"][1:])
    Path("X.csv").write_text(Path("X.csv").read_text().replace(",0\n", ",none of it\n", 1))

    model = ("--model", "fitted.h5mlm", *samples, "--output", "p.tsv", "--batch-size", "4")
    run("model-prediction", *model, "--part", "1/5", code=4)
    run("model-prediction", *model, "--part", "5/5")


def test_a_pipe_cannot_be_divided(run: Run) -> None:
    samples = write_text()
    train(run, samples, "4", ("words",))
    os.mkfifo("pipe")

    model = ("--model", "fitted.h5mlm", "--features", "pipe", "--features-format", "text")
    result = run("model-prediction", *model, "--output", "p.tsv", "--part", "1/2", code=4)

    assert result.stderr == (
        "Error: pipe is a pipe or a device, which can be read once, but rows are counted before "
        "they are divided into parts. Write it to a file first\n"
    )


def test_a_file_without_rows_is_said_as_ever(run: Run) -> None:
    samples = write_table()
    train(run, samples, "3", ())
    Path("X.tsv").write_text("id\ta\tb\tc\n")

    model = ("--model", "fitted.h5mlm", *samples, "--output", "p.tsv")
    whole = run("model-prediction", *model, code=4)
    part = run("model-prediction", *model, "--part", "2/2", code=4)

    assert part.stderr == whole.stderr
