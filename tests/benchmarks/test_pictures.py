from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pictures
import pytest
from pictures import LIBRARIES, STEPS
from results import read_records
from tests.processes import run_process


@pytest.mark.slow
def test_one_round_of_few_rows_gives_the_table(tmp_path: Path) -> None:
    pytest.importorskip("pandas", reason="the script without galaxy-keras reads with pandas")
    command = [sys.executable, pictures.__file__, "--rounds", "1", "--rows", "300"]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

    run_process(
        [*command, "--output", str(tmp_path)],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )

    records = read_records(tmp_path / "pictures.tsv")
    for contender in ("galaxy-keras", LIBRARIES):
        assert [each.step for each in records if each.contender == contender] == list(STEPS)
    assert "300 rows, medians of 1" in (tmp_path / "pictures.md").read_text()
