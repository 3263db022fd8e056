"""keras-train-and-eval --check: what would be trained, or all that is wrong with it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.processes import run_process

from .conftest import Run, write_rows

TABLES = ["--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv"]
LAYERS = ["--layer", "Dense units=4 activation=relu", "--layer", "Dense units=3 activation=softmax"]


def build(run: Run) -> None:
    run("keras-model-config", "--input-shape", "2", *LAYERS, "--output", "model.json")
    run(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--optimizer", "adam"),
        *("--loss", "categorical_crossentropy", "--epochs", "5", "--batch-size", "8"),
        *("--output", "builder.zip"),
    )


@pytest.fixture
def folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GALAXY_MEMORY_MB", "2048")
    build(run)
    write_rows("X.tsv", [[row, 0.5] for row in range(30)])
    write_rows("y.tsv", [["abc"[row % 3]] for row in range(30)])
    return tmp_path


def test_what_would_be_trained(run: Run, folder: Path) -> None:
    result = run("keras-train-and-eval", *TABLES, "--split", "none", "--check")
    # 2 * 4 + 4 and 4 * 3 + 3 parameters, four numbers each; 2 * (2 + 4 + 3) numbers for 8 rows;
    # 30 * 2 numbers.
    assert result.stdout.splitlines() == [
        'Network: "sequential"; layers: 2, parameters: 27, trained: 27',
        'Input "input_layer": columns 1 to 2 as (2,)',
        "Target: multiclass, output (3,), classes a, b, c",
        "Training: CategoricalCrossentropy, Adam; epochs: 5, updates per epoch: 3, batch size: 8; "
        "scores: accuracy",
        "Memory: about 500.0 MiB of 2.0 GiB (0.4 KiB for weights, 0.6 KiB for one batch, "
        "0.2 KiB for data, the rest for the libraries)",
        "Rows to train: 24 (a: 8, b: 8, c: 8)",
        "Rows to validation and test: 6 (a: 2, b: 2, c: 2)",
    ]
    assert sorted(path.name for path in folder.iterdir()) == [
        "X.tsv",
        "builder.zip",
        "model.json",
        "y.tsv",
    ]


def test_a_validation_split_changes_nothing_and_its_help_says_so(run: Run, folder: Path) -> None:
    plain = run("keras-train-and-eval", *TABLES, "--split", "none", "--check")
    assignment = ("--set", "validation_split=0.5")
    result = run("keras-train-and-eval", *TABLES, "--split", "none", "--check", *assignment)
    assert result.stdout == plain.stdout
    assert "validation_split has no effect" in result.stderr
    text = " ".join(run("keras-model-builder", "--help").stdout.split())
    assert "Has no effect: keras-train-and-eval always holds rows out for validation." in text


def test_three_parts(run: Run, folder: Path) -> None:
    scheme = ("--scheme", "train-val-test", "--split", "none")
    result = run("keras-train-and-eval", *TABLES, *scheme, "--check")
    assert result.stdout.splitlines()[-3:] == [
        "Rows to train: 19 (a: 7, b: 6, c: 6)",
        "Rows to validation: 5 (a: 1, b: 2, c: 2)",
        "Rows to test: 6 (a: 2, b: 2, c: 2)",
    ]


def test_all_problems_at_once(run: Run, folder: Path) -> None:
    write_rows("X.tsv", [[1, 2, 3], [4, "five", 6], [7, 8, 9]])
    write_rows("weights.tsv", [["heavy"], ["light"]])
    result = run(
        "keras-train-and-eval",
        *("--model", "builder.zip", "--features", "X.tsv", "--target", "none.tsv"),
        *("--sample-weights", "weights.tsv", "--scoring", "f1", "--set", "epocs=3", "--check"),
        code=3,
    )
    for part in (
        "5 problems were found.",
        'X.tsv, row 2, column 2: "five"',
        "none.tsv does not exist",
        'weights.tsv, row 1, column 1: "heavy" is not a number',
        'weights.tsv, row 2, column 1: "light" is not a number',
        'there is no hyperparameter "epocs" that can be changed. Did you mean "epochs"?',
    ):
        assert part in result.stderr


def test_target_scorers_and_features_together(run: Run, folder: Path) -> None:
    write_rows("X.tsv", [[1, 2, 3]] * 30)
    result = run("keras-train-and-eval", *TABLES, "--scoring", "f1", "--check", code=4)
    assert "2 problems were found." in result.stderr
    assert "the table gives 3 feature columns, but the network takes 2" in result.stderr
    assert 'the scorer "f1" does not suit a target of three or more classes' in result.stderr


def test_a_batch_of_all_rows_is_said(run: Run, folder: Path) -> None:
    result = run("keras-train-and-eval", *TABLES, "--set", "batch_size=1000000000", "--check")
    assert (
        "Warning: The batch size of 1000000000 is above the 24 training rows: "
        "each epoch has a single update."
    ) in result.stderr
    assert "updates per epoch: 1, batch size: 24" in result.stdout


def test_too_little_memory(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALAXY_MEMORY_MB", "100")
    units = "layers_1_Dense__config__units=10000000"
    result = run("keras-train-and-eval", *TABLES, "--set", units, "--check", code=3)
    # 10^7 * (2 + 1 + 3) + 3 parameters, four numbers each.
    assert "this needs about 2.0 GiB of memory (915.5 MiB for weights" in result.stderr
    assert "only 100.0 MiB is available" in result.stderr


def test_a_network_that_fits_no_machine(run: Run, folder: Path) -> None:
    layer = ("--layer", "Dense units=1000000000000")
    result = run("keras-model-config", "--input-shape", "2", *layer, "--output", "l.json", code=3)
    # 2 weights and a bias for each unit.
    assert 'layer 1 (Dense "dense") has 3,000,000,000,000 parameters' in result.stderr
    assert not Path("l.json").exists()

    units = ("--set", "layers_1_Dense__config__units=1000000000000")
    result = run("keras-train-and-eval", *TABLES, *units, "--check", code=3)
    # It feeds 3 units, so that the next layer is one bias larger.
    assert 'layer 2 (Dense "dense_1") has 3,000,000,000,003 parameters' in result.stderr


def test_outputs_are_needed_without_check(run: Run, folder: Path) -> None:
    result = run("keras-train-and-eval", *TABLES, code=2)
    assert "Missing option '--output-model' (required without --check)." in result.stderr


def test_checking_imports_no_keras(folder: Path) -> None:
    code = (
        "import sys\nfrom galaxy_keras.tools.keras_train_and_eval import main\n"
        f"main({[*TABLES, '--check']!r}, standalone_mode=False)\n"
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    run_process([sys.executable, "-c", code], cwd=folder, env=os.environ, check=True)
