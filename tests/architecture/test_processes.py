"""Tests start processes in one place, and no process outlives its test."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.hermetic import find_left_processes, wait_for_left_processes
from tests.processes import run_process, running

TESTS = Path(__file__).parents[1]
# Programs that people start, not pytest.
SCRIPTS = (TESTS / "galaxy" / "server", TESTS / "anywhere")
HERE = Path(__file__)
STARTS = re.compile(
    r"\b(subprocess\.(run|Popen|call|check_\w+)|os\.(system|popen|spawn\w+|fork))\("
)
# Starts another process, which says so; both wait.
FAMILY = """
import subprocess, sys, time
child = "import time; print('started', flush=True); time.sleep(600)"
subprocess.Popen([sys.executable, "-c", child])
time.sleep(600)
"""


def test_processes_are_started_in_one_place() -> None:
    modules = [
        path
        for path in TESTS.rglob("*.py")
        if path != HERE and not any(folder in path.parents for folder in SCRIPTS)
    ]
    starting = [path.name for path in modules if STARTS.search(path.read_text(encoding="utf-8"))]
    assert starting == ["processes.py"]


def test_a_process_ends_with_all_that_it_started() -> None:
    with running([sys.executable, "-c", FAMILY], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        assert len(find_left_processes("time.sleep(600)")) == 2
    assert process.returncode == -signal.SIGKILL
    assert process.stdout.closed
    assert wait_for_left_processes("time.sleep(600)") == []


def test_a_process_ends_with_the_test_that_is_killed() -> None:
    # The test is played by a process that is killed before it can clean up. It counts as ended
    # when all that write to its standard error have ended.
    code = (
        "import os, signal, subprocess, sys\n"
        "from tests.processes import running\n"
        "sleep = 'import time; print(1, flush=True); time.sleep(601)'\n"
        "with running([sys.executable, '-c', sleep], stdout=subprocess.PIPE) as process:\n"
        "    process.stdout.readline()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", code]
    ended = run_process(command, cwd=TESTS.parent, stderr=subprocess.PIPE, timeout=300)
    assert ended.returncode == -signal.SIGKILL


@pytest.mark.parametrize("name", ["SIGINT", "SIGPIPE"])
def test_signals_that_the_tests_ignore_are_not_ignored_by_what_they_start(name: str) -> None:
    number = getattr(signal, name)
    former = signal.signal(number, signal.SIG_IGN)
    try:
        code = f"import os; os.kill(os.getpid(), {int(number)}); print('ignored')"
        done = run_process(["python3", "-c", code], capture_output=True, text=True)
    finally:
        signal.signal(number, former)
    # Python itself ignores SIGPIPE.
    assert ("ignored" in done.stdout) is (name == "SIGPIPE")


def test_limits_are_those_of_the_process_alone() -> None:
    code = "import resource; print(resource.getrlimit(resource.RLIMIT_FSIZE))"
    done = run_process(
        [sys.executable, "-c", code], limits={"RLIMIT_FSIZE": 77}, capture_output=True, text=True
    )
    assert done.stdout == "(77, 77)\n"


def test_the_environment_is_that_of_the_tests() -> None:
    assert Path(os.environ["HOME"]).name.startswith("galaxy-keras-tests-")
    assert os.environ["LC_ALL"] == "C.UTF-8"
    assert not {"GALAXY_SLOTS", "GALAXY_MEMORY_MB", "MPLCONFIGDIR", "LANG"} & set(os.environ)
