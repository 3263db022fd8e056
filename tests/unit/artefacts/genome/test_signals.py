"""Signals of bedGraph and bigWig."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pybigtools
import pytest

from galaxy_keras.artefacts.genome.signals import read_signal
from galaxy_keras.errors import ConfigurationError, DataError

ROWS = [("chr1", 0, 10, 1.5), ("chr1", 20, 30, 2.0), ("chr2", 5, 7, -3.0)]


def write_bigwig(path: Path) -> Path:
    # It writes to names that end so only; Galaxy's files end in .dat.
    named = path.with_suffix(".bw")
    pybigtools.open(str(named), "w").write({"chr1": 1000, "chr2": 500}, ROWS)
    return named.rename(path)


def list_rows(path: Path) -> list[tuple[str, int, int, float]]:
    found = read_signal(path)
    return [
        (found.names[number], *rest)
        for number, *rest in zip(
            found.chromosomes.tolist(),
            found.starts.tolist(),
            found.ends.tolist(),
            found.values.tolist(),
            strict=True,
        )
    ]


def test_both_formats(tmp_path: Path) -> None:
    assert list_rows(write_bigwig(tmp_path / "signal.dat")) == ROWS
    text = tmp_path / "signal.bedgraph"
    text.write_text("track type=bedGraph\n" + "".join("\t".join(map(str, r)) + "\n" for r in ROWS))
    assert list_rows(text) == ROWS


def test_two_values(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("chr1\t20\t30\t1\nchr1\t0\t10\t1\nchr1\t9\t12\t2\n")
    with pytest.raises(
        DataError, match="line 3: the stretch overlaps that of line 2, so that a ba"
    ):
        read_signal(path)


def test_no_number(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("chr1\t20\t30\t1\nchr1\t40\t41\tx\n")
    with pytest.raises(DataError, match="line 2, column 4: "):
        read_signal(path)


def test_damaged(tmp_path: Path) -> None:
    path = write_bigwig(tmp_path / "a.dat")
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(DataError, match="is a damaged or truncated bigWig"):
        read_signal(path)


def test_package_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_bigwig(tmp_path / "a.dat")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigurationError, match=r"Run: pip install 'galaxy-keras\[genome\]', or"):
        read_signal(path)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="does not exist"):
        read_signal(tmp_path / "missing")
