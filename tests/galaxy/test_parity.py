"""Nothing that the forms of the replaced tools offered is missing from ours."""

from __future__ import annotations

import pytest
from replaced_trees import REFERENCE, ReplacedField, read_tree
from tool_forms import TOOLS, list_branches, list_fields

pytest.importorskip("galaxy.tool_util", reason="the macros are expanded by galaxy-tool-util")
pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not REFERENCE.exists(),
        reason="needs the developers' folder ../shared: run pytest -m shared where that is",
    ),
]

# Fields that begin with other text for the same value.
SAME_VALUE = {
    ("AveragePooling2D", "pool_size"): ("(2, 2)", "2"),
    ("AveragePooling3D", "pool_size"): ("(2, 2, 2)", "2"),
    ("ZeroPadding3D", "padding"): ("(1, 1, 1)", "((1, 1), (1, 1), (1, 1))"),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_reference_is_read_whole(tool: str) -> None:
    fields, _ = read_tree(tool)
    text = (REFERENCE / f"params_{tool}.md").read_text()

    assert len(fields) == text.count("` (")


@pytest.mark.parametrize("tool", TOOLS)
def test_every_field_is_there(tool: str) -> None:
    fields, _ = read_tree(tool)

    assert [each.path for each in fields if each.path not in list_fields(tool)] == []


@pytest.mark.parametrize("tool", TOOLS)
def test_every_option_is_there(tool: str) -> None:
    ours = list_fields(tool)
    missing = {
        each.path: absent
        for each in read_tree(tool)[0]
        if (absent := set(each.options) - set(ours[each.path].options))
    }

    assert missing == {}


@pytest.mark.parametrize("tool", TOOLS)
def test_branches_keep_their_places(tool: str) -> None:
    _, branches = read_tree(tool)
    ours = list_branches(tool)

    assert {path: ours[path][: len(values)] for path, values in branches.items()} == branches


@pytest.mark.parametrize("tool", TOOLS)
def test_fields_begin_with_the_same_value(tool: str) -> None:
    ours = list_fields(tool)
    changed = [
        (each.path, each.default, ours[each.path].default)
        for each in read_tree(tool)[0]
        if each.default is not None and not is_same(each, ours[each.path].default or "")
    ]

    assert changed == []


def is_same(replaced: ReplacedField, default: str) -> bool:
    before = replaced.default or ""
    if replaced.type in ("float", "integer") and before:
        return float(before) == float(default)
    pairs = [pair for (layer, name), pair in SAME_VALUE.items() if is_at(replaced, layer, name)]
    return before == default or (before, default) in pairs


def is_at(field: ReplacedField, layer: str, name: str) -> bool:
    return field.path.endswith(f"[{layer}]|{name}")
