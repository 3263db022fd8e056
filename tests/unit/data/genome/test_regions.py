"""Coverage by regions equals counting base by base."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.genomes import write_fasta

from galaxy_keras.artefacts.genome.intervals import read_intervals
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.data.genome.regions import Regions, make_regions, match_chromosomes


def test_covered_bases() -> None:
    random = np.random.default_rng(0)
    for count in (0, 1, 5, 60):
        starts = random.integers(0, 900, count)
        ends = starts + random.integers(0, 40, count)
        bases = np.zeros(1100, bool)
        for start, end in zip(starts, ends, strict=True):
            bases[start : max(end, start + 1)] = True
        windows = random.integers(0, 1000, 200)
        lengths = random.integers(1, 100, 200)
        found = Regions.merge(starts, ends).count_covered(windows, windows + lengths)
        expected = [bases[a : a + n].sum() for a, n in zip(windows, lengths, strict=True)]
        assert found.tolist() == expected


def test_places_are_counted_through_chromosomes(tmp_path: Path) -> None:
    genome = Genome(write_fasta(tmp_path / "a.fa", {"chr1": "A" * 50, "chr2": "C" * 30}))
    path = tmp_path / "a.bed"
    path.write_text("2\t10\t20\nchr1\t45\t70\nchr1\t60\t70\nchrX\t1\t2\n")
    intervals = read_intervals(path)
    assert match_chromosomes(genome, intervals).tolist() == [1, 0, 0, -1]
    regions = make_regions(genome, intervals)
    assert list(zip(regions.starts, regions.ends, strict=True)) == [(45, 50), (60, 70)]
