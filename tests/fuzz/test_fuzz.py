"""A short run of each fuzz target; `make fuzz` makes a long one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.processes import run_process

TARGET = Path(__file__).parent / "fuzz.py"
RUNS = {
    "json": 3000,
    "zip": 1000,
    "zip-fields": 1000,
    "hdf5": 300,
    "hdf5-fields": 300,
    "yaml": 300,
    "literal": 3000,
    "table": 300,
    "matrix": 300,
    "fasta": 1000,
    "form": 1000,
    "checkpoint": 300,
    "checkpoint-fields": 300,
}

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", sorted(RUNS))
def test_short_run(name: str, tmp_path: Path) -> None:
    pytest.importorskip("atheris", reason="needs atheris: run make fuzz, which installs it")
    # The seed is fixed, so that the test is the same each time.
    options = (f"-runs={RUNS[name]}", "-seed=7", f"-artifact_prefix={tmp_path}/")
    command = [sys.executable, str(TARGET), name, str(tmp_path / "corpus"), *options]
    result = run_process(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-3000:]
    assert f"Done {RUNS[name]} runs" in result.stderr
