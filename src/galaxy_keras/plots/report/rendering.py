"""From what a report says to one HTML page; every text is escaped on its way."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from galaxy_keras.plots.drawing.text import clean_text
from galaxy_keras.plots.report.content import Picture, ReportContent

WIDE = 400.0
"""Width in points above which a figure scrolls on a phone rather than shrinks."""


def render_report(content: ReportContent) -> str:
    """Return the page, which needs no other file and runs no script."""
    environment = Environment(
        loader=PackageLoader("galaxy_keras.plots.report", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=_clean,
    )
    environment.filters["drawn"] = _trust_svg
    environment.tests["wide"] = _is_wide
    return environment.get_template("report.html.j2").render(content=content)


def _clean(value: object) -> object:
    """Return texts without what HTML has no place for."""
    if isinstance(value, Markup) or not isinstance(value, str):
        return value
    return "\n".join(map(clean_text, value.split("\n")))


def _trust_svg(picture: Picture) -> Markup:
    # The SVG is written by this project, which escapes the texts in it (`plots.output`).
    return Markup(picture.svg)  # noqa: S704


def _is_wide(picture: Picture) -> bool:
    return picture.width > WIDE
