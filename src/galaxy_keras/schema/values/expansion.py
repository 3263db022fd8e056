"""Options written out in full, and changes deep inside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from galaxy_keras.catalogue.constraints import CONSTRAINTS
from galaxy_keras.catalogue.initializers import INITIALIZERS
from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import Registry
from galaxy_keras.catalogue.regularizers import REGULARIZERS
from galaxy_keras.catalogue.schedules import SCHEDULES
from galaxy_keras.schema.values.values import complete_options

Document = dict[str, Any]

_REGISTRIES: dict[Kind, Registry[Any]] = {
    Kind.INITIALIZER: INITIALIZERS,
    Kind.REGULARIZER: REGULARIZERS,
    Kind.CONSTRAINT: CONSTRAINTS,
    Kind.LAYER: LAYERS,
    Kind.SCHEDULE: SCHEDULES,
}


def expand_options(entry: Entry, options: Mapping[str, Any]) -> Document:
    """Return all options with their values.

    A component in them is ``{"class_name": ..., "config": {...}}``, with all of its options.
    """
    complete = complete_options(entry, options)
    return {
        each.name: _expand_value(each, complete[each.name])
        for each in entry.parameters
        if each.name in complete
    }


def iterate_nested(document: Document, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value under its name: the keys on the way to it, joined by ``__``."""
    for key, value in document.items():
        yield f"{prefix}{key}", value
        if isinstance(value, dict):
            yield from iterate_nested(value, f"{prefix}{key}__")


def set_nested(document: Document, path: Sequence[str], value: object) -> bool:
    """Set the value at `path`, if there is one; return whether there is."""
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
    registry = _REGISTRIES.get(parameter.kind)
    if registry is None or not isinstance(value, str | Mapping):
        return value
    name, config = (value, {}) if isinstance(value, str) else (value["class_name"], value["config"])
    entry = registry.get(name)
    return {"class_name": entry.name, "config": expand_options(entry, config)}
