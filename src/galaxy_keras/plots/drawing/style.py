"""Colours, lines and fonts of all figures."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib.axis import Axis
from matplotlib.font_manager import fontManager
from matplotlib.ticker import EngFormatter, Formatter, StrMethodFormatter

from galaxy_keras.plots.array_types import FloatArray

INK = "#1a1a1a"
MUTED = "#595959"
FAINT = "#e3e3e3"
EMPTY = "#f0f0f0"

SERIES_COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), which is distinguishable
with any kind of colour vision, without its yellow, which is too light for lines on white."""

SERIES_STYLES = ("-", "--", "-.", ":")
"""Line styles, one for each repetition of the colours."""

FONT = "DejaVu Sans"
"""It is bundled with matplotlib, so figures look the same everywhere."""

WIDE_FONTS = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans CJK KR",
    "WenQuanYi Zen Hei",
    "IPAGothic",
    "Noto Sans Devanagari",
    "Noto Sans Bengali",
    "Noto Sans Thai",
)
"""Fonts for the characters that DejaVu Sans lacks, where they are installed."""

_SETTINGS: dict[Any, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": MUTED,
    "axes.formatter.useoffset": False,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": "medium",
    "axes.titleweight": "bold",
    "figure.facecolor": "white",
    "grid.color": FAINT,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    # Type 42 keeps text in a PDF as text, which journals ask for.
    "pdf.fonttype": 42,
    # The same figure gives the same bytes.
    "svg.hashsalt": "galaxy-keras",
    "text.color": INK,
    # A dollar sign in a label is a dollar sign.
    "text.parse_math": False,
    "xtick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.color": MUTED,
    "ytick.labelcolor": INK,
}


@contextlib.contextmanager
def plot_style(font_size: float) -> Iterator[None]:
    """Draw and write in the project's style, whatever the user's matplotlib is set to.

    Figures must also be written inside this context: matplotlib makes tick labels then.
    """
    with mpl.rc_context(), warnings.catch_warnings():
        # A character that the font lacks is drawn as a box; that is no reason for a warning
        # for each of them.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        mpl.rcParams["font.size"] = font_size
        mpl.rcParams["font.family"] = find_fonts()
        yield


def find_fonts() -> list[str]:
    """Return the fonts to look for a character in, one after the other."""
    installed = set(fontManager.get_font_names())
    return [FONT, *(font for font in WIDE_FONTS if font in installed)]


def choose_series_style(index: int) -> tuple[str, str]:
    """Return the colour and the line style of the series number `index`, from 0."""
    styles = SERIES_STYLES[index // len(SERIES_COLORS) % len(SERIES_STYLES)]
    return SERIES_COLORS[index % len(SERIES_COLORS)], styles


def make_count_formatter(largest: float) -> Formatter:
    """Return the tick formatter of an axis of counts up to `largest`: 2,000 or 2M."""
    return EngFormatter(sep="") if largest >= 1e6 else StrMethodFormatter("{x:,g}")


def format_large_ticks(axis: Axis, largest: float) -> None:
    """Write the ticks of an axis as 2M where its values reach a million, not as 2 and 1e6 aside."""
    if abs(largest) >= 1e6:
        axis.set_major_formatter(EngFormatter(sep=""))


def compute_contrast_ratio(first: float, second: float) -> float:
    """Return the contrast of two relative luminances, from 1 to 21 (WCAG 2.2)."""
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)


def compute_relative_luminance(rgb: npt.ArrayLike) -> FloatArray:
    """Return the relative luminance (WCAG 2.2) of sRGB colours.

    Parameters
    ----------
    rgb
        Red, green and blue from 0 to 1 on the last axis; further values,
        such as alpha, are ignored.
    """
    channels = np.asarray(rgb, dtype=float)[..., :3]
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    luminance: FloatArray = linear @ np.array([0.2126, 0.7152, 0.0722])
    return luminance


def choose_text_color(background: npt.ArrayLike) -> str:
    """Return black or white, whichever is easier to read on `background` (red, green, blue)."""
    luminance = float(compute_relative_luminance(background))
    return (
        "black"
        if compute_contrast_ratio(luminance, 0.0) >= compute_contrast_ratio(luminance, 1.0)
        else "white"
    )
