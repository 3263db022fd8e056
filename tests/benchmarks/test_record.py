from __future__ import annotations

from pathlib import Path

from record import PAGES, PLACE, fill_places

PAGE = """# Page
<!-- chain:begin -->
old table
<!-- chain:end -->
between
<!-- growth:begin -->
stays
<!-- growth:end -->
"""


def test_only_places_with_a_result_are_filled(tmp_path: Path) -> None:
    (tmp_path / "chain.md").write_text("new \\1 table\n\n")

    assert fill_places(PAGE, tmp_path) == PAGE.replace("old table", "new \\1 table")


def test_filling_twice_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "chain.md").write_text("| a |\n| --- |\n")
    once = fill_places(PAGE, tmp_path)

    assert fill_places(once, tmp_path) == once


def test_pages_have_places_for_the_results_of_the_chain() -> None:
    (names,) = [{place["name"] for place in PLACE.finditer(path.read_text())} for path in PAGES]

    assert names >= {"chain", "scores", "growth"}
