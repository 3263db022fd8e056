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
    "isolation": set(),
    "catalogue": {"errors"},
    "schema": {"errors", "catalogue"},
    "artefacts": {"errors", "catalogue", "schema"},
    "data": {"errors", "catalogue", "schema", "artefacts"},
    "preparation": {"errors", "catalogue", "schema", "artefacts", "data"},
    "learning": {"errors", "isolation", "catalogue", "schema", "artefacts", "data", "preparation"},
    "interface": {
        "errors",
        "catalogue",
        "schema",
        "artefacts",
        "data",
        "preparation",
        "learning",
    },
    "plots": {"errors", "isolation", "catalogue", "schema", "artefacts", "data"},
    "galaxy": {"errors", "catalogue", "schema"},
    "cli": {"errors", "catalogue", "schema", "artefacts", "plots"},
    "codegen": {"errors", "catalogue", "schema", "cli", "galaxy"},
    "tools": {
        "errors",
        "catalogue",
        "schema",
        "artefacts",
        "data",
        "preparation",
        "learning",
        "plots",
        "galaxy",
        "cli",
    },
}
"""What each folder may import from the package, beside itself."""

ROOMS = {
    "schema": ["values", "architecture", "training", "requests"],
    "artefacts": ["hdf5", "architecture", "tables", "genome", "models", "legacy"],
    "data": ["encodings", "sources", "genome"],
    "plots": ["inputs", "drawing", "kinds", "report"],
}
"""The rooms of a folder; each may import those before it."""

HEAVY = {
    "keras": {"learning"},
    "tensorflow": {"learning"},
    "jax": {"learning"},
    "optuna": {"learning"},
    "sklearn": {"data", "learning", "plots"},
    "scipy": {"artefacts", "data", "learning", "plots"},
    "matplotlib": {"isolation", "plots"},
    "PIL": {"data"},
    "plotly": {"plots"},
    "jinja2": {"plots"},
    "h5py": {"artefacts"},
    "pandas": {"artefacts", "data"},
    "pyarrow": {"artefacts"},
    "numpy": {"artefacts", "data", "preparation", "learning", "interface", "plots"},
    "pybigtools": {"artefacts"},
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


@pytest.mark.parametrize("folder", ROOMS)
def test_rooms_of_a_folder_import_those_before_them(folder: str) -> None:
    rooms = ROOMS[folder]
    for number, room in enumerate(rooms):
        for path in (SOURCE / folder / room).rglob("*.py"):
            for name in list_imports(path):
                for later in rooms[number + 1 :]:
                    prefix = f"galaxy_keras.{folder}.{later}"
                    assert not f"{name}.".startswith(f"{prefix}."), f"{path} must not import {name}"


def test_the_rules_name_every_folder() -> None:
    names = {path.name.removesuffix(".py") for path in SOURCE.iterdir()} | {"tools"}
    assert names - set(BELOW) <= {"__init__", "__pycache__", "py.typed"}
    assert set(BELOW) <= names
    for folder, rooms in ROOMS.items():
        inside = (SOURCE / folder).iterdir()
        found = {path.name for path in inside if (path / "__init__.py").exists()}
        assert found == set(rooms)
