"""A clone whose installations take no time and fetch nothing."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.processes import run_process, running

ROOT = Path(__file__).parents[2]
FAKES = Path(__file__).parent / "fakes"
STOPS = ["making", "made", "collecting", "installing", "installed"]


class Clone:
    """A clone with an environment in `.venv`, and what happened to it.

    Attributes
    ----------
    folder : Path
        The clone.
    variables : dict
        The environment variables of what runs there.
    """

    def __init__(self, folder: Path, log: Path) -> None:
        self.folder = folder
        self.variables = {**os.environ, "FAKES": str(FAKES), "FAKE_LOG": str(log)}
        self._log = log
        self._started = contextlib.ExitStack()

    def start(
        self, *arguments: str, before: Sequence[str] = (), **settings: str
    ) -> subprocess.Popen[str]:
        """Start setting up, by another command if need be, with what the fakes can be told."""
        command = [*before, sys.executable, "packaging/set_up.py", ".venv", *arguments]
        process = running(
            command,
            cwd=self.folder,
            env={**self.variables, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        return self._started.enter_context(process)

    def set_up(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Set up to the end."""
        process = self.start(*arguments, **settings)
        out, error = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, error)

    def read_stages(self) -> list[str]:
        """Read which stages were reached since the last time that this was asked."""
        stages = [line.split()[0] for line in self._read_log()]
        self._log.unlink(missing_ok=True)
        return stages

    def read_pip(self) -> str:
        """Read the arguments of the last pip."""
        return self._read_log()[-1].split(maxsplit=2)[2]

    def wait_for(self, stage: str) -> None:
        """Wait until a stage is reached."""
        while not any(line.startswith(f"{stage} ") for line in self._read_log()):
            time.sleep(0.01)

    def let_go(self) -> None:
        """Let what waits at a stage go on."""
        (self._log.parent / "go").touch()

    def is_whole(self) -> bool:
        """Say whether all parts of the pretended packages are there, and a Python that runs."""
        parts = [path.name for path in self.folder.glob(".venv/lib/python*/site-packages/*_part")]
        runs = run_process([self.folder / ".venv/bin/python", "-c", ""])
        return sorted(parts) == ["first_part", "second_part"] and runs.returncode == 0

    def end(self) -> None:
        """End what a failed test left; what waits at a stage ends by itself."""
        self.let_go()
        self._started.close()

    def _read_log(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    """Make a clone in a folder whose name has a blank, an accent and a quote."""
    folder = tmp_path / "Zoé's clone"
    (folder / "packaging").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "constraints.txt", "packaging/environment.py"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copy(FAKES / "set_up.py", folder / "packaging")
    clone = Clone(folder, tmp_path / "log")
    yield clone
    clone.end()
