from __future__ import annotations

import pytest

from galaxy_keras.plots.drawing.text import (
    clean_text,
    format_count,
    format_count_briefly,
    format_number,
    measure_widest,
    measure_width,
    shorten_text,
    wrap_text,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain é 中", "plain é 中"),
        ("two\nlines\tand more", "two lines and more"),
        ("bell\x07 and nul\x00", "bell\ufffd and nul\ufffd"),
        ("half a pair \ud800", "half a pair \ufffd"),
    ],
)
def test_clean_text(text: str, expected: str) -> None:
    assert clean_text(text) == expected


def test_shorten_text_keeps_both_ends() -> None:
    assert shorten_text("sample_of_the_first_kind_01", 12) == "sample_…d_01"
    assert shorten_text("short", 12) == "short"


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (999, "999"), (1000, "1,000"), (12345678, "12,345,678")]
)
def test_format_count(count: int, text: str) -> None:
    assert format_count(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (7, "7"),
        (999, "999"),
        (1000, "1.0k"),
        (99_960, "100k"),
        (12_345_678, "12.3M"),
        (2 * 10**9, "2.0G"),
    ],
)
def test_format_count_briefly(count: int, text: str) -> None:
    assert format_count_briefly(count) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.123456, "0.1235"), (-2.0, "-2"), (9_891_961.3, "9,891,961"), (1e-05, "1e-05")],
)
def test_format_number(value: float, text: str) -> None:
    assert format_number(value) == text


def test_width_grows_with_size_and_weight() -> None:
    assert measure_width("word", 20) == pytest.approx(2 * measure_width("word", 10), rel=0.05)
    assert measure_width("word", 10, bold=True) > measure_width("word", 10)
    assert measure_widest(["a", "aaa"], 10) == measure_width("aaa", 10)
    assert measure_widest([], 10) == 0


def test_wrap_text_ends_in_an_ellipsis_where_there_is_no_room() -> None:
    lines = wrap_text("one two three four five six seven", 10, 1.0, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert wrap_text("", 10, 1.0, lines=2) == []
