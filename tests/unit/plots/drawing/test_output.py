from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from PIL import Image

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.plots.drawing.figures import Drawing, create_figure
from galaxy_keras.plots.drawing.output import encode_drawing, write_drawing
from galaxy_keras.plots.drawing.style import plot_style
from galaxy_keras.schema.requests.plots import FORMATS, FigureSettings, choose_format

HOSTILE = '</title><script>alert(1)</script> $x^2$ --> \x07 & "quotes"'
SVG = "{http://www.w3.org/2000/svg}"


def draw(text: str = "A title", **settings: object) -> Drawing:
    settings = create_figure(FigureSettings(**settings), (4, 3), title=text, subtitle=text)
    axes = settings.add_subplot()
    axes.plot([1, 2], [3, 4])
    axes.set_xticks([1], ["short"])
    axes.get_xticklabels()[0].set_gid("label-1")
    return Drawing(settings, text, text, {"label-1": text})


def encode(drawing_format: str, text: str = "A title", **settings: object) -> bytes:
    with plot_style(10):
        return encode_drawing(draw(text, **settings), drawing_format)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.png", "png"), ("a.SVG", "svg"), ("a.b.pdf", "pdf"), ("a.html", "html")],
)
def test_suffix_chooses_the_format(name: str, expected: str) -> None:
    assert choose_format(Path(name)) == expected


def test_format_option_wins() -> None:
    assert choose_format(Path("dataset_1.dat"), "svg") == "svg"


def test_suffix_that_names_no_format() -> None:
    with pytest.raises(ConfigurationError) as caught:
        choose_format(Path("picture.gif"))
    assert str(caught.value) == (
        "picture.gif has no suffix that determines the format of the figure. "
        "End its name in .png, .svg, .pdf, .html, or give --format"
    )


@pytest.mark.parametrize(
    ("figure_format", "start"),
    [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("html", b"<!doctype html>")],
)
def test_formats(figure_format: str, start: bytes) -> None:
    assert encode(figure_format).startswith(start)


@pytest.mark.parametrize("figure_format", FORMATS)
def test_same_picture_same_bytes(figure_format: str) -> None:
    assert encode(figure_format) == encode(figure_format)


def test_png_has_the_size_asked_for_and_its_description(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    with plot_style(10):
        write_drawing(draw(width=5, height=2, dpi=50), path, "png")
    with Image.open(path) as image:
        assert image.size == (250, 100)
        assert image.text["Title"] == image.text["Description"] == "A title"


def test_svg_says_in_words_what_it_shows() -> None:
    root = ET.fromstring(encode("svg"))  # noqa: S314
    assert root.attrib["role"] == "img"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root[0].text == root[1].text == "A title"
    label = root.find(f".//{SVG}g[@id='label-1']/{SVG}title")
    assert label is not None
    assert label.text == "A title"


def test_hostile_text_stays_text() -> None:
    svg = encode("svg", HOSTILE)
    root = ET.fromstring(svg)  # noqa: S314
    assert root[0].text == HOSTILE.replace("\x07", "\ufffd")
    assert not list(root.iter(f"{SVG}script"))
    page = encode("html", HOSTILE).decode()
    assert not re.search(r"<script\b", re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL))


def test_html_forbids_scripts_and_the_network() -> None:
    page = encode("html").decode()
    assert (
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'\""
    ) in page
    assert "<?xml" not in page
    assert "<title>A title</title>" in page


def test_empty_title_leaves_room_to_the_plot() -> None:
    with plot_style(10):
        assert create_figure(FigureSettings(title=""), (4, 3), title="A title").texts == []


def test_picture_too_large() -> None:
    with pytest.raises(ConfigurationError) as caught:
        encode("png", width=60, height=3, dpi=600)
    assert str(caught.value) == (
        "the figure would have 36,000 x 1,800 pixels; at most 20,000 per side are allowed. "
        "Lower --dpi, --width or --height, or write an SVG or a PDF"
    )


def test_output_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "a.png"
    with plot_style(10), pytest.raises(DataError, match="cannot be written"):
        write_drawing(draw(), path, "png")
