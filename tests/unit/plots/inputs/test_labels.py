from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.plots.inputs.labels import (
    LabelColumn,
    arrange_classes,
    check_row_counts,
    map_codes,
    match_labels,
    parse_names,
    sort_labels,
)


def match(true: list[object], predicted: list[object]) -> tuple[list[str], list[str]]:
    """Return the label of each row on both sides after matching."""
    columns = (np.array(side) for side in (true, predicted))
    first, second = (
        [coded.classes[code] for code in coded.codes] for coded in match_labels(*columns)
    )
    return first, second


@pytest.mark.parametrize(
    ("true", "predicted", "expected"),
    [
        ([1, 2, 1], [1, 1, 2], (["1", "2", "1"], ["1", "1", "2"])),
        ([1, 2], [1.0, 2.0], (["1", "2"], ["1", "2"])),
        ([1, 2], ["1", "2"], (["1", "2"], ["1", "2"])),
        ([1, 2], ["1.0", "2.0"], (["1", "2"], ["1", "2"])),
        (["1", "none"], [1, 1], (["1", "none"], ["1", "1"])),
        ([0.5, 1.5], [0.5, 0.5], (["0.5", "1.5"], ["0.5", "0.5"])),
        (["a", "b"], ["b", "c"], (["a", "b"], ["b", "c"])),
        (["01", "1"], ["1", "1"], (["01", "1"], ["1", "1"])),
        (["-1", "1"], [-1, 1], (["-1", "1"], ["-1", "1"])),
    ],
)
def test_equal_classes_get_equal_texts(
    true: list[object], predicted: list[object], expected: tuple[list[str], list[str]]
) -> None:
    assert match(true, predicted) == expected


def test_1_and_1_point_0_stay_apart_where_a_table_holds_both() -> None:
    assert match(["1", "1.0"], ["1.0", "1.0"]) == (["1", "1.0"], ["1.0", "1.0"])


def test_recode_gives_positions_in_the_classes() -> None:
    (coded,) = match_labels(np.array(["b", "a", "b"]))
    assert map_codes(coded, ["b", "x", "a"]).tolist() == [0, 2, 0]


def test_numbers_sort_by_value_and_come_before_words() -> None:
    assert sort_labels(["10", "9", "b", "-1", "a", "1.5"]) == ["-1", "1.5", "9", "10", "a", "b"]


def test_classes_come_sorted() -> None:
    classes = arrange_classes(["2", "10", "1", "2"])
    assert classes.labels == classes.names == ("1", "2", "10")


def test_names_replace_labels_in_their_order() -> None:
    classes = arrange_classes(["1", "0"], names="negative, positive")
    assert classes.labels == ("0", "1")
    assert classes.names == ("negative", "positive")


def test_names_that_are_the_labels_are_an_order() -> None:
    classes = arrange_classes(["negative", "positive"], names="positive,negative")
    assert classes.labels == classes.names == ("positive", "negative")


def test_order_may_hold_classes_that_do_not_occur() -> None:
    classes = arrange_classes(["a", "c"], order="c,b,a", names="C,B,A")
    assert classes.labels == ("c", "b", "a")
    assert classes.names == ("C", "B", "A")


def test_quotes_keep_a_comma_in_a_name() -> None:
    assert parse_names('"a, b", c') == ["a, b", "c"]


def test_order_that_leaves_out_a_label() -> None:
    with pytest.raises(ConfigurationError) as caught:
        arrange_classes(["a", "b", "c"], order="b,a")
    assert str(caught.value) == (
        "the order of the classes leaves out c. List every label that occurs: a, b, c"
    )


def test_wrong_number_of_names() -> None:
    with pytest.raises(ConfigurationError) as caught:
        arrange_classes(["0", "1", "2"], names="no,yes")
    assert str(caught.value) == (
        "2 class names were given for 3 classes. Give one name for each of: 0, 1, 2"
    )


@pytest.mark.parametrize(
    ("text", "problem"), [("a,b,a", '"a" occurs twice'), ("a,,b", "one of them is empty")]
)
def test_names_that_cannot_be_used(text: str, problem: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_names(text)
    assert str(caught.value) == (
        f'the names "{text}" cannot be used: {problem}. Separate them by single commas; '
        'a name with a comma in it goes in double quotes, such as "a,b"'
    )


def test_row_counts_that_differ() -> None:
    with pytest.raises(DataError) as caught:
        check_row_counts(
            LabelColumn("y.tsv", np.zeros(1000)), LabelColumn("predictions.tsv", np.zeros(900))
        )
    assert str(caught.value) == (
        "y.tsv has 1,000 rows but predictions.tsv has 900; row by row they must belong together."
    )


def test_row_counts_that_differ_by_one_point_to_the_header() -> None:
    with pytest.raises(DataError, match="One row more is often a header: check which of the two"):
        check_row_counts(LabelColumn("y.tsv", np.zeros(3)), LabelColumn("p.tsv", np.zeros(4)))
