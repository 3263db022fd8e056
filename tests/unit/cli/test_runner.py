from __future__ import annotations

import errno
import json
import logging
import os
import signal
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from galaxy_keras import __version__
from galaxy_keras.cli.messages import show_text
from galaxy_keras.cli.options import common_options, galaxy_inputs_option, table_options
from galaxy_keras.cli.runner import Command, Group
from galaxy_keras.errors import DataError, GalaxyKerasError, ModelFileError

logger = logging.getLogger("galaxy_keras.tests")


def run_raising(error: BaseException, *arguments: str) -> Result:
    @click.command(cls=Command)
    @common_options
    def command() -> None:
        raise error

    return CliRunner().invoke(command, arguments)


@pytest.mark.parametrize(
    "error", [DataError("row 3 is short"), ModelFileError("not ours")], ids=repr
)
def test_an_error_is_one_paragraph_and_its_exit_code(error: GalaxyKerasError) -> None:
    result = run_raising(error)
    assert result.exit_code == error.exit_code
    assert result.stderr == f"Error: {error}\n"
    assert result.stdout == ""


def test_a_traceback_only_when_asked_for() -> None:
    result = run_raising(DataError("row 3 is short"), "--traceback")
    assert result.exit_code == 4
    assert "Traceback (most recent call last)" in result.stderr
    assert result.stderr.endswith("Error: row 3 is short\n")


def test_a_bug_has_a_traceback_and_asks_for_a_report() -> None:
    result = run_raising(KeyError("oops"))
    assert result.exit_code == 70
    assert "KeyError: 'oops'" in result.stderr
    assert f"galaxy-keras {__version__}: This is a bug in galaxy-keras" in result.stderr


def test_a_traceback_sends_no_control_characters_either() -> None:
    result = run_raising(ValueError("\x1b[31m" + "q" * 1_000_000))
    assert r"ValueError: \x1b[31mqqq" in result.stderr
    assert "\x1b" not in result.stderr
    assert len(result.stderr) < 10_000


def test_out_of_memory_says_what_to_lower() -> None:
    result = run_raising(MemoryError())
    assert result.exit_code == 6
    assert "there was not enough memory. Lower --batch-size" in result.stderr


def test_wrong_use_of_the_command_line() -> None:
    assert run_raising(DataError("never"), "--no-such-option").exit_code == 2


def test_commands_of_a_group_end_in_the_same_way() -> None:
    group = Group(name="group")

    @group.command()
    def plot() -> None:
        raise DataError("no rows")

    result = CliRunner().invoke(group, ["plot"])
    assert result.exit_code == 4
    assert result.stderr == "Error: no rows\n"


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ([], "done\nWarning: look\n"),
        (["--quiet"], "Warning: look\n"),
        (["--verbose"], "detail\ndone\nWarning: look\n"),
    ],
    ids=["default", "quiet", "verbose"],
)
def test_messages_go_to_standard_error(arguments: list[str], shown: str) -> None:
    @click.command(cls=Command)
    @common_options
    def command() -> None:
        logger.debug("detail")
        logger.info("done")
        logger.warning("look")

    result = CliRunner().invoke(command, arguments)
    assert result.stderr == shown
    assert result.stdout == ""


ESCAPE = "\x1b]0;owned\x07"


def test_messages_send_no_control_characters() -> None:
    @click.command(cls=Command)
    @common_options
    def command() -> None:
        logger.info("label %s", ESCAPE)
        show_text(f"names\n{ESCAPE}\n")
        raise DataError(f'the label "{ESCAPE}" is unknown')

    result = CliRunner().invoke(command, [])
    shown = r"\x1b]0;owned\x07"
    assert result.stdout == f"names\n{shown}\n"
    assert result.stderr == f'label {shown}\nError: the label "{shown}" is unknown\n'


def test_what_click_quotes_is_escaped_too() -> None:
    result = run_raising(DataError("never"), f"--{ESCAPE}")
    assert result.exit_code == 2
    assert "Error: No such option" in result.stderr
    assert "\x1b" not in result.stderr


def test_version() -> None:
    result = run_raising(DataError("never"), "--version")
    assert result.output == f"galaxy-keras, version {__version__}\n"


@click.command(cls=Command)
@table_options("features", "Features.")
@galaxy_inputs_option(lambda form: {"features_columns": form["columns"], "features_header": True})
@common_options
def show_table(features: Path, features_header: bool, features_columns: str) -> None:
    click.echo(f"{features} {features_header} {features_columns}")


def write_form(folder: Path, form: object) -> str:
    path = folder / "inputs.json"
    path.write_text(json.dumps(form))
    return str(path)


def test_a_table_is_three_options() -> None:
    arguments = ["--features", "X.tsv", "--features-header", "--features-columns", "1,3-5"]
    assert CliRunner().invoke(show_table, arguments).output == "X.tsv True 1,3-5\n"
    assert CliRunner().invoke(show_table, ["--features", "X.tsv"]).output == "X.tsv False all\n"


def test_a_form_gives_what_the_command_line_leaves_out(tmp_path: Path) -> None:
    form = write_form(tmp_path, {"columns": "2"})
    arguments = ["--galaxy-inputs", form, "--features", "X.tsv"]
    assert CliRunner().invoke(show_table, arguments).output == "X.tsv True 2\n"


def test_the_command_line_wins_over_a_form(tmp_path: Path) -> None:
    form = write_form(tmp_path, {"columns": "2"})
    arguments = ["--features", "X.tsv", "--features-columns", "3", "--galaxy-inputs", form]
    assert CliRunner().invoke(show_table, arguments).output == "X.tsv True 3\n"


def test_a_form_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "inputs.json"
    path.write_text("{")
    result = CliRunner().invoke(show_table, ["--galaxy-inputs", str(path), "--features", "X.tsv"])
    assert result.exit_code == 3
    assert result.stderr.startswith(f"Error: {path}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_a_command_and_are_given_back(number):
    before = signal.getsignal(number)

    @click.command(cls=Command)
    def wait():
        signal.raise_signal(number)

    result = CliRunner().invoke(wait)
    assert result.exit_code == 128 + number
    name = signal.Signals(number).name
    assert f"Error: stopped by {name}. Incomplete outputs were left unchanged" in result.stderr
    assert signal.getsignal(number) is before


def test_a_signal_that_is_ignored_stays_so():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)

    @click.command(cls=Command)
    def wait():
        signal.raise_signal(signal.SIGINT)
        click.echo("done")

    try:
        result = CliRunner().invoke(wait)
        assert (result.exit_code, result.stdout) == (0, "done\n")
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk(number):
    @click.command(cls=Command)
    def fill():
        raise OSError(number, os.strerror(number))

    result = CliRunner().invoke(fill)
    assert result.exit_code == 4
    assert result.stderr == (
        f"Error: {os.strerror(number)}. Something could not be written; free some space, or write "
        "to another disk\n"
    )


def test_other_errors_of_the_system_are_bugs():
    @click.command(cls=Command)
    def fail():
        raise OSError(errno.EBADF, "Bad file descriptor")

    assert CliRunner().invoke(fail).exit_code == 70
