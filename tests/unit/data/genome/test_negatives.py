"""Windows without features: drawn by content, at any place, or shuffled."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tests.genomes import invent_sequence, write_fasta

from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.data.genome.negatives import (
    GC_DIFFERENCE,
    draw_by_gc,
    draw_windows,
    measure_gc,
    shuffle_dinucleotides,
)
from galaxy_keras.data.genome.regions import Regions
from galaxy_keras.data.genome.windows import Geometry, Rules, Windows
from galaxy_keras.errors import DataError

GEOMETRY = Geometry(100, 20)


@pytest.fixture
def genome(tmp_path: Path) -> Genome:
    sequences = {
        f"chr{n}": invent_sequence(10_000, n, "ACGT" if n % 2 else "AAACGT") for n in range(4)
    }
    return Genome(write_fasta(tmp_path / "a.fa", sequences))


def check_free(regions: Regions, windows: Windows) -> None:
    assert not regions.count_covered(*windows.bins).any()
    chromosomes = windows.chromosomes
    assert (windows.starts >= windows.genome.offsets[chromosomes]).all()
    assert (windows.starts + 100 <= windows.genome.offsets[chromosomes + 1]).all()
    assert set(windows.strands.tolist()) == {-1, 1}


def test_any_place(genome: Genome) -> None:
    regions = Regions.merge(np.arange(0, 40_000, 200), np.arange(100, 40_100, 200))

    def draw(seed: int) -> Windows:
        return draw_windows(
            genome,
            GEOMETRY,
            Rules(),
            lambda starts, ends: regions.count_covered(starts, ends) == 0,
            3000,
            np.random.default_rng(seed),
        )

    found = draw(1)
    assert len(found) == 3000
    check_free(regions, found)
    assert (draw(1).starts == found.starts).all()
    assert (draw(2).starts != found.starts).any()


def test_equal_content(genome: Genome) -> None:
    regions = Regions.merge(np.array([0]), np.array([50]))
    starts = np.arange(0, 4500, 90)
    positives = Windows(genome, GEOMETRY, starts, np.ones(50, np.int8))
    found = draw_by_gc(
        positives,
        Rules(),
        lambda starts, ends: regions.count_covered(starts, ends) == 0,
        2,
        np.random.default_rng(1),
    )
    assert len(found) == 100
    check_free(regions, found)
    pairs = zip(
        np.sort(measure_gc(found)), np.sort(np.repeat(measure_gc(positives), 2)), strict=True
    )
    assert all(abs(one - other) <= GC_DIFFERENCE + 1e-9 for one, other in pairs)


def test_no_place_is_free(genome: Genome) -> None:
    with pytest.raises(
        DataError, match="--negatives asks for 5 windows without a feature, but only 0"
    ):
        draw_windows(
            genome,
            GEOMETRY,
            Rules(),
            lambda starts, _: np.zeros(len(starts), bool),
            5,
            np.random.default_rng(0),
        )


def test_no_place_of_equal_content(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    letters = invent_sequence(4000, 0, "AAACGT")
    genome = Genome(write_fasta(tmp_path / "a.fa", {"a": "GC" * 100 + letters}))
    regions = Regions.merge(np.array([0]), np.array([200]))

    def draw(starts: list[int]) -> Windows:
        strands = np.ones(len(starts), np.int8)
        return draw_by_gc(
            Windows(genome, GEOMETRY, np.array(starts), strands),
            Rules(),
            lambda starts, ends: regions.count_covered(starts, ends) == 0,
            1,
            np.random.default_rng(0),
        )

    with pytest.raises(DataError, match="Their share of G and C is to be that of the windows with"):
        draw([20, 60])
    with caplog.at_level(logging.WARNING):
        assert len(draw([20, 1000, 2000])) == 2
    assert "There are 2 windows without a feature, not 3: for the others none has" in caplog.text


def count_pairs(letters: bytes) -> Counter[bytes]:
    return Counter(letters[place : place + 2] for place in range(len(letters) - 1))


@pytest.mark.parametrize("length", [0, 1, 2, 3, 10, 500])
def test_pairs_stay(length: int) -> None:
    random = np.random.default_rng(length)
    letters = np.frombuffer(invent_sequence(length, 3, "ACGTNacgt").encode(), np.uint8)
    shuffled = shuffle_dinucleotides(letters, random).tobytes()
    assert count_pairs(shuffled) == count_pairs(letters.tobytes().upper())
    if length == 500:
        assert shuffled != letters.tobytes().upper()


def test_all_orders_are_drawn_equally() -> None:
    letters = np.frombuffer(b"ACAGATA", np.uint8)
    random = np.random.default_rng(0)
    drawn = Counter(shuffle_dinucleotides(letters, random).tobytes() for _ in range(6000))
    assert len(drawn) == 6
    assert all(abs(count - 1000) < 150 for count in drawn.values())
