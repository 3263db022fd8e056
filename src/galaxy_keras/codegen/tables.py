"""The page `docs/catalogue.md`: all entries of the catalogue with their options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from galaxy_keras.catalogue.activations import ACTIVATIONS
from galaxy_keras.catalogue.callbacks import CALLBACKS
from galaxy_keras.catalogue.constraints import CONSTRAINTS
from galaxy_keras.catalogue.initializers import INITIALIZERS
from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.losses import LOSSES
from galaxy_keras.catalogue.metrics import METRICS
from galaxy_keras.catalogue.optimizers import OPTIMIZERS
from galaxy_keras.catalogue.parameters import Entry, Parameter
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.catalogue.regularizers import REGULARIZERS
from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS
from galaxy_keras.catalogue.schedules import SCHEDULES
from galaxy_keras.catalogue.scorers import SCORERS
from galaxy_keras.catalogue.target_encodings import TARGET_ENCODINGS
from galaxy_keras.schema.values.plain_values import describe_expected

PAGE: Final = Path("docs", "catalogue.md")

_SECTIONS: Final[tuple[tuple[str, Registry[Any]], ...]] = (
    ("Layers", LAYERS),
    ("Activations", ACTIVATIONS),
    ("Initializers", INITIALIZERS),
    ("Regularizers", REGULARIZERS),
    ("Constraints", CONSTRAINTS),
    ("Losses", LOSSES),
    ("Metrics", METRICS),
    ("Optimizers", OPTIMIZERS),
    ("Learning-rate schedules", SCHEDULES),
    ("Callbacks", CALLBACKS),
    ("Scorers", SCORERS),
    ("Sample formats", SAMPLE_FORMATS),
    ("Encodings of targets", TARGET_ENCODINGS),
)
_INTRODUCTION: Final = """# Catalogue

What the commands and the Galaxy forms offer, with all options and their defaults. Names are not
case sensitive; names in brackets are aliases. An option without a default is required.

This page is generated from the catalogue by `make generated`; edit the catalogue, not this page.
"""


def render_tables() -> str:
    """Return the text of the page."""
    links = [f"- [{title}](#{_make_anchor(title)})" for title, _ in _SECTIONS]
    sections = ["\n".join(_describe_section(title, registry)) for title, registry in _SECTIONS]
    return "\n".join([_INTRODUCTION, *links, "", *sections])


def _make_anchor(title: str) -> str:
    return title.lower().replace(" ", "-")


def _describe_section(title: str, registry: Registry[Any]) -> Iterator[str]:
    yield f"## {title}\n"
    if not any(entry.parameters for entry in registry):
        yield from _format_table(("name", "description"), map(_describe_entry_in_row, registry))
        return
    for entry in registry:
        yield from describe_entry(entry)


def _describe_entry_in_row(entry: Entry) -> tuple[str, str]:
    return _format_name(entry), entry.help


def describe_entry(entry: Entry, level: int = 3) -> Iterator[str]:
    """Yield the lines of an entry: a heading of this level, its help and the table of options."""
    yield f"{'#' * level} {_format_name(entry)}\n"
    yield f"{entry.help}\n"
    if entry.parameters:
        columns = ("option", "default", "value", "description")
        yield from _format_table(columns, map(_describe_parameter, entry.parameters))


def _describe_parameter(parameter: Parameter) -> tuple[str, str, str, str]:
    default = "" if parameter.required else _format_code(str(parameter.default))
    return f"`{parameter.name}`", default, describe_expected(parameter), parameter.help


def _format_code(text: str) -> str:
    """Return text as code, which may hold the marks of code itself."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _format_name(entry: Entry) -> str:
    return f"{entry.name} ({', '.join(entry.aliases)})" if entry.aliases else entry.name


def _format_table(titles: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _format_row(titles)
    yield _format_row("---" for _ in titles)
    for row in rows:
        yield _format_row(row)
    yield ""


def _format_row(cells: Iterable[str]) -> str:
    # GitHub reads a bar as the end of a cell, even inside code.
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"
