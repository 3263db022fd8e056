"""Runs a command and turns what goes wrong into text and an exit code."""

from __future__ import annotations

import signal
import sys
import traceback
from typing import Any, NoReturn

import click

from galaxy_keras import __version__
from galaxy_keras.errors import GalaxyKerasError

BUG = 70
REPORT = (
    "This is a bug in galaxy-keras, not a mistake of yours. Please report it with the text above, "
    "the command and, if you can, the input."
)


class _RunnerMixin:
    """Turns exceptions of a command into one paragraph and an exit code."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run the command; never returns when standalone."""
        if not kwargs.get("standalone_mode", True):
            return super().main(*args, **kwargs)  # type: ignore[misc]
        signal.signal(signal.SIGTERM, _end_on_signal)
        try:
            return super().main(*args, **kwargs)  # type: ignore[misc]
        except GalaxyKerasError as error:
            _end(error, error.exit_code)
        except MemoryError as error:
            _end(error, 6, "there was not enough memory. Lower the batch size, or ask for more memory")
        except Exception:
            traceback.print_exc()
            click.echo(f"galaxy-keras {__version__}: {REPORT}", err=True)
            sys.exit(BUG)


class Command(_RunnerMixin, click.Command):
    """A click command with our errors and exit codes."""


class Group(_RunnerMixin, click.Group):
    """A click group with our errors and exit codes."""

    command_class = click.Command


def _end(error: BaseException, exit_code: int, text: str | None = None) -> NoReturn:
    if _traceback_wanted():
        traceback.print_exception(error)
    click.echo(f"Error: {text or error}", err=True)
    sys.exit(exit_code)


def _traceback_wanted() -> bool:
    return "--traceback" in sys.argv


def _end_on_signal(number: int, frame: object) -> NoReturn:
    # SystemExit unwinds the stack, so that temporary files are removed on the way out.
    raise SystemExit(128 + number)
