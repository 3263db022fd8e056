"""The chain of workflows/snakemake runs, and predicts in parts what one run predicts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import run_process

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "workflows" / "snakemake"
BIN = Path(sys.executable).parent

pytestmark = pytest.mark.skipif(
    shutil.which("snakemake", path=f"{BIN}{os.pathsep}{os.environ['PATH']}") is None,
    reason="needs Snakemake on the PATH: pipx install snakemake",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Copy what a user has of the project's folders."""
    data = tmp_path / "test-data"
    data.mkdir()
    for name in ("reviews_text_train.tsv", "reviews_text_test.tsv"):
        shutil.copy(ROOT / "test-data" / name, data)
    shutil.copytree(
        FOLDER,
        tmp_path / "workflows" / "snakemake",
        ignore=shutil.ignore_patterns("results", ".snakemake"),
    )
    return tmp_path / "workflows" / "snakemake"


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }
    return run_process(command, capture_output=True, text=True, cwd=folder, env=environment)


def test_snakemake_finds_nothing_to_improve_but_environments(folder: Path) -> None:
    done = run(folder, "snakemake", "--lint")

    lints = {line.strip() for line in done.stderr.splitlines() if line.startswith("    * ")}
    # The commands are those on the PATH: what installs them is left to the user.
    assert lints == {"* Specify a conda environment or container for each rule.:"}, done.stderr


@pytest.mark.slow
@pytest.mark.thorough
def test_the_chain_runs(folder: Path) -> None:
    done = run(folder, "snakemake", "--cores", "1", "--config", "epochs=1")

    assert done.returncode == 0, done.stdout + done.stderr
    results = folder / "results"
    assert {each.name for each in results.iterdir()} >= {
        "predictions.tsv",
        "confusion_matrix.png",
        "history.png",
        "metrics.tsv",
    }
    options = ("--model", "results/fitted.h5mlm", "--batch-size", "64", "--output", "whole.tsv")
    new = ("--features", "../../test-data/reviews_text_test.tsv")
    assert run(folder, "model-prediction", *options, *new).returncode == 0
    assert (results / "predictions.tsv").read_bytes() == (folder / "whole.tsv").read_bytes()
