"""pytest says how many tests there are, and which were not run."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from tests.processes import run_process

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest

def test_plain(): pass

@pytest.mark.thorough
@pytest.mark.parametrize("number", range(3))
def test_thorough(number): pass

@pytest.mark.parametrize("number", range(2))
def test_gpu(number): pytest.skip("needs a GPU: buy one")

@pytest.mark.skipif(True, reason="needs a browser: run make test-browser.")
def test_page(): pass
"""
SETTINGS = "[pytest]\ntestpaths = tests\nmarkers =\n    thorough: takes long\n"
MODULE = "import pytest; pytest.importorskip('no_such_module', reason='needs a module: make it')"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "conftest.py", tmp_path)
    (tmp_path / "pytest.ini").write_text(SETTINGS)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_all.py").write_text(TESTS)
    (tmp_path / "tests/test_module.py").write_text(MODULE)
    return tmp_path


def run(project: Path, *arguments: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = run_process(command, cwd=project, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


@pytest.mark.parametrize("jobs", ["0", "2"])
def test_the_choice_of_make_test(project: Path, jobs: str) -> None:
    lines = run(project, "-n", jobs, "-m", "not thorough")
    assert f"4 tests, about 1 min with {max(int(jobs), 1)} at once" in lines
    assert (
        "Not run: 3 thorough: run make test-all; 2 needs a GPU: buy one; 1 needs a module: make "
        "it; 1 needs a browser: run make test-browser." in lines
    )


def test_all(project: Path) -> None:
    lines = run(project, "-n", "2")
    assert "7 tests, about 1 min with 2 at once" in lines
    (line,) = [line for line in lines if line.startswith("Not run: ")]
    assert line.startswith("Not run: 2 needs a GPU")


@pytest.mark.parametrize("arguments", [["tests"], ["-k", "plain"], ["-m", "thorough"]])
def test_a_part_has_no_estimate(project: Path, arguments: list[str]) -> None:
    lines = run(project, "-n", "0", *arguments)
    assert any(line.endswith(" tests") and line.split()[0].isdigit() for line in lines)
    assert not any("about" in line or "make test-all" in line for line in lines)
