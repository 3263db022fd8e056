"""What the filters of a first convolution respond to, as sequence logos and as text of MEME."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.errors import DataError
from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.figures import Drawing, choose_title, create_panels
from galaxy_keras.plots.drawing.logos import draw_logo
from galaxy_keras.plots.drawing.text import clean_text, format_count
from galaxy_keras.schema.requests.plots import FigureSettings, FilterMotif, FilterMotifs

TITLE = "Motifs"
PANEL = (3.6, 1.7)


def plot_motifs(*, motifs: FilterMotifs, top: int, settings: FigureSettings) -> Drawing:
    """Draw the logos of the filters whose sites have most bits together.

    Raises
    ------
    DataError
        If no filter is active anywhere.
    """
    shown = sorted(
        (each for each in motifs.motifs if each.sites),
        key=lambda each: -each.sites * float(compute_heights(each, motifs.background).sum()),
    )
    if not shown:
        raise DataError(
            f'no filter of the layer "{motifs.layer}" is active in any of '
            f"{format_count(motifs.samples)} samples. Give others, or train the network longer"
        )
    shown = shown[:top]
    subtitle = (
        f"of the filters of {clean_text(motifs.layer)}, from {format_count(motifs.samples)} "
        "sequences; letters in bits"
    )
    figure, panels = create_panels(settings, len(shown), PANEL, title=TITLE, subtitle=subtitle)
    for axes, motif in zip(panels, shown, strict=True):
        heights = compute_heights(motif, motifs.background)
        draw_logo(axes, motifs.letters, heights)
        axes.set_title(f"Filter {motif.number}: {format_count(motif.sites)} sites")
        axes.set_ylim(0, max(float(heights.sum(axis=1).max()), 1.0) * 1.02)
        axes.locator_params(axis="x", integer=True, nbins=8)
        axes.locator_params(axis="y", nbins=3)
    best = ", ".join(
        f"filter {each.number} {find_consensus(each, motifs.letters)} ({each.sites} sites)"
        for each in shown[:5]
    )
    return Drawing(
        figure,
        choose_title(settings, TITLE),
        f"Sequence logos of {len(shown)} filters: {best}.",
        files={"meme": partial(write_meme, motifs=motifs)},
    )


def compute_frequencies(motif: FilterMotif) -> FloatArray:
    """Return the share of each letter at each position, shape (positions, letters)."""
    counts = np.array(motif.counts)
    totals = counts.sum(axis=1, keepdims=True)
    shares: FloatArray = counts / np.where(totals > 0, totals, 1)
    return shares


def compute_heights(motif: FilterMotif, background: tuple[float, ...]) -> FloatArray:
    """Return the height of each letter in bits, shape (positions, letters).

    A position is as high as its relative entropy to the background (Schneider and Stephens 1990
    for an even one), which letters share by their frequency.
    """
    shares = compute_frequencies(motif)
    expected = np.maximum(np.array(background), 1e-12)
    logs = np.log2(np.where(shares > 0, shares, 1) / np.where(shares > 0, expected, 1))
    bits: FloatArray = shares * np.maximum((shares * logs).sum(axis=1, keepdims=True), 0)
    return bits


def find_consensus(motif: FilterMotif, letters: str) -> str:
    """Return the most frequent letter at each position."""
    return "".join(letters[number] for number in compute_frequencies(motif).argmax(axis=1))


def write_meme(path: Path, motifs: FilterMotifs) -> None:
    """Write the motifs as text of MEME, version 4.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    background = " ".join(
        f"{letter} {share:.6f}"
        for letter, share in zip(motifs.letters, motifs.background, strict=True)
    )
    lines = ["MEME version 4", "", f"ALPHABET= {motifs.letters}", ""]
    if motifs.letters == "ACGT":
        lines += ["strands: +", ""]
    lines += ["Background letter frequencies", background, ""]
    for motif in motifs.motifs:
        if motif.sites:
            rows = compute_frequencies(motif)
            lines += [
                f"MOTIF filter_{motif.number}",
                f"letter-probability matrix: alength= {rows.shape[1]} w= {len(rows)} "
                f"nsites= {motif.sites} E= 0",
                *(" ".join(f"{share:.6f}" for share in row) for row in rows.tolist()),
                "",
            ]
    with writing_atomically(path) as temporary:
        temporary.write_text("\n".join(lines), encoding="utf-8")
