"""Registers our tools under the Tool Shed ids that a published workflow names.

Galaxy takes a tool for one of the Tool Shed without asking it, if the path of the tool's file
has the parts of the id in it. That path is made here as a link to the folder of our tools.
"""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring


def write_shed_tools(run: Path, workflow: Path, forms: Path) -> Path:
    """Write the list of tools that the server loads as those of the Tool Shed.

    Parameters
    ----------
    run
        The folder of the server.
    workflow
        The workflow, whose tools are all among ours.
    forms
        The folder of our tools.
    """
    root = run / "shed_tools"
    toolbox = Element("toolbox", tool_path=str(root))
    for number, tool_id in enumerate(_list_tool_ids(workflow)):
        _add_tool(toolbox, root, tool_id, f"{number:012}", forms)
    indent(toolbox)
    path = run / "config" / "shed_tools.xml"
    path.write_text(tostring(toolbox, encoding="unicode"))
    return path


def _list_tool_ids(workflow: Path) -> list[str]:
    steps = json.loads(workflow.read_text())["steps"].values()
    return sorted({step["tool_id"] for step in steps if step["tool_id"]})


def _add_tool(toolbox: Element, root: Path, tool_id: str, revision: str, forms: Path) -> None:
    shed, _, owner, repository, name, version = tool_id.split("/")
    folder = Path(shed, "repos", owner, repository, revision, repository)
    (root / folder).parent.mkdir(parents=True)
    (root / folder).symlink_to(forms, target_is_directory=True)
    section = SubElement(toolbox, "section", id=f"shed_{repository}", name=repository)
    tool = SubElement(section, "tool", file=f"{folder}/{name}.xml", guid=tool_id)
    for key, text in {
        "tool_shed": shed,
        "repository_name": repository,
        "repository_owner": owner,
        "installed_changeset_revision": revision,
        "id": tool_id,
        "version": version,
    }.items():
        SubElement(tool, key).text = text
