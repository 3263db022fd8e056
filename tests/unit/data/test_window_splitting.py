"""Windows are held out by chromosome or by cluster."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from galaxy_keras.data.splitting import split_rows
from galaxy_keras.data.window_splitting import WindowGroups
from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.splits import HoldOut

NAMES = ("chr1", "chr2", "chr3", "chr4")
RANDOM = np.random.default_rng(0)
CHROMOSOMES = RANDOM.choice(4, 400, p=[0.4, 0.3, 0.2, 0.1])
CLUSTERS = RANDOM.integers(0, 150, 400)
GROUPS = WindowGroups(CHROMOSOMES, NAMES, CLUSTERS)
LABELS = RANDOM.choice(["a", "b"], 400, p=[0.8, 0.2])


@pytest.mark.parametrize("method", ["simple", "stratified", "last", "unique"])
@pytest.mark.parametrize("size", [0.25, 100])
def test_clusters_stay_together(method: str, size: float) -> None:
    hold_out = HoldOut(method=method, size=size, random_state=1)  # type: ignore[arg-type]
    split = split_rows(400, hold_out, hold_out, strata=LABELS, windows=GROUPS)
    parts = [split.train, split.validation, split.test]
    assert sorted(np.concatenate(parts).tolist()) == list(range(400))
    for one in range(3):
        for other in range(one):
            assert not set(CLUSTERS[parts[one]]) & set(CLUSTERS[parts[other]])
    assert abs(len(split.test) - 100) <= 3
    if method == "stratified":
        share = (LABELS == "b").mean()
        assert abs((LABELS[split.test] == "b").mean() - share) < 0.02


def test_last_rows() -> None:
    clusters = np.array([0, 1, 2, 3, 2, 4])
    groups = WindowGroups(np.zeros(6, np.intp), ("a",), clusters)
    split = split_rows(6, HoldOut(method="last", size=2), None, windows=groups)
    assert split.test.tolist() == [5]


def test_chromosomes_by_name(caplog: pytest.LogCaptureFixture) -> None:
    test = HoldOut(method="chromosome", group_names=("chr3", "chr2"))
    validation = HoldOut(method="chromosome", group_names=("chr4",))
    with caplog.at_level(logging.INFO):
        split = split_rows(400, test, validation, windows=GROUPS)
    assert set(CHROMOSOMES[split.test]) == {1, 2}
    assert set(CHROMOSOMES[split.validation]) == {3}
    assert set(CHROMOSOMES[split.train]) == {0}
    held = (CHROMOSOMES == 1).sum() + (CHROMOSOMES == 2).sum()
    assert f"--test-size: {held} of 400 windows are held out (chr2, chr3)." in caplog.text


@pytest.mark.parametrize("seed", range(5))
def test_chromosomes_by_size(seed: int) -> None:
    hold_out = HoldOut(method="chromosome", size=0.3, random_state=seed)
    split = split_rows(400, hold_out, None, windows=GROUPS)
    held = set(CHROMOSOMES[split.test].tolist())
    assert not held & set(CHROMOSOMES[split.train].tolist())
    # 0.3, 0.2 + 0.1, or 0.4: what comes nearest in the order in which chromosomes are taken.
    assert abs(len(split.test) - 120) <= 60
    again = split_rows(400, hold_out, None, windows=GROUPS)
    assert split.test.tolist() == again.test.tolist()


@pytest.mark.parametrize(
    ("hold_out", "groups", "message"),
    [
        (
            HoldOut(method="chromosome", group_names=("chr11",)),
            GROUPS,
            'there are no windows on a chromosome "chr11". Did you mean "chr1"? There are some on '
            "chr1, chr2, chr3, chr4",
        ),
        (
            HoldOut(method="chromosome", group_names=NAMES),
            GROUPS,
            "all chromosomes are held out; at least one must be left to train on",
        ),
        (
            HoldOut(method="chromosome"),
            WindowGroups(np.zeros(400, np.intp), ("chrX",), CLUSTERS),
            "all 400 windows are on chrX, so that no chromosome can be held out. Use --split sim",
        ),
        (
            HoldOut(),
            WindowGroups(CHROMOSOMES, NAMES, np.zeros(400, np.intp)),
            "--test-size: the 400 windows overlap so much that they cannot be divided. Use --split "
            "chromosome, or shorter windows",
        ),
        (HoldOut(size=400), GROUPS, "--test-size asks for 400 of 400 windows; at least one must"),
    ],
)
def test_refused(hold_out: HoldOut, groups: WindowGroups, message: str) -> None:
    with pytest.raises(DataError) as caught:
        split_rows(400, hold_out, None, windows=groups)
    assert message in str(caught.value)
