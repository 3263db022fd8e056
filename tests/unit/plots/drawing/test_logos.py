"""Letters of logos stand where and as high as numbers say."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from galaxy_keras.plots.drawing.logos import draw_logo


def test_letters_fill_their_places() -> None:
    axes = Figure().subplots()
    draw_logo(axes, "ACGT", np.array([[0.5, 0, 1.5, 0], [0, -0.4, 0, 0.2]]))
    boxes = [patch.get_path().get_extents() for patch in axes.patches]
    found = [(round(box.x0, 2), round(box.y0, 2), round(box.y1, 2)) for box in boxes]
    # The higher letter stands on the lower one; what is negative hangs below.
    assert found == [(0.53, 0, 0.5), (0.53, 0.5, 2), (1.53, 0, 0.2), (1.53, -0.4, 0)]
    assert axes.get_xlim() == (0.5, 2.5)
    assert np.allclose(axes.get_ylim(), (-0.42, 2.1))


def test_letters_of_proteins_have_colours() -> None:
    axes = Figure().subplots()
    draw_logo(axes, "ARNDCEQGHILKMFPSTWYV", np.eye(20))
    assert len(axes.patches) == 20
