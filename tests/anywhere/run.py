"""The quick tests and the demo, as other users on other Pythons would run them.

Each condition gets a copy of the project, with an environment made by a Python of this machine, and
runs `make demo` and the quick tests there. Two conditions run at a time. What this machine lacks
is left out, and the table at the end says so.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CONDITIONS_AT_ONCE = 2
SECONDS = 1200
"""After so long a step counts as failed."""
NEEDED_BYTES = 9 * 10**9
"""What two environments need at their fullest."""
QUICK = "-m 'not slow and not thorough' --ignore=tests/plots --ignore=tests/learning/recurrent"
"""What of the tests fits into ten minutes under all conditions on two cores."""
USER = "galaxy-keras-tests"
VERSIONS = ("3.11", "3.12", "3.13")
KERAS_JSON = {"backend": "jax", "floatx": "float64", "epsilon": 1e-3}
# What pip may need to reach its index.
NETWORK = re.compile("(PIP_.*|(https?|no|all)_proxy|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE)", re.I)
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped)")
ASK = (
    "import sys, importlib.util as u; print('%d.%d.%d' % sys.version_info[:3],"
    " all(map(u.find_spec, ('venv', 'ensurepip'))))"
)


class NotHereError(Exception):
    """This machine lacks what a condition needs; the text says what."""


@dataclasses.dataclass(frozen=True)
class Python:
    """A Python of this machine.

    Attributes
    ----------
    path : str
        Where it is.
    version : str
        Its version, such as 3.11.2.
    """

    path: str
    version: str


@dataclasses.dataclass(frozen=True)
class Condition:
    """How someone else would run the project.

    Attributes
    ----------
    name : str
        What the table calls it.
    find : callable
        Finds the Python; raises NotHereError where there is none.
    folder : str
        Name of the copy of the project.
    umask : int
        Which rights new files lack.
    variables : dict
        Environment variables that are set.
    files : dict
        Files in the home folder: path and content.
    as_ordinary_user : bool
        Whether it runs as a user made for it; that takes root.
    in_background : bool
        Whether SIGINT is ignored, as a shell has it for what it starts in the background.
    in_this_environment : bool
        Whether it runs here and not in a copy with an environment of its own, which saves time.
    """

    name: str
    find: Callable[[], Python]
    folder: str = "clone"
    umask: int = 0o022
    variables: dict[str, str] = dataclasses.field(default_factory=dict)
    files: dict[str, str] = dataclasses.field(default_factory=dict)
    as_ordinary_user: bool = False
    in_background: bool = False
    in_this_environment: bool = False


@dataclasses.dataclass
class Outcome:
    """What came of a condition.

    Attributes
    ----------
    passed, failed, skipped : int
        How many tests did; the demo is one.
    python : str
        The version that ran them.
    remark : str
        What was left out, and why.
    scores : str
        What the demo measured.
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    python: str = ""
    remark: str = ""
    scores: str = ""


def ask_python(path: str) -> Python:
    """Ask a Python for its version; raise NotHereError if it cannot be used."""
    try:
        done = subprocess.run([path, "-I", "-c", ASK], capture_output=True, text=True, check=False)
    except OSError:
        raise NotHereError(f"there is no {path}") from None
    if done.returncode:
        raise NotHereError(f"{path} does not start")
    version, complete = done.stdout.split()
    if version.rpartition(".")[0] not in VERSIONS:
        raise NotHereError(f"{path} is Python {version}")
    if complete != "True":
        raise NotHereError(f"{path} has no ensurepip: apt install python3-venv")
    return Python(path, version)


def find_python(version: str) -> Python:
    """Find a Python on the PATH or among those that pyenv installed."""
    places = [shutil.which(f"python{version}") or "", "/usr/bin/python" + version]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    places += [str(path) for path in sorted(pyenv.glob(f"{version}.*/bin/python"))]
    for place in filter(None, places):
        with contextlib.suppress(NotHereError):
            return ask_python(place)
    raise NotHereError(f"no Python {version} was found")


CONDITIONS = [
    Condition(
        "an ordinary user, a folder with a blank and an accent, LC_ALL=C, umask 077",
        lambda: ask_python("/usr/bin/python3"),
        folder="Zoé's clone",
        umask=0o077,
        variables={"LC_ALL": "C"},
        as_ordinary_user=True,
    ),
    Condition(
        "settings of Keras, matplotlib, pip, Python, the time zone and the terminal",
        lambda: find_python("3.13"),
        variables={
            "KERAS_BACKEND": "jax",
            "MPLBACKEND": "QtAgg",
            "TZ": "Pacific/Kiritimati",
            "COLUMNS": "20",
            "PIP_USER": "1",
            "PYTHONPATH": "/nowhere",
            "PYTHONSAFEPATH": "1",
            "PYTHONOPTIMIZE": "1",
            "CDPATH": "/",
        },
        files={
            ".keras/keras.json": json.dumps(KERAS_JSON),
            ".config/matplotlib/matplotlibrc": "figure.dpi: 17\nsavefig.transparent: True\n",
        },
    ),
    Condition("nothing special", lambda: find_python("3.12")),
    Condition(
        "in the background, where SIGINT is ignored",
        lambda: ask_python(sys.executable),
        in_background=True,
        in_this_environment=True,
    ),
]


class Trial:
    """One condition, tried in a folder of its own.

    Parameters
    ----------
    condition : Condition
        What is tried.
    folder : Path
        An empty folder.
    """

    def __init__(self, condition: Condition, folder: Path) -> None:
        self._condition = condition
        self._folder = folder
        self._home = folder / "home"
        self._log = folder / "log"
        here = condition.in_this_environment
        self._clone = ROOT if here else folder / condition.folder
        self._venv = Path(sys.prefix) if here else self._clone / ".venv"
        self._user: pwd.struct_passwd | None = None

    def run(self) -> Outcome:
        """Run the demo and the quick tests; whatever was started is ended."""
        try:
            python = self._condition.find()
            with self._preparing():
                return self._try(python)
        except NotHereError as error:
            return Outcome(remark=f"left out: {error}")

    def read_log(self) -> str:
        """Return what the runs wrote."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def _try(self, python: Python) -> Outcome:
        """Run both and count."""
        outcome = Outcome(python=python.version)
        if self._run(["make", "demo", f"VENV={self._venv}", f"PYTHON={python.path}"]):
            outcome.remark = "the demo failed, so no test was run"
            outcome.failed = 1
            return outcome
        outcome.scores = (self._clone / "demo-output" / "metrics.tsv").read_text()
        before = len(self.read_log())
        code = self._run(["make", "test", f"VENV={self._venv}", "JOBS=0", f"ARGS={QUICK}"])
        count_tests(self.read_log()[before:], code, outcome)
        outcome.passed += 1
        return outcome

    @contextlib.contextmanager
    def _preparing(self) -> Iterator[None]:
        """Make the user, the home folder and the copy, and remove them again."""
        condition = self._condition
        with contextlib.ExitStack() as stack:
            if condition.as_ordinary_user:
                self._user = stack.enter_context(ordinary_user(self._home))
            self._home.mkdir(exist_ok=True)
            for name, content in condition.files.items():
                path = self._home / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content)
            if not condition.in_this_environment:
                stack.callback(shutil.rmtree, self._clone, ignore_errors=True)
                copy_project(self._clone, condition.umask)
            self._give_away()
            yield

    def _give_away(self) -> None:
        """Give what was made to the user."""
        if self._user is not None:
            for path in [self._folder, *self._folder.rglob("*")]:
                os.chown(path, self._user.pw_uid, self._user.pw_gid, follow_symlinks=False)

    def _run(self, command: list[str]) -> int:
        """Run a command as the condition has it; return its exit code, 1 if it takes too long."""
        condition, user = self._condition, self._user
        if condition.in_background:
            command = ["sh", "-c", "trap '' INT; exec \"$@\"", "sh", *command]
        with self._log.open("a") as log:
            process = subprocess.Popen(
                command,
                cwd=self._clone,
                env=self._choose_variables(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=condition.umask,
                **({} if user is None else as_user(user)),
            )
            try:
                return process.wait(SECONDS)
            except subprocess.TimeoutExpired:
                log.write(f"Ended after {SECONDS} seconds\n")
                return 1
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def _choose_variables(self) -> dict[str, str]:
        """Choose what a new login would have, and what the condition sets."""
        kept = {name: value for name, value in os.environ.items() if NETWORK.fullmatch(name)}
        path = "/usr/local/bin:/usr/bin:/bin"
        return {**kept, "PATH": path, "HOME": str(self._home), **self._condition.variables}


def as_user(user: pwd.struct_passwd) -> dict[str, Any]:
    """Return the arguments of Popen that run a command as a user."""
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def ordinary_user(home: Path) -> Iterator[pwd.struct_passwd]:
    """Make a user; where that takes a right that we lack, raise NotHereError."""
    if os.geteuid() != 0 or shutil.which("useradd") is None:
        raise NotHereError("to make a user takes root and useradd")
    name = f"{USER}-{os.getpid()}"
    subprocess.run(["useradd", "--create-home", "--home-dir", home, name], check=True)
    try:
        yield pwd.getpwnam(name)
    finally:
        subprocess.run(["userdel", "--force", name], check=False, capture_output=True)


def copy_project(folder: Path, umask: int) -> None:
    """Copy what git knows of the project, and what is new, with a user's rights on it."""
    listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), *listed]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        source, path = ROOT / name, folder / name
        if source.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
            path.chmod((0o777 if os.access(source, os.X_OK) else 0o666) & ~umask)
    for path in [folder, *(each for each in folder.rglob("*") if each.is_dir())]:
        path.chmod(0o777 & ~umask)


def count_tests(log: str, code: int, outcome: Outcome) -> None:
    """Add the counts in the last line of a pytest to an outcome."""
    lines = [line for line in log.splitlines() if re.search(r" in [\d.]+s", line)]
    counts = {kind.rstrip("s"): int(number) for number, kind in COUNT.findall("".join(lines[-1:]))}
    outcome.passed += counts.get("passed", 0)
    outcome.skipped += counts.get("skipped", 0)
    outcome.failed += counts.get("failed", 0) + counts.get("error", 0)
    if code and not outcome.failed:
        outcome.failed, outcome.remark = 1, f"pytest ended with {code}"


def write_table(rows: list[tuple[str, Outcome]]) -> str:
    """Write what came of each condition."""
    heads = ("condition", "Python", "passed", "failed", "skipped", "remark")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for name, each in rows:
        numbers = (each.passed, each.failed, each.skipped) if each.python else ("", "", "")
        cells = (name, each.python, *numbers, each.remark)
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def show_failures(log: str) -> str:
    """Return what a log says of failures: those that pytest names, and the last lines."""
    lines = log.splitlines()
    named = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return "\n".join([*lines[-60:], *named])


def main() -> int:
    """Try all conditions; return 1 if something failed."""
    with tempfile.TemporaryDirectory(prefix="anywhere-", ignore_cleanup_errors=True) as name:
        top = Path(name)
        top.chmod(0o755)
        if shutil.disk_usage(top).free < NEEDED_BYTES:
            print(f"{top} needs {NEEDED_BYTES / 1e9:.0f} GB; take another disk: TMPDIR=/other/disk")
            return 1
        return report([Trial(each, make_folder(top, each)) for each in CONDITIONS])


def make_folder(top: Path, condition: Condition) -> Path:
    """Make the folder of a condition."""
    folder = top / str(CONDITIONS.index(condition))
    folder.mkdir()
    return folder


def report(trials: list[Trial]) -> int:
    """Run trials, show what failed, and the table."""
    with ThreadPoolExecutor(CONDITIONS_AT_ONCE) as pool:
        outcomes = list(pool.map(Trial.run, trials))
    for condition, trial, outcome in zip(CONDITIONS, trials, outcomes, strict=True):
        if outcome.failed:
            print(f"--- {condition.name}\n{show_failures(trial.read_log())}\n")
    print(write_table([(each.name, one) for each, one in zip(CONDITIONS, outcomes, strict=True)]))
    scores = {outcome.scores for outcome in outcomes if outcome.scores}
    if len(scores) > 1:
        print("The demo measures something else under some condition:", *scores, sep="\n")
    return int(len(scores) > 1 or any(outcome.failed for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
