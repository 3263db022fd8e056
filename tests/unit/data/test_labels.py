from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.data.labels import (
    encode_labels,
    find_invalid_indicator,
    find_unknown,
    map_codes,
    match_labels,
    sort_labels,
)


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


def test_1_and_1_point_0_stay_apart_where_a_table_holds_both() -> None:
    assert match(["1", "1.0"], ["1.0", "1.0"]) == (["1", "1.0"], ["1.0", "1.0"])


def test_codes_are_positions_in_the_classes() -> None:
    (encoded,) = match_labels(np.array(["b", "a", "b"]))
    assert map_codes(encoded, ["b", "x", "a"]).tolist() == [0, 2, 0]


def test_numbers_sort_by_value_and_come_before_words() -> None:
    assert sort_labels(["10", "9", "b", "-1", "a", "1.5"]) == ["-1", "1.5", "9", "10", "a", "b"]


@pytest.mark.parametrize(
    ("values", "labels", "texts"),
    [
        (np.array([10, 9, 10]), (9, 10), ("9", "10")),
        (np.array([0.5, 2.0, -1.0]), (-1.0, 0.5, 2.0), ("-1", "0.5", "2")),
        (np.array(["b", "a", "B"], dtype=object), ("B", "a", "b"), ("B", "a", "b")),
    ],
    ids=["integers", "floats", "text"],
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
