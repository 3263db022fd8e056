"""Writes a man page for each command and subcommand from its --help: man_pages.py FOLDER.

The commands must be installed in the Python that runs this (`make man` sees to it).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path

import click

MARKS = str.maketrans({"\\": "\\e", "-": "\\-", "'": "\\(aq", "`": "\\(ga"})


def write_pages(folder: Path) -> list[Path]:
    """Write the pages (section 1) of all commands of galaxy-keras, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for point in entry_points(group="console_scripts"):
        if point.module.startswith("galaxy_keras.tools."):
            for name, command in iterate_commands(point.name, point.load()):
                pages.append(folder / f"{name.replace(' ', '-')}.1")
                pages[-1].write_text(format_page(name, command), encoding="utf-8")
    return pages


def iterate_commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """Yield a command and its subcommands with the words that call them."""
    yield name, command
    if isinstance(command, click.Group):
        for below, subcommand in sorted(command.commands.items()):
            yield from iterate_commands(f"{name} {below}", subcommand)


def format_page(name: str, command: click.Command) -> str:
    """Return the page of a command in the macros of man(7)."""
    context = click.Context(command, info_name=name)
    short, _, rest = (command.help or "").partition("\n")
    options = [each.get_help_record(context) for each in command.get_params(context)]
    lines = [
        f'.TH "{name.replace(" ", "-").upper()}" 1 "" "galaxy\\-keras" "User Commands"',
        ".SH NAME",
        f"{escape(name.replace(' ', '-'))} \\- {escape(short.rstrip('.'))}",
        ".SH SYNOPSIS",
        f".B {escape(name)}",
        escape(" ".join(command.collect_usage_pieces(context))),
        ".SH DESCRIPTION",
        *map(escape, f"{short}\n{rest}".split("\n")),
        ".SH OPTIONS",
    ]
    for option, text in filter(None, options):
        lines += [".TP", f".B {escape(option)}", escape(text)]
    if isinstance(command, click.Group):
        lines.append(".SH COMMANDS")
        for below, subcommand in sorted(command.commands.items()):
            lines += [".TP", f".B {escape(below)}", escape(subcommand.get_short_help_str(200))]
    example = (command.epilog or "").partition("Example:\n")[2]
    if example:
        lines += [".SH EXAMPLE", ".nf", *map(escape, example.rstrip().split("\n")), ".fi"]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """Return text that roff prints as it is."""
    escaped = text.translate(MARKS)
    return f"\\&{escaped}" if escaped.startswith(".") else escaped


if __name__ == "__main__":
    print(*write_pages(Path(sys.argv[1])), sep="\n")
