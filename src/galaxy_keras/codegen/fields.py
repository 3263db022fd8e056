"""One parameter of the catalogue as a field of a Galaxy form."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element, SubElement  # elements are only written here

from galaxy_keras.catalogue.activations import ACTIVATIONS
from galaxy_keras.catalogue.initializers import INITIALIZERS
from galaxy_keras.catalogue.parameters import Kind, Parameter
from galaxy_keras.codegen.replaced_forms import DEFAULTS
from galaxy_keras.schema.values.plain_values import list_choices

_LABELS: Final = {
    "activation": "Activation function",
    "threshold_max_value": "threshold",
    "rate_max_value": "rate",
}
"""What fields are called that are not called like the parameter."""

_SUGGESTIONS: Final = {"monitor": ("val_loss", "loss")}
"""What a text field offers to choose from."""

_OWN_MACROS: Final = ("alpha_constraint",)
"""Fields that consist of several, written by hand."""


def add_field(parent: Element, parameter: Parameter, name: str = "") -> None:
    """Add the field for `parameter` to `parent`.

    Parameters
    ----------
    name
        The name under which the form knows the parameter, where it is another.
    """
    name = name or parameter.name
    if name in _OWN_MACROS:
        SubElement(parent, "expand", macro=name)
        return
    field = SubElement(parent, "param", name=name, type=_choose_type(parameter))
    match field.get("type"):
        case "boolean":
            field.set("truevalue", "booltrue")
            field.set("falsevalue", "boolfalse")
            field.set("checked", "true" if parameter.default is True else "false")
        case "select":
            _mark_optional(field, parameter)
        case _:
            _set_bounds(field, parameter)
            field.set("value", _format_default(parameter))
            _mark_optional(field, parameter)
    field.set("label", _LABELS.get(name, name))
    field.set("help", parameter.help)
    _add_content(field, parameter)


def add_options(parent: Element, options: Iterable[tuple[str, str]], selected: str = "") -> None:
    """Add choices, each a value and its text, to a field."""
    for value, text in options:
        option = SubElement(parent, "option", value=value)
        if value == selected:
            option.set("selected", "true")
        option.text = text


def add_text_field(parent: Element, name: str, label: str, help_text: str) -> None:
    """Add a text field that may be left empty."""
    field = SubElement(
        parent, "param", name=name, type="text", value="", optional="true", label=label
    )
    field.set("help", help_text)
    _keep_as_typed(field)


def _choose_type(parameter: Parameter) -> str:
    match parameter.kind:
        case Kind.INTEGER:
            return "integer"
        case Kind.NUMBER | Kind.SCHEDULE:
            return "float"
        case Kind.BOOLEAN:
            return "boolean"
        case Kind.CHOICE | Kind.DTYPE | Kind.ACTIVATION | Kind.INITIALIZER:
            return "select"
        case _:
            return "text"


def _set_bounds(field: Element, parameter: Parameter) -> None:
    if field.get("type") == "text":
        return
    # Galaxy knows no bound that is itself forbidden; the commands check those.
    lowest = parameter.minimum if parameter.minimum is not None else parameter.exclusive_minimum
    highest = parameter.maximum if parameter.maximum is not None else parameter.exclusive_maximum
    for side, bound in (("min", lowest), ("max", highest)):
        if bound is not None:
            field.set(side, f"{bound:.15g}")


def _mark_optional(field: Element, parameter: Parameter) -> None:
    can_be_empty = not parameter.required and _find_default(parameter) in (None, "")
    is_number = field.get("type") in ("integer", "float")
    if can_be_empty or (is_number and not parameter.required):
        field.set("optional", "true")


def _find_default(parameter: Parameter) -> object:
    if parameter.required or parameter.default is None:
        return DEFAULTS.get(parameter.name)
    return parameter.default


def _format_default(parameter: Parameter) -> str:
    default = _find_default(parameter)
    return "" if default is None else str(default)


def _add_content(field: Element, parameter: Parameter) -> None:
    selected = _format_default(parameter)
    match parameter.kind:
        case Kind.ACTIVATION:
            SubElement(field, "expand", macro="activation_options")
        case Kind.INITIALIZER:
            add_options(field, _list_initializers(), selected)
        case Kind.CHOICE | Kind.DTYPE:
            choices = list_choices(parameter)
            add_options(field, ((each, each) for each in choices), selected or _first(parameter))
        case _ if field.get("type") == "text":
            suggested = _SUGGESTIONS.get(parameter.name, ())
            add_options(field, ((each, each) for each in suggested))
            _keep_as_typed(field)


def _first(parameter: Parameter) -> str:
    return "" if parameter.allows_none else list_choices(parameter)[0]


def _keep_as_typed(field: Element) -> None:
    # The text goes into a JSON file and never into the command line.
    SubElement(field, "sanitizer", sanitize="false")


def list_activations() -> list[tuple[str, str]]:
    """Return the choices of an activation function."""
    return [(entry.name, entry.name) for entry in ACTIVATIONS]


def _list_initializers() -> list[tuple[str, str]]:
    """Return the choices of an initializer that needs no options."""
    return [
        (entry.short_name, entry.short_name)
        for entry in INITIALIZERS
        if not any(parameter.required for parameter in entry.parameters)
    ]
