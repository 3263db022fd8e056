"""The parameter trees of the replaced tools, as the developers' reference lists them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REFERENCE = Path(__file__).parents[2].parent / "shared" / "galaxy_ml"

_LINE = re.compile(r"^(?P<indent> *)- (?P<kind>CONDITIONAL|SECTION|REPEAT|WHEN)? ?(?P<rest>.*)$")
_PARAMETER = re.compile(r"`(?P<path>[^`]+)` \((?P<type>\w+)\)")
_OPTIONS = re.compile(r"options=\[(?P<options>[^\]]*)\]")


@dataclass(frozen=True)
class ReplacedField:
    """One parameter of a replaced form; `path` as in `tool_forms.Field`."""

    path: str
    type: str
    options: tuple[str, ...]
    default: str | None


def read_tree(tool: str) -> tuple[list[ReplacedField], dict[str, list[str]]]:
    """Return the parameters of a replaced tool and the order of its branches."""
    text = (REFERENCE / f"params_{tool}.md").read_text()
    fields: list[ReplacedField] = []
    branches: dict[str, list[str]] = {}
    open_branches: list[tuple[int, str, str]] = []
    conditionals: list[tuple[int, str]] = []
    for line in filter(None, map(_LINE.match, text.splitlines())):
        depth = len(line["indent"])
        open_branches = [each for each in open_branches if each[0] < depth]
        conditionals = [each for each in conditionals if each[0] < depth]
        match line["kind"]:
            case "CONDITIONAL":
                conditionals.append((depth, line["rest"].split("`")[1]))
            case "WHEN":
                path = conditionals[-1][1]
                value = line["rest"].strip()
                branches.setdefault(_mark(path, open_branches), []).append(value)
                open_branches.append((depth, path, value))
            case None:
                fields.extend(_read_parameter(line["rest"], open_branches))
    return fields, branches


def _read_parameter(text: str, branches: list[tuple[int, str, str]]) -> Iterator[ReplacedField]:
    parameter = _PARAMETER.match(text)
    if not parameter:
        return
    listed = _OPTIONS.search(text)
    marked = listed["options"].split(", ") if listed and "DYNAMIC" not in listed[0] else []
    default = next((option[:-1] for option in marked if option.endswith("*")), None)
    value = re.search(r" value='([^']*)'", text)
    yield ReplacedField(
        path=_mark(parameter["path"], branches),
        type=parameter["type"],
        options=tuple(option.rstrip("*") for option in marked),
        default=default if marked else value[1] if value else None,
    )


def _mark(path: str, branches: list[tuple[int, str, str]]) -> str:
    """Write the branches into a path: ``input_options|infile1`` -> ``input_options[x]|infile1``."""
    for _, conditional, value in reversed(branches):
        if path.startswith(f"{conditional}|"):
            path = f"{conditional}[{value}]{path[len(conditional) :]}"
    return path
