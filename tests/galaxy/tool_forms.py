"""The forms in `galaxy_xml/` with all macros expanded: paths of parameters and options."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

TOOLS = (
    "keras_model_config",
    "keras_model_builder",
    "keras_train_and_eval",
    "model_prediction",
    "ml_visualization_ex",
)
FORMS = Path(__file__).parents[2] / "galaxy_xml"


@dataclass
class Field:
    """One parameter of a form.

    `path` is what Galaxy calls it, with the branch of each conditional in brackets:
    ``input_options[sparse]|infile1``. Repeats are `name_N`.
    """

    path: str
    type: str
    element: Any
    options: list[str] = field(default_factory=list)

    @property
    def default(self) -> str | None:
        """What the field begins with."""
        if self.type == "select":
            chosen = self.element.xpath("option[@selected='true']/@value")
            is_optional = self.element.get("optional") == "true"
            return chosen[0] if chosen else None if is_optional else (self.options or [None])[0]
        return self.element.get("checked" if self.type == "boolean" else "value")


@cache
def expand_tool(tool: str) -> Any:
    """Return the XML of a tool with its macros expanded."""
    from galaxy.tool_util.loader import load_tool

    return load_tool(str(FORMS / f"{tool}.xml")).getroot()


@cache
def list_fields(tool: str) -> dict[str, Field]:
    """Return the parameters of a tool's form by path."""
    return {each.path: each for each in _walk(expand_tool(tool).find("inputs"), "")}


def _walk(parent: Any, prefix: str) -> Iterator[Field]:
    for element in parent:
        name = prefix + str(element.get("name"))
        match element.tag:
            case "param":
                options = element.xpath("option/@value")
                yield Field(name, element.get("type"), element, options)
            case "section":
                yield from _walk(element, f"{name}|")
            case "repeat":
                yield from _walk(element, f"{name}_N|")
            case "conditional":
                yield from _walk_conditional(element, name)


def _walk_conditional(element: Any, name: str) -> Iterator[Field]:
    for choice in element.findall("param"):
        options = choice.xpath("option/@value")
        yield Field(f"{name}|{choice.get('name')}", choice.get("type"), choice, options)
    for when in element.findall("when"):
        yield from _walk(when, f"{name}[{when.get('value')}]|")


def list_branches(tool: str) -> dict[str, list[str]]:
    """Return the values of the branches of each conditional, in their order, by path."""
    return dict(_walk_branches(expand_tool(tool).find("inputs"), ""))


def _walk_branches(parent: Any, prefix: str) -> Iterator[tuple[str, list[str]]]:
    for element in parent:
        name = prefix + str(element.get("name"))
        if element.tag == "conditional":
            whens = element.findall("when")
            yield name, [when.get("value") for when in whens]
            for when in whens:
                yield from _walk_branches(when, f"{name}[{when.get('value')}]|")
        elif element.tag in ("section", "repeat"):
            yield from _walk_branches(element, f"{name}{'_N' * (element.tag == 'repeat')}|")


def fill_form(tool: str, **chosen: str) -> dict[str, Any]:
    """Return the JSON that Galaxy would write for the form as it is when it opens.

    Parameters
    ----------
    chosen
        Values of fields that are not what they are when the form opens, by name.
    """
    return _fill(expand_tool(tool).find("inputs"), chosen)


def _fill(parent: Any, chosen: Mapping[str, str]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for element in parent:
        name = element.get("name")
        match element.tag:
            case "param" if element.get("type") not in ("data", "data_column"):
                filled[name] = chosen.get(name, _find_default(element))
            case "section":
                filled[name] = _fill(element, chosen)
            case "repeat":
                filled[name] = [_fill(element, chosen)] * int(element.get("min", 0))
            case "conditional":
                filled[name] = _fill_conditional(element, chosen)
    return filled


def _fill_conditional(element: Any, chosen: Mapping[str, str]) -> dict[str, Any]:
    choice = element.find("param")
    name = choice.get("name")
    value = chosen.get(name, _find_default(choice))
    branch = next(when for when in element.findall("when") if when.get("value") == value)
    return {name: value, **_fill(branch, chosen)}


def _find_default(element: Any) -> Any:
    field = Field("", element.get("type"), element, element.xpath("option/@value"))
    if element.get("multiple") == "true":
        return element.xpath("option[@selected='true']/@value")
    match field.type:
        case "boolean":
            return field.default == "true"
        case "integer" | "float":
            convert = int if field.type == "integer" else float
            return convert(field.default) if field.default else None
        case _:
            return field.default
