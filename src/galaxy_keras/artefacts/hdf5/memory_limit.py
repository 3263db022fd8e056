"""Limits the memory that reading a file with false sizes can take."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path

_ADDRESS_SPACE = Path("/proc/self/statm")


@contextlib.contextmanager
def limiting_memory(added_bytes: int) -> Iterator[None]:
    """Limit the address space to its present size plus `added_bytes` within the context.

    The soft limit (RLIMIT_AS) is set and restored; an allocation beyond it raises `MemoryError`.
    Without effect where the operating system does not report how much memory the process has.
    """
    limits = resource.getrlimit(resource.RLIMIT_AS)
    present = _read_address_space()
    if present is None:
        yield
        return
    _, hard = limits
    limit = present + added_bytes
    soft = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limits)


def _read_address_space() -> int | None:
    try:
        pages = int(_ADDRESS_SPACE.read_text().split()[0])
    except OSError:
        return None
    return pages * resource.getpagesize()
