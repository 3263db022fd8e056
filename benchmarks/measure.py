"""Runs a command and appends its wall time, CPU time and peak memory to a table.

Usage: measure.py TABLE.tsv NAME COMMAND [ARGUMENT ...]

The figures are the kernel's own (wait4), of the command and the processes that it waited for.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

HEADER = "step\twall_s\tcpu_s\tpeak_MB\n"


def measure_command(arguments: list[str]) -> tuple[int, float, float, float]:
    """Return the exit status, wall seconds, CPU seconds and peak megabytes of a command."""
    start = time.monotonic()
    process = os.posix_spawnp(arguments[0], arguments, os.environ)
    _, status, usage = os.wait4(process, 0)
    wall = time.monotonic() - start
    kilobytes = usage.ru_maxrss
    return (
        os.waitstatus_to_exitcode(status),
        wall,
        usage.ru_utime + usage.ru_stime,
        kilobytes / 1024,
    )


def main() -> int:
    """Measure and record; the exit status is the command's."""
    table, name, *arguments = sys.argv[1:]
    code, wall, cpu, memory = measure_command(arguments)
    path = Path(table)
    text = path.read_text() if path.exists() else HEADER
    path.write_text(f"{text}{name}\t{wall:.1f}\t{cpu:.1f}\t{memory:.0f}\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
