from __future__ import annotations

import sys
from pathlib import Path

import pytest
from measure import measure_command


def test_output_goes_to_the_log_and_memory_is_counted(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"

    usage = measure_command([sys.executable, "-c", "x = b'x' * 2**27; print(len(x))"], log)

    assert log.read_text() == "134217728\n"
    assert usage.peak > 128
    assert usage.wall > 0
    assert usage.cpu > 0


def test_failure_names_the_log_and_the_command(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"

    with pytest.raises(SystemExit) as error:
        measure_command([sys.executable, "-c", "raise SystemExit(3)"], log)

    assert str(error.value) == (
        f"this command failed, see the end of {log}: {sys.executable} -c raise SystemExit(3)"
    )
