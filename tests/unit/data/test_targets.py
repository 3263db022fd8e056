from __future__ import annotations

import logging

import numpy as np
import pytest

from galaxy_keras.data.tabulation import tabulate_true
from galaxy_keras.data.targets import (
    Target,
    apply_description,
    decode_labels,
    encode_classes,
    format_for_loss,
    read_regression_values,
)
from galaxy_keras.errors import DataError
from galaxy_keras.schema.training.targets import TargetDescription


def text(*labels: str) -> np.ndarray:
    return np.array(labels, dtype=object)


def integers(*labels: int) -> np.ndarray:
    return np.array(labels, dtype=np.int64)


@pytest.mark.parametrize(
    ("column", "classes"),
    [
        (text("positive", "negative", "positive"), ("negative", "positive")),
        (integers(2, 1, 2), (1, 2)),
        (np.array([0.5, -1.5, 0.5]), (-1.5, 0.5)),
    ],
    ids=["text", "from 1", "fractions"],
)
def test_two_labels_and_one_output_are_binary(column: np.ndarray, classes: tuple) -> None:
    target = encode_classes([column], None, outputs=1, exclusive=False)
    assert target.description.kind == "binary"
    assert target.description.classes == classes
    assert target.codes.tolist() == [1, 0, 1]
    assert decode_labels(target.description, target.codes)[0].tolist() == column.tolist()


def test_labels_keep_their_type() -> None:
    target = encode_classes([integers(7, 3, 5)], None, outputs=3, exclusive=True)
    assert target.description.kind == "multiclass"
    assert [type(label) for label in target.description.classes or ()] == [int, int, int]
    assert target.codes.tolist() == [2, 0, 1]


def test_labels_that_no_row_has_are_kept_when_the_network_has_an_output_for_them(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        target = encode_classes([integers(0, 2, 3)], None, outputs=4, exclusive=True)
    assert target.description.classes == (0, 1, 2, 3)
    assert target.codes.tolist() == [0, 2, 3]
    assert caplog.messages == ["No row of the target has the label 1."]


def test_more_labels_than_outputs() -> None:
    with pytest.raises(DataError) as caught:
        encode_classes([integers(0, 1, 2)], None, outputs=1, exclusive=False)
    assert str(caught.value) == (
        "the target has 3 different labels (0, 1, 2), but the network has 1 output, for 2 classes. "
        "Give the last layer 3 units with softmax, check --target-columns, or build a regressor "
        "if the target holds measurements"
    )


def test_one_label_only() -> None:
    with pytest.raises(DataError, match=r'all 2 rows of the target have the same label, "1"'):
        encode_classes([integers(1, 1)], None, outputs=1, exclusive=False)


def test_one_hot_columns() -> None:
    columns = [integers(1, 0, 0), integers(0, 0, 1), integers(0, 1, 0)]
    target = encode_classes(columns, ("cat", "dog", "fly"), outputs=3, exclusive=True)
    assert target.description.kind == "multiclass"
    assert target.description.one_hot
    assert target.description.classes == ("cat", "dog", "fly")
    assert target.codes.tolist() == [0, 2, 1]
    assert format_for_loss(target, "one-hot").tolist() == [[1, 0, 0], [0, 0, 1], [0, 1, 0]]


def test_one_hot_columns_without_names_are_numbered() -> None:
    columns = [integers(1, 0), integers(0, 1)]
    assert encode_classes(columns, None, outputs=2, exclusive=True).description.classes == (0, 1)
    assert encode_classes(columns, ("0", "1"), outputs=2, exclusive=True).description.classes == (
        0,
        1,
    )


def test_one_hot_rows_with_two_ones() -> None:
    columns = [integers(1, 1), integers(0, 1)]
    with pytest.raises(
        DataError, match=r"1 rows .* exactly one 1 \(the first is data row 2, with 2\)"
    ):
        encode_classes(columns, None, outputs=2, exclusive=True)


def test_several_labels_a_row() -> None:
    columns = [integers(1, 1, 0), integers(0, 1, 0)]
    target = encode_classes(columns, None, outputs=2, exclusive=False)
    assert target.description.kind == "multilabel"
    assert target.codes.tolist() == [[1, 0], [1, 1], [0, 0]]
    assert format_for_loss(target, "binary").dtype == np.float32


def test_columns_of_other_values_than_0_and_1() -> None:
    columns = [integers(1, 0), integers(0, 7)]
    with pytest.raises(DataError, match=r'data row 2 has "7" in column 2 \("b"\)'):
        encode_classes(columns, ("a", "b"), outputs=2, exclusive=False)


def test_columns_and_outputs_differ() -> None:
    columns = [integers(1, 0), integers(0, 1)]
    with pytest.raises(DataError, match=r"has 2 columns, but the network has 3 outputs\."):
        encode_classes(columns, None, outputs=3, exclusive=True)
    with pytest.raises(DataError, match=r"has 1 column, but the network has 2 outputs\."):
        read_regression_values([np.array([1.5, 2.5])], None, outputs=2)


def test_numbers() -> None:
    target = read_regression_values([np.array([1.5, 2.5]), integers(3, 4)], ("a", "b"), outputs=2)
    assert target.description.kind == "regression"
    assert target.codes.tolist() == [[1.5, 3.0], [2.5, 4.0]]
    assert format_for_loss(target, "numeric").dtype == np.float32


def test_text_is_no_target_of_a_regression() -> None:
    with pytest.raises(DataError, match=r'column 1 \("size"\) of the target holds text \("big"\)'):
        read_regression_values([text("big", "small")], ("size",), outputs=1)


@pytest.mark.parametrize(
    ("target_format", "expected"),
    [("integer", [[2], [0]]), ("one-hot", [[0, 0, 1], [1, 0, 0]])],
    ids=["integer", "one-hot"],
)
def test_forms_of_codes(target_format: str, expected: list) -> None:
    description = encode_classes([text("a", "b", "c")], None, outputs=3, exclusive=True).description
    encoded = format_for_loss(Target(description, integers(2, 0)), target_format)  # type: ignore[arg-type]
    assert encoded.tolist() == expected


def test_a_stored_coding_codes_other_rows_the_same_way() -> None:
    description = encode_classes(
        [text("no", "yes", "no")], None, outputs=1, exclusive=False
    ).description
    assert apply_description(description, [text("yes", "yes")]).codes.tolist() == [1, 1]


@pytest.mark.parametrize(
    ("column", "unknown"),
    [(text("yes", "maybe"), "maybe"), (integers(0, 1), "0, 1")],
    ids=["another label", "numbers for text"],
)
def test_a_stored_coding_refuses_unknown_labels(column: np.ndarray, unknown: str) -> None:
    description = encode_classes([text("no", "yes")], None, outputs=1, exclusive=False).description
    with pytest.raises(
        DataError, match=rf"labels that the model was not trained on: {unknown}\. It knows: no, yes"
    ):
        apply_description(description, [column])


def test_a_stored_coding_refuses_another_number_of_columns() -> None:
    description = encode_classes([text("no", "yes")], None, outputs=1, exclusive=False).description
    with pytest.raises(DataError, match="trained on a target of 1 column, and this one has 2"):
        apply_description(description, [text("no"), text("no")])


def test_labels_that_are_one_number_are_two_classes(caplog: pytest.LogCaptureFixture) -> None:
    column = text("1.1", "1.10", "3.4", "1.1")
    target = encode_classes([column], None, outputs=3, exclusive=True)
    assert target.description.classes == ("1.1", "1.10", "3.4")
    assert decode_labels(target.description, target.codes)[0].tolist() == column.tolist()
    assert caplog.messages == [
        "These are the same number, but different labels, because they are written differently: "
        "1.1 and 1.10. If they mean the same, write them alike."
    ]


def test_a_stored_description_keeps_labels_as_text() -> None:
    column = text("2.50", "10.20", "1234567890123456789")
    description = encode_classes([column], None, outputs=3, exclusive=True).description
    stored = TargetDescription.model_validate_json(description.model_dump_json())
    assert stored.classes == ("2.50", "10.20", "1234567890123456789")


@pytest.mark.parametrize(
    ("found", "classes"),
    [
        (("0.0", "2.0"), ("0.0", "1.0", "2.0")),
        (("1.", "0."), ("0.", "1.", "2.")),
    ],
)
def test_labels_that_no_row_has_are_written_as_the_others(
    found: tuple[str, ...], classes: tuple[str, ...]
) -> None:
    target = encode_classes([text(*found)], None, outputs=3, exclusive=True)
    assert target.description.classes == classes


@pytest.mark.parametrize("found", [("0.5", "1.5"), ("-0.0", "1.0"), ("0.0", "1.00"), ("a", "b")])
def test_other_labels_are_not_completed(found: tuple[str, ...]) -> None:
    with pytest.raises(DataError, match="the target has 2 different labels"):
        encode_classes([text(*found)], None, outputs=3, exclusive=True)


@pytest.mark.parametrize(
    ("classes", "column", "codes"),
    [
        ((0.0, 1.0), text("1.0", "0.0"), [1, 0]),
        ((0.0, 1.0), integers(1, 0), [1, 0]),
        ((1.1, 2.5), text("2.50", "1.1"), [1, 0]),
        ((0, 1), text("1.0", "0.0"), [1, 0]),
        (("0.0", "1.0"), integers(1, 0), [1, 0]),
    ],
    ids=["floats", "floats, integers", "floats, text", "integers, text", "text, integers"],
)
def test_models_that_store_numbers_take_their_labels_in_any_spelling(
    classes: tuple, column: np.ndarray, codes: list[int]
) -> None:
    description = TargetDescription(kind="binary", classes=classes)
    assert apply_description(description, [column]).codes.tolist() == codes
    assert decode_labels(description, np.array(codes))[0].tolist() == [classes[n] for n in codes]


@pytest.mark.parametrize("exclusive", [True, False])
def test_truth_values_are_indicators(exclusive: bool) -> None:
    columns = [text("True", "False"), text("FALSE", "TRUE")]
    target = encode_classes(columns, ("car", "bus"), outputs=2, exclusive=exclusive)
    expected = [0, 1] if exclusive else [[1, 0], [0, 1]]
    assert target.codes.tolist() == expected
    assert target.codes.dtype == np.int64


def test_text_among_indicators_is_shown_as_it_is() -> None:
    with pytest.raises(DataError, match=r'data row 2 has "maybe" in column 1 \("a"\)'):
        encode_classes(
            [text("True", "maybe"), integers(0, 1)], ("a", "b"), outputs=2, exclusive=False
        )


NAMED = (integers(1, 0, 0), integers(0, 1, 0), integers(0, 0, 1))


@pytest.mark.parametrize("exclusive", [True, False])
def test_targets_of_several_columns_are_matched_by_name(
    caplog: pytest.LogCaptureFixture, exclusive: bool
) -> None:
    first = encode_classes(NAMED, ("a", "b", "c"), outputs=3, exclusive=exclusive)
    again = apply_description(
        first.description, [NAMED[2], NAMED[0], text("x", "y", "z"), NAMED[1]], ("c", "a", "?", "b")
    )
    assert again.codes.tolist() == first.codes.tolist()
    assert caplog.messages == ["Columns that the model does not know are left out: ?."]
    position = apply_description(first.description, NAMED)
    assert position.codes.tolist() == first.codes.tolist()


def test_values_are_matched_by_name() -> None:
    first = read_regression_values([np.array([1.5, 2.5]), integers(3, 4)], ("a", "b"), outputs=2)
    again = apply_description(
        first.description,
        [np.array([3.0, 4.0]), np.array([1.5, 2.5])],
        ("b", "a"),
        given=[text("3.0", "4"), text("1.50", "2.5")],
    )
    assert again.codes.tolist() == first.codes.tolist()
    assert again.given is not None
    assert [column.tolist() for column in again.given] == [["1.50", "2.5"], ["3.0", "4"]]


def test_a_missing_target_column() -> None:
    description = encode_classes(NAMED, ("a", "b", "c"), outputs=3, exclusive=True).description
    with pytest.raises(DataError) as caught:
        apply_description(description, NAMED, ("a", "bb", "c"))
    assert str(caught.value) == (
        'the target has no column "b", which the model was trained on. Did you mean "bb"? Missing '
        "in all: b"
    )


def test_one_target_column_is_found_among_several() -> None:
    description = encode_classes(
        [text("no", "yes")], ("sick",), outputs=1, exclusive=False
    ).description
    target = apply_description(description, [text("3", "4"), text("yes", "no")], ("age", "sick"))
    assert target.codes.tolist() == [1, 0]


def test_another_name_of_the_only_target_column(caplog: pytest.LogCaptureFixture) -> None:
    description = encode_classes(
        [text("no", "yes")], ("sick",), outputs=1, exclusive=False
    ).description
    apply_description(description, [text("yes", "no")], ("ill",))
    assert caplog.messages == ['The target column is "ill" here, and was "sick" in training.']


def test_rows_of_a_target_keep_what_was_given() -> None:
    target = read_regression_values(
        [np.array([0.1234567890123, 2.0])], None, outputs=1, given=[text("0.1234567890123", "2.00")]
    )
    taken = target.take(np.array([1, 0]))
    assert taken.codes.tolist() == [[2.0], [np.float32(0.1234567890123)]]
    assert tabulate_true(taken).columns[0].tolist() == ["2.00", "0.1234567890123"]
