"""Writing output files atomically, and messages about files that cannot be read or written."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from galaxy_keras.errors import DataError, Problems

_STANDARD_OUTPUT = frozenset(map(Path, ("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1")))


@contextlib.contextmanager
def writing_atomically(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `path`.

    On success the temporary file replaces `path`, else it is removed. Where `path` is a symbolic
    link, the file that it leads to is replaced and the link stays. A device, a named pipe and
    standard output (`is_stream`) receive the content of the temporary file, which then is in the
    system's folder for temporary files.

    It keeps the suffix of `path`, because writers choose formats by it.

    Raises
    ------
    DataError
        If the folder is missing or not writable, or the disk is full.
    """
    temporary = _create_temporary(path)
    try:
        yield temporary
        if is_stream(path):
            _copy_into_stream(temporary, path)
        else:
            temporary.replace(os.path.realpath(path))
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
        If a folder is missing or not writable, or a device or named pipe is not.
    """
    problems = Problems()
    for path in paths:
        with problems.collecting():
            _create_temporary(path).unlink()
    problems.raise_if_any()


def is_stream(path: Path) -> bool:
    """Return whether `path` is a device, a named pipe or standard output, not a file to replace."""
    if path in _STANDARD_OUTPUT:
        return True
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


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


def _create_temporary(path: Path) -> Path:
    """Create the temporary file for `path`, after checking that `path` itself can be written."""
    try:
        _check_permission(path)
        target = Path(os.path.realpath(path))
        handle, name = tempfile.mkstemp(
            dir=None if is_stream(path) else target.parent,
            prefix=f".{path.stem}-",
            suffix=path.suffix,
        )
        os.close(handle)
        Path(name).chmod(_find_mode(target))
    except OSError as error:
        raise DataError(describe_write_failure(path, error)) from error
    return Path(name)


def _check_permission(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    with contextlib.suppress(FileNotFoundError):
        # Links in a circle are an error, a link to what is not there yet is not.
        path.stat()
    if is_stream(path) and path not in _STANDARD_OUTPUT and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _find_mode(target: Path) -> int:
    """Return the permissions of the file that is replaced, or those of a new one."""
    if target.is_file():
        return stat.S_IMODE(target.stat().st_mode) & 0o777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


def _copy_into_stream(temporary: Path, path: Path) -> None:
    with temporary.open("rb") as content, _opening_stream(path) as stream:
        shutil.copyfileobj(content, stream)
        stream.flush()


@contextlib.contextmanager
def _opening_stream(path: Path) -> Iterator[BinaryIO]:
    if path in _STANDARD_OUTPUT:
        # Opened by its name, a file that it was redirected to would be written from its start.
        sys.stdout.flush()
        yield sys.stdout.buffer
        return
    with path.open("wb") as stream:
        yield stream
