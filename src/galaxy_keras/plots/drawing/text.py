"""Formatting of text and numbers, and fitting them into figures."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from galaxy_keras.artefacts.tables.cells import is_decimal_number

POINTS_PER_INCH = 72.0
MAX_LABEL_LENGTH = 28
ELLIPSIS = "\u2026"
_SPACES = re.compile(r"[\t\n\r\v\f\x85\u2028\u2029]+")
# XML, and so SVG, has no place for these; matplotlib would draw boxes.
_UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SCALES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def clean_text(text: str) -> str:
    """Return `text` on one line, with a mark in place of each character that cannot be shown."""
    return _UNPRINTABLE.sub("\ufffd", _SPACES.sub(" ", text))


def shorten_text(text: str, max_length: int) -> str:
    """Return `text`, its middle elided where it is longer than `max_length` characters.

    The end stays because names that differ there only are common (`sample_a_01`, `sample_a_02`).
    """
    if len(text) <= max_length:
        return text
    head = (max_length - 1) * 2 // 3
    tail = max_length - 1 - head
    return text[:head] + ELLIPSIS + text[len(text) - tail :]


def name_class(label: str, max_length: int = MAX_LABEL_LENGTH) -> str:
    """Return a label as shown in a legend: `Class 1` for a bare number."""
    name = shorten_text(clean_text(label), max_length)
    return f"Class {name}" if is_decimal_number(name) else name


def measure_width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width in inches of `text`, one line, at `size` points."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / POINTS_PER_INCH


def measure_widest(texts: Sequence[str], size: float) -> float:
    """Return the width in inches of the widest of `texts` at `size` points; 0 for none."""
    return max((measure_width(text, size) for text in texts), default=0.0)


def wrap_text(text: str, size: float, width: float, *, lines: int, bold: bool = False) -> list[str]:
    """Break `text` into at most `lines` lines of at most about `width` inches at `size` points."""
    if not text:
        return []
    inches_per_character = measure_width(text, size, bold=bold) / len(text)
    max_length = max(int(width / max(inches_per_character, 1e-9)), 1)
    return textwrap.wrap(text, max_length, max_lines=lines, placeholder=ELLIPSIS)


def format_count(count: int) -> str:
    """Return a whole number with a comma between thousands."""
    return f"{count:,}"


def format_count_briefly(count: int) -> str:
    """Return a count rounded to three significant digits, in at most five characters: 12.3M."""
    for scale, letter in _SCALES:
        # From 99.95 on, three significant digits need no decimal.
        if count >= scale:
            scaled = count / scale
            return f"{scaled:.1f}{letter}" if scaled < 99.95 else f"{scaled:.0f}{letter}"
    return str(count)


def format_number(value: float) -> str:
    """Return `value` in four significant digits, without an exponent where it is large."""
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e12 else f"{value:.4g}"
