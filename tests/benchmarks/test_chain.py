from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import chain
import pytest
from chain import CHAIN, STEPS
from results import read_records
from tests.processes import run_process


@pytest.mark.slow
def test_one_round_of_few_rows_gives_all_tables(tmp_path: Path) -> None:
    pytest.importorskip("pandas", reason="needs pandas: pip install '.[bench]'")
    folder = Path(sys.executable).parent
    command = [sys.executable, chain.__file__]
    options = ["--rounds", "1", "--rows", "160", "--output", str(tmp_path)]
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}

    run_process([*command, *options], check=True, env=environment, stdout=subprocess.DEVNULL)

    records = read_records(tmp_path / "measurements.tsv")
    ours = {each.step for each in records if each.contender == "galaxy-keras"}
    plain = {each.step for each in records if each.contender == "plain Keras"}
    assert ours == set(STEPS)
    assert plain == set(STEPS) - set(CHAIN[:2])
    assert "160 drawn reviews" in (tmp_path / "chain.md").read_text()
    scores = (tmp_path / "scores.tsv").read_text().splitlines()
    assert [line.split("\t")[:2] for line in scores[1:]] == [
        ["plain Keras", "1"],
        ["galaxy-keras", "1"],
    ]
