"""How an output of a network changes when single letters of a sequence do."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.tables import write_table
from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_figure
from galaxy_keras.plots.drawing.logos import draw_logo
from galaxy_keras.plots.drawing.text import clean_text, shorten_text
from galaxy_keras.schema.requests.plots import FigureSettings, Mutagenesis

TITLE = "In-silico mutagenesis"
HEIGHT = 4.2
MIN_WIDTH, MAX_WIDTH = 7.0, 40.0
INCHES_OF_A_LETTER = 0.09
MAX_NAME = 60
COLORMAP = "RdBu_r"


def plot_in_silico_mutagenesis(*, mutagenesis: Mutagenesis, settings: FigureSettings) -> Drawing:
    """Draw the letters of a sequence as high as their loss, above the effects of all others."""
    losses = compute_losses(mutagenesis)
    count = len(losses)
    width = min(max(MIN_WIDTH, INCHES_OF_A_LETTER * count + 1.5), MAX_WIDTH)
    name = shorten_text(clean_text(mutagenesis.name), MAX_NAME)
    subtitle = (
        f"{name}: {clean_text(mutagenesis.label)} is {mutagenesis.output:.4g}; letters are as high "
        "as what their replacement takes from it, on average"
    )
    figure = create_figure(settings, (width, HEIGHT), title=TITLE, subtitle=subtitle)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    draw_logo(above, mutagenesis.letters, spread_losses(mutagenesis, losses))
    above.axhline(0, linewidth=0.8, color="black")
    above.set_ylabel("Mean loss")
    differences = np.array(mutagenesis.differences)
    limit = max(float(np.abs(differences).max()), 1e-9)
    extent = (0.5, count + 0.5, len(mutagenesis.letters) - 0.5, -0.5)
    image = below.imshow(
        differences.T,
        aspect="auto",
        cmap=COLORMAP,
        vmin=-limit,
        vmax=limit,
        extent=extent,
        interpolation="nearest",
    )
    below.set_yticks(range(len(mutagenesis.letters)), list(mutagenesis.letters))
    below.set_xlabel("Position")
    figure.colorbar(image, ax=[above, below], label="Change", aspect=30, pad=0.01)
    worst = int(np.argmax(losses)) + 1
    return Drawing(
        figure,
        choose_title(settings, TITLE),
        f"Logo and heat map of {count} positions of {name}; the largest mean loss is "
        f"{losses[worst - 1]:.4g} at position {worst}.",
        files={"table": partial(_write, mutagenesis=mutagenesis)},
    )


def compute_losses(mutagenesis: Mutagenesis) -> FloatArray:
    """Return what the other letters take from the output on average, shape (positions,)."""
    differences = np.array(mutagenesis.differences)
    own = np.array([mutagenesis.letters.find(letter) for letter in mutagenesis.sequence])
    # A letter that stands for several has no difference of its own that is 0.
    others = differences.shape[1] - (own >= 0)
    losses: FloatArray = -differences.sum(axis=1) / others
    return losses


def spread_losses(mutagenesis: Mutagenesis, losses: FloatArray) -> FloatArray:
    """Return the losses at the letters that are there, shape (positions, letters)."""
    heights = np.zeros((len(losses), len(mutagenesis.letters)))
    for position, letter in enumerate(mutagenesis.sequence):
        if letter in mutagenesis.letters:
            heights[position, mutagenesis.letters.index(letter)] = losses[position]
    return heights


def _write(path: Path, mutagenesis: Mutagenesis) -> None:
    differences = np.array(mutagenesis.differences)
    columns = [
        np.arange(1, len(differences) + 1),
        np.array(list(mutagenesis.sequence), object),
        *differences.T,
    ]
    write_table(path, ["position", "reference", *mutagenesis.letters], columns)
