from __future__ import annotations

import sys
from pathlib import Path

import pytest

from galaxy_keras.codegen.updating import CHECK, update_files


def test_writes_what_has_changed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    current, stale, missing = (tmp_path / name for name in ("current", "stale", "missing"))
    current.write_text("a")
    stale.write_text("b")

    update_files({current: lambda: "a", stale: lambda: "c", missing: lambda: "d"})

    assert (current.read_text(), stale.read_text(), missing.read_text()) == ("a", "c", "d")
    assert capsys.readouterr().out == f"wrote {stale}\nwrote {missing}\n"


def test_check_names_stale_files_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["codegen", CHECK])
    current, stale, missing = (tmp_path / name for name in ("current", "stale", "missing"))
    current.write_text("a")
    stale.write_text("b")

    with pytest.raises(SystemExit) as ended:
        update_files({current: lambda: "a", stale: lambda: "c", missing: lambda: "d"})

    assert ended.value.code == f"not current: {stale}, {missing}. Run `make generated`"
    assert (stale.read_text(), missing.exists()) == ("b", False)


def test_check_of_current_files_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["codegen", CHECK])
    current = tmp_path / "current"
    current.write_text("a")

    update_files({current: lambda: "a"})
