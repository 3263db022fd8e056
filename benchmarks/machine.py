"""Describes the machine and the libraries that a benchmark ran with. Linux only."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

LIBRARIES = ("galaxy-keras", "keras", "tensorflow", "numpy", "pandas")
_LIST_VERSIONS = """
import platform
from importlib.metadata import distributions
print("Python", platform.python_version())
for each in distributions():
    print(each.metadata["Name"], each.version)
"""


def describe_machine(load: float) -> str:
    """Return a sentence: date, CPU, cores, memory, load before, and versions of libraries."""
    cores = len(os.sched_getaffinity(0))
    return (
        f"{dt.date.today():%Y-%m-%d}, {find_cpu()}, {cores} cores, "
        f"{find_memory() / 2**20:.0f} GB of memory, load average {load:.1f} before; "
        f"{describe_environment(sys.executable, LIBRARIES)}."
    )


def describe_environment(python: str, names: Iterable[str]) -> str:
    """Return the versions of Python and of libraries where another Python runs."""
    command = [python, "-c", _LIST_VERSIONS]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    versions = dict(line.rsplit(" ", 1) for line in lines)
    return ", ".join(f"{name} {versions[name]}" for name in ("Python", *names) if name in versions)


def find_cpu() -> str:
    """Return the model of the CPU."""
    return read_field("/proc/cpuinfo", "model name", platform.machine())


def find_memory() -> int:
    """Return the memory of the machine in KiB."""
    return int(read_field("/proc/meminfo", "MemTotal", "0 kB").split()[0])


def read_field(path: str, name: str, default: str) -> str:
    """Return what stands behind `name:` in a file of the kernel, or `default`."""
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return default
