from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.font_manager import fontManager

from galaxy_keras.catalogue.colormaps import COLORMAPS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.plots.drawing.style import (
    SERIES_COLORS,
    choose_series_style,
    choose_text_color,
    compute_contrast_ratio,
    compute_relative_luminance,
    find_fonts,
    make_count_formatter,
    plot_style,
)
from galaxy_keras.schema.requests.plots import find_colormap_name


def test_catalogue_lists_the_colormaps_of_matplotlib() -> None:
    # Only the newest versions have these.
    new = {"okabe_ito"}
    known = {name for name in mpl.colormaps if not name.endswith("_r")}
    assert set(COLORMAPS) == known - new


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Greens", "Greens"), ("Summer", "summer"), ("RDYLGN", "RdYlGn"), ("viridis_R", "viridis_r")],
)
def test_upper_and_lower_case_do_not_matter(name: str, expected: str) -> None:
    assert find_colormap_name(name) == expected


def test_unknown_colormap() -> None:
    with pytest.raises(ConfigurationError) as caught:
        find_colormap_name("Grens")
    message = str(caught.value)
    assert message.startswith('there is no colormap "Grens". Did you mean "Greens"? Choose from: ')
    assert message.endswith("gist_yerg; each also exists reversed, with _r after its name")


@pytest.mark.parametrize(
    ("color", "luminance"),
    [((0, 0, 0), 0.0), ((1, 1, 1), 1.0), ((1, 0, 0), 0.2126), ((0.5, 0.5, 0.5), 0.2140)],
)
def test_relative_luminance(color: tuple[float, ...], luminance: float) -> None:
    assert compute_relative_luminance(color) == pytest.approx(luminance, abs=1e-4)


def test_contrast_of_black_and_white() -> None:
    assert compute_contrast_ratio(0.0, 1.0) == compute_contrast_ratio(1.0, 0.0) == 21.0


@pytest.mark.parametrize("name", COLORMAPS)
def test_text_is_readable_on_every_color(name: str) -> None:
    """Web Content Accessibility Guidelines 2.2, level AA: a contrast of at least 4.5."""
    for background in mpl.colormaps[find_colormap_name(name)](np.linspace(0, 1, 101)):
        text = {"black": 0.0, "white": 1.0}[choose_text_color(background)]
        assert compute_contrast_ratio(text, float(compute_relative_luminance(background))) >= 4.5


def test_series_differ_by_style_once_the_colors_are_used_up() -> None:
    styles = {choose_series_style(index) for index in range(4 * len(SERIES_COLORS))}
    assert len(styles) == 4 * len(SERIES_COLORS)


@pytest.mark.parametrize(
    ("largest", "tick", "text"), [(20_000, 2000, "2,000"), (3e6, 2e6, "2M"), (3, 0.5, "0.5")]
)
def test_ticks_of_counts(largest: float, tick: float, text: str) -> None:
    assert make_count_formatter(largest)(tick) == text


def test_fonts_for_other_scripts_are_used_where_they_are_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ["Comic Sans MS", "Noto Sans CJK SC", "DejaVu Sans"]
    monkeypatch.setattr(fontManager, "get_font_names", lambda: names)
    assert find_fonts() == ["DejaVu Sans", "Noto Sans CJK SC"]


def test_style_of_the_user_is_left_aside_and_comes_back() -> None:
    with mpl.rc_context({"text.parse_math": True, "axes.facecolor": "red"}):
        with plot_style(9):
            assert mpl.rcParams["text.parse_math"] is False
            assert mpl.rcParams["axes.facecolor"] == "white"
            assert mpl.rcParams["font.size"] == 9
        assert mpl.rcParams["text.parse_math"] is True
        assert mpl.rcParams["axes.facecolor"] == "red"
