"""Starts a Galaxy server for tests and ends it again, and has a key of its user."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from configuration import ADMIN, ADMIN_KEY

HERE = Path(__file__).parent
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
    web = [programs / "galaxy-web", "-c", configuration, "-b", f"127.0.0.1:{port}"]
    celery = [
        programs / "celery", "--app", "galaxy.celery", "worker", "--concurrency", "2",
        "--pool", "threads", "--queues", "celery,galaxy.internal,galaxy.external",
        "--loglevel", "INFO",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "GALAXY_CONFIG_FILE": str(configuration),
        "PATH": f"{programs}:{os.environ['PATH']}",
    }
    started = time.monotonic()
    # The worker opens the database, whose folder and tables the web server makes first.
    with _running(web, run / "web.log", environment) as server:
        _wait(server, run / "web.log", lambda: _answers(f"{url}/api/version"))
        with _running(celery, run / "celery.log", environment) as worker:
            _wait(worker, run / "celery.log", lambda: " ready." in _read(run / "celery.log"))
            print(f"Galaxy is ready at {url} after {time.monotonic() - started:.0f} s", flush=True)
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
    """End the process and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)


def _wait(process: subprocess.Popen[bytes], log: Path, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{log.stem} ended early:\n{_read_end(log)}")
        if is_ready():
            return
        time.sleep(1)
    raise RuntimeError(f"{log.stem} was not ready in time:\n{_read_end(log)}")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 (our own server)
            return True
    except (urllib.error.URLError, OSError):
        return False


def _read(log: Path) -> str:
    return log.read_text(errors="replace")


def _read_end(log: Path) -> str:
    return "\n".join(_read(log).splitlines()[-40:])


def _find_free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def make_empty(folder: Path) -> Path:
    """Return `folder` without what an earlier run left in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def make_key(python: Path, url: str) -> str:
    """Return a key of the user whom all tests are run as."""
    command = [python, HERE / "make_key.py", url, ADMIN_KEY, ADMIN]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
