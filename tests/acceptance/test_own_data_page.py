"""The scripts on data of one's own, which docs/own-data.md shows word for word."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path

import pytest

from .conftest import COMMANDS, Run, read_rows

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "own-data.md").read_text(encoding="utf-8")
SCRIPTS = sorted((ROOT / "docs" / "own-data").glob("*.sh"))
BLOCK = re.compile(r"^```(\w*)\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
HERE_DOCUMENT = re.compile(r"cat > (\S+) <<'END'\n(.*)\nEND", re.DOTALL)
DATA_LINE = 'DATA=${DATA:-$(dirname "$0")/../../test-data}\n\n'


def read_commands(script: Path) -> str:
    return script.read_text(encoding="utf-8").partition(DATA_LINE)[2]


def find_blocks(script: Path, language: str) -> list[str]:
    chapters = PAGE.split("\n## ")
    chapter = next(each for each in chapters if each.startswith(f"Your own {script.stem}"))
    return [text for name, text in BLOCK.findall(chapter) if name == language]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_page_shows_the_script(script: Path) -> None:
    assert "\n\n".join(find_blocks(script, "sh")) + "\n" == read_commands(script)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_page_shows_the_table(script: Path) -> None:
    tables = [path.read_text() for path in (ROOT / "test-data").glob("*.?sv")]
    for line in "\n".join(find_blocks(script, "")).splitlines():
        assert any(f"{line}\n" in table for table in tables)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "rows", "least"),
    [
        ("pictures", 60, 0.9),
        ("sequences", 200, 0.95),
        ("table", 150, 0.85),
        ("texts", 500, 0.88),
        ("visits", 200, 0.85),
    ],
)
def test_script(
    run: Run, monkeypatch: pytest.MonkeyPatch, name: str, rows: int, least: float
) -> None:
    monkeypatch.setenv("DATA", str(ROOT / "test-data"))
    script = ROOT / "docs" / "own-data" / f"{name}.sh"
    for command in read_commands(script).replace("\\\n", " ").split("\n\n"):
        written = HERE_DOCUMENT.fullmatch(command)
        if written:
            Path(written[1]).write_text(f"{written[2]}\n")
            continue
        tool, *arguments = shlex.split(os.path.expandvars(command))
        assert tool in COMMANDS
        run(tool, *arguments)
    scores = dict(zip(*read_rows(f"{name}_scores.tsv"), strict=True))
    assert float(scores.get("accuracy") or scores["improved_accuracy"]) >= least
    assert len(read_rows(f"{name}_predicted.tsv")) == rows + 1


def test_every_script_is_tried() -> None:
    assert [script.stem for script in SCRIPTS] == [
        "pictures",
        "sequences",
        "table",
        "texts",
        "visits",
    ]
