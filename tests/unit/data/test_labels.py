from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.data.labels import (
    encode_labels,
    find_invalid_indicator,
    find_unknown,
    map_codes,
    match_classes,
    match_labels,
    parse_indicators,
    share_label,
    sort_labels,
    spell_alike,
    warn_of_spellings,
)


def text(*labels: str) -> np.ndarray:
    return np.array(labels, dtype=object)


def match(true: list[object], predicted: list[object]) -> tuple[list[str], list[str]]:
    """Return the label of each row on both sides after matching."""
    columns = (np.array(side) for side in (true, predicted))
    first, second = (
        [encoded.texts[code] for code in encoded.codes] for encoded in match_labels(*columns)
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


@pytest.mark.parametrize(
    ("true", "predicted", "spellings"),
    [
        (["0.0", "1.0"], [0, 1], "0 and 0.0, 1 and 1.0"),
        (["2.50", "3"], ["2.5", "3"], "2.5 and 2.50"),
        (["01", "a"], [1, 2], "1 and 01"),
        (["1e3", "5"], [1000, 5], "1e3 and 1000"),
        (["+1", "-1"], [1, -1], "1 and +1"),
    ],
)
def test_a_number_spelled_otherwise_in_another_table_is_one_label_and_warned_of(
    caplog: pytest.LogCaptureFixture, true: list[object], predicted: list[object], spellings: str
) -> None:
    first, second = match(true, predicted)
    assert first[0] == second[0]
    assert caplog.messages == [
        f"Labels that are written differently are taken as the same numbers: {spellings}. Write "
        "them alike in all tables."
    ]


@pytest.mark.parametrize(
    ("true", "predicted"),
    [
        (["1.1", "1.10"], ["1.10", "1.1"]),
        (["1.1", "1.10"], ["1.1", "1.1"]),
        (["1234567890123456789", "1234567890123456788"], ["1234567890123456788", "x"]),
        (["True", "False"], ["TRUE", "1"]),
        (["1e9999999999999999999"], ["1e09999999999999999999"]),
    ],
)
def test_other_labels_stay_as_they_are(
    caplog: pytest.LogCaptureFixture, true: list[str], predicted: list[str]
) -> None:
    assert match(list(true), list(predicted)) == (true, predicted)
    assert caplog.messages == []


def test_a_third_spelling_matches_neither_of_two(caplog: pytest.LogCaptureFixture) -> None:
    assert match(["1", "1.0"], ["1.00"]) == (["1", "1.0"], ["1.00"])
    assert caplog.messages == [
        "These are the same number, but different labels, because they are written differently: "
        "1 and 1.0 and 1.00. If they mean the same, write them alike."
    ]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (text("1.1", "1.10", "2"), "1.1 and 1.10"),
        (text("1", "2.5"), None),
        (np.array([1, 2]), None),
    ],
)
def test_two_spellings_of_a_number_in_one_table_are_warned_of(
    caplog: pytest.LogCaptureFixture, labels: np.ndarray, expected: str | None
) -> None:
    warn_of_spellings(encode_labels(labels), "groups")
    assert caplog.messages == (
        [
            "These are the same number, but different groups, because they are written "
            f"differently: {expected}. If they mean the same, write them alike."
        ]
        if expected
        else []
    )


def test_options_name_labels_in_another_spelling() -> None:
    assert spell_alike(["1", "b", "2.0"], ["1.0", "2", "a"]) == ["1.0", "b", "2"]


def test_classes_of_a_model_are_matched_with_labels() -> None:
    classes, encoded = match_classes((1.0, 2.5), encode_labels(text("2.50", "1", "x")))
    assert classes == ["1", "2.5"]
    assert encoded.labels == ("1", "2.50", "x")
    assert encoded.texts == ("1", "2.5", "x")


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [(["a"], ["a", "b"], True), (["1.0"], ["1"], True), (["TRUE"], ["True"], False)],
)
def test_labels_in_common(first: list[str], second: list[str], shared: bool) -> None:
    assert share_label(first, second) is shared


def test_indicators_are_0_and_1_however_written() -> None:
    columns = [text("True", "False", "x"), text("1.0", "0.0", "0.5"), np.array([1, 0, 2])]
    assert [column.tolist() for column in parse_indicators(columns)] == [[1, 0, -1]] * 3


def test_1_and_1_point_0_stay_apart_where_a_table_holds_both() -> None:
    assert match(["1", "1.0"], ["1.0", "1.0"]) == (["1", "1.0"], ["1.0", "1.0"])


def test_codes_are_positions_in_the_classes() -> None:
    (encoded,) = match_labels(np.array(["b", "a", "b"]))
    assert map_codes(encoded, ["b", "x", "a"]).tolist() == [0, 2, 0]


def test_numbers_sort_by_value_and_come_before_words() -> None:
    assert sort_labels(["10", "9", "b", "-1", "a", "1.5"]) == ["-1", "1.5", "9", "10", "a", "b"]
    assert sort_labels(["1.10", "1.1", "-1", "+1"]) == ["-1", "+1", "1.1", "1.10"]


@pytest.mark.parametrize(
    ("values", "labels", "texts"),
    [
        (np.array([10, 9, 10]), (9, 10), ("9", "10")),
        (np.array([0.5, 2.0, -1.0]), (-1.0, 0.5, 2.0), ("-1.0", "0.5", "2.0")),
        (text("b", "a", "B"), ("B", "a", "b"), ("B", "a", "b")),
        (
            text("10", "1.10", "x", "2", "1.1"),
            ("1.1", "1.10", "2", "10", "x"),
            ("1.1", "1.10", "2", "10", "x"),
        ),
    ],
    ids=["integers", "floats", "text", "numbers as text"],
)
def test_labels_keep_their_type_and_are_known_by_their_text(
    values: np.ndarray, labels: tuple, texts: tuple[str, ...]
) -> None:
    encoded = encode_labels(values)
    assert encoded.labels == labels
    assert [type(label) for label in encoded.labels] == [type(label) for label in labels]
    assert encoded.texts == texts
    assert [encoded.labels[code] for code in encoded.codes] == values.tolist()


def test_unknown_labels_are_given_by_their_positions() -> None:
    encoded = encode_labels(np.array(["b", "a", "c"], dtype=object))
    assert find_unknown(encoded, ["b"]) == [0, 2]
    with pytest.raises(KeyError, match="a"):
        map_codes(encoded, ["b"])


def test_first_value_that_is_neither_0_nor_1() -> None:
    columns = [np.array([0, 1, 1]), np.array([1.0, 0.5, 2.0])]
    assert find_invalid_indicator(columns) == (1, 1)
    assert find_invalid_indicator(columns[:1]) is None
