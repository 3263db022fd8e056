"""Where a command computes and with how many threads: what the environment of a job says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import run_process

DATA = Path(__file__).parents[2] / "galaxy_xml" / "test-data"

pytestmark = pytest.mark.slow


def predict(folder: Path, device: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Predict in a process of its own, because TensorFlow chooses devices once."""
    command = [
        sys.executable, "-m", "galaxy_keras.tools.model_prediction",
        "--model", str(DATA / "regression_fitted.h5mlm"),
        "--features", str(DATA / "regression_X.tabular"), "--features-header",
        "--device", device, "--output", str(folder / "predicted.tsv"),
    ]  # fmt: skip
    return run_process(command, env={**os.environ, **environment}, capture_output=True, text=True)


@pytest.mark.parametrize(("slots", "told"), [("1", "1 thread"), ("3", "3 threads")])
def test_threads_are_the_slots_of_the_job(tmp_path: Path, slots: str, told: str) -> None:
    ended = predict(tmp_path, "cpu", GALAXY_SLOTS=slots)

    assert ended.returncode == 0
    assert f"Device: CPU ({told})." in ended.stderr


@pytest.mark.parametrize("slots", ["two", "0", "-1"])
def test_slots_that_are_no_number_are_refused(tmp_path: Path, slots: str) -> None:
    ended = predict(tmp_path, "cpu", GALAXY_SLOTS=slots)

    assert ended.returncode == 3
    assert ended.stderr.strip() == (
        "Error: the environment variable GALAXY_SLOTS must be a whole number of at least 1, "
        f"not '{slots}'"
    )


def test_gpu_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ended = predict(tmp_path, "gpu", CUDA_VISIBLE_DEVICES="")

    assert ended.returncode == 3
    assert ended.stderr.strip() == (
        "Error: --device gpu was asked for, but TensorFlow detects no GPU. "
        "Check the driver with nvidia-smi and that galaxy-keras[gpu] is installed, "
        "or use --device auto"
    )
