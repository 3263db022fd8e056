"""What people copy from docs/cluster.md."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from galaxy_keras.tools.keras_train_and_eval import main as train
from galaxy_keras.tools.model_prediction import main as predict

from galaxy_keras.schema.requests.cluster import Cluster

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "cluster.md").read_text()
# Of srun, mpirun, sbatch, scancel and snakemake.
OTHERS = {
    "--host",
    "--nodes",
    "--ntasks-per-node",
    "--gpus-per-node",
    "--cpus-per-task",
    "--kill-on-bad-exit",
    "--array",
    "--time",
    "--signal",
    "--requeue",
    "--cores",
    "--lint",
}


def test_options_exist() -> None:
    options = {text for each in (*train.params, *predict.params) for text in each.opts}

    assert set(re.findall(r"(?<!-)--[a-z][a-z-]+", PAGE)) - OTHERS - options == set()


@pytest.mark.parametrize("text", re.findall(r"--cluster (\w+:\d+,\d+,\d+)", PAGE))
def test_clusters_can_be_read(text: str) -> None:
    assert Cluster.parse(text, {}).host == "node1"


def test_tests_that_are_named_are_there() -> None:
    named = set(re.findall(r"tests/[\w/]+\.py", PAGE))

    assert len(named) == 8
    assert all((ROOT / name).exists() for name in named)
