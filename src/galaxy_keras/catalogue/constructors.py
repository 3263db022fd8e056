"""Short constructors of entries, and of parameters by the kind of value.

Those of parameters take the name, one line of help and Keras's default (`REQUIRED` unless given),
then what else `Parameter` takes by keyword.
"""

from __future__ import annotations

from functools import partial
from typing import TypedDict, Unpack

from galaxy_keras.catalogue.parameters import REQUIRED, Entry, Ignored, Kind, Parameter


class _Details(TypedDict, total=False):
    minimum: float | None
    maximum: float | None
    exclusive_minimum: float | None
    exclusive_maximum: float | None
    choices: tuple[str, ...]
    rank: int
    optional: bool
    aliases: tuple[str, ...]
    always_stored: bool


def make_entry(
    module: str,
    name: str,
    help_text: str,
    *parameters: Parameter,
    aliases: tuple[str, ...] = (),
    ignored: tuple[Ignored, ...] = (),
) -> Entry:
    """Return an entry with its parameters in Keras's order."""
    return Entry(
        name=name,
        module=module,
        parameters=parameters,
        help=help_text,
        aliases=aliases,
        ignored=ignored,
    )


def parameter(
    kind: Kind, name: str, help_text: str, default: object = REQUIRED, **details: Unpack[_Details]
) -> Parameter:
    """Return a parameter of any kind, for those without a constructor of their own."""
    return Parameter(name=name, kind=kind, help=help_text, default=default, **details)


def choice(
    name: str,
    help_text: str,
    choices: tuple[str, ...],
    default: str | None,
    *,
    optional: bool = False,
) -> Parameter:
    """Return a parameter with a fixed set of string values."""
    return parameter(Kind.CHOICE, name, help_text, default, choices=choices, optional=optional)


def flag(name: str, help_text: str, default: bool | None = False) -> Parameter:
    """Return a parameter that is true or false; None where Keras decides."""
    return parameter(Kind.BOOLEAN, name, help_text, default)


integer = partial(parameter, Kind.INTEGER)
integers = partial(parameter, Kind.INTEGERS)
count = partial(integer, minimum=1)
"""A whole number of at least 1."""
sizes = partial(parameter, Kind.SIZES, minimum=1)
"""One size for each of `rank` dimensions."""
shape = partial(parameter, Kind.SHAPE, minimum=1)
axes = partial(parameter, Kind.AXES)
number = partial(parameter, Kind.NUMBER)
numbers = partial(parameter, Kind.NUMBERS)
positive = partial(number, exclusive_minimum=0.0)
non_negative = partial(number, minimum=0.0)
fraction = partial(number, minimum=0.0, maximum=1.0)
"""A number from 0 to 1."""
text = partial(parameter, Kind.TEXT)


def columns(name: str, help_text: str) -> Parameter:
    """Return a parameter that selects columns of a table; None for those that are left."""
    return parameter(Kind.COLUMNS, name, help_text, None)


inner_layer = partial(parameter, Kind.LAYER)
"""A layer inside a layer."""
