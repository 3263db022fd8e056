"""Encodings of inputs and targets as users write them: ``words length=500``, ``text: words``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.values.choices import parse_choice, parse_component
from galaxy_keras.schema.values.component import Component, FrozenModel
from galaxy_keras.schema.values.literals import parse_named_call

_LABELS = ("positive",)
"""Options that are labels of a table."""


class NamedEncoding(FrozenModel):
    """An encoding, and the input or the output of the network that it is for.

    Attributes
    ----------
    name
        The name of the input or output; None for the only one.
    encoding
        The entry of the catalogue with its options.
    """

    name: str | None = None
    encoding: Component

    def __str__(self) -> str:
        return str(self.encoding) if self.name is None else f"{self.name}: {self.encoding}"


def parse_encoding(registry: Registry[Any], value: object) -> NamedEncoding:
    """Return the encoding that `value` describes, checked against the catalogue.

    Parameters
    ----------
    registry
        The encodings of inputs, or those of targets.
    value
        Text, a mapping with ``name`` and ``encoding`` as in files, or a `NamedEncoding`.

    Raises
    ------
    ConfigurationError
        With all problems of its name and its options.
    """
    if isinstance(value, NamedEncoding):
        value = dict(value)
    if isinstance(value, str):
        name, encoding = _split_name(registry.kind, value)
    elif isinstance(value, Mapping) and set(value) == {"name", "encoding"}:
        name, encoding = value["name"], value["encoding"]
    else:
        raise ConfigurationError(
            f'{registry.kind}: expected text such as "words length=500", not {value!r:.60}'
        )
    if name is not None and not isinstance(name, str):
        raise ConfigurationError(f"{registry.kind}: the name {name!r:.60} is not text")
    entry, options = parse_choice(registry.kind, encoding)
    component = parse_component(registry, {"name": entry, "options": _format_labels(options)})
    return NamedEncoding(name=name, encoding=component)


def _format_labels(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options whose labels are text, as in a table, though they look like numbers."""
    return {
        option: str(value)
        if option in _LABELS and isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for option, value in options.items()
    }


def _split_name(kind: str, text: str) -> tuple[str | None, object]:
    try:
        name, entry, options = parse_named_call(text)
    except ConfigurationError as error:
        raise error.with_prefix(kind) from None
    return name, {"name": entry, "options": options}
