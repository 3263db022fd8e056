"""The Dockerfile fits the package, as far as can be said without building it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "packaging" / "docker" / "Dockerfile").read_text(encoding="utf-8")
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def list_copied() -> set[str]:
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    return {name for line in lines for name in line.split()}


def test_all_that_is_copied_is_there() -> None:
    assert [name for name in list_copied() if not (ROOT / name).exists()] == []


def test_all_that_the_build_needs_is_copied() -> None:
    project, setuptools = SETTINGS["project"], SETTINGS["tool"]["setuptools"]
    folders = set(setuptools["package-dir"].values())

    assert {"pyproject.toml", project["readme"], *project["license-files"], *folders} <= (
        list_copied()
    )


def test_python_is_one_that_the_package_supports() -> None:
    versions = re.findall(r"^ARG PYTHON=(.+)$", DOCKERFILE, re.MULTILINE)

    assert len(versions) == 1
    assert versions[0] in SpecifierSet(SETTINGS["project"]["requires-python"])


def test_versions_are_those_of_the_tests() -> None:
    assert "--constraint constraints.txt" in DOCKERFILE


def test_extras_are_known() -> None:
    page = (ROOT / "docs" / "admin.md").read_text(encoding="utf-8")
    named = re.findall(r"EXTRA=\[(\w+)\]", DOCKERFILE + page)

    assert named
    assert set(named) <= set(SETTINGS["project"]["optional-dependencies"])


def test_build_ends_with_a_command_of_the_package() -> None:
    commands = re.findall(r"^RUN (\S+) --version$", DOCKERFILE, re.MULTILINE)

    assert commands
    assert set(commands) <= set(SETTINGS["project"]["scripts"])
