"""Measures whole processes by the kernel's own figures (wait4).

Programs that call this must stay small themselves (no numpy): Linux begins the peak memory of a
new process with that of the process that started it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Usage(NamedTuple):
    """What a step took: wall and CPU seconds, and the peak of memory in MiB."""

    wall: float
    cpu: float
    peak: float


def measure_command(arguments: list[str], log: Path) -> Usage:
    """Run a command, its output appended to `log`, and return what it took.

    Counted are the command and the processes that it waited for. The program ends with a message
    if the command fails.
    """
    with log.open("a") as file:
        actions = [(os.POSIX_SPAWN_DUP2, file.fileno(), output) for output in (1, 2)]
        start = time.monotonic()
        process = os.posix_spawnp(arguments[0], arguments, os.environ, file_actions=actions)
        _, status, usage = os.wait4(process, 0)
        wall = time.monotonic() - start
    if status != 0:
        sys.exit(f"this command failed, see the end of {log}: {' '.join(arguments)}")
    return Usage(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def add_usages(usages: Iterable[Usage]) -> Usage:
    """Return what steps took one after the other: sums of the times, the highest peak."""
    walls, cpus, peaks = zip(*usages, strict=True)
    return Usage(sum(walls), sum(cpus), max(peaks))
