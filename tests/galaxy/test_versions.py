"""Versions and requirements that stand in several places agree."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

from galaxy_keras import __version__

ROOT = Path(__file__).parents[2]
LAST_REPLACED = (1, 0, 11, 2)


def read(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def read_requirements() -> set[str]:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    return {f"python {project['requires-python']}", *map(split_bounds, project["dependencies"])}


def split_bounds(requirement: str) -> str:
    """Write ``PyYAML>=6.0`` as conda does: ``pyyaml >=6.0``."""
    name, bounds = re.fullmatch(r"([\w-]+)(.*)", requirement).groups()
    return f"{name.lower()} {bounds}"


def test_tools_have_the_version_of_the_package() -> None:
    assert f'<token name="@TOOL_VERSION@">{__version__}</token>' in read("galaxy_xml", "macros.xml")


def test_tools_sort_above_the_replaced_ones() -> None:
    assert tuple(map(int, re.findall(r"\d+", __version__))) > LAST_REPLACED


def test_conda_recipe_has_the_version_and_requirements_of_the_package() -> None:
    recipe = read("packaging", "conda", "meta.yaml")
    run = re.search(r"\n  run:\n((?:    - .*\n)+)", recipe)[1]

    assert f'{{% set version = "{__version__}" %}}' in recipe
    assert {line.removeprefix("    - ") for line in run.splitlines()} == read_requirements()


def test_conda_recipe_has_all_commands() -> None:
    scripts = tomllib.loads(read("pyproject.toml"))["project"]["scripts"]
    recipe = read("packaging", "conda", "meta.yaml")

    assert [name for name in scripts if recipe.count(f"- {name} ") != 2] == []
    assert [entry for entry in scripts.values() if entry not in recipe] == []


def test_container_is_named_after_the_version() -> None:
    assert f"galaxy-keras:{__version__}" in read("packaging", "docker", "Dockerfile")
    assert f"galaxy-keras/{__version__}" in read("docs", "admin.md")


@pytest.mark.parametrize("path", sorted(ROOT.glob("workflows/*/*.ga")), ids=lambda path: path.stem)
def test_workflows_use_this_version(path: Path) -> None:
    steps = json.loads(path.read_text())["steps"].values()
    versions = {step["tool_version"] for step in steps if step["type"] == "tool"}

    assert versions == {f"{__version__}+galaxy0"}
