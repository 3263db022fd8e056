"""A full disk, lost permissions, too little memory: a clear end, and nothing half written."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import run_process

from .commands import OUTPUTS, call, repeat, train, write_model, write_points

pytestmark = pytest.mark.slow

OUTPUT_BYTES = 9000
"""Less than the fitted model takes, more than the tables do."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_points(rows=200)
    write_model(epochs=2)
    (tmp_path / "out").mkdir()
    return tmp_path


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    mounted = run_process(
        ["mount", "-t", "tmpfs", "-o", "size=12k", "tmpfs", "out"], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
    yield folder / "out"
    run_process(["umount", "out"], check=True)


def run(command: list[str], **limits: int) -> subprocess.CompletedProcess[str]:
    result = run_process(command, limits=limits, capture_output=True, text=True)
    assert "Traceback" not in result.stderr
    return result


def test_full_disk(small_disk: Path) -> None:
    # A table may fit beside what an earlier run left.
    (small_disk / OUTPUTS[1]).write_text("earlier")
    result = run(train("out"))
    assert result.returncode == 4
    assert "out/fitted.h5mlm cannot be written: No space left on device." in result.stderr
    assert [path.name for path in small_disk.iterdir()] == [OUTPUTS[1]]
    assert (small_disk / OUTPUTS[1]).read_text() == "earlier"


def test_limited_size_of_files(folder: Path) -> None:
    result = run(train("out"), RLIMIT_FSIZE=OUTPUT_BYTES)
    assert result.returncode == 4
    assert "out/fitted.h5mlm cannot be written: File too large." in result.stderr
    assert list((folder / "out").iterdir()) == []


def test_full_disk_below_checkpoints(small_disk: Path, folder: Path) -> None:
    (folder / "results").mkdir()
    result = run(train("results", "--checkpoint", "out"))
    assert result.returncode == 4
    assert "out/checkpoint.h5 cannot be written: No space left on device." in result.stderr
    assert list(small_disk.iterdir()) == []
    assert list((folder / "results").iterdir()) == []


def test_missing_folder(folder: Path) -> None:
    result = run(train("nowhere"))
    assert result.returncode == 4
    assert "nowhere/fitted.h5mlm cannot be written: No such file or directory." in result.stderr
    # Said before anything else is done.
    assert "Epoch" not in result.stderr


def test_folder_without_permission(folder: Path) -> None:
    Path("out").chmod(0o555)
    result = run([*drop_privileges(), *train("out")])
    assert result.returncode == 4
    assert "out/fitted.h5mlm cannot be written: Permission denied." in result.stderr
    assert "Epoch" not in result.stderr


def test_inputs_without_permission(folder: Path) -> None:
    for name in ("X.tsv", "y.tsv", "builder.zip"):
        Path(name).chmod(0o000)
    result = run([*drop_privileges(), *train("out")])
    assert result.returncode == 5
    assert "3 problems were found." in result.stderr
    assert "builder.zip may not be read" in result.stderr
    assert "X.tsv may not be read. Ask its owner for permission to read it" in result.stderr
    assert "y.tsv may not be read." in result.stderr


def test_too_little_memory(folder: Path) -> None:
    layers = ("Dense units=20000", "Dense units=20000", "Dense units=1 activation=sigmoid")
    config = call("keras-model-config", "--input-shape", "3", *repeat("--layer", layers))
    builder = call("keras-model-builder", "--model-config", "m.json", "--task", "classifier")
    settings = ("--loss", "binary_crossentropy", "--optimizer", "sgd")
    assert run([*config, "--output", "m.json"]).returncode == 0
    assert run([*builder, *settings, "--output", "builder.zip"]).returncode == 0
    # The limit is one that the estimate does not know of.
    result = run(train("out"), RLIMIT_AS=4500 * 2**20)
    assert result.returncode in (3, 6)
    assert "memory" in result.stderr.splitlines()[-1]
    assert list((folder / "out").iterdir()) == []


def drop_privileges() -> list[str]:
    """Return what to put before a command so that permissions hold for root too."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("as root, setpriv is needed to lose permissions, and it is not installed")
    lost = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={lost}", f"--inh-caps={lost}"]
