"""Man pages say what --help says."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import click
import pytest
from galaxy_keras.tools.keras_train_and_eval import main as train
from galaxy_keras.tools.ml_visualization_ex import main as draw
from tests.processes import run_process

FILE = Path(__file__).parents[3] / "packaging" / "man_pages.py"
SPEC = importlib.util.spec_from_file_location("man_pages", FILE)
assert SPEC
assert SPEC.loader
man_pages = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(man_pages)

COMMANDS = [
    *man_pages.iterate_commands("keras-train-and-eval", train),
    *man_pages.iterate_commands("ml-visualization-ex", draw),
]


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_each_option_and_the_example_are_there(name: str, command: click.Command) -> None:
    page = man_pages.format_page(name, command).replace("\\-", "-")
    for option in command.params:
        for spelling in (*option.opts, *option.secondary_opts):
            assert spelling in page
    assert ".SH EXAMPLE\n.nf\n" in page
    assert f"  {name} " in page or isinstance(command, click.Group)


def test_lines_that_roff_would_take_for_requests() -> None:
    assert man_pages.escape(".keras, a\\b 'c'") == "\\&.keras, a\\eb \\(aqc\\(aq"


@pytest.mark.skipif(shutil.which("man") is None, reason="needs man: apt install man-db")
def test_man_shows_it(tmp_path: Path) -> None:
    path = tmp_path / "x.1"
    path.write_text(man_pages.format_page("keras-train-and-eval", train))
    done = run_process(
        ["man", "--warnings", "-l", path], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert "--output-model" in done.stdout
