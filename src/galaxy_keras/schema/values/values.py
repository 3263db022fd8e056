"""Checks of options against the catalogue, and their canonical form.

Canonical forms: numbers as numbers (not text), tuples (not lists), canonical names of activations.
An initializer, regularizer, constraint, schedule or layer inside an option is a `Component`,
without options that are the default. It is read from text (``l2``, ``L2 l2=0.001``), from the
mapping that Keras writes (``{"class_name": "L2", "config": {"l2": 0.001}}``), and from a mapping
with the options beside the name: ``{"type": "L2", "l2": 0.001}``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final

from galaxy_keras.catalogue.activations import ACTIVATIONS
from galaxy_keras.catalogue.constraints import CONSTRAINTS
from galaxy_keras.catalogue.initializers import INITIALIZERS
from galaxy_keras.catalogue.layers import LAYERS, InputKind, Layer, replace_dropped
from galaxy_keras.catalogue.parameters import Entry, Kind, Parameter
from galaxy_keras.catalogue.registry import AnyEntry, Registry
from galaxy_keras.catalogue.regularizers import REGULARIZERS
from galaxy_keras.catalogue.schedules import SCHEDULES
from galaxy_keras.errors import ConfigurationError, Problems, list_names, suggest
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.literals import parse_call, parse_literal
from galaxy_keras.schema.values.plain_values import (
    InvalidValueError,
    convert_plain,
    describe_expected,
    list_choices,
)

REGISTRIES: Final[Mapping[Kind, Registry[Any]]] = {
    Kind.INITIALIZER: INITIALIZERS,
    Kind.REGULARIZER: REGULARIZERS,
    Kind.CONSTRAINT: CONSTRAINTS,
    Kind.LAYER: LAYERS,
    Kind.SCHEDULE: SCHEDULES,
}
"""The catalogue of the components that an option of a kind can hold."""

_MAX_SHOWN_LENGTH = 60
_NAME_KEYS = ("class_name", "type")
_ORIGIN_KEYS = ("module", "registered_name", "build_config", "shared_object_id")


def check_options(entry: Entry, options: Mapping[str, object], where: str) -> dict[str, object]:
    """Return `options` in canonical form, in the catalogue's order, without defaults.

    Parameters
    ----------
    entry
        The entry of the catalogue that was chosen.
    options
        Values by parameter name; names of older versions are accepted.
    where
        How each message begins: ``layer 3 (Dense)``.

    Raises
    ------
    ConfigurationError
        With all problems: unknown names, invalid values, missing parameters.
    """
    problems = Problems()
    given = _find_parameters(entry, options, where, problems)
    checked = {}
    for parameter in entry.parameters:
        with problems.collecting():
            if parameter.name in given:
                checked[parameter.name] = check_value(parameter, given[parameter.name], where)
            elif parameter.required:
                raise ConfigurationError(_describe_missing(parameter, where))
    problems.raise_if_any()
    return checked


def complete_options(entry: Entry, options: Mapping[str, object]) -> dict[str, object]:
    """Return checked `options` with the defaults of the parameters that were not given."""
    defaults = {each.name: get_default(each) for each in entry.parameters if not each.required}
    complete = {**defaults, **options}
    return {each.name: complete[each.name] for each in entry.parameters if each.name in complete}


def omit_defaults(entry: Entry, options: Mapping[str, object]) -> dict[str, object]:
    """Return checked `options` without those that are the default and need not be stored."""
    complete = complete_options(entry, options)
    return {
        each.name: complete[each.name]
        for each in entry.parameters
        if each.name in complete
        and (each.always_stored or complete[each.name] != get_default(each))
    }


@cache
def get_default(parameter: Parameter) -> object:
    """Return the default in canonical form; the catalogue has the short names of components."""
    registry = REGISTRIES.get(parameter.kind)
    if registry is None or not isinstance(parameter.default, str):
        return parameter.default
    return Component(name=registry.get(parameter.default).name)


def check_value(parameter: Parameter, value: object, where: str) -> object:
    """Return `value` in canonical form.

    Raises
    ------
    ConfigurationError
        If it is not what `parameter` takes; the message begins with `where`.
    """
    if parameter.allows_none and (value is None or value in ("", "None")):
        return None
    try:
        check = _COMPONENT_CHECKS.get(parameter.kind)
        return check(parameter, value, where) if check else convert_plain(parameter, value)
    except InvalidValueError as error:
        problem = _describe_invalid(parameter, value, where)
        raise ConfigurationError(f"{problem}. {error}" if str(error) else problem) from None


# Names of parameters


def _find_parameters(
    entry: Entry, options: Mapping[str, object], where: str, problems: Problems
) -> dict[str, object]:
    given: dict[str, object] = {}
    for name, value in options.items():
        parameter = entry.parameter(name)
        if parameter is None:
            with problems.collecting():
                _check_ignored(entry, name, value, where)
        elif given.setdefault(parameter.name, value) is not value:
            problems.add(ConfigurationError(_describe_twice(parameter, where)))
    return given


def _check_ignored(entry: Entry, name: str, value: object, where: str) -> None:
    ignored = next((each for each in entry.ignored if each.name == name), None)
    if ignored is None:
        raise ConfigurationError(_describe_unknown(entry, name, where))
    if ignored.values and _drop_shared_object_id(value) not in ignored.values:
        raise ConfigurationError(
            f"{where}: parameter {name} can only be {_format_value(ignored.values[0])}, "
            f"not {_format_value(value)}"
        )


def _drop_shared_object_id(value: object) -> object:
    """Return a stored object without its `shared_object_id`, which says nothing of its value."""
    if isinstance(value, Mapping):
        return {key: each for key, each in value.items() if key != "shared_object_id"}
    return value


def _describe_unknown(entry: Entry, name: str, where: str) -> str:
    names = [each.name for each in entry.parameters]
    known = f"Choose from: {list_names(names, most=40)}" if names else "It has no parameters"
    return f'{where}: there is no parameter "{_shorten(name)}".{suggest(name, names)} {known}'


def _describe_twice(parameter: Parameter, where: str) -> str:
    names = " and ".join((parameter.name, *parameter.aliases))
    return f"{where}: {names} are the same parameter. Give only one of them"


def _describe_missing(parameter: Parameter, where: str) -> str:
    return (
        f"{where}: parameter {parameter.name} is missing. Give {describe_expected(parameter)} "
        f"({lower_first(parameter.help).rstrip('.')})"
    )


def _describe_invalid(parameter: Parameter, value: object, where: str) -> str:
    hint = suggest(value, list_choices(parameter)) if isinstance(value, str) else ""
    return (
        f"{where}: parameter {parameter.name} must be {describe_expected(parameter)}, "
        f"not {_format_value(value)}{'.' + hint if hint else ''}"
    )


def lower_first(text: str) -> str:
    """Return `text` with its first letter in lower case."""
    return text[:1].lower() + text[1:]


def _format_value(value: object) -> str:
    return f'"{_shorten(value)}"' if isinstance(value, str) else _shorten(repr(value))


def _shorten(text: str) -> str:
    return text if len(text) <= _MAX_SHOWN_LENGTH else f"{text[: _MAX_SHOWN_LENGTH - 3]}..."


# Components inside options


def _check_activation(parameter: Parameter, value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InvalidValueError
    return _find_entry(ACTIVATIONS, value, parameter, where).name


def _check_initializer(parameter: Parameter, value: object, where: str) -> object:
    return _check_component(INITIALIZERS, parameter, value, where)


def _check_constraint(parameter: Parameter, value: object, where: str) -> object:
    return _check_component(CONSTRAINTS, parameter, value, where)


def _check_regularizer(parameter: Parameter, value: object, where: str) -> object:
    if isinstance(value, str) and value.strip().startswith(("(", "[")):
        with _prefixing_errors(parameter, where):
            value = parse_literal(value)
    if not isinstance(value, list | tuple):
        return _check_component(REGULARIZERS, parameter, value, where)
    # The replaced tool wrote regularizers as (l1, l2).
    if len(value) != 2:
        raise InvalidValueError
    options = dict(zip(("l1", "l2"), value, strict=True))
    checked = _check_component(REGULARIZERS, parameter, {"type": "L1L2", **options}, where)
    return checked if checked.options else None


def _check_schedule(parameter: Parameter, value: object, where: str) -> object:
    is_name = isinstance(value, str) and value.strip()[:1].isalpha() and not _is_float(value)
    if is_name or isinstance(value, Mapping | Component):
        return _check_component(SCHEDULES, parameter, value, where)
    return convert_plain(parameter, value)


def _is_float(text: str) -> bool:
    """Whether Python reads a word as a number, as it does nan and infinity."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _check_component(
    registry: Registry[Entry], parameter: Parameter, value: object, where: str
) -> Component:
    name, options = _parse_nested_choice(value, parameter, where)
    entry = _find_entry(registry, name, parameter, where)
    config = _check_nested(entry, value, options, parameter, where)
    return Component(name=entry.name, options=config)


def _check_layer(parameter: Parameter, value: object, where: str) -> Component:
    name, options = _parse_nested_choice(value, parameter, where)
    _find_entry(LAYERS, name, parameter, where)
    entry, options = replace_dropped(name, options)
    _check_layer_allowed(entry, parameter, where)
    # A layer inside another one needs no name.
    unnamed = {option: given for option, given in options.items() if option != "name"}
    config = _check_nested(entry, value, unnamed, parameter, where)
    return Component(name=entry.name, options=config)


def _check_layer_allowed(entry: Layer, parameter: Parameter, where: str) -> None:
    if parameter.choices and entry.name not in parameter.choices:
        expected = f"one of {list_names(parameter.choices, most=40)}"
    elif not parameter.choices and entry.inputs is not InputKind.ONE:
        expected = "a layer with one input"
    else:
        return
    raise ConfigurationError(
        f"{where}: parameter {parameter.name} must be {expected}, not {entry.name}"
    )


def _parse_nested_choice(
    value: object, parameter: Parameter, where: str
) -> tuple[str, dict[str, object]]:
    """Return the name and the options of a component in any of the forms that are accepted."""
    if isinstance(value, Component):
        return value.name, value.options
    if isinstance(value, str):
        with _prefixing_errors(parameter, where):
            return parse_call(value)
    if not isinstance(value, Mapping):
        raise InvalidValueError
    name = next((value[key] for key in _NAME_KEYS if key in value), None)
    config = value.get("config") or {}
    if not isinstance(name, str) or not isinstance(config, Mapping):
        raise InvalidValueError
    known = (*_NAME_KEYS, *_ORIGIN_KEYS, "config")
    return name, {**config, **{key: value[key] for key in value if key not in known}}


def _find_entry(
    registry: Registry[AnyEntry], name: str, parameter: Parameter, where: str
) -> AnyEntry:
    with _prefixing_errors(parameter, where):
        return registry.get(name)


@contextmanager
def _prefixing_errors(parameter: Parameter, where: str) -> Iterator[None]:
    """Prefix errors raised inside with the name of the parameter."""
    try:
        yield
    except ConfigurationError as error:
        raise error.with_prefix(f"{where}, parameter {parameter.name}") from error


def _check_nested(
    entry: Entry, value: object, options: Mapping[str, object], parameter: Parameter, where: str
) -> dict[str, object]:
    inside = f"{where}, parameter {parameter.name} ({entry.name})"
    if isinstance(value, Mapping):
        _check_origin(entry, value, inside)
    return omit_defaults(entry, check_options(entry, options, inside))


def _check_origin(entry: Entry, value: Mapping[str, object], where: str) -> None:
    """Raise a `ConfigurationError` if a stored component is not the class of the catalogue."""
    origins = {
        "module": (None, entry.module),
        "registered_name": (None, entry.name, entry.registered_name),
    }
    for key, allowed in origins.items():
        if value.get(key) not in allowed:
            raise ConfigurationError(
                f"{where}: {key} {_shorten(repr(value[key]))} is not that of a known class. "
                "Only classes of the catalogue can be used"
            )


_COMPONENT_CHECKS: Final[Mapping[Kind, Callable[[Parameter, object, str], object]]] = {
    Kind.ACTIVATION: _check_activation,
    Kind.INITIALIZER: _check_initializer,
    Kind.REGULARIZER: _check_regularizer,
    Kind.CONSTRAINT: _check_constraint,
    Kind.SCHEDULE: _check_schedule,
    Kind.LAYER: _check_layer,
}
