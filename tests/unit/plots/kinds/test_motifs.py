"""Logos of filters by numbers, and text of MEME."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.errors import DataError
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.kinds.motifs import (
    compute_frequencies,
    compute_heights,
    find_consensus,
    plot_motifs,
)
from galaxy_keras.schema.requests.plots import FigureSettings, FilterMotif, FilterMotifs

FIRST = FilterMotif(number=1, sites=8, counts=((8, 0, 0, 0), (2, 2, 2, 2), (4, 4, 0, 0)))
NEVER = FilterMotif(number=2, sites=0, counts=((0,) * 4,) * 3)
EVEN = (0.25,) * 4


def make(*motifs: FilterMotif, background: tuple[float, ...] = EVEN) -> FilterMotifs:
    return FilterMotifs(
        layer="conv1d", letters="ACGT", background=background, samples=10, motifs=motifs
    )


def test_heights_in_bits() -> None:
    assert compute_frequencies(FIRST)[2].tolist() == [0.5, 0.5, 0, 0]
    np.testing.assert_allclose(
        compute_heights(FIRST, EVEN), [[2, 0, 0, 0], [0, 0, 0, 0], [0.5, 0.5, 0, 0]], atol=1e-12
    )
    # What is frequent anyway says less: log2(1 / 0.5) bits.
    uneven = compute_heights(FIRST, (0.5, 0.3, 0.1, 0.1))
    assert uneven[0, 0] == pytest.approx(1)
    assert find_consensus(FIRST, "ACGT") == "AAA"


def test_text_of_meme(tmp_path: Path) -> None:
    with plot_style(10):
        drawing = plot_motifs(motifs=make(FIRST, NEVER), top=12, settings=FigureSettings())
    assert drawing.description == "Sequence logos of 1 filters: filter 1 AAA (8 sites)."
    path = tmp_path / "motifs.meme"
    drawing.files["meme"](path)
    assert path.read_text() == (
        "MEME version 4\n\nALPHABET= ACGT\n\nstrands: +\n\nBackground letter frequencies\n"
        "A 0.250000 C 0.250000 G 0.250000 T 0.250000\n\nMOTIF filter_1\n"
        "letter-probability matrix: alength= 4 w= 3 nsites= 8 E= 0\n"
        "1.000000 0.000000 0.000000 0.000000\n0.250000 0.250000 0.250000 0.250000\n"
        "0.500000 0.500000 0.000000 0.000000\n"
    )


def test_filters_with_most_bits_come_first() -> None:
    many = FilterMotif(number=3, sites=100, counts=((100, 0, 0, 0),) * 3)
    vague = FilterMotif(number=4, sites=900, counts=((225,) * 4,) * 3)
    with plot_style(10):
        drawing = plot_motifs(motifs=make(FIRST, vague, many), top=2, settings=FigureSettings())
    assert "filter 3 AAA (100 sites), filter 1 AAA (8 sites)" in drawing.description


def test_no_filter_is_active() -> None:
    with pytest.raises(DataError, match='no filter of the layer "conv1d" is active in any of 10'):
        plot_motifs(motifs=make(NEVER), top=12, settings=FigureSettings())
