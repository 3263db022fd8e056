"""Training that is ended in the middle of an epoch says so, and what it leaves."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from tests.processes import run_process, running

from .commands import train, write_model, write_points

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1])
def test_signal_in_mid_epoch_with_a_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.chdir(tmp_path)
    write_points(rows=4000)
    write_model(epochs=1000)
    Path("out").mkdir()
    command = [*train("out"), "--checkpoint", "kept"]
    with running(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        while "Epoch 2/1000" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(number)
        _, errors = process.communicate()

    assert process.returncode == 75
    last = errors.splitlines()[-1]
    assert last.startswith(f"Error: training was stopped by {signal.Signals(number).name} after ")
    assert last.endswith("All of it is in kept/checkpoint.h5: the same command goes on from there")
    assert sorted(Path("kept").iterdir()) == [
        Path("kept/checkpoint-former.h5"),
        Path("kept/checkpoint.h5"),
    ]
    assert list(Path("out").iterdir()) == []


def stop_training(number: signal.Signals) -> tuple[int | None, list[str]]:
    """Train, send a signal in the middle of an epoch, and return exit code and messages."""
    write_points(rows=4000)
    write_model(epochs=1000)
    Path("out").mkdir()
    Path("out/fitted.h5mlm").write_text("an earlier model")
    with running(train("out"), stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        errors = ""
        while "Epoch 2/1000" not in errors:
            assert process.poll() is None
            errors += process.stderr.readline()
        process.send_signal(number)
        errors += process.communicate()[1]
    assert "Traceback" not in errors
    assert errors.splitlines()[-1] == (
        f"Error: stopped by {number.name}. Incomplete outputs were left unchanged. With "
        "--checkpoint FOLDER, the same command would go on after the last finished epoch"
    )
    return process.returncode, errors.splitlines()


def test_a_job_that_is_ended_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _ = stop_training(signal.SIGTERM)
    assert code == 143
    assert [path.name for path in Path("out").iterdir()] == ["fitted.h5mlm"]
    assert Path("out/fitted.h5mlm").read_text() == "an earlier model"


def test_ctrl_c_keeps_the_last_finished_epoch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, lines = stop_training(signal.SIGINT)
    assert code == 130
    kept = re.fullmatch(
        r"Warning: The training was interrupted\. The model after epoch (\d+) of 1000, the last "
        r"one that was finished, is written to out/fitted\.h5mlm, without scores; other outputs "
        r"that need the hold-out are not written\.",
        lines[-2],
    )
    assert kept
    assert sorted(path.name for path in Path("out").iterdir()) == ["fitted.h5mlm", "history.tsv"]
    fitted = read_model(Path("out/fitted.h5mlm"))
    assert isinstance(fitted, FittedModel)
    assert len(fitted.history["val_loss"]) == int(kept[1])
    (line,) = (each for each in lines if each.startswith(f"Epoch {kept[1]}/1000: "))
    assert f" loss={fitted.history['loss'][-1]:.4g} " in line
    assert fitted.metrics == {}

    # It is the model of that epoch, not one with some of the batches of the next.
    write_model(epochs=int(kept[1]))
    Path("again").mkdir()
    run_process(train("again"), check=True, capture_output=True)
    again = read_model(Path("again/fitted.h5mlm"))
    assert isinstance(again, FittedModel)
    for layer, expected in zip(fitted.weights, again.weights, strict=True):
        for array, other in zip(layer.arrays, expected.arrays, strict=True):
            np.testing.assert_array_equal(array, other)
