"""Messages: what the package logs, on standard error."""

from __future__ import annotations

import logging
import traceback

import click

from galaxy_keras.errors import escape_name, format_message

LOGGER = logging.getLogger("galaxy_keras")


class _EchoHandler(logging.Handler):
    """Writes plain sentences; only warnings are marked."""

    def emit(self, record: logging.LogRecord) -> None:
        prefix = "Warning: " if record.levelno >= logging.WARNING else ""
        click.echo(prefix + format_message(record.getMessage()), err=True)


def show_messages(level: int) -> None:
    """Show messages of `level` (of `logging`) and above."""
    if not any(isinstance(handler, _EchoHandler) for handler in LOGGER.handlers):
        LOGGER.addHandler(_EchoHandler())
        LOGGER.propagate = False
    LOGGER.setLevel(level)


def show_text(text: str) -> None:
    """Write lines with names from files, such as those of layers, to standard output."""
    for line in text.splitlines():
        click.echo(escape_name(line, len(line)))


def show_traceback(error: BaseException) -> None:
    """Write the traceback of `error` to standard error."""
    for line in "".join(traceback.format_exception(error)).splitlines():
        click.echo(format_message(line), err=True)
