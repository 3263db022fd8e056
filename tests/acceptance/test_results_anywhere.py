"""Models, tables and pictures are byte for byte the same, whatever the user's environment says."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.processes import run_process

from .conftest import Run, write_rows
from .test_cluster import ALONE, needs_jax

pytestmark = pytest.mark.slow

# Each of these once changed a result or ended a command, or might.
VARIABLES = {
    "COLUMNS": "20",
    "DISPLAY": ":77",
    "FORCE_COLOR": "1",
    "GALAXY_SLOTS": "2",
    "HDF5_USE_FILE_LOCKING": "FALSE",
    "JAX_ENABLE_X64": "1",
    "JAX_RANDOM_SEED_OFFSET": "3",
    "KERAS_BACKEND": "nonsense",
    "KERAS_MAX_EPOCHS": "1",
    "KERAS_MAX_STEPS_PER_EPOCH": "1",
    "KERAS_NNX_ENABLED": "1",
    "LANG": "tr_TR.UTF-8",
    "LC_ALL": "POSIX",
    "LINES": "2",
    "MPLBACKEND": "nonsense",
    "NO_COLOR": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONCOERCECLOCALE": "0",
    "PYTHONHASHSEED": "1",
    "PYTHONIOENCODING": "ascii",
    "PYTHONOPTIMIZE": "2",
    "PYTHONUTF8": "0",
    "PYTHONWARNINGS": "always",
    "SOURCE_DATE_EPOCH": "abc",
    "TERM": "dumb",
    "TF_CPP_MIN_LOG_LEVEL": "0",
    "TF_USE_LEGACY_KERAS": "1",
    "TZ": "Pacific/Chatham",
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
}
KERAS = {
    "backend": "jax",
    "epsilon": 1e-2,
    "floatx": "float64",
    "image_data_format": "channels_first",
}
# In Latin-1, which matplotlib refuses.
MATPLOTLIBRC = "backend: QtAgg\nfigure.dpi: 13\nfont.family: cursive\n# h\xe9\n".encode("latin-1")

LAYERS = (
    "Reshape target_shape=(2,3,1)",
    "Conv2D filters=3 kernel_size=2 activation=relu",
    "LayerNormalization",
    "Dropout rate=0.2",
    "Flatten",
    "Dense units=2 activation=softmax",
)
FEATURES = ("--features", "X.tsv", "--target", "y.tsv")
OUTPUTS = ("model", "metrics", "history", "true", "predictions")
TRAIN = (
    *("keras_train_and_eval", "--model", "builder.zip", *FEATURES, "--device", "cpu"),
    *(text for name in OUTPUTS for text in (f"--output-{name}", f"out/{name}")),
)
PREDICTED = ("--true", "out/true", "--true-header")
SCORES = (*PREDICTED, "--scores", "out/predictions", "--scores-header")
CHAIN = [
    TRAIN,
    ("model_prediction", "--model", "out/model", "--features", "X.tsv", "--output", "out/p.tsv"),
    *(
        ("ml_visualization_ex", "roc-curve", *SCORES, "--output", f"out/roc.{suffix}")
        for suffix in ("png", "svg", "pdf", "html")
    ),
    (
        "ml_visualization_ex",
        "training-history",
        "--history",
        "out/history",
        "--output",
        "out/h.png",
    ),
    ("ml_visualization_ex", "report", "--model", "out/model", *SCORES, "--output", "out/r.html"),
]
# All in one process, which is as good and imports once.
PROGRAM = """
import json, sys
from importlib import import_module

for name, *arguments in json.loads(sys.argv[1]):
    try:
        import_module(f"galaxy_keras.tools.{name}").main(arguments)
    except SystemExit as end:
        if end.code:
            raise
"""


@pytest.fixture
def builder(run: Run) -> None:
    drawn = np.random.default_rng(3)
    values = drawn.normal(size=(60, 6))
    write_rows("X.tsv", values.round(3).tolist())
    write_rows("y.tsv", [["çay" if row.sum() > 0 else "süt"] for row in values])
    layers = [text for layer in LAYERS for text in ("--layer", layer)]
    run("keras-model-config", "--input-shape", "6", *layers, "--output", "model.json")
    settings = ["--loss", "categorical_crossentropy", "--optimizer", "adam", "--seed", "4"]
    settings += ["--metric", "AUC", "--batch-size", "8", "--epochs", "3", "--task", "classifier"]
    run("keras-model-builder", "--model-config", "model.json", *settings, "--output", "builder.zip")


def list_hostile_variables(folder: Path) -> dict[str, str]:
    """Write files with settings of the user; return the variables that name them, and others."""
    home = folder / "home of Zoé"
    settings = {
        home / ".keras" / "keras.json": json.dumps(KERAS).encode(),
        home / ".config" / "matplotlib" / "matplotlibrc": MATPLOTLIBRC,
        folder / "matplotlibrc": MATPLOTLIBRC,
    }
    for path, content in settings.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return {
        **VARIABLES,
        "HOME": str(home),
        "KERAS_HOME": str(home / ".keras"),
        "MATPLOTLIBRC": str(folder / "matplotlibrc"),
        "MPLCONFIGDIR": str(home / "nowhere"),
        "XDG_CACHE_HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "XDG_DATA_HOME": os.devnull,
    }


def collect_results(program: str, *arguments: str, **variables: str) -> dict[str, bytes]:
    """Run a program with more environment variables; return the files that it writes."""
    folder = Path("out")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    command = [sys.executable, "-c", program, *arguments]
    done = run_process(command, env={**os.environ, **variables}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_with_tensorflow(builder: None, tmp_path: Path) -> None:
    chain = json.dumps(CHAIN)
    clean = collect_results(PROGRAM, chain)
    hostile = collect_results(PROGRAM, chain, **list_hostile_variables(tmp_path))

    assert len(clean) == len(OUTPUTS) + 7
    assert [name for name in clean if hostile[name] != clean[name]] == []


@needs_jax
def test_with_jax(builder: None, tmp_path: Path) -> None:
    clean = collect_results(ALONE, *TRAIN[1:], "--cluster", "29517")
    variables = list_hostile_variables(tmp_path)
    hostile = collect_results(ALONE, *TRAIN[1:], "--cluster", "29517", **variables)

    assert [name for name in clean if hostile[name] != clean[name]] == []
