"""Starts a Galaxy server for tests and ends it again, and nothing else."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

START_SECONDS = 600
STOP_SECONDS = 30


@contextlib.contextmanager
def running_galaxy(run: Path, configuration: Path, programs: Path) -> Iterator[str]:
    """Run the web server and its worker; the address of the server is the value of the context.

    Parameters
    ----------
    run
        The folder for the logs.
    configuration
        The main configuration file.
    programs
        The folder of programs of Galaxy's environment.

    Raises
    ------
    RuntimeError
        If one of them ends early or they are not ready in time; the message shows the log.
    """
    port = _find_free_port()
    url = f"http://127.0.0.1:{port}"
    commands = {
        "web": [
            programs / "galaxy-web", "-c", configuration, "-b", f"127.0.0.1:{port}",
        ],
        "celery": [
            programs / "celery", "--app", "galaxy.celery", "worker", "--concurrency", "2",
            "--pool", "threads", "--queues", "celery,galaxy.internal,galaxy.external",
            "--loglevel", "INFO",
        ],
    }  # fmt: skip
    environment = {
        **os.environ,
        "GALAXY_CONFIG_FILE": str(configuration),
        "PATH": f"{programs}:{os.environ['PATH']}",
    }
    with contextlib.ExitStack() as stack:
        processes = {
            name: stack.enter_context(_running(command, run / f"{name}.log", environment))
            for name, command in commands.items()
        }
        _wait(url, run, processes)
        yield url


@contextlib.contextmanager
def _running(
    command: list[Path | str], log: Path, environment: dict[str, str]
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=log.parent,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(url: str, run: Path, processes: dict[str, subprocess.Popen[bytes]]) -> None:
    started = time.monotonic()
    while time.monotonic() - started < START_SECONDS:
        for name, process in processes.items():
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended early:\n{_read_end(run / f'{name}.log')}")
        if _answers(f"{url}/api/version") and " ready." in (run / "celery.log").read_text():
            print(f"Galaxy is ready at {url} after {time.monotonic() - started:.0f} s", flush=True)
            return
        time.sleep(1)
    raise RuntimeError(f"Galaxy was not ready in time:\n{_read_end(run / 'web.log')}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (our own server)
            return True
    except (urllib.error.URLError, OSError):
        return False


def _read_end(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-40:])


def _find_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def make_empty(folder: Path) -> Path:
    """Return `folder` without what an earlier run left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
