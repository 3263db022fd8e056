"""Each case of bad input ends as its entry says, without a traceback and without an output."""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import Case, read_cases, try_case, write_models
from .table import PAGE, render_page

CASES = [case for case in read_cases() if "title" in case]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cases")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        write_models()
    return folder


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_case(case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.delenv("GALAXY_MEMORY_MB", raising=False)
    assert try_case(case) == (case["code"], case.get("said", []))


def test_the_page_is_current() -> None:
    assert PAGE.read_text() == render_page(), "run `make generated`"
