"""What an administrator copies from the page can be read, and names what is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml
from tool_forms import TOOLS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "admin.md").read_text(encoding="utf-8")


def list_blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def read_block(key: str) -> dict[str, Any]:
    """Return the YAML block that has a key at its top."""
    documents = [yaml.safe_load(block) for block in list_blocks("yaml")]
    return next(document for document in documents if key in document)


def test_job_configuration_names_environments_that_it_has() -> None:
    jobs = read_block("execution")
    environments = jobs["execution"]["environments"]
    resubmits = [each for one in environments.values() for each in one.get("resubmit", [])]
    named = {
        jobs["execution"]["default"],
        *(tool["environment"] for tool in jobs["tools"]),
        *(each["environment"] for each in resubmits),
    }

    assert named <= set(environments)
    assert {one["runner"] for one in environments.values()} == set(jobs["runners"])
    assert {tool["id"] for tool in jobs["tools"]} <= set(TOOLS)


def test_more_memory_is_asked_for_when_it_was_too_little() -> None:
    environments = read_block("execution")["execution"]["environments"]
    [resubmit] = environments["training"]["resubmit"]
    small, large = (
        int(re.search(r"--mem=(\d+)G", environments[name]["native_specification"])[1])
        for name in ("training", resubmit["environment"])
    )

    assert resubmit["condition"] == "memory_limit_reached"
    assert small < large


@pytest.mark.parametrize("tool", TOOLS)
def test_vortex_has_one_rule_for_each_tool(tool: str) -> None:
    blocks = [yaml.safe_load(block) for block in list_blocks("yaml")]
    [rules] = [each["tools"] for each in blocks if isinstance(each.get("tools"), dict)]
    matching = [pattern for pattern in rules if re.fullmatch(pattern, tool)]

    assert len(matching) == 1
    assert {"cores", "mem"} <= set(rules[matching[0]])


def test_all_tools_are_listed() -> None:
    [block] = list_blocks("xml")
    files = [Path(str(tool.get("file"))).stem for tool in ET.fromstring(block)]  # noqa: S314

    assert sorted(files) == sorted(TOOLS)


def test_dependency_has_the_name_of_the_requirement() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert f"/dependencies/galaxy-keras/{version}/env.sh" in PAGE
    assert read_block("galaxy")["galaxy"]["dependency_resolvers"] == [{"type": "galaxy_packages"}]


def test_pictures_and_pages_that_are_linked_exist() -> None:
    links = re.findall(r"\]\((?!http)([^)]+)\)", PAGE)

    assert len(links) > 5
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
