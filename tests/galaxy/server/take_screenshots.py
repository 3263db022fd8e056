"""Takes the pictures in `docs/images/galaxy/`: ``make screenshots``.

Starts a server as `run_tests.py` does, runs the workflow `rnn-sentiment` on it, and photographs
the five forms, the workflow in the editor, and the history with the confusion matrix open. Needs
Node.js with npm, and Chromium.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from configuration import write_configuration
from environments import install_galaxy, install_planemo
from galaxy_server import make_empty, make_key, running_galaxy
from PIL import Image
from run_tests import HERE, ROOT, TOOLS, read_path

PICTURES = ROOT / "docs" / "images" / "galaxy"
WORKFLOW = ROOT / "workflows" / "rnn-sentiment" / "rnn-sentiment.ga"
INPUTS = {
    "Training texts as word indices": "reviews_X_train.tsv",
    "Training labels": "reviews_y_train.tsv",
    "Test texts as word indices": "reviews_X_test.tsv",
    "Test labels": "reviews_y_test.tsv",
}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PLAYWRIGHT = "playwright-core@1"


def main() -> None:
    """Take all pictures."""
    from galaxy_keras import __version__

    options = read_options()
    browser = find_browser()
    modules = install_playwright(options.environments / "npm")
    galaxy = install_galaxy(options.environments / "galaxy")
    python = install_planemo(options.environments / "planemo") / "python"
    run = make_empty(options.environments / "screenshots")
    configuration = write_configuration(run, TOOLS, f"galaxy-keras/{__version__}", options.programs)
    with running_galaxy(run, configuration, galaxy) as url:
        made = run_workflow(python, url)
        plan = {
            "url": url,
            "browser": browser,
            "folder": str(PICTURES),
            "history": made["history"],
            "pages": [*list_forms(), *list_results(made)],
        }
        (run / "plan.json").write_text(json.dumps(plan))
        PICTURES.mkdir(parents=True, exist_ok=True)
        script = ["node", HERE / "take_screenshots.js", run / "plan.json"]
        environment = {**os.environ, "NODE_PATH": str(modules)}
        status = subprocess.run(script, env=environment, check=False).returncode
    shrink_pictures()
    sys.exit(status)


def read_options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--environments", type=read_path, default=ROOT / ".galaxy", help="for Galaxy and planemo"
    )
    parser.add_argument(
        "--programs", type=read_path, default=Path(sys.executable).parent, help="galaxy-keras"
    )
    return parser.parse_args()


def find_browser() -> str:
    """Return the path of Chromium, or end with advice."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    sys.exit("Chromium was not found. Install it, for example: apt-get install chromium")


def install_playwright(folder: Path) -> Path:
    """Install what drives the browser, unless it is there; return its folder of modules."""
    modules = folder / "node_modules"
    if not (modules / "playwright-core").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--no-fund", "--no-audit", PLAYWRIGHT], cwd=folder, check=True
        )
    return modules


def run_workflow(python: Path, url: str) -> dict[str, str]:
    """Run the workflow for the administrator, whom the browser is; return the ids made."""
    tables = [f"{label}={ROOT / 'test-data' / name}" for label, name in INPUTS.items()]
    script = [python, HERE / "run_workflow.py", url, make_key(python, url), WORKFLOW, *tables]
    output = subprocess.run(script, check=False, stdout=subprocess.PIPE, text=True).stdout
    ids: dict[str, str] = json.loads(output.splitlines()[0])
    return ids


def list_forms() -> list[dict[str, Any]]:
    """Return the pages of the five forms."""
    return [
        {
            "name": tool.stem,
            "path": f"/?tool_id={tool.stem}&version=latest",
            "wait": "#tool-card-body, .card",
        }
        for tool in TOOLS
    ]


def list_results(made: dict[str, str]) -> list[dict[str, Any]]:
    """Return the pages of the workflow and of its history with the last picture open."""
    return [
        {
            "name": "workflow",
            "path": f"/workflows/edit?id={made['workflow']}",
            "wait": ".workflow-node",
            "drag": 25,
        },
        {
            "name": "history",
            "path": f"/datasets/{made['picture']}/preview",
            "wait": "#current-history-panel",
        },
    ]


def shrink_pictures() -> None:
    """Keep 256 colours of each picture: a third of the size, and the same to the eye."""
    for path in PICTURES.glob("*.png"):
        Image.open(path).convert("RGB").quantize(256).save(path, optimize=True)


if __name__ == "__main__":
    main()
