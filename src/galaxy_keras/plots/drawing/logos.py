"""Sequence logos: letters as high as numbers say, drawn as shapes."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D

from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.style import FONT, SERIES_COLORS

_COLORS: Final = {"A": "#009E73", "C": "#0072B2", "G": "#E69F00", "T": "#D55E00", "U": "#D55E00"}
_WIDTH: Final = 0.94
"""The share of its place that a letter takes."""
_NUCLEOTIDES: Final = frozenset("ACGTU")


def draw_logo(axes: Axes, letters: str, heights: FloatArray) -> None:
    """Draw stacks of letters, the highest on top; negative heights hang below the axis.

    Parameters
    ----------
    axes
        Where to draw.
    letters
        The letters.
    heights
        Shape (positions, letters); positions are numbered from 1.
    """
    colors = _choose_colors(letters)
    for position, stack in enumerate(heights, 1):
        for sign in (1, -1):
            bottom = 0.0
            shown = [number for number in np.argsort(np.abs(stack)) if stack[number] * sign > 0]
            for number in shown:
                height = float(stack[number])
                _draw_letter(axes, letters[number], position, bottom, height, colors[number])
                bottom += height
    lowest = min(float(np.minimum(heights, 0).sum(axis=1).min(initial=0)), 0)
    highest = max(float(np.maximum(heights, 0).sum(axis=1).max(initial=0)), 1e-9)
    axes.set_xlim(0.5, len(heights) + 0.5)
    axes.set_ylim(lowest * 1.05, highest * 1.05)


def _choose_colors(letters: str) -> list[str]:
    if set(letters) <= _NUCLEOTIDES:
        return [_COLORS[letter] for letter in letters]
    return [SERIES_COLORS[number % len(SERIES_COLORS)] for number in range(len(letters))]


def _draw_letter(
    axes: Axes, letter: str, position: int, bottom: float, height: float, color: str
) -> None:
    placed = (
        Affine2D()
        .scale(_WIDTH, abs(height))
        .translate(position - _WIDTH / 2, min(bottom, bottom + height))
    )
    outline = placed.transform_path(_make_outline(letter))
    axes.add_patch(PathPatch(outline, facecolor=color, edgecolor="none", linewidth=0))


@cache
def _make_outline(letter: str) -> Outline:
    """Return a letter that fills a square of side 1."""
    path = TextPath((0, 0), letter, size=1, prop=FontProperties(family=FONT, weight="bold"))
    box = path.get_extents()
    fitted = Affine2D().translate(-box.x0, -box.y0).scale(1 / box.width, 1 / box.height)
    return fitted.transform_path(path)
