"""The two environments of the tests on a real server: Galaxy's and planemo's.

They stay apart from each other and from that of the tools, as on a real server.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
GALAXY = ("galaxy-app==26.1.2", "galaxy-web-apps==26.1.2", "galaxy-web-client==26.1.2")
PLANEMO = ("planemo==0.75.47",)


def install_galaxy(folder: Path) -> Path:
    """Make Galaxy's environment in `folder` unless it is there; return its folder of programs."""
    return _install(folder, GALAXY, HERE / "constraints-galaxy.txt")


def install_planemo(folder: Path) -> Path:
    """Make planemo's environment in `folder` unless it is there; return its programs."""
    return _install(folder, PLANEMO, HERE / "constraints-planemo.txt")


def _install(folder: Path, packages: tuple[str, ...], constraints: Path) -> Path:
    programs = folder / "bin"
    marker = folder / "installed"
    if not marker.exists():
        print(f"Installing {', '.join(packages)} into {folder} (some minutes)", flush=True)
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        pip = [programs / "python", "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--constraint", constraints, *packages], check=True)
        marker.touch()
    return programs
