"""Tests the tools and workflows on a real Galaxy server: ``make test-galaxy``.

Installs Galaxy and planemo on the first run, starts a server with the tools of `galaxy_xml/`,
lints and tests them and the workflows, ends the server, and leaves a report. It ends only the
processes that it started.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from configuration import ADMIN_KEY, write_configuration
from environments import install_galaxy, install_planemo
from galaxy_server import make_empty, make_key, running_galaxy
from imdb_tables import cut_tables
from listed_states import write_listed_workflow
from older_states import can_be_older, write_older_workflow
from shed_ids import write_shed_tools

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
SHARED = ROOT.parent / "shared"
FORMS = ROOT / "galaxy_xml"
TOOLS = sorted(path for path in FORMS.glob("*.xml") if not path.name.startswith("macros"))
WORKFLOWS = sorted(ROOT.glob("workflows/*/*.ga"))
PUBLISHED = SHARED / "galaxy_ml" / "workflows" / "Intro_To_RNN_v1_0_10_0.ga"
IMDB = SHARED / "data" / "imdb"

PARTS = ("tools", "workflows", "swapping", "published")

AT_ONCE = 2
"""How many commands run at a time: a server that runs one job mostly waits."""

Command = tuple[str, list[str | Path]]
"""What the report calls it, and its words."""

# This lint asks the network; all others do not.
OFFLINE = ["--skip", "BioToolsValid"]


@dataclass
class Report:
    """What was run, for how long, and whether it passed."""

    folder: Path
    lines: list[str] = field(default_factory=list)
    failed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, commands: list[Command]) -> None:
        """Run commands, show what each wrote when it ends, and note how it ended."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._run_one, commands))

    def _run_one(self, command: Command) -> None:
        title, words = command
        started = time.monotonic()
        done = subprocess.run(
            words, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        seconds = time.monotonic() - started
        with self.lock:
            print(f"\n== {title}\n{done.stdout.decode(errors='replace')}", flush=True)
            self.note(title, done.returncode == 0, seconds)

    def note(self, title: str, passed: bool, seconds: float) -> None:
        """Add a line."""
        self.failed |= not passed
        self.lines.append(f"{'ok' if passed else 'FAILED':7} {seconds:6.0f} s  {title}")
        (self.folder / "report.txt").write_text("\n".join(self.lines) + "\n")


def main() -> None:
    """Run all that is asked for, and exit with 1 if anything failed."""
    options = read_options()
    report = Report(make_empty(options.output))
    planemo = install_planemo(options.environments / "planemo") / "planemo"
    lint(report, planemo)
    if not options.lint_only:
        test_on_server(report, planemo, options)
    print("\n" + "\n".join(report.lines), flush=True)
    sys.exit(report.failed)


def read_options() -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--environments", type=read_path, default=ROOT / ".galaxy", help="for Galaxy and planemo"
    )
    parser.add_argument(
        "--output", type=read_path, default=ROOT / "galaxy-test-output", help="for the report"
    )
    parser.add_argument(
        "--programs", type=read_path, default=Path(sys.executable).parent, help="galaxy-keras"
    )
    parser.add_argument("--lint-only", action="store_true", help="start no server")
    parser.add_argument("--only", choices=PARTS, help="test a part")
    parser.add_argument("--tool", action="append", default=[], help="test this tool only")
    return parser.parse_args()


def read_path(text: str) -> Path:
    """Return a path that does not depend on the folder in which a command runs."""
    return Path(text).absolute()


def lint(report: Report, planemo: Path) -> None:
    """Lint the tools and the workflows; a warning fails."""
    tools = [(f"lint {each.name}", [planemo, "lint", *OFFLINE, each]) for each in TOOLS]
    workflows = [
        (f"lint {each.name}", [planemo, "workflow_lint", "--iwc", each.parent])
        for each in WORKFLOWS
    ]
    report.run([*tools, *workflows])


def test_on_server(report: Report, planemo: Path, options: argparse.Namespace) -> None:
    """Start a server and test on it what is asked for."""
    from galaxy_keras import __version__

    galaxy = install_galaxy(options.environments / "galaxy")
    run = make_empty(report.folder / "server")
    configuration = write_configuration(run, TOOLS, f"galaxy-keras/{__version__}", options.programs)
    if PUBLISHED.exists():
        write_shed_tools(run, PUBLISHED, FORMS)
    with running_galaxy(run, configuration, galaxy) as url:
        python = planemo.with_name("python")
        key = make_key(python, url)
        server = ["--engine", "external_galaxy", "--galaxy_url", url]
        keys = ["--galaxy_admin_key", ADMIN_KEY, "--galaxy_user_key", key]
        command = [planemo, "test", *server, *keys]
        if options.only in (None, "tools"):
            test_tools(report, command, options.tool)
        if options.only in (None, "workflows"):
            test_workflows(report, command)
        if options.only in (None, "workflows", "swapping"):
            test_swapping(report, python, url, key)
        if options.only in (None, "published"):
            test_published(report, python, url, key)


def test_tools(report: Report, command: list[str | Path], names: list[str]) -> None:
    """Run the tests in the tools' XML."""
    tools = [tool for tool in TOOLS if not names or tool.stem in names]
    report.run(
        [
            (f"test {tool.name}", [*command, *describe_outputs(tool.stem), tool])
            for tool in sorted(tools, key=count_tests, reverse=True)
        ]
    )


def count_tests(tool: Path) -> int:
    """Return how many tests a tool has: what takes longest begins first."""
    return tool.read_text().count("<test ")


def test_workflows(report: Report, command: list[str | Path]) -> None:
    """Run the tests beside the workflows."""
    options = ["--no_shed_install"]
    report.run(
        [
            (f"test {each.name}", [*command, *options, *describe_outputs(each.stem), each])
            for each in WORKFLOWS
        ]
    )


def test_swapping(report: Report, python: Path, url: str, key: str) -> None:
    """Run our workflows with other hyperparameters, as older ones and from the builder's list."""
    report.run(
        [
            invoke(python, url, key, changed, tables, log="Epoch 2/2")
            for workflow in filter(can_be_older, WORKFLOWS)
            for changed, tables in write_changed_workflows(report, workflow)
        ]
    )


def write_changed_workflows(
    report: Report, workflow: Path
) -> Iterator[tuple[Path, dict[str, Path]]]:
    """Write a workflow as older ones are and from the list; yield each with its tables."""
    tests = yaml.safe_load(workflow.with_name(f"{workflow.stem}-tests.yml").read_text())
    tables = {label: workflow.parent / file["path"] for label, file in tests[0]["job"].items()}
    yield write_older_workflow(workflow, report.folder), tables
    if workflow.stem == "regression-fnn":
        yield write_listed_workflow(workflow, report.folder), tables


def test_published(report: Report, python: Path, url: str, key: str) -> None:
    """Run the published workflow, unchanged, under the Tool Shed ids that it names."""
    if not PUBLISHED.exists() or not IMDB.exists():
        print("The published workflow is in ../shared, which is not here: left out", flush=True)
        return
    tables = cut_tables(IMDB, make_empty(report.folder / "published"))
    report.run([invoke(python, url, key, PUBLISHED, tables)])


def invoke(
    python: Path, url: str, key: str, workflow: Path, tables: dict[str, Path], log: str = ""
) -> Command:
    """Return what runs a workflow through the server's API, on tables by labels of its inputs."""
    arguments = [f"{label}={path}" for label, path in tables.items()]
    script = [python, HERE / "run_workflow.py", "--log", log, url, key, workflow]
    return f"run {workflow.name}", [*script, *arguments]


def describe_outputs(name: str) -> list[str]:
    """Return the options that say where planemo reports."""
    return [
        "--test_output", f"{name}.html",
        "--test_output_json", f"{name}.json",
        "--test_output_xunit", f"{name}.xml",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
