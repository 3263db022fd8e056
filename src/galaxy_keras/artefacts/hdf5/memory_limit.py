"""Keeps reading of a file that lies about its sizes from taking the machine's memory."""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path

_ADDRESS_SPACE = Path("/proc/self/statm")


@contextlib.contextmanager
def limiting_memory(extra: int) -> Iterator[None]:
    """Let this process take `extra` bytes more than it has; asking for more fails meanwhile.

    Without effect where the operating system does not tell how much memory the process has.
    """
    limits = resource.getrlimit(resource.RLIMIT_AS)
    present = _read_address_space()
    if present is None:
        yield
        return
    _, most = limits
    bound = present + extra
    soft = bound if most == resource.RLIM_INFINITY else min(bound, most)
    resource.setrlimit(resource.RLIMIT_AS, (soft, most))
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
