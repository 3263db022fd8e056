"""What every tool of the suite has, beyond what planemo's lint asks for."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from tool_forms import TOOLS, expand_tool

pytest.importorskip("galaxy.tool_util", reason="the macros are expanded by galaxy-tool-util")

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "galaxy_xml"
MAX_BYTES = 1_000_000


@pytest.fixture(params=TOOLS)
def tool(request: pytest.FixtureRequest) -> Any:
    return expand_tool(request.param)


def test_exit_code_tells_failure_and_lack_of_memory(tool: Any) -> None:
    command = tool.find("command")

    assert (command.get("detect_errors"), command.get("oom_exit_code")) == ("exit_code", "137")


def test_requirement_is_the_package(tool: Any) -> None:
    requirements = [(each.text, each.get("version")) for each in tool.iter("requirement")]

    assert [name for name, _ in requirements] == ["galaxy-keras"]
    assert tool.get("version").split("+")[0] == requirements[0][1]


def test_tool_is_described(tool: Any) -> None:
    for path in ("edam_topics/*", "edam_operations/*", "xrefs/*", "creator/*", "citations/*"):
        assert tool.findall(path), path
    assert tool.find("required_files") is not None
    assert "**Example**" in tool.findtext("help")


def test_every_output_and_failure_is_tested(tool: Any) -> None:
    tests = tool.findall("tests/test")
    tested = {each.get("name") for test in tests for each in test.findall("output")}
    failures = [test for test in tests if test.get("expect_failure") == "true"]

    assert tested == {each.get("name") for each in tool.findall("outputs/data")}
    assert failures
    assert all(test.findall("assert_stderr/*") for test in failures)


def test_contents_are_asserted_and_never_by_size_of_a_file(tool: Any) -> None:
    outputs = tool.findall("tests/test/output")
    unread = [each for each in outputs if not each.get("file") and not each.findall("*/*")]

    assert unread == []
    assert tool.findall("tests//has_size") == []
    assert [each for each in outputs if each.get("compare", "diff") != "diff"] == []


def test_everything_typed_is_quoted_or_in_the_json(tool: Any) -> None:
    lines = [line.strip() for line in tool.findtext("command").splitlines()]
    given = [line for line in lines if line.startswith("--") and "$" in line]

    assert given
    assert [line for line in given if not re.search(r"'.*\$.+'$", line)] == []


def test_data_of_the_tests_are_small_and_used() -> None:
    files = [path for path in (FORMS / "test-data").iterdir() if path.suffix != ".py"]
    text = "".join((FORMS / f"{tool}.xml").read_text() for tool in TOOLS)
    sources = {f"{stem}_architecture.json" for stem in ("proteins", "sequences", "sparse")}

    assert sum(path.stat().st_size for path in files if path.is_file()) < MAX_BYTES
    assert {path.name for path in files if path.is_file() and path.name not in text} <= sources


def test_suite_is_described() -> None:
    suite = yaml.safe_load((FORMS / ".shed.yml").read_text())

    assert {"name", "owner", "description", "homepage_url", "long_description", "categories"} <= (
        set(suite)
    )
    assert suite["suite"]["name"] == suite["name"]
    assert "{{ tool_id }}" in suite["auto_tool_repositories"]["name_template"]


@pytest.mark.parametrize("path", sorted(ROOT.glob("workflows/*/*.ga")), ids=lambda path: path.stem)
def test_workflow_has_labels_and_tests(path: Path) -> None:
    workflow = json.loads(path.read_text())
    inputs = [step for step in workflow["steps"].values() if step["type"] == "data_input"]
    outputs = [
        output for step in workflow["steps"].values() for output in step.get("workflow_outputs", [])
    ]
    tests = yaml.safe_load(path.with_name(f"{path.stem}-tests.yml").read_text())

    assert {"license", "release", "creator", "annotation"} <= set(workflow)
    assert all(step["label"] for step in inputs)
    assert outputs
    assert all(output["label"] for output in outputs)
    assert set(tests[0]["job"]) == {step["label"] for step in inputs}
    assert set(tests[0]["outputs"]) == {output["label"] for output in outputs}
