"""Options of a command in a file: --options reads them, --save-options writes them.

What is typed on the command line wins, and what a Galaxy form says counts least. Keys for
signatures are neither read nor written: who may sign is not a matter of a file that is passed on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from galaxy_keras.cli.usage import OPTIONS_PATH, SAVED_PATH
from galaxy_keras.errors import (
    ConfigurationError,
    DataError,
    GalaxyKerasError,
    Problems,
    escape_name,
    suggest,
)

SECRETS = ("sign_key", "require_signature")
_SOURCES = (ParameterSource.COMMANDLINE, ParameterSource.DEFAULT_MAP, ParameterSource.ENVIRONMENT)


def use_option_file(ctx: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
    """Take the values of options that are not given from a file; the callback of --options."""
    if path is None:
        return
    from galaxy_keras.artefacts.options_file import read_options_file

    ctx.meta[OPTIONS_PATH] = path
    try:
        values = _read_values(ctx.command, read_options_file(path), path)
    except GalaxyKerasError as error:
        click.echo(f"Error: {error}", err=True)
        ctx.exit(error.exit_code)
    ctx.default_map = {**(ctx.default_map or {}), **values}


def note_saved_path(ctx: click.Context, _parameter: click.Parameter, path: Path | None) -> None:
    """Remember where the options are to be written; the callback of --save-options."""
    if path is not None:
        ctx.meta[SAVED_PATH] = path


def save_options(ctx: click.Context) -> None:
    """Write the options that were given, on the command line or in a file, if that is asked for."""
    path = ctx.meta.get(SAVED_PATH)
    if path is None:
        return
    from galaxy_keras.artefacts.options_file import write_options_file

    try:
        write_options_file(path, dict(_iterate_given(ctx)))
    except DataError as error:
        click.echo(f"Error: {error}", err=True)
        ctx.exit(error.exit_code)


def _read_values(command: click.Command, document: Mapping[str, Any], path: Path) -> dict[str, Any]:
    known = dict(_iterate_options(command))
    problems = Problems()
    values: dict[str, Any] = {}
    for name, value in document.items():
        with problems.collecting():
            option = _find_option(known, str(name), path)
            values[str(option.name)] = _read_value(option, str(name), value, path)
    problems.raise_if_any()
    return values


def _iterate_options(command: click.Command) -> Iterator[tuple[str, click.Option]]:
    """Yield the options that may stand in a file, by their names without the hyphens before them.

    Those which are no part of what the command is to do (--verbose, --version) are left out.
    """
    for each in command.params:
        if isinstance(each, click.Option) and each.expose_value and each.name not in SECRETS:
            yield _name(each), each


def _name(option: click.Option) -> str:
    return option.opts[0].removeprefix("--")


def _find_option(known: Mapping[str, click.Option], name: str, path: Path) -> click.Option:
    option = known.get(name.replace("_", "-"))
    if option is not None:
        return option
    if name.replace("-", "_") in SECRETS:
        raise ConfigurationError(
            f"{path}: --{name} names a secret key, which no file of options may. Give it on the "
            "command line"
        )
    raise ConfigurationError(
        f"{path}: there is no option {escape_name(name)}.{suggest(name, known)} Its options are "
        "those of --help, without the hyphens before them"
    )


def _read_value(option: click.Option, name: str, value: Any, path: Path) -> Any:
    values = value if isinstance(value, list) else [value]
    if isinstance(value, list) and not option.multiple:
        raise ConfigurationError(
            f"{path}: {escape_name(name)} takes one value, but a list was given. Give one of them"
        )
    for each in values:
        if isinstance(each, dict | list) or each is None:
            raise ConfigurationError(
                f"{path}: {escape_name(name)} must be a text, a number or true or false. Leave it "
                "out for its default"
            )
        if option.is_flag and not isinstance(each, bool):
            raise ConfigurationError(f"{path}: {escape_name(name)} must be true or false")
    # click checks a text as if it had been typed.
    texts = [each if isinstance(each, bool) else str(each) for each in values]
    return texts if option.multiple else texts[0]


def _iterate_given(ctx: click.Context) -> Iterator[tuple[str, Any]]:
    for name, option in _iterate_options(ctx.command):
        if ctx.get_parameter_source(str(option.name)) in _SOURCES:
            value = ctx.params[str(option.name)]
            if value is not None and value != ():
                yield name, _make_plain(value)


def _make_plain(value: Any) -> Any:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_make_plain(each) for each in value]
    return str(value) if isinstance(value, Path) else value
