"""Pictures are compared with `baseline/`, each of which a person has looked at.

To draw the baselines again after a wanted change, run the tests with UPDATE_PICTURES=1 and look
at every picture that changed before committing it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.drawing.output import write_drawing
from galaxy_keras.plots.drawing.style import plot_style

BASELINE = Path(__file__).parent / "baseline"
# Root mean square of the differences in brightness, from 0 to 255. Other versions of FreeType
# draw the same text up to about 5 apart; another picture is 15 and more apart.
TOLERANCE = 8.0


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with plot_style(font_size=10):
        yield


@pytest.fixture
def check_picture(tmp_path: Path) -> Callable[[Drawing, str], None]:
    """Write a drawing as PNG and compare it with the baseline of that name."""
    from matplotlib.testing.compare import compare_images

    def check(drawing: Drawing, name: str) -> None:
        expected = BASELINE / f"{name}.png"
        if os.environ.get("UPDATE_PICTURES"):
            write_drawing(drawing, expected, "png")
        actual = tmp_path / f"{name}.png"
        write_drawing(drawing, actual, "png")
        difference = compare_images(str(expected), str(actual), tol=TOLERANCE)
        assert difference is None, difference

    return check
