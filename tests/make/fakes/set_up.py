"""packaging/set_up.py, but with a quick environment, and a disk as full as a test likes."""

import os
import sys
from pathlib import Path
from typing import Any

import environment

FAKES = Path(os.environ["FAKES"])


class QuickRunner(environment.Runner):
    """Runs the pretended making of environments in place of the slow one."""

    def run(self, command: list[Any], variables: dict[str, str]) -> tuple[int, list[str]]:
        if "venv" in command:
            command = [sys.executable, FAKES / "quick_venv.py", command[-1]]
        return super().run(command, variables)


environment.Runner = QuickRunner
environment.NEEDED_BYTES = int(os.environ.get("FAKE_NEEDED", "0"))
sys.exit(environment.main(sys.argv[1:]))
