"""The memory of this machine, compared with what a run needs before anything is built."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import tempfile
from pathlib import Path

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.architecture.memory import MemoryEstimate, format_bytes

MEMORY_VARIABLE = "GALAXY_MEMORY_MB"
STREAM_ADVICE = (
    "Give --stream, which keeps the features on disk "
    '(in Galaxy, advanced options: "Keep the samples on disk: Yes")'
)
ROOT = Path("/")
_LIMITS = ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")

logger = logging.getLogger(__name__)


def find_memory_limit(root: Path = ROOT) -> int | None:
    """Return how many bytes a job may take here, or None where nothing says so.

    The smallest counts of the machine's memory, the limit of the control group that the process
    is in, and the environment variable GALAXY_MEMORY_MB.

    Raises
    ------
    ConfigurationError
        If GALAXY_MEMORY_MB is no number.
    """
    limits = [_read_limit(root / name) for name in _LIMITS]
    limits += [_read_machine(root / "proc/meminfo"), _read_environment()]
    return min((limit for limit in limits if limit is not None), default=None)


def check_memory(estimate: MemoryEstimate, advice: str) -> None:
    """Compare an estimate with what there is; a warning is logged where it will be close.

    Parameters
    ----------
    estimate
        What the run needs.
    advice
        What to do about it: one sentence without its full stop.

    Raises
    ------
    ConfigurationError
        If the run alone, without the libraries it needs, takes more memory than there is.
    """
    limit = find_memory_limit()
    if limit is None or estimate.total <= limit:
        return
    text = (
        f"this needs about {format_bytes(estimate.total)} of memory "
        f"({format_bytes(estimate.weights)} for weights, {format_bytes(estimate.activations)} for "
        f"one batch, {format_bytes(estimate.data)} for data), but there are {format_bytes(limit)} "
        f"(of the machine, the job or {MEMORY_VARIABLE}). {advice}"
    )
    if estimate.without_libraries > limit:
        raise ConfigurationError(text)
    logger.warning("%s.", text)


def check_memory_for_features(size: int, path: Path) -> None:
    """Check that the features alone fit into memory.

    Parameters
    ----------
    size
        Their bytes.
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
            f"the features of {path} take about {format_bytes(size)}, but there are "
            f"{format_bytes(limit)} of memory (of the machine, the job or {MEMORY_VARIABLE}). "
            f"{STREAM_ADVICE}, or ask for more memory for the job"
        )


def check_space_for_features(size: int) -> None:
    """Check that the features fit into the folder for temporary files.

    Raises
    ------
    DataError
        If they do not.
    """
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if size > free:
        raise DataError(
            f"--stream keeps the features in a temporary file of about {format_bytes(size)}, but "
            f"{folder} has {format_bytes(free)} free. Free some space, or set the environment "
            "variable TMPDIR to a folder on a larger disk"
        )
    logger.info(
        "The features go to a temporary file of about %s in %s.", format_bytes(size), folder
    )


def _read_limit(path: Path) -> int | None:
    with contextlib.suppress(OSError, ValueError):
        # Version 2 of control groups writes "max" for no limit, which is no number.
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
