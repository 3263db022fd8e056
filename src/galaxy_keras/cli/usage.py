"""Checks of a command line as a whole, before any file is read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

import click

from galaxy_keras.catalogue.fitting import FIT_PARAMETERS
from galaxy_keras.errors import find_closest

FORM_PATH = "galaxy_keras.form_path"
"""Where the `meta` of a `click.Context` keeps the path of Galaxy's form."""
OPTIONS_PATH = "galaxy_keras.options_path"
"""Likewise, the file that options are read from."""
SAVED_PATH = "galaxy_keras.saved_path"
"""Likewise, the file that options are written to."""

_PATHS = {
    "--galaxy-inputs": FORM_PATH,
    "--options": OPTIONS_PATH,
    "--save-options": SAVED_PATH,
}

_HYPERPARAMETERS = (*(each.name for each in FIT_PARAMETERS.parameters), "learning_rate")
_OUTPUT_PREFIXES = ("output", "checkpoint", "save-options")


def check_usage(ctx: click.Context, arguments: Sequence[str]) -> None:
    """Check that every argument belongs to an option, and no option is given twice in vain.

    Options for several values and flags without an opposite, such as ``-q``, may be repeated.

    Raises
    ------
    click.UsageError
        If not; the message names the hyperparameter that an unknown option may mean, and the
        option whose value lacks quotes.
    """
    try:
        _, rest, order = ctx.command.make_parser(ctx).parse_args(args=list(arguments))
    except click.NoSuchOption as error:
        _suggest_hyperparameter(ctx, error.option_name, arguments)
        raise
    if rest:
        _suggest_quotes(ctx, rest, arguments)
    _check_given_once(ctx, order)


def advise_after_stop(ctx: click.Context) -> str:
    """Return a sentence on how a training that was stopped could go on; empty for other commands.

    It follows on a sentence without its full stop.
    """
    if "checkpoint" not in ctx.params or ctx.params.get("check"):
        return ""
    if ctx.params["checkpoint"] is None:
        return (
            ". With --checkpoint FOLDER, the same command would go on after the last finished epoch"
        )
    return ". The same command goes on after the last finished epoch"


def _suggest_hyperparameter(ctx: click.Context, option: str, arguments: Sequence[str]) -> None:
    """Raise an error that names --set if a hyperparameter was given as option."""
    own = {name for parameter in ctx.command.params for name in parameter.opts}
    if "--set" not in own:
        return
    known = [each for each in _HYPERPARAMETERS if f"--{each.replace('_', '-')}" not in own]
    name = find_closest(option.removeprefix("--").replace("-", "_"), known)
    if name is None:
        return
    given = option in arguments and arguments[arguments.index(option) + 1 :]
    value = given[0] if given and not given[0].startswith("-") else "VALUE"
    raise click.UsageError(
        f"No such option: {option}. {name} is a hyperparameter of the model: change it with "
        f"--set {name}={value}.",
        ctx,
    )


def _suggest_quotes(ctx: click.Context, rest: Sequence[str], arguments: Sequence[str]) -> None:
    """Raise an error that names the option whose value was cut at its first space."""
    position = arguments.index(rest[0])
    option, *words = arguments[max(position - 2, 0) : position + 1]
    if len(words) == 2 and option.startswith("--") and not words[0].startswith("-"):
        value = " ".join([words[0], *takewhile(rest.__contains__, arguments[position:])])
        raise click.UsageError(
            f'"{rest[0]}" belongs to no option. A value with spaces needs quotes: '
            f"{option} '{value}'.",
            ctx,
        )


def _check_given_once(ctx: click.Context, order: Sequence[click.Parameter]) -> None:
    for parameter, count in Counter(order).items():
        if count > 1 and isinstance(parameter, click.Option) and _has_one_value(parameter):
            name = "/".join((parameter.opts[-1], *parameter.secondary_opts))
            raise click.UsageError(
                f"{name} is given {count} times, but only one value can count. Give it once.", ctx
            )


def check_paths_differ(ctx: click.Context) -> None:
    """Check that no output is an input or another output too, by whatever name or link.

    Devices, named pipes and standard output may be given several times.

    Raises
    ------
    click.UsageError
        If two options would use the same file.
    """
    given = list(_list_paths(ctx))
    used = {_identify(path): name for name, path in given if not _is_output(name) and path.exists()}
    for name, path in given:
        key = _identify(path)
        if not _is_output(name) or key is None:
            continue
        if key in used:
            raise click.UsageError(
                f'{name} must not be the file of {used[key]} ("{path}"), which would be lost. '
                "Give it another path.",
                ctx,
            )
        used[key] = name


def _has_one_value(option: click.Option) -> bool:
    return not option.multiple and (not option.is_flag or bool(option.secondary_opts))


def _list_paths(ctx: click.Context) -> Iterator[tuple[str, Path]]:
    """Yield the name of each option whose value is a path, and the path."""
    for option, key in _PATHS.items():
        if key in ctx.meta:
            yield option, ctx.meta[key]
    for parameter in ctx.command.params:
        value = ctx.params.get(parameter.name or "")
        if isinstance(parameter.type, click.Path) and value is not None:
            yield parameter.opts[0], Path(value)


def _is_output(option: str) -> bool:
    return option.removeprefix("--").startswith(_OUTPUT_PREFIXES)


def _identify(path: Path) -> tuple[int | str, ...] | None:
    """Return what two paths have in common if they lead to one file, which may not exist yet.

    None for what is no file: writing it twice loses nothing.
    """
    from galaxy_keras.artefacts.files import is_stream

    if is_stream(path):
        return None
    target = Path(os.path.realpath(path))
    for place, rest in ((target, ()), (target.parent, (target.name,))):
        try:
            status = place.stat()
        except OSError:
            continue
        return (status.st_dev, status.st_ino, *rest)
    return (str(target),)
