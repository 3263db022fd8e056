"""Training that is killed at random moments ends with the weights of one that was left alone.

The number of kills is 3, or what the environment variable GALAXY_KERAS_KILLS says.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.processes import run_process, running

from .commands import OUTPUTS, train, write_model, write_points

pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("GALAXY_KERAS_KILLS", "3"))
EPOCHS = 12
CALLBACKS = (
    "EarlyStopping monitor=val_loss patience=11 restore_best_weights=True",
    "ReduceLROnPlateau monitor=val_loss patience=1 factor=0.5",
    "ModelCheckpoint monitor=val_loss",
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_points(rows=4000)
    write_model(EPOCHS, CALLBACKS)
    return tmp_path


def read_outputs(folder: str) -> list[bytes]:
    return [(Path(folder) / name).read_bytes() for name in OUTPUTS]


def assert_none_is_half_written() -> None:
    for name in OUTPUTS:
        path = Path("killed") / name
        assert not path.exists() or path.read_bytes() == (Path("whole") / name).read_bytes()


def run_and_kill(command: list[str], seconds: float) -> bool:
    """Run a command for some time, then kill it; tell whether it ended before."""
    unheard = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with running(command, **unheard) as process:
        try:
            assert process.wait(timeout=seconds) == 0
        except subprocess.TimeoutExpired:
            return False
    return True


@pytest.mark.thorough
def test_kills_at_random_moments(folder: Path) -> None:
    Path("whole").mkdir()
    Path("killed").mkdir()
    started = time.monotonic()
    run_process(train("whole"), check=True, capture_output=True)
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
    run_process(command, check=True, capture_output=True)
    assert read_outputs("killed") == read_outputs("whole")
    assert not Path("checkpoint").exists()
