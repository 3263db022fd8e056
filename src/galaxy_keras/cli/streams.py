"""Standard output and standard error that may be full, closed or without a reader.

No command may fail because nobody reads its output. What cannot be written is dropped; the first
failure of standard output is kept and determines the exit code at the end.
"""

from __future__ import annotations

import contextlib
import io
import os
import select
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class Sink(io.FileIO):
    """A file descriptor that takes everything, and keeps the first error of writing to it."""

    error: OSError | None = None

    def write(self, data: ReadableBuffer, /) -> int:
        """Write some bytes and return how many; those that cannot be written count too."""
        try:
            while (written := super().write(data)) is None:
                # Another program may have set the descriptor not to wait.
                select.select([], [self], [])
        except OSError as error:
            self.error = self.error or error
            return memoryview(data).nbytes
        return written


@contextlib.contextmanager
def guarding_streams() -> Iterator[Sink | None]:
    """Let no failure of the standard streams end what runs inside.

    Yields
    ------
    Sink | None
        Standard output; None where it was closed, or is not that of the process, as in tests.
    """
    _open_closed_streams()
    former = sys.stdout, sys.stderr
    output = _guard(sys.stdout, sys.__stdout__)
    errors = _guard(sys.stderr, sys.__stderr__)
    try:
        if output is not None:
            sys.stdout = _write_text(output, former[0])
        if errors is not None:
            sys.stderr = _write_text(errors, former[1])
        yield output
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = former


def _open_closed_streams() -> None:
    """Open /dev/null for what is closed, so that no other file takes its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # This takes the lowest number that is free.
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - stays open


def _guard(stream: TextIO, original: TextIO | None) -> Sink | None:
    if stream is not original:
        return None
    stream.flush()
    return Sink(stream.fileno(), "w", closefd=False)


def _write_text(sink: Sink, former: TextIO) -> TextIO:
    return io.TextIOWrapper(
        io.BufferedWriter(sink),
        encoding=former.encoding,
        # A name in a message must not end a command where the locale lacks its letters.
        errors="backslashreplace" if former.errors == "strict" else former.errors,
        line_buffering=True,
    )
