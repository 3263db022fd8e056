"""Makes the tests the same on any machine: nothing of the user's environment reaches them."""

from __future__ import annotations

import atexit
import contextlib
import locale
import os
import shutil
import signal
import site
import tempfile
import time
import uuid
from pathlib import Path

RUN = "GALAXY_KERAS_TEST_RUN"
"""Marks all processes of one run of the tests by its value."""

KEPT = (
    # What programs and libraries are found with.
    *("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "LD_PRELOAD"),
    # Where there is room for temporary files.
    *("TMPDIR", "TEMP", "TMP"),
    # How pytest shows its progress.
    *("CI", "BUILD_NUMBER", "NO_COLOR", "PY_COLORS", "TERM"),
    # What the tests are asked for.
    *("UPDATE_PICTURES", "SCREENSHOTS"),
)
KEPT_PREFIXES = ("GALAXY_KERAS_", "PYTEST_", "COVERAGE_", "COV_CORE_", "CUDA_", "NVIDIA_")

SET = {
    # Help is wrapped at the width of the terminal.
    "COLUMNS": "80",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    # For tests that import Keras before galaxy_keras.learning does.
    "KERAS_BACKEND": "tensorflow",
    "KERAS_HOME": os.devnull,
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "MPLBACKEND": "agg",
    "MPL_IGNORE_SYSTEM_FONTS": "1",
}


def isolate() -> None:
    """Replace what the process of the tests, and so its children, inherited."""
    _reset_signals()
    os.umask(0o022)
    # pytest-xdist starts its workers in what the first process made.
    if RUN not in os.environ:
        _replace_environment()
    time.tzset()
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_ALL, "")


def _reset_signals() -> None:
    """Take signals as a shell hands them on; nohup, cron and CI may ignore or block some."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)


def _replace_environment() -> None:
    home = tempfile.mkdtemp(prefix="galaxy-keras-tests-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT or name.startswith(KEPT_PREFIXES)
    }
    # Packages may be installed for the user alone.
    user_base = site.getuserbase()
    os.environ.clear()
    os.environ.update(
        {**kept, **SET, "HOME": home, "PYTHONUSERBASE": user_base, RUN: uuid.uuid4().hex}
    )


def wait_for_left_processes(part: str = "", seconds: float = 60) -> list[str]:
    """Return what `find_left_processes` finds once it is nothing, or when the time is over.

    A process that was killed is there for a moment more.
    """
    end = time.monotonic() + seconds
    while (left := find_left_processes(part)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


def find_left_processes(part: str = "") -> list[str]:
    """List the command lines with `part` that this run of the tests started and did not end."""
    mark = f"{RUN}={os.environ[RUN]}".encode()
    left = []
    for folder in Path("/proc").glob("[0-9]*"):
        # Processes end while they are looked at, and those of others cannot be.
        with contextlib.suppress(OSError):
            variables = (folder / "environ").read_bytes().split(b"\0")
            if mark in variables:
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                left.append(words.decode(errors="replace").strip())
    return [command for command in left if part in command]
