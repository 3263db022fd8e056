"""Our workflows say something in every field, so that nobody is asked about defaults."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tool_forms import expand_tool

pytest.importorskip("galaxy.tool_util", reason="the macros are expanded by galaxy-tool-util")

ROOT = Path(__file__).parents[2]


def find_missing(parent: Any, state: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """Yield the fields of a form that a saved state does not have."""
    for element in parent:
        name = element.get("name")
        if name not in state:
            yield prefix + name
        elif element.tag == "section":
            yield from find_missing(element, state[name], f"{prefix}{name}|")
        elif element.tag == "repeat":
            for block in state[name]:
                yield from find_missing(element, block, f"{prefix}{name}|")
        elif element.tag == "conditional":
            yield from find_missing_in_branch(element, state[name], f"{prefix}{name}|")


def find_missing_in_branch(element: Any, state: Mapping[str, Any], prefix: str) -> Iterator[str]:
    value = state[element.find("param").get("name")]
    branch = next(when for when in element.findall("when") if when.get("value") == value)
    yield from find_missing(branch, state, prefix)


@pytest.mark.parametrize("path", sorted(ROOT.glob("workflows/*/*.ga")), ids=lambda path: path.stem)
def test_every_field_is_saved(path: Path) -> None:
    steps = json.loads(path.read_text())["steps"].values()
    missing = [
        f"{step['label']}: {name}"
        for step in steps
        if step["type"] == "tool"
        for name in find_missing(
            expand_tool(step["tool_id"]).find("inputs"), json.loads(step["tool_state"])
        )
    ]

    assert missing == []
