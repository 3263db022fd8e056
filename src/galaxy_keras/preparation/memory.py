"""The memory of this machine, compared with what a run needs before anything is built."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.architecture.memory import MemoryEstimate, format_bytes

MEMORY_VARIABLE = "GALAXY_MEMORY_MB"
STREAM_ADVICE = (
    "Give --stream, which keeps the features on disk "
    '(in Galaxy, advanced options: "Keep the samples on disk: Yes")'
)
ROOT = Path("/")
_GROUP_LIMITS = {
    "": ("sys/fs/cgroup", "memory.max"),
    "memory": ("sys/fs/cgroup/memory", "memory.limit_in_bytes"),
}
"""By the controllers that /proc/self/cgroup names (version 2, version 1): folder and file."""

logger = logging.getLogger(__name__)


def find_memory_limit(root: Path = ROOT) -> int | None:
    """Return how many bytes a job may take here, or None where it is unknown.

    The minimum is taken of the memory of the machine, the limits of the control group of the
    process and of those above it (SLURM, systemd and containers set these), and the environment
    variable GALAXY_MEMORY_MB.

    Parameters
    ----------
    root
        The folder that holds `proc` and `sys`; for tests.

    Raises
    ------
    ConfigurationError
        If GALAXY_MEMORY_MB is not a number.
    """
    limits = [_read_limit(path) for path in _iterate_limit_files(root)]
    limits += [_read_machine(root / "proc/meminfo"), _read_environment()]
    return min((limit for limit in limits if limit is not None), default=None)


def check_memory(estimate: MemoryEstimate, advice: str) -> None:
    """Compare an estimate with what there is; a warning is logged where it may not be enough.

    Parameters
    ----------
    estimate
        What the run needs.
    advice
        What to do about it: one sentence without its full stop.

    Raises
    ------
    ConfigurationError
        If the run alone, without the libraries, needs more memory than is available.
    """
    limit = find_memory_limit()
    if limit is None or estimate.total <= limit:
        return
    text = (
        f"this needs about {format_bytes(estimate.total)} of memory "
        f"({format_bytes(estimate.weights)} for weights, {format_bytes(estimate.activations)} for "
        f"one batch, {format_bytes(estimate.data)} for data), but only {format_bytes(limit)} is "
        f"available (the limit of the machine, the job or {MEMORY_VARIABLE}). {advice}"
    )
    if estimate.without_libraries > limit:
        raise ConfigurationError(text)
    logger.warning("%s.", text)


def check_memory_for_features(size: int, path: Path) -> None:
    """Check that the features alone fit into memory.

    Parameters
    ----------
    size
        Bytes of the features.
    path
        The file that they are read from.

    Raises
    ------
    ConfigurationError
        If they do not.
    """
    limit = find_memory_limit()
    if limit is not None and size > limit:
        raise ConfigurationError(
            f"the features of {path} need about {format_bytes(size)}, but only "
            f"{format_bytes(limit)} of memory is available (the limit of the machine, the "
            f"job or {MEMORY_VARIABLE}). "
            f"{STREAM_ADVICE}, or ask for more memory for the job"
        )


def check_space_for_features(size: int) -> None:
    """Check that the features fit into the folder for temporary files (TMPDIR).

    Parameters
    ----------
    size
        Bytes of the features.

    Raises
    ------
    DataError
        If they do not.
    """
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if size > free:
        raise DataError(
            f"the features are kept in a temporary file of about {format_bytes(size)}, but "
            f"{folder} has {format_bytes(free)} free. Free some space, or set the environment "
            "variable TMPDIR to a folder on a larger disk"
        )
    logger.info(
        "The features are written to a temporary file of about %s in %s.",
        format_bytes(size),
        folder,
    )


def _iterate_limit_files(root: Path) -> Iterator[Path]:
    """Yield where the limits of the control group of this process and of those above it are."""
    groups = _read_groups(root / "proc/self/cgroup")
    for controller, (folder, name) in _GROUP_LIMITS.items():
        group = groups.get(controller, PurePosixPath())
        for each in (group, *group.parents):
            yield root / folder / each / name


def _read_groups(path: Path) -> dict[str, PurePosixPath]:
    """Return the control group of this process by controller, relative to the topmost one."""
    groups: dict[str, PurePosixPath] = {}
    with contextlib.suppress(OSError, ValueError):
        for line in path.read_text().splitlines():
            _, controllers, group = line.split(":", 2)
            # Groups outside the namespace of a container are not visible in it.
            visible = "" if ".." in group.split("/") else group.lstrip("/")
            groups |= dict.fromkeys(controllers.split(","), PurePosixPath(visible))
    return groups


def _read_limit(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        # Version 2 of control groups writes "max" for no limit, which is not a number.
        return int(path.read_text())
    return None


def _read_machine(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = path.read_text().splitlines()
        total = next(line for line in lines if line.startswith("MemTotal:"))
        return int(total.split()[1]) * 2**10
    return None


def _read_environment() -> int | None:
    text = os.environ.get(MEMORY_VARIABLE)
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ConfigurationError(
            f"the environment variable {MEMORY_VARIABLE} must be a whole number "
            f"of megabytes of at least 1, not {text!r:.60}"
        )
    return int(text) * 2**20
