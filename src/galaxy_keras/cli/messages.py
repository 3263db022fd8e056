"""Messages: what the package logs, on standard error."""

from __future__ import annotations

import logging

import click

LOGGER = logging.getLogger("galaxy_keras")


class _EchoHandler(logging.Handler):
    """Writes plain sentences; only warnings are marked."""

    def emit(self, record: logging.LogRecord) -> None:
        prefix = "Warning: " if record.levelno >= logging.WARNING else ""
        click.echo(f"{prefix}{record.getMessage()}", err=True)


def show_messages(level: int) -> None:
    """Show messages of `level` (of `logging`) and above."""
    if not any(isinstance(handler, _EchoHandler) for handler in LOGGER.handlers):
        LOGGER.addHandler(_EchoHandler())
        LOGGER.propagate = False
    LOGGER.setLevel(level)
