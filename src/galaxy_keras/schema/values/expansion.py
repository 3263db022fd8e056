"""Options with all their defaults as nested dictionaries, and changes inside these."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from galaxy_keras.catalogue.parameters import Entry, Parameter
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import REGISTRIES, complete_options

Document = dict[str, Any]


def expand_options(entry: Entry, options: Mapping[str, Any]) -> Document:
    """Return all options with their values, defaults included.

    A component among them is ``{"class_name": ..., "config": {...}}``, with all of its options.
    """
    complete = complete_options(entry, options)
    return {
        each.name: _expand_value(each, complete[each.name])
        for each in entry.parameters
        if each.name in complete
    }


def iterate_nested(document: Document, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the name and the value of each entry; nested keys are joined by ``__``."""
    for key, value in document.items():
        yield f"{prefix}{key}", value
        if isinstance(value, dict):
            yield from iterate_nested(value, f"{prefix}{key}__")


def set_nested(document: Document, path: Sequence[str], value: object) -> bool:
    """Replace a value inside `document`, which is changed.

    Returns
    -------
    bool
        Whether `path` exists; if it does not, nothing is changed.
    """
    *outer, last = path
    for key in outer:
        document = document.get(key, {})
        if not isinstance(document, dict):
            return False
    if last not in document:
        return False
    document[last] = value
    return True


def _expand_value(parameter: Parameter, value: Any) -> Any:
    if not isinstance(value, Component):
        return value
    entry = REGISTRIES[parameter.kind].get(value.name)
    return {"class_name": entry.name, "config": expand_options(entry, value.options)}
