from __future__ import annotations

import pytest

from galaxy_keras.artefacts.tables.dialects import (
    find_separator,
    find_separator_of_labels,
    has_decimal_comma,
    have_decimal_commas,
    is_comment,
    is_pandas_index,
    iterate_blank_ends,
)


@pytest.mark.parametrize(
    ("lines", "separator"),
    [
        (["a,b", "1,2"], "commas"),
        (['"a;b",c', "1,2"], "commas"),
        (["a;b", "1,5;2,5"], "semicolons"),
        (["a|b", "x|y"], "vertical bars"),
        (["a b", "1 2"], "spaces"),
        (["1,2,3", "4,5"], "commas"),
        (["height", "1,5", "2,5"], None),
        (["Hello, world", "Good bye, all"], None),
        (["some text", "of words"], None),
        (["a,b", "c"], None),
        (["a"], None),
    ],
)
def test_separators(lines: list[str], separator: str | None) -> None:
    assert find_separator(lines) == separator


@pytest.mark.parametrize(
    ("lines", "header", "separator"),
    [
        (["1,a", "2,b"], None, "commas"),
        (["id,label", "1,a", "2,b"], None, "commas"),
        (["f,a", "f,a"], "sex,label", "commas"),
        (["f;a", "f;a"], "sex;label", "semicolons"),
        (["f,a", "f,a"], "label", None),
        (["f,a", "f,a"], None, None),
        (["a, b", "c, d", "e, f"], None, None),
        (["CD4, 2", "B cell"], None, None),
    ],
)
def test_separators_of_labels(lines: list[str], header: str | None, separator: str | None) -> None:
    assert find_separator_of_labels(lines, header) == separator


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("1,5", True), (",5", True), ("-1,5e-3", True), ("1.5", False), ("1,", False), ("a,5", False)],
)
def test_decimal_comma(cell: str, expected: bool) -> None:
    assert has_decimal_comma(cell) is expected


def test_decimal_commas_are_told_from_whole_numbers_by_a_name_only() -> None:
    assert have_decimal_commas(["height", "1,5", "2,5"])
    assert not have_decimal_commas(["1,5", "2,5"])
    assert not have_decimal_commas(["height,weight", "1,5", "2,5"])


@pytest.mark.parametrize(
    ("cell", "expected"), [("# by me", True), ("##x", True), ("#", True), ("#chrom", False)]
)
def test_comments(cell: str, expected: bool) -> None:
    assert is_comment(cell) is expected


def test_names_that_pandas_gives() -> None:
    assert is_pandas_index("Unnamed: 0")
    assert not is_pandas_index("Unnamed")


def test_blank_ends() -> None:
    assert list(iterate_blank_ends([["1", "", ""], ["2", "", ""]])) == [2, 1]
    assert list(iterate_blank_ends([["1", "", ""], ["2", "", "3"]])) == []
