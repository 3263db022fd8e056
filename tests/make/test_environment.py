"""The environment of `make` is complete, or is made so, whatever happened to it before."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import pytest
from tests.make.conftest import STOPS, Clone
from tests.processes import run_process

COMPLETE = ["making", "made", "collecting", "installing", "installed"]
CHANGED = ["collecting", "installing", "installed"]
NO_NETWORK = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError()'"

LIKE_NOHUP = """
import os, signal, sys
signal.signal(signal.SIGHUP, getattr(signal, sys.argv[1]))
os.execv(sys.argv[2], sys.argv[2:])
"""


def read_record(clone: Clone) -> dict[str, object]:
    record: dict[str, object] = json.loads((clone.folder / ".venv/installed").read_text())
    return record


def change_record(clone: Clone, **fields: object) -> None:
    (clone.folder / ".venv/installed").write_text(json.dumps({**read_record(clone), **fields}))


def add_line(path: Path, line: str) -> None:
    path.write_text(f"{path.read_text()}{line}\n")


def test_first_time(clone: Clone) -> None:
    done = clone.set_up("test")

    version = ".".join(map(str, sys.version_info[:3]))
    folder = clone.folder / ".venv"
    assert done.stdout == f"Setting up {folder} with Python {version}: about 2 minutes, 3 GB\n"
    assert (done.returncode, done.stderr) == (0, "")
    arguments = "install --no-compile --constraint constraints.txt --editable .[test]"
    assert clone.read_pip() == arguments
    assert clone.read_stages() == COMPLETE
    assert clone.is_whole()
    assert not (folder / "tmp").exists()


def test_the_packages_are_compiled(clone: Clone) -> None:
    clone.set_up("test")
    (site,) = clone.folder.glob(".venv/lib/python*/site-packages")
    assert list(site.glob("__pycache__/stages.*.pyc"))


def test_nothing_is_fetched_again(clone: Clone) -> None:
    clone.set_up("dev", "test")
    clone.read_stages()

    for extras in (["test"], ["test", "dev"], []):
        done = clone.set_up(*extras)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert clone.read_stages() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "number"),
    [
        *((stage, signal.SIGTERM) for stage in STOPS),
        ("making", signal.SIGINT),
        ("installing", signal.SIGINT),
    ],
)
def test_interrupted(clone: Clone, stage: str, number: signal.Signals) -> None:
    process = clone.start("test", FAKE_STOP=stage)
    clone.wait_for(stage)
    process.send_signal(number)
    _, error = process.communicate()

    assert process.returncode == 128 + number
    assert error == (
        "Interrupted. The same command starts again\n" if number == signal.SIGINT else ""
    )
    clone.read_stages()
    again = clone.set_up("test")
    assert again.stdout.startswith(
        f"{clone.folder / '.venv'} is made anew: it is not complete\nSetting up "
    )
    assert clone.read_stages() == COMPLETE
    assert clone.is_whole()


@pytest.mark.parametrize(("handler", "code"), [("SIG_IGN", 0), ("SIG_DFL", 128 + signal.SIGHUP)])
def test_the_terminal_is_closed(clone: Clone, handler: str, code: int) -> None:
    before = [sys.executable, "-c", LIKE_NOHUP, handler]
    process = clone.start("test", before=before, FAKE_STOP="made")
    clone.wait_for("made")
    process.send_signal(signal.SIGHUP)
    clone.let_go()
    process.communicate()

    assert process.returncode == code
    assert clone.is_whole() == (code == 0)


@pytest.mark.slow
@pytest.mark.parametrize("stage", STOPS)
def test_killed(clone: Clone, stage: str) -> None:
    process = clone.start("test", FAKE_STOP=stage)
    clone.wait_for(stage)
    process.kill()
    process.communicate()
    again = clone.start("test")
    assert again.stdout is not None
    # The pip that nobody waits for any more still writes.
    assert again.stdout.readline() == (
        "Waiting for another make, which sets up the same environment\n"
    )
    clone.read_stages()
    clone.let_go()
    _, error = again.communicate()

    assert (again.returncode, error) == (0, "")
    assert clone.read_stages()[-5:] == COMPLETE
    assert clone.is_whole()


def test_interrupted_while_it_is_brought_up_to_date(clone: Clone) -> None:
    clone.set_up("test")
    add_line(clone.folder / "constraints.txt", "click==8.2.0")
    clone.read_stages()
    process = clone.start("test", FAKE_STOP="installing")
    clone.wait_for("installing")
    process.terminate()
    process.communicate()

    assert "is made anew: it is not complete" in clone.set_up("test").stdout
    assert clone.is_whole()


def test_two_at_once(clone: Clone) -> None:
    first = clone.start("test", FAKE_STOP="installing")
    clone.wait_for("installing")
    second = clone.start("test")
    assert second.stdout is not None
    line = second.stdout.readline()
    clone.let_go()
    first.communicate()
    rest, _ = second.communicate()

    assert line == "Waiting for another make, which sets up the same environment\n"
    assert (second.returncode, rest) == (0, "")
    assert clone.read_stages() == COMPLETE


def test_what_an_older_makefile_made(clone: Clone) -> None:
    clone.set_up("test")
    (clone.folder / ".venv/installed").write_text("")
    clone.read_stages()

    assert "is made anew: it is not complete" in clone.set_up("test").stdout
    assert clone.read_stages() == COMPLETE


def test_a_clone_that_was_moved(clone: Clone) -> None:
    clone.set_up("test")
    old = clone.folder
    clone.folder = old.rename(old.parent / "moved")

    done = clone.set_up("test")
    assert done.stdout.startswith(
        f"{clone.folder / '.venv'} is made anew: it was made as {old / '.venv'}\n"
    )
    assert clone.is_whole()


def test_another_python_is_asked_for(clone: Clone) -> None:
    clone.set_up("test")
    change_record(clone, interpreter="/usr/bin/python3.99")

    assert clone.set_up("test").stdout == ""
    done = clone.set_up("--this-python", "test")
    assert "is made anew: it was made by /usr/bin/python3.99\n" in done.stdout
    assert read_record(clone)["interpreter"] == os.path.realpath(sys.executable)
    assert clone.set_up("--this-python", "test").stdout == ""


def remove_python(clone: Clone) -> None:
    python = clone.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/usr/bin/python3.99")


def change_version(clone: Clone) -> None:
    change_record(clone, abi="cpython-399-x86_64-linux-gnu")


@pytest.mark.parametrize("change", [remove_python, change_version])
def test_the_python_is_gone_or_new(clone: Clone, change: object) -> None:
    clone.set_up("test")
    assert callable(change)
    change(clone)

    done = clone.set_up("test")
    interpreter = read_record(clone)["interpreter"]
    assert (
        f"is made anew: the Python that made it, {interpreter}, is gone or has changed\n"
        in done.stdout
    )
    assert clone.is_whole()


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("constraints.txt", "click==8.2.0"),
        ("pyproject.toml", '[project.entry-points.new]\nname = "module"'),
    ],
)
def test_what_is_asked_for_changed(clone: Clone, name: str, line: str) -> None:
    clone.set_up("test")
    clone.read_stages()
    add_line(clone.folder / name, line)

    done = clone.set_up("test")
    assert done.stdout == f"Bringing {clone.folder / '.venv'} up to date\n"
    assert clone.read_stages() == CHANGED
    assert clone.set_up("test").stdout == ""


def test_other_settings_changed(clone: Clone) -> None:
    clone.set_up("test")
    add_line(clone.folder / "pyproject.toml", "[tool.other]\nvalue = 1")
    assert clone.set_up("test").stdout == ""


def test_more_extras(clone: Clone) -> None:
    clone.set_up("test")
    done = clone.set_up("dev")
    assert done.stdout == f"Bringing {clone.folder / '.venv'} up to date\n"
    assert clone.read_pip().endswith("--editable .[dev,test]")


def test_no_network_at_first(clone: Clone) -> None:
    words = f"of other things\n{NO_NETWORK}\nERROR: ResolutionImpossible"
    done = clone.set_up("test", FAKE_FAIL="collecting", FAKE_WORDS=words)
    assert done.returncode == 1
    assert done.stderr == (
        f"{NO_NETWORK}\n\nThe packages cannot be fetched: there is no network, or it needs a "
        "proxy, or pip is set to an index that does not answer. Run the same again when it is "
        "there\n"
    )
    assert clone.set_up("test").returncode == 0
    assert clone.is_whole()


def test_no_network_later(clone: Clone) -> None:
    clone.set_up("test")
    add_line(clone.folder / "constraints.txt", "click==8.2.0")
    clone.read_stages()

    for _ in range(2):
        done = clone.set_up("test", FAKE_FAIL="collecting", FAKE_WORDS=NO_NETWORK)
        assert done.returncode == 1
        assert "cannot be fetched" in done.stderr
        assert clone.is_whole()
        assert clone.read_stages() == ["collecting"]
    assert clone.set_up("test").stdout == f"Bringing {clone.folder / '.venv'} up to date\n"
    assert clone.read_stages() == CHANGED


def test_pip_fails_halfway(clone: Clone) -> None:
    clone.set_up("test")
    add_line(clone.folder / "constraints.txt", "click==8.2.0")
    done = clone.set_up("test", FAKE_FAIL="installing", FAKE_WORDS="it is Monday")
    assert done.stderr.endswith(
        "ERROR: it is Monday\n\n"
        "pip could not install the packages (exit code 1); it says why above\n"
    )
    assert "is made anew: it is not complete" in clone.set_up("test").stdout
    assert clone.is_whole()


def test_no_room_before(clone: Clone) -> None:
    done = clone.set_up("test", FAKE_NEEDED=str(10**18))
    assert done.returncode == 1
    assert done.stdout == ""
    start, end = done.stderr.split(" GB are free on that disk, ")
    assert start.startswith(f"There is no room for {clone.folder / '.venv'}: ")
    assert end == (
        "and 1000000000 GB are needed. Make room and run the same again, or take a folder on "
        "another disk: make VENV=/other/disk/venv\n"
    )
    assert not (clone.folder / ".venv").exists()
    assert clone.set_up("test").returncode == 0
    assert clone.is_whole()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "words"),
    [
        ("making", "No space left on device"),
        ("collecting", "Disk quota exceeded"),
        ("installing", "No space left on device"),
    ],
)
def test_no_room_in_between(clone: Clone, stage: str, words: str) -> None:
    done = clone.set_up("test", FAKE_FAIL=stage, FAKE_WORDS=f"[Errno 28] {words}: 'x'")
    assert done.returncode == 1
    assert done.stderr.startswith(f"There is no room for {clone.folder / '.venv'}: ")
    # What was written is given back.
    assert not (clone.folder / ".venv").exists()
    assert clone.set_up("test").returncode == 0
    assert clone.is_whole()


def test_what_is_no_environment_is_left_alone(clone: Clone) -> None:
    folder = clone.folder / ".venv"
    folder.mkdir()
    (folder / "thesis.tex").touch()
    done = clone.set_up("test")
    assert (done.returncode, done.stderr) == (
        1,
        f"{folder} is there and is no environment, so it stays as it is. Name another folder: "
        "make VENV=...\n",
    )
    assert (folder / "thesis.tex").exists()


def test_settings_of_pip_that_lead_elsewhere(clone: Clone, tmp_path: Path) -> None:
    elsewhere = {name: str(tmp_path) for name in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")}
    site = tmp_path / "site"
    site.mkdir()
    (site / "pip.py").write_text("raise SystemExit('not this one')")
    done = clone.set_up("test", **elsewhere, PIP_USER="1", PYTHONPATH=str(site))
    assert (done.returncode, done.stderr) == (0, "")
    assert clone.is_whole()


def test_nobody_else_may_read(clone: Clone) -> None:
    before = os.umask(0o077)
    try:
        clone.set_up("test")
    finally:
        os.umask(before)
    assert clone.is_whole()
    assert clone.set_up("test").stdout == ""


@pytest.mark.slow
def test_with_a_real_environment(clone: Clone) -> None:
    """Python's own venv and its pip, which is asked for nothing that must be fetched."""
    script = (
        "import environment, sys; environment.install = lambda *_: None; "
        "sys.exit(environment.main(['.venv']))"
    )
    command = [sys.executable, "-c", script]
    variables = {**clone.variables, "PYTHONPATH": str(clone.folder / "packaging")}
    run_process(command, cwd=clone.folder, env=variables, check=True)

    pip = [clone.folder / ".venv/bin/python", "-I", "-m", "pip", "--version"]
    told = run_process(pip, capture_output=True, text=True, check=True).stdout
    assert str(clone.folder / ".venv") in told
