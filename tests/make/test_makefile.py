"""What make asks of the environment, and how it names commands."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from tests.make.conftest import ROOT, Clone
from tests.processes import run_process

COMPLETE = ["making", "made", "collecting", "installing", "installed"]
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(clone: Clone, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make as a user would, where no make is around it."""
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHON", "VENV", "JOBS")
    kept = {name: value for name, value in clone.variables.items() if name not in outer}
    return run_process(
        ["make", *arguments],
        cwd=clone.folder,
        env={**kept, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def clone_with_tests(clone: Clone) -> Clone:
    """Put a pytest into the clone that says how it was called."""
    clone.set_up("test", "dev")
    (site,) = clone.folder.glob(".venv/lib/python*/site-packages")
    (site / "pytest.py").write_text("import os, sys; print(sys.argv[1:], os.getcwd())")
    clone.read_stages()
    return clone


def test_help_names_every_target(clone: Clone) -> None:
    told = make(clone).stdout
    rules = (ROOT / "Makefile").read_text()
    targets = rules.split(".PHONY:")[1].split("\n\n")[0].replace("\\", " ").split()
    named = {
        line.split()[1]
        for line in told.splitlines()
        if line.startswith("make ") and "=" not in line
    }
    assert named == set(targets) - {"help", "setup", "setup-dev"}
    assert all(len(line) <= 100 for line in told.splitlines())


@pytest.mark.parametrize(
    ("target", "wanted"),
    [("test", "['-n', '2', '-m', 'not thorough']"), ("test-all", "['-n', '2']")],
)
def test_tests(clone_with_tests: Clone, target: str, wanted: str) -> None:
    done = make(clone_with_tests, target)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == f"{wanted} {clone_with_tests.folder}"
    assert clone_with_tests.read_stages() == []


def test_more_tests_at_once(clone_with_tests: Clone) -> None:
    assert "['-n', '4', " in make(clone_with_tests, "test", "JOBS=4").stdout


def test_demo_finds_the_commands(clone: Clone) -> None:
    script = clone.folder / "workflows/shell-demo/demo.sh"
    script.parent.mkdir(parents=True)
    script.write_text('#!/bin/sh\ncommand -v python; echo "$1"\n')
    script.chmod(0o755)

    done = make(clone, "demo", f"PYTHON={sys.executable}")
    assert (done.returncode, done.stderr) == (0, "")
    python = clone.folder / ".venv/bin/python"
    assert done.stdout.splitlines()[-2:] == [str(python), "demo-output"]


def test_targets_share_the_environment(clone: Clone) -> None:
    done = make(clone, "-j", "4", "setup", "setup-dev")
    assert (done.returncode, done.stderr) == (0, "")
    assert clone.read_stages() == [*COMPLETE, *COMPLETE[2:]]


def test_folder_on_another_disk(clone: Clone) -> None:
    other = clone.folder.parent / "other disk" / "venv"
    done = make(clone, "setup", f"VENV={other}")
    assert (done.returncode, done.stderr) == (0, "")
    assert (other / "bin/python").exists()
    assert not (clone.folder / ".venv").exists()


@pytest.mark.parametrize("kind", ["argument", "variable"])
def test_a_python_that_is_asked_for(clone: Clone, kind: str) -> None:
    asked = {"PYTHON": sys.executable}
    arguments = [f"PYTHON={sys.executable}"] if kind == "argument" else []
    told = make(clone, "-n", "setup", *arguments, **(asked if kind == "variable" else {})).stdout
    assert told.endswith(f'"{sys.executable}" packaging/set_up.py ".venv" --this-python test\n')


def test_the_usual_python(clone: Clone) -> None:
    told = make(clone, "-n", "setup").stdout
    assert told.endswith('"python3" packaging/set_up.py ".venv"  test\n')


def test_a_python_that_is_not_there(clone: Clone) -> None:
    done = make(clone, "setup", "PYTHON=python3.99")
    assert done.returncode == 2
    assert done.stderr.splitlines()[0] == (
        "There is no python3.99 here. Name a Python: make PYTHON=/usr/bin/python3"
    )


def test_settings_of_python_that_lead_elsewhere(clone: Clone) -> None:
    done = make(clone, "setup", PYTHONHOME="/nowhere", PYTHONSAFEPATH="1", PYTHONPATH="/nowhere")
    assert (done.returncode, done.stderr) == (0, "")
    assert clone.is_whole()
