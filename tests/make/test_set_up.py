"""The first file that runs says on any Python what is wrong with it."""

from __future__ import annotations

import importlib.util
import json
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from unittest.mock import Mock

import pytest

ROOT = Path(__file__).parents[2]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "packaging" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Its classes are looked up there.
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Load the file on a Python that is too old, where no other is to be found."""
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setitem(sys.modules, "set_up", ModuleType("set_up"))
    return load("set_up")


WRONG = "/usr/bin/python3 is Python 3.9.2, and galaxy-keras needs Python 3.11, 3.12 or 3.13. "


def make_python(folder: Path, name: str, code: int = 0) -> Path:
    """Make what passes for a Python: it ends with a code, and writes what it was given."""
    python = folder / name
    python.write_text(f'#!/bin/sh\necho "$0 $*" >> "{folder}/calls"\nexit {code}\n')
    python.chmod(0o755)
    return python


def test_wrong_version(
    set_up: ModuleType, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert set_up.main([str(tmp_path / ".venv"), "test"]) == 1
    assert capfd.readouterr() == (
        "",
        f"{WRONG}Install one of them (your system's packages, python.org, conda and pyenv have "
        "them), and name it: make PYTHON=python3.12\n",
    )


def test_another_is_installed(
    set_up: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    make_python(tmp_path, "python3.12")
    # As pyenv's stand-ins end where their version is not installed.
    make_python(tmp_path, "python3.13", code=127)

    assert set_up.main([str(tmp_path / ".venv"), "test"]) == 1
    assert capfd.readouterr().err == (
        f"{WRONG}python3.12 is installed here. Try: make PYTHON=python3.12\n"
    )


def test_the_one_that_made_the_environment_goes_on(set_up: ModuleType, tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    venv.mkdir()
    python = make_python(tmp_path, "python3.12", code=7)
    (venv / "installed").write_text(json.dumps({"interpreter": str(python)}))
    python.write_text(python.read_text().replace("exit 7", '[ "$1" = -c ] || exit 7'))

    assert set_up.main([str(venv), "test"]) == 7
    script = ROOT / "packaging" / "set_up.py"
    assert (tmp_path / "calls").read_text().splitlines()[-1] == f"{python} {script} {venv} test"
    assert set_up.main([str(venv), "--this-python", "test"]) == 1


def test_versions_are_those_of_the_project(set_up: ModuleType) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    names = [".".join(map(str, version)) for version in set_up.TRIED]
    prefix = "Programming Language :: Python :: "
    listed = [line.removeprefix(prefix) for line in project["classifiers"] if prefix in line]

    assert listed == ["3 :: Only", *names]
    first, last = set_up.TRIED[0], set_up.TRIED[-1]
    assert project["requires-python"] == f">={first[0]}.{first[1]},<{last[0]}.{last[1] + 1}"


@pytest.mark.parametrize(
    ("missing", "named"),
    [(["ensurepip"], "ensurepip"), (["venv", "ensurepip"], "venv and ensurepip")],
)
def test_modules_that_debian_leaves_out(
    monkeypatch: pytest.MonkeyPatch, missing: list[str], named: str
) -> None:
    monkeypatch.setitem(sys.modules, "environment", ModuleType("environment"))
    environment = load("environment")
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name in missing else find(name)
    )
    with pytest.raises(environment.SetUpError) as raised:
        environment.check_modules()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert str(raised.value) == (
        f"{sys.executable} comes without {named}, which environments are made with. On Debian and "
        f"Ubuntu: sudo apt install python{version}-venv. Then run the same again, or take another "
        "Python: make PYTHON=..."
    )


def test_an_environment_that_cannot_be_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "environment", ModuleType("environment"))
    environment = load("environment")
    folder = tmp_path / ".venv"
    folder.mkdir()
    (folder / "installed").touch()
    refusal = PermissionError(13, "Permission denied", "bin")
    monkeypatch.setattr(environment.shutil, "rmtree", Mock(side_effect=refusal))
    with pytest.raises(environment.SetUpError) as raised:
        environment.remove(folder)
    assert str(raised.value) == (
        f"{folder} must be made anew and cannot be removed: [Errno 13] Permission denied: 'bin'. "
        "Remove it yourself, or ask whoever owns it, and run the same again"
    )
