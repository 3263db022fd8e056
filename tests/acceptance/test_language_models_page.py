"""The script on language models, which docs/language-models.md shows word for word."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from .conftest import Run, read_rows

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "language-models.md").read_text(encoding="utf-8")
SCRIPT = ROOT / "docs" / "language-models" / "macbeth.sh"
BLOCK = re.compile(r"^```sh\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
DATA_LINE = 'DATA=${DATA:-$(dirname "$0")/../../test-data}\n\n'


def read_commands() -> list[str]:
    return SCRIPT.read_text(encoding="utf-8").partition(DATA_LINE)[2].rstrip().split("\n\n")


def test_page_shows_the_script() -> None:
    assert BLOCK.findall(PAGE) == read_commands()


@pytest.mark.slow
def test_script(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA", str(ROOT / "test-data"))
    for command in read_commands():
        tool, *arguments = shlex.split(os.path.expandvars(command.replace("\\\n", " ")))
        run(tool, *arguments)
    names, values = read_rows("macbeth_scores.tsv")
    scores = dict(zip(names, map(float, values), strict=True))
    # A guess by frequency alone has a perplexity of 17.
    assert scores["train_perplexity"] < 4
    texts = read_rows("macbeth_texts.tsv")
    assert len(texts) == 7
    assert all(len(text) == 60 for _, _, text, _ in texts[1:])
