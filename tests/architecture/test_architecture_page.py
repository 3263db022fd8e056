"""The page on the architecture says what the code says."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from .test_imports import BELOW, HEAVY, ROOMS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
FLOORS = re.search(r"```\n(.*?)```", PAGE, re.DOTALL)
TABLE = re.findall(r"^\| `(\w+)` \| ?(.*?) ?\| ?(.*?) ?\|$", PAGE, re.MULTILINE)
NAMES = sorted(set(re.findall(r"`(galaxy_keras\.[\w.]+)`", PAGE)))


def split_names(text: str) -> set[str]:
    return {name.strip() for name in text.split(",") if name.strip()}


def find_module(name: str) -> tuple[Path, list[str]]:
    """Return the file of the longest module that begins a dotted name, and what is left."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        path = ROOT.joinpath("src", *parts[:length])
        for file in (path.with_suffix(".py"), path / "__init__.py"):
            if file.exists():
                return file, parts[length:]
    raise AssertionError(f"there is no module for {name}")


def list_definitions(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            found.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            found.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_each_dotted_name_is_in_the_code(name: str) -> None:
    file, rest = find_module(name)
    if rest:
        assert rest[0] in list_definitions(ast.parse(file.read_text(encoding="utf-8")))


def test_the_drawing_has_each_folder_below_those_that_import_it() -> None:
    assert FLOORS
    drawn = [line.split()[0] for line in FLOORS[1].splitlines()]
    assert sorted(drawn) == sorted(BELOW)
    for folder, allowed in BELOW.items():
        assert all(drawn.index(folder) < drawn.index(each) for each in allowed)


def test_the_drawing_names_the_rooms_in_their_order() -> None:
    assert FLOORS
    for folder, rooms in ROOMS.items():
        line = next(line for line in FLOORS[1].splitlines() if line.startswith(folder))
        assert ", ".join(rooms) in line


def test_the_table_says_what_each_folder_imports() -> None:
    assert {folder: split_names(imports) for folder, imports, _ in TABLE} == BELOW


def test_the_table_says_which_libraries_each_folder_imports() -> None:
    expected = {
        folder: {library for library, folders in HEAVY.items() if folder in folders}
        for folder in BELOW
    }
    assert {folder: split_names(libraries) for folder, _, libraries in TABLE} == expected
