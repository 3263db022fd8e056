"""A figure as an HTML page that needs no other file and no network access."""

from __future__ import annotations

import base64
import gzip
import hashlib
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from galaxy_keras.plots.drawing.charts import Chart
from galaxy_keras.plots.drawing.figures import Drawing
from galaxy_keras.plots.drawing.text import clean_text

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)


@dataclass(frozen=True)
class PackedChart:
    """A chart as embedded in a page.

    Attributes
    ----------
    figure_json
        Traces and layout as JSON.
    library
        The script of plotly, as base64 of gzip. This takes a third of the space of the script,
        and an attribute is not shown as text where a server strips script elements.
    library_hash
        Hash of the script, by which the content security policy of the page allows it.
    width, min_width
        Width and minimum width in pixels.
    """

    figure_json: str
    library: str
    library_hash: str
    width: float
    min_width: float


def render_page(drawing: Drawing, svg: str) -> str:
    """Return the page; if the drawing has a chart, it replaces the figure on screens.

    Parameters
    ----------
    svg
        The figure as markup of this project's own making, in which all texts are escaped.
    """
    environment = Environment(
        loader=PackageLoader("galaxy_keras.plots.drawing", "."),
        autoescape=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    chart = None if drawing.chart is None else _pack_chart(drawing.chart())
    script = _read_part("page.js")
    return environment.get_template("page.html.j2").render(
        title=clean_text(drawing.title),
        description=clean_text(drawing.description),
        svg=Markup(svg),  # noqa: S704
        chart=chart,
        css=Markup(_read_part("page.css")),  # noqa: S704
        script=Markup(script),  # noqa: S704
        policy=Markup(_allow_scripts(chart, script)),  # noqa: S704
    )


def encode_chart(chart: Chart) -> str:
    """Return traces and layout as JSON, with arrays as plotly packs them.

    Raises
    ------
    ValueError
        If plotly does not know a part of it.
    """
    # Only a page needs plotly, which takes time to import.
    from plotly.graph_objects import Figure

    encoded: str = Figure(
        {"data": list(chart.traces), "layout": {"template": "none"} | chart.layout}
    ).to_json()
    return encoded


def _pack_chart(chart: Chart) -> PackedChart:
    from plotly.offline import get_plotlyjs

    library: str = get_plotlyjs()
    # Without a timestamp the same figure gives the same bytes.
    packed = gzip.compress(library.encode(), mtime=0)
    return PackedChart(
        encode_chart(chart),
        base64.b64encode(packed).decode(),
        _hash(library),
        chart.width,
        chart.min_width,
    )


def _allow_scripts(chart: PackedChart | None, script: str) -> str:
    if chart is None:
        return CONTENT_SECURITY_POLICY
    return f"{CONTENT_SECURITY_POLICY}; script-src '{_hash(script)}' '{chart.library_hash}'"


def _hash(script: str) -> str:
    digest = hashlib.sha256(script.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _read_part(name: str) -> str:
    return files("galaxy_keras.plots.drawing").joinpath(name).read_text(encoding="utf-8")
