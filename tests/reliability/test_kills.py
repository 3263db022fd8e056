"""Training that is killed at random moments ends with the weights of one that was left alone.

The number of kills is 3, or what the environment variable GALAXY_KERAS_KILLS says.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.acceptance.conftest import write_rows

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("GALAXY_KERAS_KILLS", "3"))
EPOCHS = 12
OUTPUTS = ("fitted.h5mlm", "metrics.tsv", "history.tsv")
LAYERS = (
    "Dense units=8 activation=relu",
    "Dropout rate=0.4",
    "BatchNormalization",
    "Dense units=1 activation=sigmoid",
)
CALLBACKS = (
    "EarlyStopping monitor=val_loss patience=11 restore_best_weights=True",
    "ReduceLROnPlateau monitor=val_loss patience=1 factor=0.5",
    "ModelCheckpoint monitor=val_loss",
)


def call(name: str, *arguments: str) -> list[str]:
    module = name.replace("-", "_")
    code = f"from galaxy_keras.tools.{module} import main; main()"
    return [sys.executable, "-c", code, *arguments]


def repeat(option: str, values: tuple[str, ...]) -> list[str]:
    return [argument for value in values for argument in (option, value)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    random_rows = random.Random(4)
    points = [[random_rows.gauss(0, 1) for _ in range(3)] for _ in range(4000)]
    write_rows("X.tsv", points)
    write_rows("y.tsv", [["ab"[sum(point) > 0]] for point in points])
    layers = repeat("--layer", LAYERS)
    config = call("keras-model-config", "--input-shape", "3", *layers, "--output", "model.json")
    builder = call(
        "keras-model-builder",
        *("--model-config", "model.json", "--task", "classifier", "--metric", "accuracy"),
        *("--loss", "binary_crossentropy", "--optimizer", "nadam", "--output", "builder.zip"),
        *("--epochs", str(EPOCHS), "--batch-size", "16", *repeat("--callback", CALLBACKS)),
    )
    for command in (config, builder):
        subprocess.run(command, check=True, capture_output=True)
    return tmp_path


def train(folder: str, *options: str) -> list[str]:
    Path(folder).mkdir(exist_ok=True)
    outputs = zip(("model", "metrics", "history"), OUTPUTS, strict=True)
    return call(
        "keras-train-and-eval",
        *("--model", "builder.zip", "--features", "X.tsv", "--target", "y.tsv", "--seed", "5"),
        *("--device", "cpu", *options),
        *(text for name, file in outputs for text in (f"--output-{name}", f"{folder}/{file}")),
    )


def read_outputs(folder: str) -> list[bytes]:
    return [(Path(folder) / name).read_bytes() for name in OUTPUTS]


def assert_none_is_half_written() -> None:
    for name in OUTPUTS:
        path = Path("killed") / name
        assert not path.exists() or path.read_bytes() == (Path("whole") / name).read_bytes()


def run_and_kill(command: list[str], seconds: float) -> bool:
    """Run a command for some time, then kill it; say whether it ended before."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert process.wait(timeout=seconds) == 0
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return False
    return True


def test_kills_at_random_moments(folder: Path) -> None:
    started = time.monotonic()
    subprocess.run(train("whole"), check=True, capture_output=True)
    longest = time.monotonic() - started
    moments = random.Random(KILLS)
    killed = 0
    command = train("killed", "--checkpoint", "checkpoint")
    while killed < KILLS:
        # Nothing is killed so early that nothing but imports would be tested.
        if run_and_kill(command, moments.uniform(0.3, 1.0) * longest):
            assert read_outputs("killed") == read_outputs("whole")
            continue
        killed += 1
        assert_none_is_half_written()
    subprocess.run(command, check=True, capture_output=True)
    assert read_outputs("killed") == read_outputs("whole")
    assert not Path("checkpoint").exists()
