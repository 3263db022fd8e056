"""Each plot from files to a picture, and what the command says when it cannot draw."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from galaxy_keras.artefacts.architecture.architecture_file import write_architecture
from galaxy_keras.catalogue import plot as shared
from galaxy_keras.catalogue.plots import PLOTS
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from tests.processes import run_process

from .conftest import Run, write_rows

COMMAND = "ml-visualization-ex"
SCORES = ["--true", "y.tsv", "--scores", "proba.tsv", "--scores-header"]
LABELS = ["--true", "y.tsv", "--predicted", "labels.tsv", "--predicted-header"]
VALUES = ["--true", "values.tsv", "--predicted", "predicted.tsv", "--predicted-header"]
SHARED_INPUTS = {
    shared.LABELS: LABELS,
    shared.VALUES: VALUES,
    (shared.TRUE_CLASSES, shared.SCORES): SCORES,
}
OWN_INPUTS = {
    "training-history": ["--history", "history.tsv"],
    "learning-curve": ["--scores", "learning.tsv"],
    "rfecv-scores": ["--scores", "values.tsv"],
    "feature-importances": ["--importances", "importances.tsv"],
    "model-architecture": ["--model", "model.json"],
}
NEED_A_FITTED_MODEL = {
    "embedding-projection",
    "in-silico-mutagenesis",
    "motifs",
    "nearest-words",
    "permutation-importances",
}
PLOT_INPUTS = {
    entry.name: OWN_INPUTS.get(entry.name) or SHARED_INPUTS[entry.inputs]
    for entry in PLOTS
    if entry.name not in NEED_A_FITTED_MODEL
}


@pytest.fixture(autouse=True)
def tables(run: Run) -> None:
    """Write small inputs for every plot."""
    labels = ["no", "yes", "yes", "no", "yes", "no"]
    shares = [0.2, 0.9, 0.4, 0.3, 0.7, 0.6]
    predicted = ["yes" if share > 0.5 else "no" for share in shares]
    write_rows("y.tsv", [[label] for label in labels])
    write_rows("labels.tsv", [["Predicted"], *([label] for label in predicted)])
    write_rows("proba.tsv", [["no", "yes"], *([1 - share, share] for share in shares)])
    write_rows("values.tsv", [[share] for share in shares])
    write_rows("predicted.tsv", [["Predicted"], *([share + 0.1] for share in shares)])
    write_rows("history.tsv", [["epoch", "loss", "val_loss"], [1, 0.9, 0.8], [2, 0.5, 0.9]])
    write_rows("importances.tsv", [["weight", 0.4], ["height", 0.6]])
    write_rows(
        "learning.tsv",
        [["train_sizes_abs", "mean_train_scores", "mean_test_scores"], [10, 1, 0.6], [20, 1, 0.8]],
    )
    shape = {"batch_shape": (None, 4), "dtype": "float32"}
    nodes = (
        LayerNode(name="input", type="InputLayer", options=shape),
        LayerNode(name="dense", type="Dense", options={"units": 2}, inbound=("input",)),
    )
    write_architecture(Path("model.json"), Architecture.sequential("model", nodes))


@pytest.mark.parametrize("plot", PLOT_INPUTS)
def test_every_plot_as_png(run: Run, plot: str) -> None:
    result = run(COMMAND, plot, *PLOT_INPUTS[plot], "--output", "a.png", "--width", "6")
    with Image.open("a.png") as image:
        assert image.width == 750
        assert image.text["Description"] in result.stderr


@pytest.mark.parametrize(
    ("output", "start"),
    [
        ("a.svg", b"<?xml"),
        ("a.pdf", b"%PDF"),
        ("a.html", b"<!doctype html>"),
        ("a.png", b"\x89PNG"),
    ],
)
def test_suffix_chooses_the_format(run: Run, output: str, start: bytes) -> None:
    run(COMMAND, "confusion-matrix", *LABELS, "--output", output)
    assert Path(output).read_bytes().startswith(start)


def test_format_without_a_suffix(run: Run) -> None:
    run(COMMAND, "roc-curve", *SCORES, "--output", "dataset.dat", "--format", "svg")
    assert Path("dataset.dat").read_bytes().startswith(b"<?xml")


def test_matrix_of_the_replaced_tool_has_its_size(run: Run) -> None:
    run(COMMAND, "confusion-matrix", *LABELS, "--colormap", "Winter", "--output", "a.png")
    with Image.open("a.png") as image:
        assert image.size == (875, 875)


def test_same_command_same_bytes(run: Run) -> None:
    for output in ("a.svg", "b.svg"):
        run(COMMAND, "roc-curve", *SCORES, "--output", output)
    assert Path("a.svg").read_bytes() == Path("b.svg").read_bytes()


def test_form_of_galaxy_gives_the_options(run: Run) -> None:
    form = {
        "plotting_selection": {
            "plot_type": "classification_confusion_matrix",
            "header_true": "boolfalse",
            "header_predicted": "booltrue",
            "title": "From Galaxy",
            "plot_format": "png",
            "plot_color": "Summer",
        }
    }
    Path("inputs.json").write_text(json.dumps(form))
    files = ["--true", "y.tsv", "--predicted", "labels.tsv"]
    run(COMMAND, "confusion-matrix", "--galaxy-inputs", "inputs.json", *files, "--output", "a")
    with Image.open("a") as image:
        assert image.text["Title"] == "From Galaxy"


def test_history_of_a_model_or_of_a_table(run: Run) -> None:
    result = run(COMMAND, "training-history", "--output", "a.png", code=3)
    assert result.stderr == ("Error: give one of --history and --model: the history is in both\n")


def test_history_of_what_is_no_fitted_model(run: Run) -> None:
    result = run(COMMAND, "training-history", "--model", "y.tsv", "--output", "a.png", code=5)
    assert "y.tsv" in result.stderr
    assert "not a model" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["confusion-matrix", *LABELS, "--output", "a.gif"], 3, "End its name in .png, .svg"),
        (
            ["confusion-matrix", *LABELS, "--output", "a.png", "--colormap", "grens"],
            3,
            'no colormap "grens". Did you mean "Greens"?',
        ),
        (
            [
                "confusion-matrix",
                "--true",
                "y.tsv",
                "--predicted",
                "labels.tsv",
                "--output",
                "a.png",
            ],
            4,
            'labels.tsv begins with "Predicted", which looks like a column name',
        ),
        (
            ["confusion-matrix", "--true", "no.tsv", "--predicted", "y.tsv", "--output", "a.png"],
            4,
            "no.tsv",
        ),
        (["confusion-matrix", *LABELS, "--output", "missing/a.png"], 4, "cannot be written"),
        (["confusion-matrix", *LABELS], 2, "Missing option '--output'"),
        (["roc-curve", *SCORES, "--output", "a.png", "--dpi", "5"], 2, "--dpi"),
        (["rock-curve", *SCORES, "--output", "a.png"], 2, "No such command 'rock-curve'"),
    ],
)
def test_errors(run: Run, arguments: list[str], code: int, message: str) -> None:
    result = run(COMMAND, *arguments, code=code)
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_picture_stays_where_a_new_one_cannot_be_drawn(run: Run) -> None:
    Path("a.png").write_text("old")
    run(COMMAND, "roc-curve", "--true", "y.tsv", "--scores", "y.tsv", "--output", "a.png", code=4)
    assert Path("a.png").read_text() == "old"
    assert not list(Path().glob(".a*"))


def test_file_of_the_tool_runs_in_place(run: Run) -> None:
    tool = Path(__file__).parents[2] / "tools" / "ml_visualization_ex.py"
    done = run_process(
        [sys.executable, str(tool), "--help"], capture_output=True, text=True, check=True
    )
    assert all(name in done.stdout for name in PLOTS.names)


@pytest.mark.slow
@pytest.mark.parametrize("plot", ["confusion-matrix", "roc-curve", "calibration-curve"])
def test_a_million_rows(run: Run, plot: str) -> None:
    random = np.random.default_rng(1)
    labels = random.integers(0, 2, 1_000_000)
    shares = np.clip(random.normal(0.3 + 0.4 * labels, 0.2), 0, 1)
    np.savetxt("y.tsv", labels, "%d")
    np.savetxt("labels.tsv", shares > 0.5, "%d", header="Predicted", comments="")
    both = np.stack([1 - shares, shares], axis=1)
    np.savetxt("proba.tsv", both, "%.4f", delimiter="\t", header="0\t1", comments="")
    result = run(COMMAND, plot, *PLOT_INPUTS[plot], "--output", "a.svg")
    assert "1,000,000 rows" in Path("a.svg").read_text()
    assert "a.svg: " in result.stderr
    assert Path("a.svg").stat().st_size < 300_000


@pytest.mark.parametrize(
    "wrong", [["--output", "a.png", "--colormap", "grens"], ["--output", "a.gif"]]
)
def test_wrong_options_are_said_before_heavy_libraries_are_loaded(
    run: Run, wrong: list[str]
) -> None:
    program = (
        "import sys\n"
        "from galaxy_keras.tools.ml_visualization_ex import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "finally:\n"
        "    print({'matplotlib', 'numpy', 'h5py'} & set(sys.modules))\n"
    )
    arguments = ["confusion-matrix", *LABELS, *wrong]
    done = run_process([sys.executable, "-c", program, *arguments], capture_output=True, text=True)
    assert done.returncode == 3
    assert done.stdout == "set()\n"


IMPORTANCES = [
    "permutation-importances",
    *("--model", "fitted.h5mlm", "--features", "X.tsv", "--output", "a.png"),
]


@pytest.fixture
def fitted(run: Run) -> None:
    """Train a network on words 1 to 4, of which the first in a row decides."""
    words = np.random.default_rng(8).integers(1, 5, (120, 3))
    write_rows("X.tsv", words.tolist())
    write_rows("y.tsv", [["high" if row[0] > 2 else "low"] for row in words])
    layers = ["Embedding input_dim=5 output_dim=4", "Flatten", "Dense units=1 activation=sigmoid"]
    run(
        "keras-model-config",
        *("--input-shape", "3", "--output", "layers.json"),
        *(argument for layer in layers for argument in ("--layer", layer)),
    )
    run(
        "keras-model-builder",
        *("--model-config", "layers.json", "--task", "classifier", "--epochs", "40", "--seed", "1"),
        *("--loss", "binary_crossentropy", "--optimizer", "Adam learning_rate=0.05"),
        *("--callback", "EarlyStopping monitor=loss min_delta=10", "--output", "builder.zip"),
    )
    run(
        "keras-train-and-eval",
        *("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv"),
        *("--output-model", "fitted.h5mlm", "--output-metrics", "metrics.tsv"),
    )


@pytest.mark.slow
@pytest.mark.usefixtures("fitted")
def test_plots_of_a_fitted_model(run: Run) -> None:
    result = run(COMMAND, "training-history", "--model", "fitted.h5mlm", "--output", "a.png")
    assert "Best epoch 2 of 2: val_loss" in result.stderr
    assert "stopped early, 40 epochs were planned" in result.stderr

    write_rows("words.tsv", [["pad"], ["very"], ["bad"], ["good"], ["great"]])
    embedding = ["embedding-projection", "--model", "fitted.h5mlm", "--vocabulary", "words.tsv"]
    result = run(COMMAND, *embedding, "--words", "good", "--output", "a.png")
    assert "5 words by principal components" in result.stderr
    result = run(COMMAND, *embedding, "--layer", "embeding", "--output", "a.png", code=3)
    assert '--layer: there is no Embedding layer "embeding". Did you mean' in result.stderr
    result = run(
        COMMAND, "embedding-projection", "--model", "builder.zip", "--output", "a.png", code=5
    )
    assert "builder.zip has no weights: it is a model builder" in result.stderr
    result = run(COMMAND, "training-history", "--model", "builder.zip", "--output", "a.png", code=5)
    assert "builder.zip holds no history: it was not trained" in result.stderr

    result = run(COMMAND, *IMPORTANCES, "--target", "y.tsv", "--rows", "100")
    assert "Computed on 100 of 120 rows; --rows changes that." in result.stderr
    assert "3 features; each shuffled 5 times on 100 rows. Largest: Column 1 0." in result.stderr
    result = run(COMMAND, *IMPORTANCES, "--target", "y.tsv", "--scoring", "r2", code=3)
    assert "--scoring" in result.stderr
    write_rows("short.tsv", [["high"], ["low"]])
    result = run(COMMAND, *IMPORTANCES, "--target", "short.tsv", code=4)
    assert "short.tsv has 2 rows of data, but the features have 120" in result.stderr
