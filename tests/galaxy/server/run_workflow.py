"""Runs a workflow on a server through its API and looks at what comes out.

For workflows without labelled outputs, which planemo cannot test, and for screenshots. It is run
with planemo's Python, which has bioblend:

    python run_workflow.py URL ADMIN_KEY EMAIL WORKFLOW LABEL=TABLE...

It prints the ids of the workflow, the history and the last plot, and exits with 1 unless all
datasets are ok and that is a PNG.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from bioblend.galaxy import GalaxyInstance

LONGEST_SECONDS = 1800
PNG = b"\x89PNG\r\n"


def main() -> None:
    """Upload the tables, run the workflow, and check."""
    url, admin_key, email, workflow, *tables = sys.argv[1:]
    galaxy = GalaxyInstance(url, make_key(url, admin_key, email))
    history = galaxy.histories.create_history(Path(workflow).stem)["id"]
    datasets = upload_tables(galaxy, history, dict(each.split("=", 1) for each in tables))
    imported = galaxy.workflows.import_workflow_dict(json.loads(Path(workflow).read_text()))["id"]
    steps = galaxy.workflows.show_workflow(imported)["inputs"]
    inputs = {
        step: {"src": "hda", "id": datasets[input_["label"]]} for step, input_ in steps.items()
    }
    # Parameters that are newer than the workflow take their defaults.
    galaxy.workflows.invoke_workflow(
        imported, inputs=inputs, history_id=history, allow_tool_state_corrections=True
    )
    expected = count_datasets(workflow) + len(datasets)
    contents = wait_for(galaxy, history, expected)
    picture = [each for each in contents if " plot on " in each["name"]][-1]
    print(json.dumps({"workflow": imported, "history": history, "picture": picture["id"]}))
    check(galaxy, contents, picture)


def make_key(url: str, admin_key: str, email: str) -> str:
    """Return an API key of a user, who is made if unknown."""
    galaxy = GalaxyInstance(url, admin_key)
    known = {user["email"]: user["id"] for user in galaxy.users.get_users()}
    if email not in known:
        user = galaxy.users.create_remote_user(email)
        known[email] = user["id"]
    return str(galaxy.users.create_user_apikey(known[email]))


def upload_tables(galaxy: GalaxyInstance, history: str, tables: dict[str, str]) -> dict[str, str]:
    """Upload tables and return their ids by label."""
    return {
        label: galaxy.tools.upload_file(path, history, file_type="tabular", file_name=label)[
            "outputs"
        ][0]["id"]
        for label, path in tables.items()
    }


def count_datasets(workflow: str) -> int:
    """Return how many datasets the steps of a workflow make."""
    steps = json.loads(Path(workflow).read_text())["steps"].values()
    return sum(len(step["outputs"]) for step in steps if step["type"] == "tool")


def wait_for(galaxy: GalaxyInstance, history: str, expected: int) -> list[dict[str, Any]]:
    """Return the datasets of a history when all are there and none is being made."""
    started = time.monotonic()
    while time.monotonic() - started < LONGEST_SECONDS:
        contents = galaxy.histories.show_history(history, contents=True)
        finished = [each for each in contents if each["state"] in ("ok", "error", "paused")]
        if len(finished) == len(contents) and len(contents) >= expected:
            return contents
        if any(each["state"] == "error" for each in contents):
            return contents
        time.sleep(3)
    sys.exit(f"the workflow was not done after {LONGEST_SECONDS} s")


def check(galaxy: GalaxyInstance, contents: list[dict[str, Any]], picture: dict[str, Any]) -> None:
    """Exit with 1 unless all datasets are ok and the picture is one."""
    for dataset in contents:
        print(f"{dataset['state']:6} {dataset['extension']:8} {dataset['name']}")
    failed = [dataset["name"] for dataset in contents if dataset["state"] != "ok"]
    if failed:
        sys.exit(f"not ok: {', '.join(failed)}")
    content = galaxy.datasets.download_dataset(picture["id"])
    if picture["extension"] != "png" or not content.startswith(PNG):
        sys.exit(f"{picture['name']} is not a PNG")


if __name__ == "__main__":
    main()
