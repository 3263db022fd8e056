"""Writing a figure as PNG, SVG, PDF or HTML; the same figure gives the same bytes."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.catalogue.plot import FigureFormat
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.drawing.text import clean_text

MAX_SIDE_PIXELS = 20_000
"""The longest side of a PNG."""

_SVG_START = re.compile(r"<svg\b")
_SVG_TAG = re.compile(r"<svg\b[^>]*>")


def write_drawing(drawing: Drawing, path: Path, figure_format: FigureFormat) -> None:
    """Write the figure to `path`, replacing it only when complete.

    Raises
    ------
    ConfigurationError
        If a PNG would have a side of more than `MAX_SIDE_PIXELS` pixels.
    DataError
        If the file cannot be written.
    """
    content = encode_drawing(drawing, figure_format)
    with writing_atomically(path) as temporary:
        temporary.write_bytes(content)


def encode_drawing(drawing: Drawing, figure_format: FigureFormat) -> bytes:
    """Return the figure as the bytes of a file."""
    match figure_format:
        case "png":
            _check_pixels(drawing)
            return _save(
                drawing, "png", {"Title": drawing.title, "Description": drawing.description}
            )
        case "pdf":
            return _save(drawing, "pdf", {"Title": drawing.title, "CreationDate": None})
        case "svg":
            return encode_svg(drawing).encode()
        case "html":
            return _encode_page(drawing).encode()


def encode_svg(drawing: Drawing) -> str:
    """Return the figure as SVG with its title, its description and its tooltips."""
    svg = _save(drawing, "svg", {"Date": None, "Creator": None}).decode()
    svg = _SVG_START.sub('<svg role="img"', svg, count=1)
    description = _element("title", drawing.title) + _element("desc", drawing.description)
    svg = _SVG_TAG.sub(lambda tag: tag.group() + description, svg, count=1)
    for gid, text in drawing.tooltips.items():
        start = f'<g id="{gid}">'
        svg = svg.replace(start, start + _element("title", text), 1)
    return svg


def _save(drawing: Drawing, figure_format: str, metadata: dict[str, Any]) -> bytes:
    buffer = io.BytesIO()
    drawing.figure.savefig(buffer, format=figure_format, metadata=metadata)
    return buffer.getvalue()


def _encode_page(drawing: Drawing) -> str:
    # Only pages need Jinja2, which takes time to import.
    from galaxy_keras.plots.drawing.pages import render_page

    svg = encode_svg(drawing)
    return render_page(drawing, svg[svg.index("<svg") :].strip())


def _element(name: str, text: str) -> str:
    return f"<{name}>{html.escape(clean_text(text))}</{name}>"


def _check_pixels(drawing: Drawing) -> None:
    width, height = drawing.figure.get_size_inches() * drawing.figure.dpi
    if max(width, height) > MAX_SIDE_PIXELS:
        raise ConfigurationError(
            f"the figure would have {width:,.0f} x {height:,.0f} pixels; "
            f"at most {MAX_SIDE_PIXELS:,} per side are allowed. Lower --dpi, --width or --height, "
            "or write an SVG or a PDF"
        )
