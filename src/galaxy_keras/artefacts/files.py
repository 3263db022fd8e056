"""Writing output files atomically, and messages about files that cannot be read or written."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from galaxy_keras.errors import DataError, Problems


@contextlib.contextmanager
def writing_atomically(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`.

    On success the temporary file replaces `path`, else it is removed.

    It keeps the suffix of `path`, because writers choose formats by it.

    Raises
    ------
    DataError
        If the folder is missing or not writable, or the disk is full.
    """
    temporary = _create_beside(path)
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        raise DataError(describe_write_failure(path, error)) from error
    except DataError as error:
        # The error of a nested call names its temporary path; report the path of the caller.
        texts = (problem.replace(str(temporary), str(path)) for problem in error.problems)
        raise DataError(*texts) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def check_writable(paths: Iterable[Path]) -> None:
    """Check before a long computation that its outputs can be written.

    Raises
    ------
    DataError
        If a folder is missing or not writable.
    """
    problems = Problems()
    for path in paths:
        with problems.collecting():
            _create_beside(path).unlink()
    problems.raise_if_any()


def describe_write_failure(path: Path, error: OSError) -> str:
    """Return the message that `path` cannot be written, with the reason and advice."""
    return (
        f"{path} cannot be written: {error.strerror or error}. "
        "Check that the folder exists, that you may write to it and that the disk is not full"
    )


def describe_read_failure(path: Path, error: OSError) -> str:
    """Return the message that `path` cannot be read, with the reason and advice."""
    if isinstance(error, FileNotFoundError):
        return f"{path} does not exist. Check the path"
    if isinstance(error, IsADirectoryError):
        return f"{path} is a folder, not a file. Give the file itself"
    if isinstance(error, PermissionError):
        return f"{path} may not be read. Ask its owner for permission to read it"
    return f"{path} cannot be read: {error.strerror or error}. Copy or upload it again"


def _create_beside(path: Path) -> Path:
    try:
        handle, name = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.stem}-", suffix=path.suffix
        )
        os.close(handle)
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
    except OSError as error:
        raise DataError(describe_write_failure(path, error)) from error
    return Path(name)
