"""The command keras-model-builder."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from galaxy_keras.artefacts.architecture.architecture_file import write_architecture
from galaxy_keras.artefacts.models.builder import read_builder
from galaxy_keras.schema.architecture.spec import parse_spec
from tests.processes import run_process

from .conftest import Run

TUTORIAL = [
    *("--task", "classifier", "--loss", "binary_crossentropy", "--optimizer", "adam"),
    *("--metric", "accuracy", "--epochs", "2", "--batch-size", "128"),
]
# Runs the command and says what it imported and how much memory it took, in kB.
PROBE = """
import json, sys
from pathlib import Path
from galaxy_keras.tools.keras_model_builder import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    code = end.code
heavy = {"keras", "tensorflow", "sklearn", "pandas", "matplotlib", "h5py"} & set(sys.modules)
# Not getrusage: it counts what the process that started this one had in memory.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps([code, sorted(heavy), int(status["VmHWM"].split()[0])]))
"""


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "model.json"
    layers = ["Embedding input_dim=10000 output_dim=32", "LSTM units=100"]
    spec = {"input_shape": 500, "layers": [*layers, "Dense units=1 activation=sigmoid"]}
    write_architecture(path, parse_spec(spec))
    return str(path)


def test_tutorial_builder_is_written(run: Run, model: str) -> None:
    result = run("keras-model-builder", "--model-config", model, *TUTORIAL, "--output", "b.zip")
    assert result.output == ""
    builder = read_builder(Path("b.zip"))
    assert [layer.type for layer in builder.architecture.layers][1:] == [
        "Embedding",
        "LSTM",
        "Dense",
    ]
    assert builder.training.loss.name == "BinaryCrossentropy"
    assert builder.training.optimizer.name == "Adam"
    assert (builder.training.epochs, builder.training.batch_size) == (2, 128)
    with zipfile.ZipFile("b.zip") as archive:
        assert archive.namelist() == ["manifest.json", "architecture.json", "training.json"]


def test_every_option_reaches_the_file(run: Run, model: str) -> None:
    schedule = "CosineDecay initial_learning_rate=0.01 decay_steps=1000 alpha=0"
    run(
        *("keras-model-builder", "--model-config", model, "--task", "classifier"),
        *("--loss", "BinaryCrossentropy label_smoothing=0.1", "--optimizer", "AdamW"),
        *("--optimizer-option", f"learning_rate='{schedule}'"),
        *("--optimizer-option", "weight_decay=0"),
        *("--metric", "acc", "--metric", "AUC curve=PR name=pr_auc"),
        *("--callback", "EarlyStopping monitor=val_pr_auc patience=0 restore_best_weights=True"),
        *("--callback", "CSVLogger", "--epochs", "7", "--batch-size", "64"),
        *("--validation-split", "0.25", "--steps-per-epoch", "3", "--validation-steps", "2"),
        *("--seed", "0", "--output", "b.zip"),
    )
    with zipfile.ZipFile("b.zip") as archive:
        training = json.loads(archive.read("training.json"))
    assert training == {
        "task": "classifier",
        "loss": {"name": "BinaryCrossentropy", "options": {"label_smoothing": 0.1}},
        "optimizer": {
            "name": "AdamW",
            "options": {
                "learning_rate": {
                    "class_name": "CosineDecay",
                    "config": {"initial_learning_rate": 0.01, "decay_steps": 1000},
                },
                "weight_decay": 0.0,
            },
        },
        "metrics": [
            {"label": "acc", "component": {"name": "Accuracy", "options": {}}},
            {"label": "pr_auc", "component": {"name": "AUC", "options": {"curve": "PR"}}},
        ],
        "callbacks": [
            {
                "name": "EarlyStopping",
                "options": {"monitor": "val_pr_auc", "patience": 0, "restore_best_weights": True},
            },
            {"name": "CSVLogger", "options": {}},
        ],
        "epochs": 7,
        "batch_size": 64,
        "validation_split": 0.25,
        "steps_per_epoch": 3,
        "validation_steps": 2,
        "seed": 0,
    }


def test_same_options_give_the_same_bytes(run: Run, model: str) -> None:
    for name in ("a.zip", "b.zip"):
        run("keras-model-builder", "--model-config", model, *TUTORIAL, "--output", name)
    assert Path("a.zip").read_bytes() == Path("b.zip").read_bytes()


def call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return run_process(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=True
    )


def test_problems_are_told_together_with_exit_code_3(model: str, tmp_path: Path) -> None:
    output = tmp_path / "b.zip"
    output.write_bytes(b"from before")
    done = call(
        *("--model-config", model, "--task", "classifier", "--loss", "mse", "--optimizer", "adamm"),
        *("--metric", "acuracy", "--epochs", "0", "--output", str(output)),
    )
    assert json.loads(done.stdout)[0] == 3
    assert done.stderr.startswith("Error: 3 problems were found.\n")
    assert 'there is no optimizer "adamm". Did you mean "Adam"?' in done.stderr
    assert 'there is no metric "acuracy". Did you mean "Accuracy"?' in done.stderr
    assert "parameter epochs must be a whole number of at least 1, not 0" in done.stderr
    assert output.read_bytes() == b"from before"


def test_architecture_and_loss_are_checked_against_each_other(model: str, tmp_path: Path) -> None:
    output = tmp_path / "b.zip"
    done = call(
        *("--model-config", model, "--task", "classifier", "--loss", "categorical_crossentropy"),
        *("--optimizer", "adam", "--output", str(output)),
    )
    assert json.loads(done.stdout)[0] == 3
    assert done.stderr == (
        "Error: the loss categorical_crossentropy needs one unit for each class, but the last "
        'layer, layer 3 (Dense "dense"), has 1 unit. For two classes use binary_crossentropy with '
        "activation=sigmoid, or give the layer one unit for each class with activation=softmax\n"
    )
    assert not output.exists()


def test_unusual_settings_are_warned_of(model: str, tmp_path: Path) -> None:
    output = tmp_path / "b.zip"
    done = call(
        *("--model-config", model, "--task", "classifier", "--loss", "mse"),
        *("--optimizer", "adam", "--output", str(output)),
    )
    assert json.loads(done.stdout)[0] == 0
    assert done.stderr == (
        "Warning: the loss mean_squared_error is a regression loss; classes are usually learned "
        "better with binary_crossentropy\n"
    )
    assert output.exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        ([*TUTORIAL], 0),
        ([*TUTORIAL, "--metric", "nonsense"], 3),
        (["--task", "x"], 2),
    ],
    ids=["help", "builder", "error", "usage"],
)
def test_nothing_heavy_is_imported(
    model: str, tmp_path: Path, arguments: list[str], code: int
) -> None:
    output = tmp_path / "b.zip"
    done = call("--model-config", model, "--output", str(output), *arguments)
    found_code, heavy, kilobytes = json.loads(done.stdout.splitlines()[-1])
    assert (found_code, heavy) == (code, [])
    assert kilobytes < 60_000


def test_file_runs_in_place() -> None:
    path = Path(__file__).parents[2] / "tools" / "keras_model_builder.py"
    done = run_process(
        [sys.executable, str(path), "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: ")
