"""Starts the processes of tests, and ends them whatever happens to the test.

What a test starts gets a session of its own, with the signals as a shell hands them on, and is
killed with all that it started itself when the test is over, or when the process of the tests is
gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

# Runs between fork and the command; `preexec_fn` is not safe where the tests have threads.
LAUNCH = """
import ctypes, json, os, resource, signal, sys
parent, limits, *command = sys.argv[1:]
PR_SET_PDEATHSIG = 1
ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
if os.getppid() != int(parent):
    sys.exit("the tests have ended")
for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
    signal.signal(number, signal.SIG_DFL)
for name, value in json.loads(limits).items():
    resource.setrlimit(getattr(resource, name), (value, value))
os.execvp(command[0], command)
"""
Command = Sequence[str | Path]


@contextlib.contextmanager
def running(
    command: Command, *, limits: Mapping[str, int] | None = None, **options: Any
) -> Iterator[subprocess.Popen[Any]]:
    """Start a process, and end it and all that it started when the context ends.

    Parameters
    ----------
    limits
        Of the process, by names as RLIMIT_AS.
    options
        Those of `subprocess.Popen`.
    """
    launcher = [sys.executable, "-I", "-S", "-c", LAUNCH, str(os.getpid())]
    process = subprocess.Popen(
        [*launcher, json.dumps(limits or {}), *map(str, command)],
        start_new_session=True,
        **options,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def run_process(
    command: Command,
    *,
    check: bool = False,
    capture_output: bool = False,
    timeout: float | None = None,
    **options: Any,
) -> subprocess.CompletedProcess[Any]:
    """Run a command to its end, as `subprocess.run` does."""
    if capture_output:
        options |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with running(command, **options) as process:
        output, errors = process.communicate(timeout=timeout)
    done = subprocess.CompletedProcess(command, process.returncode, output, errors)
    if check:
        done.check_returncode()
    return done
