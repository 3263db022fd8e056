"""Losses of letters, and the table of changes."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.plots.kinds.in_silico_mutagenesis import (
    compute_losses,
    plot_in_silico_mutagenesis,
    spread_losses,
)
from galaxy_keras.schema.requests.plots import FigureSettings, Mutagenesis

GIVEN = Mutagenesis(
    name="chr1:1-3",
    sequence="CNT",
    letters="ACGT",
    label="yes",
    output=0.9,
    differences=((-0.3, 0, -0.6, 0), (0.1, 0.1, 0, 0.2), (0.3, 0.3, 0.3, 0)),
)


def test_losses_are_means_over_other_letters() -> None:
    losses = compute_losses(GIVEN)
    np.testing.assert_allclose(losses, [0.3, -0.1, -0.3])
    np.testing.assert_allclose(
        spread_losses(GIVEN, losses), [[0, 0.3, 0, 0], [0, 0, 0, 0], [0, 0, 0, -0.3]]
    )


def test_table(tmp_path: Path) -> None:
    with plot_style(10):
        drawing = plot_in_silico_mutagenesis(mutagenesis=GIVEN, settings=FigureSettings())
    assert drawing.description == (
        "Logo and heat map of 3 positions of chr1:1-3; the largest mean loss is 0.3 at position 1."
    )
    path = tmp_path / "ism.tsv"
    drawing.files["table"](path)
    assert path.read_text() == (
        "position\treference\tA\tC\tG\tT\n1\tC\t-0.3\t0.0\t-0.6\t0.0\n"
        "2\tN\t0.1\t0.1\t0.0\t0.2\n3\tT\t0.3\t0.3\t0.3\t0.0\n"
    )
