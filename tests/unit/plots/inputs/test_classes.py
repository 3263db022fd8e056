from __future__ import annotations

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.plots.inputs.classes import arrange_classes, parse_names


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


def test_order_and_names_in_another_spelling() -> None:
    classes = arrange_classes(["0.0", "1.0"], order="1,0", names="yes,no")
    assert (classes.labels, classes.names) == (("1.0", "0.0"), ("yes", "no"))
    classes = arrange_classes(["0.0", "1.0"], names="1,0")
    assert (classes.labels, classes.names) == (("1.0", "0.0"), ("1", "0"))
