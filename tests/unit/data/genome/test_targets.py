"""Targets of windows by the rules, against counting base by base."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tests.genomes import write_fasta

from galaxy_keras.artefacts.genome.intervals import read_intervals
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.data.genome.targets import (
    FeatureTargets,
    SignalTarget,
    compute_threshold,
    make_feature_targets,
)
from galaxy_keras.errors import DataError


@pytest.fixture
def genome(tmp_path: Path) -> Genome:
    return Genome(write_fasta(tmp_path / "a.fa", {"chr1": "A" * 500, "chr2": "C" * 300}))


def make(genome: Genome, text: str, names: tuple[str, ...] | None = None) -> FeatureTargets:
    path = genome.path.with_name("features.bed")
    path.write_text(text)
    return make_feature_targets(genome, read_intervals(path), names, 0)


@pytest.mark.parametrize(
    ("overlap", "bin_length", "threshold"),
    [(0.5, 200, 99), (0, 200, 0), (1, 200, 199), (0.5, 1, 0), (0.001, 200, 0), (0.33, 10, 2)],
)
def test_threshold(overlap: float, bin_length: int, threshold: int) -> None:
    assert compute_threshold(overlap, bin_length) == threshold


def test_half_of_a_bin(genome: Genome) -> None:
    text = "chr1\t0\t30\ta\nchr1\t20\t50\ta\n2\t0\t49\tb\nchr1\t10\t10\tc\n"
    targets = make(genome, text)
    assert targets.names == ("a", "b", "c")
    starts = np.array([0, 1, 500, 501])
    half = FeatureTargets(targets.names, targets.regions, compute_threshold(0.5, 100))
    assert half.compute(starts, starts + 100).tolist() == [
        [1, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
        [0, 0, 0],
    ]
    any_base = half.names, half.regions, 0
    assert FeatureTargets(*any_base).compute(starts, starts + 100).tolist() == [
        [1, 0, 1],
        [1, 0, 1],
        [0, 1, 0],
        [0, 1, 0],
    ]


def test_order_of_names(genome: Genome) -> None:
    text = "chr1\t0\t30\tb\nchr1\t20\t50\ta\nchr1\t60\t70\tc\n"
    assert make(genome, text, ("c", "b")).names == ("c", "b")


@pytest.mark.parametrize(
    ("text", "names", "message"),
    [
        (
            "chr1\t0\t30\tgata\n",
            ("gat",),
            'has no feature "gat". Did you mean "gata"? Its features',
        ),
        ("chr1\t0\t30\n", None, "line 1: the feature has no name. Column 4 of --target-features"),
        ("X\t0\t30\ta\n", None, "none of its chromosomes (X) is in "),
    ],
)
def test_refused(genome: Genome, text: str, names: tuple[str, ...] | None, message: str) -> None:
    with pytest.raises(DataError) as caught:
        make(genome, text, names)
    assert message in str(caught.value)


def test_mean_of_signal() -> None:
    random = np.random.default_rng(0)
    edges = np.sort(random.choice(1000, 80, replace=False))
    starts, ends = edges[::2], edges[1::2]
    values = random.normal(size=40)
    bases = np.full(1200, np.nan)
    for start, end, value in zip(starts, ends, values, strict=True):
        bases[start:end] = value
    order = random.permutation(40)
    signal = SignalTarget.make(starts[order], ends[order], values[order])
    windows = random.integers(0, 1000, 100)
    expected = [np.nansum(bases[start : start + 50]) / 50 for start in windows]
    np.testing.assert_allclose(signal.compute(windows, windows + 50), expected, atol=1e-12)
    missing = [row for row, a in enumerate(windows) if np.isnan(bases[a : a + 50]).any()]
    assert signal.find_missing(windows, windows + 50).tolist() == missing


def test_signal_without_stretches() -> None:
    empty = np.zeros(0, np.int64)
    signal = SignalTarget.make(empty, empty, np.zeros(0))
    assert signal.compute(np.array([5]), np.array([10])).tolist() == [0]
