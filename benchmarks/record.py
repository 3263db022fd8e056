"""Puts the tables that benchmarks wrote into the pages that show them.

Usage: record.py [--results benchmark-output] [PAGE.md ...]

In a page, what stands between the lines <!-- chain:begin --> and <!-- chain:end --> becomes the
text of chain.md in the folder of results; likewise for any other name. Places whose file is not
there stay as they are. Without pages: docs/performance.md.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "docs" / "performance.md",)
PLACE = re.compile(r"<!-- (?P<name>[\w-]+):begin -->\n.*?<!-- (?P=name):end -->", re.DOTALL)


def fill_places(page: str, results: Path) -> str:
    """Return a page with the texts that there are in a folder of results."""

    def fill(place: re.Match[str]) -> str:
        name, path = place["name"], results / f"{place['name']}.md"
        if not path.exists():
            return place[0]
        return f"<!-- {name}:begin -->\n{path.read_text().strip()}\n<!-- {name}:end -->"

    return PLACE.sub(fill, page)


def main() -> None:
    """Fill the pages."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", type=Path, default=PAGES)
    parser.add_argument("--results", type=Path, default=Path("benchmark-output"))
    options = parser.parse_args()
    for path in options.pages:
        path.write_text(fill_places(path.read_text(), options.results))


if __name__ == "__main__":
    main()
