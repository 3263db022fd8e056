"""Training that is ended in the middle of an epoch says so, and leaves everything as it was."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

import pytest

from tests.processes import running

from .commands import train, write_model, write_points

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_signal_in_mid_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    monkeypatch.chdir(tmp_path)
    write_points(rows=4000)
    write_model(epochs=1000)
    Path("out").mkdir()
    Path("out/fitted.h5mlm").write_text("an earlier model")
    before = sorted(tmp_path.rglob("*"))
    with running(train("out"), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "Epoch 2/1000" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(number)
        _, errors = process.communicate()
    assert process.returncode == code
    name = signal.Signals(number).name
    last = errors.splitlines()[-1]
    assert last == (
        f"Error: stopped by {name}. Incomplete outputs were left unchanged. With "
        "--checkpoint FOLDER, the same command would go on after the last finished epoch"
    )
    assert "Traceback" not in errors
    assert sorted(tmp_path.rglob("*")) == before
    assert Path("out/fitted.h5mlm").read_text() == "an earlier model"
