"""The script on a genome, which docs/genome.md shows word for word."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path

import pytest

from .conftest import Run

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "genome.md").read_text(encoding="utf-8")
SCRIPT = (ROOT / "docs" / "genome" / "peaks.sh").read_text(encoding="utf-8")
COMMANDS = SCRIPT.partition("/../../test-data}\n\n")[2]
BLOCKS = re.findall(r"^```sh\n(.*?)\n```$", PAGE, re.MULTILINE | re.DOTALL)


def test_page_shows_the_script() -> None:
    assert "\n\n".join(BLOCKS) + "\n" == COMMANDS


@pytest.mark.slow
@pytest.mark.thorough
def test_script(run: Run) -> None:
    data = str(ROOT / "test-data")
    for line in COMMANDS.replace("\\\n", " ").split("\n"):
        if line.strip():
            name, *arguments = shlex.split(line.replace("$DATA", data))
            run(name, *arguments)
    with Path("metrics.tsv").open() as file:
        names, values = csv.reader(file, delimiter="\t")
    assert float(dict(zip(names, values, strict=True))["roc_auc"]) > 0.95
    assert Path("motifs.meme").read_text().startswith("MEME version 4")
    assert len(Path("mutagenesis.tsv").read_text().splitlines()) == 201
