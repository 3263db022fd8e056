"""Writes docs/reliability.md from the cases: python -m tests.reliability.table.

``--check`` only compares.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from galaxy_keras.codegen.updating import update_files

from .cases import Case, read_cases

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reliability.md"
FRAME = Path(__file__).with_name("page.md")
HOSTILE = ROOT / "tests" / "hostile" / "files.yaml"
HEADER = "| case | replaced tools | here | exit code |\n|---|---|---|---|"


def render_page() -> str:
    """Return the page: its frame, with the tables put in."""
    text = FRAME.read_text()
    text = text.replace("{cases}", "\n".join(map(format_row, read_cases())))
    return text.replace("{hostile}", format_hostile_rows())


def format_row(case: Case) -> str:
    """Return one row of a table, or a heading with the head of the next table."""
    if "area" in case:
        return f"\n### {case['area']}\n\n{HEADER}"
    said = " ".join(case.get("said", [])) or "works"
    cells = (case["title"], case.get("replaced", ""), said, str(case["code"]))
    return f"| {' | '.join(map(escape, cells))} |"


def format_hostile_rows() -> str:
    said: dict[str, str] = yaml.safe_load(HOSTILE.read_text())
    return "\n".join(f"| `{name}` | {escape(text)} |" for name, text in sorted(said.items()))


def escape(text: str) -> str:
    """Return a text as it must stand in a table, without marks that Markdown would read."""
    for mark in "\\|<>*_`":
        text = text.replace(mark, f"\\{mark}")
    return text


if __name__ == "__main__":
    update_files({PAGE: render_page})
