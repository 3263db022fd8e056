"""Runs a workflow on a server through its API and looks at what comes out.

For workflows without labelled outputs, which planemo cannot test, and for screenshots. It is run
with planemo's Python, which has bioblend:

    python run_workflow.py [--log TEXT] URL KEY WORKFLOW LABEL=TABLE...

It prints the ids of the workflow, the history and the last plot, and exits with 1 unless all
datasets are ok, that is a PNG, and a job has written TEXT to standard error.
"""

from __future__ import annotations

import argparse
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
    options = read_options()
    galaxy = GalaxyInstance(options.url, options.key)
    history = galaxy.histories.create_history(Path(options.workflow).stem)["id"]
    tables = dict(each.split("=", 1) for each in options.tables)
    datasets = upload_tables(galaxy, history, tables)
    workflow, invocation = start_workflow(galaxy, options.workflow, history, datasets)
    expected = count_datasets(options.workflow) + len(datasets)
    contents = wait_for(galaxy, history, invocation, expected)
    picture = [each for each in contents if " plot on " in each["name"]][-1]
    print(json.dumps({"workflow": workflow, "history": history, "picture": picture["id"]}))
    check(galaxy, contents, picture)
    check_log(galaxy, history, options.log)


def read_options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", default="", help="what a job must write to standard error")
    for name in ("url", "key", "workflow"):
        parser.add_argument(name)
    parser.add_argument("tables", nargs="*")
    return parser.parse_args()


def upload_tables(galaxy: GalaxyInstance, history: str, tables: dict[str, str]) -> dict[str, str]:
    """Upload tables and return their ids by label."""
    return {
        label: galaxy.tools.upload_file(path, history, file_type="tabular", file_name=label)[
            "outputs"
        ][0]["id"]
        for label, path in tables.items()
    }


def start_workflow(
    galaxy: GalaxyInstance, path: str, history: str, datasets: dict[str, str]
) -> tuple[str, str]:
    """Import a workflow and start it; return the ids of the workflow and of the invocation."""
    workflow = galaxy.workflows.import_workflow_dict(json.loads(Path(path).read_text()))["id"]
    steps = galaxy.workflows.show_workflow(workflow)["inputs"]
    inputs = {
        step: {"src": "hda", "id": datasets[input_["label"]]} for step, input_ in steps.items()
    }
    # Parameters that are newer than the workflow take their defaults.
    invocation = galaxy.workflows.invoke_workflow(
        workflow, inputs=inputs, history_id=history, allow_tool_state_corrections=True
    )
    return workflow, invocation["id"]


def count_datasets(workflow: str) -> int:
    """Return how many datasets the steps of a workflow make."""
    steps = json.loads(Path(workflow).read_text())["steps"].values()
    return sum(len(step["outputs"]) for step in steps if step["type"] == "tool")


def wait_for(
    galaxy: GalaxyInstance, history: str, invocation: str, expected: int
) -> list[dict[str, Any]]:
    """Return the datasets of a history when all are there and none is being made."""
    started = time.monotonic()
    while time.monotonic() - started < LONGEST_SECONDS:
        contents = galaxy.histories.show_history(history, contents=True)
        finished = [each for each in contents if each["state"] in ("ok", "error", "paused")]
        if len(finished) == len(contents) and len(contents) >= expected:
            return contents
        if any(each["state"] == "error" for each in contents):
            return contents
        run = galaxy.invocations.show_invocation(invocation)
        if run["state"] in ("failed", "cancelled"):
            sys.exit(f"the workflow {run['state']}: {run['messages']}")
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


def check_log(galaxy: GalaxyInstance, history: str, text: str) -> None:
    """Exit with 1 unless a job of the history has written the text to standard error."""
    jobs = galaxy.jobs.get_jobs(history_id=history)
    logs = (galaxy.jobs.show_job(job["id"], full_details=True)["stderr"] for job in jobs)
    if not any(text in (log or "") for log in logs):
        sys.exit(f'no job has written "{text}"')


if __name__ == "__main__":
    main()
