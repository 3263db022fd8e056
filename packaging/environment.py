"""A virtual environment that is complete, or is made complete, or is made anew.

What stands in FOLDER/installed says what the environment holds. The file is empty from the first
moment until all is there, so that whatever stops the work in between, even a cut of the power,
is seen the next time. A lock on the project's folder keeps two runs of make apart; pip holds it
too, so that it is held as long as a pip that outlived its make still writes.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import fcntl
import hashlib
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
NEEDED_BYTES = 4 * 10**9
"""What an installation needs at its fullest, with what pip unpacks on the way."""
LINES_KEPT = 30
"""How many of pip's last lines are shown when it fails."""
ASK_ABI = "import sysconfig; print(sysconfig.get_config_var('SOABI'))"
NO_ROOM = re.compile("No space left on device|Disk quota exceeded")
NO_NETWORK = re.compile(
    "connection broken by|NewConnectionError|NameResolutionError|ConnectTimeoutError"
    "|ReadTimeoutError|ProxyError"
)


Run = Callable[[list[str | Path], dict[str, str]], tuple[int, list[str]]]
"""Runs a command with environment variables, and returns its exit code and what it wrote."""


class SetUpError(Exception):
    """The environment cannot be set up; the text says why and what to do."""


class NothingChangedError(SetUpError):
    """It failed before anything in the environment was touched."""


@dataclasses.dataclass(frozen=True)
class Record:
    """What an environment holds, as it stands in its file `installed`.

    Attributes
    ----------
    folder : str
        Where the environment was made; its scripts work nowhere else.
    project : str
        The folder whose source is installed.
    interpreter : str
        The Python that made it.
    abi : str
        Version and build of that Python, as compiled modules need it.
    request : str
        Digest of what the project asks for.
    extras : tuple of str
        The extras that are installed.
    """

    folder: str
    project: str
    interpreter: str
    abi: str
    request: str
    extras: tuple[str, ...]


def read_record(folder: Path) -> Record | None:
    """Read what an environment holds; None if it is not complete."""
    try:
        fields = json.loads((folder / "installed").read_text(encoding="utf-8"))
        return Record(**{**fields, "extras": tuple(fields["extras"])})
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError, KeyError):
        return None


def write_record(record: Record) -> None:
    """Say that an environment is complete, in one step."""
    folder = Path(record.folder)
    unfinished = folder / "installed.new"
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(dataclasses.asdict(record), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / "installed")


def digest_request(project: Path) -> str:
    """Digest what decides on an installation; other settings in pyproject.toml may change."""
    settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    asked = {
        "build-system": settings.get("build-system"),
        "project": settings.get("project"),
        "setuptools": settings.get("tool", {}).get("setuptools"),
        "constraints": (project / "constraints.txt").read_text(encoding="utf-8"),
    }
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def describe_wanted(folder: Path, extras: tuple[str, ...]) -> Record:
    """Describe the environment that this Python makes of the project."""
    return Record(
        folder=str(folder),
        project=str(PROJECT),
        interpreter=os.path.realpath(sys.executable),
        abi=str(sysconfig.get_config_var("SOABI")),
        request=digest_request(PROJECT),
        extras=extras,
    )


def find_fault(record: Record | None, wanted: Record, *, this_python: bool) -> str | None:
    """Say why an environment must be made anew; None if it can stay."""
    if record is None:
        return "it is not complete"
    if (record.folder, record.project) != (wanted.folder, wanted.project):
        return f"it was made as {record.folder}"
    if ask_abi(Path(record.folder)) != record.abi:
        return f"the Python that made it, {record.interpreter}, is gone or has changed"
    if this_python and record.interpreter != wanted.interpreter:
        return f"it was made by {record.interpreter}"
    return None


def ask_abi(folder: Path) -> str | None:
    """Ask an environment's Python for its version and build; None if it does not start."""
    try:
        done = subprocess.run(
            [folder / "bin" / "python", "-I", "-c", ASK_ABI], capture_output=True, text=True
        )
    except OSError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def check_modules() -> None:
    """Make sure that this Python can make environments."""
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise SetUpError(
            f"{sys.executable} comes without {' and '.join(missing)}, which environments are made "
            f"with. On Debian and Ubuntu: sudo apt install python{version}-venv. Then run the same "
            "again, or take another Python: make PYTHON=..."
        )


def check_room(folder: Path) -> None:
    """Make sure that the disk has room before anything is fetched."""
    free = shutil.disk_usage(folder.parent).free
    if free < NEEDED_BYTES:
        raise SetUpError(describe_room(folder))


def describe_room(folder: Path) -> str:
    """Say how much room there is, how much is needed, and what to do."""
    free = shutil.disk_usage(folder.parent).free
    return (
        f"There is no room for {folder}: {free / 1e9:.1f} GB are free on that disk, and "
        f"{NEEDED_BYTES / 1e9:.0f} GB are needed. Make room and run the same again, or take a "
        "folder on another disk: make VENV=/other/disk/venv"
    )


def remove(folder: Path) -> None:
    """Remove an environment, and nothing that is none."""
    if not os.path.lexists(folder):
        return
    known = any(os.path.lexists(folder / name) for name in ("pyvenv.cfg", "installed"))
    if not known and (not folder.is_dir() or any(folder.iterdir())):
        raise SetUpError(
            f"{folder} is there and is no environment, so it stays as it is. Name another folder: "
            "make VENV=..."
        )
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise SetUpError(
            f"{folder} must be made anew and cannot be removed: {error}. Remove it yourself, or "
            "ask whoever owns it, and run the same again"
        ) from error


@contextlib.contextmanager
def locking(project: Path) -> Iterator[int]:
    """Hold the lock on a project's folder; where locks do not work, go on without."""
    handle = os.open(project, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            take_lock(handle)
        yield handle
    finally:
        os.close(handle)


def take_lock(handle: int) -> None:
    """Wait until no other make sets up this project."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Waiting for another make, which sets up the same environment", flush=True)
        fcntl.flock(handle, fcntl.LOCK_EX)


class Runner:
    """Runs the steps of an installation and shows how far they are.

    Parameters
    ----------
    lock : int
        A file that each step keeps open, and with it the lock on it.
    """

    def __init__(self, lock: int) -> None:
        self._lock = lock
        self._start = time.monotonic()
        self._terminal = sys.stdout.isatty()

    def run(self, command: list[str | Path], environment: dict[str, str]) -> tuple[int, list[str]]:
        """Run a step to its end; return its exit code and what it wrote."""
        step = subprocess.Popen(
            command,
            cwd=PROJECT,
            env=environment,
            pass_fds=[self._lock],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
            errors="replace",
        )
        lines = []
        try:
            for line in step.stdout or ():
                lines.append(line)
                self._show(f"{time.monotonic() - self._start:4.0f} s  {line.strip()}")
            return step.wait(), lines
        except BaseException:
            # What pip started must not write on while the environment is made anew.
            os.killpg(step.pid, signal.SIGKILL)
            step.wait()
            raise
        finally:
            self._show("")

    def _show(self, text: str) -> None:
        """Show a line in the place of the last one, where there is a terminal."""
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            print("\r\033[K" + text[:width], end="", flush=True)


def choose_settings(temporary: Path) -> dict[str, str]:
    """Choose the environment variables of a step: the user's, but for what would lead elsewhere."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_HASHES")
    }
    return {
        **kept,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_USER": "0",
        "TMPDIR": str(temporary),
    }


def install(folder: Path, extras: tuple[str, ...], run: Run) -> None:
    """Bring the project, its extras and all that they need into an environment."""
    python = folder / "bin" / "python"
    # pip would fill the disk or the memory of /tmp, which may be much smaller.
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    settings = choose_settings(temporary)
    what = f".[{','.join(extras)}]" if extras else "."
    pip: list[str | Path] = [python, "-I", "-m", "pip", "install", "--no-compile"]
    code, lines = run([*pip, "--constraint", "constraints.txt", "--editable", what], settings)
    if code != 0:
        begun = any(line.startswith("Installing collected packages") for line in lines)
        kind = SetUpError if begun else NothingChangedError
        raise kind(describe_failure(folder, code, lines))
    # pip compiles on one core; this takes half the time on two.
    run([python, "-I", "-m", "compileall", "-q", "-j", "0", folder / "lib"], settings)
    shutil.rmtree(temporary)


def describe_failure(folder: Path, code: int, lines: list[str]) -> str:
    """Say why pip failed: in its own words, and in ours where the reason is known."""
    if any(map(NO_ROOM.search, lines)):
        return describe_room(folder)
    # What pip says after it has no network is of versions, and leads astray.
    away = next(filter(NO_NETWORK.search, lines), None)
    if away is not None:
        return (
            f"{away}\nThe packages cannot be fetched: there is no network, or it needs a proxy, or "
            "pip is set to an index that does not answer. Run the same again when it is there"
        )
    last = "".join(lines[-LINES_KEPT:])
    return f"{last}\npip could not install the packages (exit code {code}); it says why above"


def make_environment(folder: Path, run: Run) -> None:
    """Make an empty environment with this Python."""
    folder.mkdir()
    (folder / "installed").touch()
    code, lines = run([sys.executable, "-I", "-m", "venv", folder], dict(os.environ))
    if code != 0:
        text = "".join(lines)
        if NO_ROOM.search(text):
            raise SetUpError(describe_room(folder))
        raise SetUpError(
            f"{text}\n{sys.executable} could not make an environment; it says why above"
        )


def set_up(folder: Path, extras: tuple[str, ...], *, this_python: bool, lock: int) -> None:
    """See that an environment holds the project as it is now, with some extras."""
    wanted = describe_wanted(folder, extras)
    record = read_record(folder)
    fault = find_fault(record, wanted, this_python=this_python)
    run = Runner(lock).run
    if fault is not None or record is None:
        make_anew(wanted, fault or "", run)
    elif record.request != wanted.request or not set(extras) <= set(record.extras):
        both = tuple(sorted({*extras, *record.extras}))
        bring_up(record, dataclasses.replace(record, request=wanted.request, extras=both), run)


def make_anew(wanted: Record, fault: str, run: Run) -> None:
    """Remove what is there, and make an environment with this Python."""
    folder = Path(wanted.folder)
    check_modules()
    if os.path.lexists(folder):
        print(f"{folder} is made anew: {fault}", flush=True)
        remove(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    check_room(folder)
    version = ".".join(map(str, sys.version_info[:3]))
    print(f"Setting up {folder} with Python {version}: about 2 minutes, 3 GB", flush=True)
    try:
        make_environment(folder, run)
        install(folder, wanted.extras, run)
        write_record(wanted)
    except SetUpError:
        remove(folder)
        raise


def bring_up(record: Record, wanted: Record, run: Run) -> None:
    """Install what has changed since an environment was made."""
    folder = Path(wanted.folder)
    print(f"Bringing {folder} up to date", flush=True)
    (folder / "installed").write_text("")
    try:
        install(folder, wanted.extras, run)
    except NothingChangedError:
        write_record(record)
        raise
    write_record(wanted)


def parse_arguments(arguments: list[str]) -> argparse.Namespace:
    """Parse the command line."""
    parser = argparse.ArgumentParser(prog="set_up.py")
    parser.add_argument("folder", type=lambda name: Path.cwd() / name)
    parser.add_argument("--this-python", action="store_true")
    parser.add_argument("extras", nargs="*")
    return parser.parse_intermixed_args(arguments)


def stop(number: int, _: Any) -> None:
    """End at a signal, and pip with it."""
    raise SystemExit(128 + number)


def main(arguments: list[str]) -> int:
    """Set up an environment; say in one paragraph why not."""
    chosen = parse_arguments(arguments)
    for ending in (signal.SIGTERM, signal.SIGHUP):
        # After nohup a closed terminal is no reason to end.
        if signal.getsignal(ending) is not signal.SIG_IGN:
            signal.signal(ending, stop)
    try:
        with locking(PROJECT) as lock:
            extras = tuple(sorted(chosen.extras))
            set_up(chosen.folder, extras, this_python=chosen.this_python, lock=lock)
    except SetUpError as error:
        print(error, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{chosen.folder} cannot be set up: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted. The same command starts again", file=sys.stderr)
        return 130
    return 0
