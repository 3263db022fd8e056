"""Checks every class that a model JSON names before anything is built from it.

A model JSON can name any class or function of any module, and some of them run code that the
file brings with it. Here only classes of the catalogue are known. All others are listed, with
their place, and the file is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from galaxy_keras.catalogue.activations import ACTIVATIONS
from galaxy_keras.catalogue.constraints import CONSTRAINTS
from galaxy_keras.catalogue.initializers import INITIALIZERS
from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.regularizers import REGULARIZERS
from galaxy_keras.errors import ModelFileError, escape_name

MODELS: Final = {
    "Sequential": ("keras", "keras.models"),
    "Functional": ("keras.src.models.functional",),
}
"""Modules of the classes of models."""

_OPERATIONS: Final = "keras.src.ops."
FUNCTIONS: Final = {each.registered_name or each.name: each.name for each in ACTIVATIONS}
"""Activations by the name under which Keras finds the function."""

_KERAS_CLASSES: Final = {
    "DTypePolicy": ("keras",),
    "__keras_tensor__": (None,),
    "__tuple__": (None,),
}
_REGISTRIES: Final = (LAYERS, INITIALIZERS, REGULARIZERS, CONSTRAINTS)
# Keras restores a compiled model from these; they are neither read nor built here.
_IGNORED_KEYS: Final = ("build_config", "compile_config")
_CLASS_KEYS: Final = ("class_name", "module", "registered_name")


def audit_model(document: Mapping[str, Any]) -> None:
    """Audit a whole model JSON.

    Raises
    ------
    ModelFileError
        With the places of all classes that are not in the catalogue.
    """
    violations = [
        f"{place} is {_format_class(found)}, which is not in the catalogue and was not run"
        for place, found in _find_objects(document)
        if not _is_known(found)
    ]
    if violations:
        raise ModelFileError(*violations)


def is_operation(found: Mapping[str, Any]) -> bool:
    """Whether an object is an operation of Keras rather than a layer.

    Keras records in them how it computes the mask of padded sequences. They are never built: the
    graph is refused where one feeds a layer.
    """
    return str(found.get("module")).startswith(_OPERATIONS)


def _find_objects(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield all objects that name a class, with their places: ``config.layers[2]``."""
    pending: list[tuple[str, Any]] = [("the model", document)]
    while pending:
        place, value = pending.pop()
        if isinstance(value, Mapping):
            named = any(key in value for key in _CLASS_KEYS)
            if named:
                yield place, value
            parts = [
                (key if place == "the model" else f"{place}.{key}", each)
                for key, each in value.items()
                if not (named and key in _IGNORED_KEYS)
            ]
            pending += reversed(parts)
        elif isinstance(value, list):
            pending += [(f"{place}[{n}]", each) for n, each in enumerate(value)][::-1]


def _is_known(found: Mapping[str, Any]) -> bool:
    name, module = found.get("class_name"), found.get("module")
    registered = found.get("registered_name")
    if not isinstance(name, str):
        return False
    if name in MODELS:
        return module in MODELS[name] and registered in (None, name)
    if name in _KERAS_CLASSES:
        return module in _KERAS_CLASSES[name] and registered is None
    if name == "function":
        function = found.get("config")
        known = isinstance(function, str) and function in FUNCTIONS
        return known and module in ("builtins", "keras.activations")
    if is_operation(found):
        return True
    return any(
        module == entry.module and registered in (None, name, entry.registered_name)
        for entry in _find_entries(name)
    )


def _find_entries(name: str) -> Iterator[Entry]:
    for registry in _REGISTRIES:
        entry = registry.find(name)
        if entry is not None:
            yield entry


def _format_class(found: Mapping[str, Any]) -> str:
    name = _describe(found.get("class_name", "an object without a class"))
    extras = [
        f"{key} {_describe(found[key])}"
        for key in ("module", "registered_name")
        if found.get(key) is not None
    ]
    return f"{name} ({', '.join(extras)})" if extras else name


def _describe(value: object) -> str:
    return escape_name(value if isinstance(value, str) else repr(value), 60)
