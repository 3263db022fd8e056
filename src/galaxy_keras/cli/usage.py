"""Checks of a command line as a whole, before any file is read."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

FORM_PATH = "galaxy_keras.form_path"
"""Where the `meta` of a `click.Context` keeps the path of Galaxy's form."""

_OUTPUT_PREFIXES = ("output", "checkpoint")


def check_given_once(ctx: click.Context, order: Sequence[click.Parameter]) -> None:
    """Check that no option is repeated of which only one value would count.

    Flags without an opposite, such as ``-q``, may be repeated.

    Parameters
    ----------
    order
        The parameters in the order of the command line.

    Raises
    ------
    click.UsageError
        If one is repeated.
    """
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
    if FORM_PATH in ctx.meta:
        yield "--galaxy-inputs", ctx.meta[FORM_PATH]
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
