"""Runs a command and turns errors into messages and exit codes."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any, NoReturn

import click

from galaxy_keras import __version__
from galaxy_keras.cli.address_space import check_address_space, describe_exhaustion
from galaxy_keras.cli.messages import show_messages, show_traceback
from galaxy_keras.cli.option_files import save_options
from galaxy_keras.cli.streams import Sink, guarding_streams
from galaxy_keras.cli.usage import advise_after_stop, check_paths_differ, check_usage
from galaxy_keras.errors import DataError, GalaxyKerasError, TrainingError, format_message

EXIT_BUG = 70
EXIT_NO_READER = 128 + signal.SIGPIPE
SHOW_TRACEBACK = "galaxy_keras.show_traceback"
OUT_OF_MEMORY = (
    "there was not enough memory. Lower --batch-size (or --set batch_size=...), "
    "or ask for more memory for the job"
)
DISK_FULL_ERRNOS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
DISK_FULL_ADVICE = "Something could not be written; free some space, or write to another disk"
OUTPUT_LOST_ADVICE = (
    "Free some space, or send standard output elsewhere; the files that the command writes are "
    "complete"
)
BUG_ADVICE = (
    "This is a bug in galaxy-keras, not your fault. Please report it with the text above, "
    "the command and, if you can, the input."
)


class StoppedError(BaseException):
    """The command was terminated by a signal; unwinding the stack removes temporary files.

    A `BaseException`, as `KeyboardInterrupt` is, so libraries that catch `Exception` let it pass.
    """

    def __init__(self, number: int) -> None:
        name = signal.Signals(number).name
        super().__init__(f"stopped by {name}. Incomplete outputs were left unchanged")
        self.exit_code = 128 + number


class InterruptionError(StoppedError, KeyboardInterrupt):
    """A person pressed Ctrl-C; a training then keeps what it has finished."""


class _Program(click.Command):
    """A click command that no failure of a standard stream ends before its work is done."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.context_settings.setdefault("help_option_names", ["-h", "--help"])

    def main(self, *args: Any, **options: Any) -> Any:
        """Run the command; what could not be written on standard output shows in the exit code."""
        # Libraries read it, numpy and matplotlib among them, and end where it is no number.
        os.environ.pop("SOURCE_DATE_EPOCH", None)
        with guarding_streams() as output:
            try:
                return super().main(*args, **options)
            except SystemExit as end:
                if not end.code and output is not None:
                    _check_output(output)
                raise

    def make_context(self, *args: Any, **options: Any) -> click.Context:
        """Read the command line; what click quotes of it is cut and escaped as in all messages."""
        try:
            return super().make_context(*args, **options)
        except click.exceptions.NoArgsIsHelpError:
            raise
        except click.UsageError as error:
            text = format_message(error.format_message())
            raise click.UsageError(text, ctx=error.ctx) from error


class Command(_Program):
    """A click command that reports an error in one paragraph and with its exit code."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the options, some of which set the level of the messages, and check them."""
        show_messages(logging.INFO)
        check_usage(ctx, args)
        rest = super().parse_args(ctx, args)
        check_paths_differ(ctx)
        save_options(ctx)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the callback of the command."""
        try:
            check_address_space(ctx)
            with _watching_signals():
                return super().invoke(ctx)
        except (click.exceptions.Exit, click.ClickException, click.Abort):
            raise
        except GalaxyKerasError as error:
            _fail(ctx, error, str(error), error.exit_code)
        except StoppedError as stop:
            click.echo(f"Error: {stop}{advise_after_stop(ctx)}", err=True)
            ctx.exit(stop.exit_code)
        except MemoryError as error:
            _fail(ctx, error, OUT_OF_MEMORY, TrainingError.exit_code)
        except OSError as error:
            if error.errno not in DISK_FULL_ERRNOS:
                _report_other(ctx, error)
            _fail(ctx, error, f"{error.strerror}. {DISK_FULL_ADVICE}", DataError.exit_code)
        except Exception as error:
            _report_other(ctx, error)


class Group(_Program, click.Group):
    """A click group of such commands."""

    command_class = Command


def _check_output(output: Sink) -> None:
    sys.stdout.flush()
    if output.error is None:
        return
    if output.error.errno == errno.EPIPE:
        # Its reader has seen enough, as in `| head`: other programs end silently too.
        sys.exit(EXIT_NO_READER)
    problem = f"standard output cannot be written: {output.error.strerror}. {OUTPUT_LOST_ADVICE}"
    click.echo(f"Error: {problem}", err=True)
    sys.exit(DataError.exit_code)


def _report_other(ctx: click.Context, error: Exception) -> NoReturn:
    exhaustion = describe_exhaustion(error)
    if exhaustion:
        _fail(ctx, error, exhaustion, TrainingError.exit_code)
    _report_bug(ctx, error)


def _report_bug(ctx: click.Context, error: BaseException) -> NoReturn:
    show_traceback(error)
    click.echo(f"galaxy-keras {__version__}: {BUG_ADVICE}", err=True)
    ctx.exit(EXIT_BUG)


def _fail(ctx: click.Context, error: BaseException, text: str, exit_code: int) -> NoReturn:
    if ctx.meta.get(SHOW_TRACEBACK):
        show_traceback(error)
    click.echo(f"Error: {text}", err=True)
    ctx.exit(exit_code)


@contextlib.contextmanager
def _watching_signals() -> Iterator[None]:
    previous = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    for number, handler in previous.items():
        # A signal that the parent set to be ignored (nohup, & in sh) stays ignored.
        if handler is not signal.SIG_IGN:
            signal.signal(number, _stop_on_signal)
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _stop_on_signal(number: int, frame: object) -> NoReturn:
    raise InterruptionError(number) if number == signal.SIGINT else StoppedError(number)
