"""Imports point one way, and heavy libraries stay where they belong."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "galaxy_keras"

BELOW = {
    "errors": set(),
    "catalogue": {"errors"},
    "schema": {"errors", "catalogue"},
    "artefacts": {"errors", "catalogue", "schema"},
    "learning": {"errors", "catalogue", "schema", "artefacts"},
    "plots": {"errors", "catalogue", "schema", "artefacts"},
    "galaxy": {"errors", "catalogue", "schema"},
    "cli": {"errors", "catalogue", "schema", "artefacts", "plots"},
    "codegen": {"errors", "catalogue", "schema", "cli", "galaxy"},
    "tools": {"errors", "catalogue", "schema", "artefacts", "learning", "plots", "galaxy", "cli"},
}
"""What each folder may import from the package, beside itself."""

HEAVY = {
    "keras": {"learning"},
    "tensorflow": {"learning"},
    "sklearn": {"learning", "plots"},
    "scipy": {"learning", "plots", "artefacts"},
    "matplotlib": {"plots"},
    "jinja2": {"plots"},
    "h5py": {"artefacts"},
    "pandas": {"artefacts"},
    "numpy": {"artefacts", "learning", "plots"},
    "click": {"cli", "tools"},
    "pydantic": {"schema", "artefacts"},
    "yaml": {"artefacts"},
}
"""Which folders may import a library."""


def list_modules() -> list[Path]:
    return [
        path
        for path in [*SOURCE.rglob("*.py"), *(ROOT / "tools").glob("*.py")]
        if path.name != "__init__.py" or path.parent != SOURCE
    ]


def name_folder(path: Path) -> str:
    if path.parent == ROOT / "tools":
        return "tools"
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def list_imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


@pytest.mark.parametrize("path", list_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_point_one_way(path: Path) -> None:
    folder = name_folder(path)
    for name in list_imports(path):
        parts = name.split(".")
        if parts[0] == "galaxy_keras" and len(parts) > 1 and parts[1] != folder:
            assert parts[1] in BELOW[folder], f"{folder} must not import {name}"
        if parts[0] in HEAVY:
            assert folder in HEAVY[parts[0]], f"{folder} must not import {name}"


def test_the_rules_name_folders_that_exist() -> None:
    folders = {path.name.removesuffix(".py") for path in SOURCE.iterdir()} | {"tools"}
    assert set(BELOW) <= folders
