from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.errors import DataError
from galaxy_keras.plots.inputs.sources import (
    check_finite,
    check_row_counts,
    order_by_name,
    read_label_pair,
    read_labels,
    read_number_columns,
    read_numbers,
    read_source,
)
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.runs import TableSource


def write(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.write_text("".join(f"{row}\n" for row in rows))
    return path


def test_labels_are_read_as_they_are(tmp_path: Path) -> None:
    true = TableSource(path=write(tmp_path, "y.tsv", "1", "2", "1"))
    predicted = TableSource(path=write(tmp_path, "p.tsv", "Predicted", "a", "b", "a"), header=True)
    columns = read_label_pair(true, predicted)
    assert [column.tolist() for column in columns] == [[1, 2, 1], ["a", "b", "a"]]


def test_one_column_of_several_is_chosen(tmp_path: Path) -> None:
    path = write(tmp_path, "y.tsv", "id\tclass", "x\ta", "y\tb")
    columns = ColumnSelection.parse("name:class")
    labels = read_labels(TableSource(path=path, header=True, columns=columns), "--true")
    assert labels.tolist() == ["a", "b"]


def test_several_columns(tmp_path: Path) -> None:
    path = write(tmp_path, "y.tsv", "a\t1", "b\t2")
    with pytest.raises(DataError) as caught:
        read_labels(TableSource(path=path), "--true")
    assert str(caught.value) == (
        f"{path} gives 2 columns, but --true takes one. Choose one with --true-columns"
    )


def test_probabilities_instead_of_labels(tmp_path: Path) -> None:
    path = write(tmp_path, "p.tsv", "no\tyes", "0.1\t0.9", "0.7\t0.3")
    with pytest.raises(DataError) as caught:
        read_labels(TableSource(path=path, header=True), "--predicted")
    assert str(caught.value) == (
        f"{path} gives 2 columns, but --predicted takes one. These look like probabilities: run "
        "model-prediction with --method predict for labels, or draw them with roc-curve"
    )


@pytest.mark.parametrize("header", ["Predicted", "True"])
def test_header_that_is_not_declared_before_labels_of_text(tmp_path: Path, header: str) -> None:
    path = write(tmp_path, "p.tsv", header, "a", "b")
    with pytest.raises(DataError) as caught:
        read_labels(TableSource(path=path), "--predicted")
    assert str(caught.value) == (
        f'{path} begins with "{header}", which looks like a column name, not a label. '
        "Give --predicted-header"
    )


@pytest.mark.parametrize("rows", [("True", "False", "False"), ("True", "maybe", "True")])
def test_labels_that_are_true(tmp_path: Path, rows: tuple[str, ...]) -> None:
    path = write(tmp_path, "p.tsv", *rows)
    assert read_labels(TableSource(path=path), "--true").tolist() == list(rows)


def test_header_that_is_not_declared_before_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, "p.tsv", "Predicted", "0", "1")
    with pytest.raises(DataError, match=r"row 1 looks like a header .*--predicted-header"):
        read_labels(TableSource(path=path), "--predicted")


@pytest.mark.parametrize("rows", [("a", "b", "a"), ("1", "2", "2")])
def test_label_declared_to_be_a_header(tmp_path: Path, rows: tuple[str, ...]) -> None:
    path = write(tmp_path, "y.tsv", *rows)
    with pytest.raises(DataError) as caught:
        read_labels(TableSource(path=path, header=True), "--true")
    assert str(caught.value) == (
        f'{path}: the column name "{rows[0]}" looks like a label. If the first row is data, '
        "leave out --true-header"
    )


def test_numbers_by_name(tmp_path: Path) -> None:
    columns = read_numbers(write(tmp_path, "h.tsv", "epoch\tloss", "1\t0.5", "2\t1e-05"))
    assert {name: values.tolist() for name, values in columns.items()} == {
        "epoch": [1, 2],
        "loss": [0.5, 0.00001],
    }


def test_text_among_numbers(tmp_path: Path) -> None:
    path = write(tmp_path, "h.tsv", "epoch\tloss", "1\t0.5", "2\tlow")
    with pytest.raises(DataError, match=r'row 3, column 2 .*"low" is not a number'):
        read_numbers(path)


def test_scores_may_be_missing_or_infinite(tmp_path: Path) -> None:
    path = write(tmp_path, "h.tsv", "epoch\tloss\tacc", "1\tNaN\t0.5", "2\tinf\t", "3\t0.25\tNA")
    columns = read_numbers(path)
    np.testing.assert_array_equal(columns["loss"], [np.nan, np.inf, 0.25])
    np.testing.assert_array_equal(columns["acc"], [0.5, np.nan, np.nan])


def test_first_score_that_is_missing_is_no_header(tmp_path: Path) -> None:
    source = TableSource(path=write(tmp_path, "s.tsv", "nan", "0.5", "0.25"))
    _, (scores,) = read_number_columns(source, "--scores", allow_missing=True)
    np.testing.assert_array_equal(scores, [np.nan, 0.5, 0.25])


def test_labels_may_not_be_missing(tmp_path: Path) -> None:
    source = TableSource(path=write(tmp_path, "s.tsv", "0.5", "nan"))
    with pytest.raises(DataError, match='"nan" means a missing value'):
        read_number_columns(source, "--true")


def test_what_the_scores_belong_to_may_not_be_missing() -> None:
    with pytest.raises(DataError) as caught:
        check_finite(np.array([1.0, np.nan]), "epoch")
    assert str(caught.value) == (
        "the column epoch needs a number in each row, but has none in row 2 of the data. "
        "Fill it in, or remove the row"
    )


def test_row_counts_that_differ() -> None:
    with pytest.raises(DataError) as caught:
        check_row_counts(
            TableSource(path=Path("y.tsv")), 1000, TableSource(path=Path("predictions.tsv")), 900
        )
    assert str(caught.value) == (
        "y.tsv has 1,000 rows but predictions.tsv has 900; row by row they must belong together."
    )


def test_row_counts_that_differ_by_one_point_to_the_header() -> None:
    with pytest.raises(DataError, match="One row more is often a header: check which of the two"):
        check_row_counts(TableSource(path=Path("y.tsv")), 3, TableSource(path=Path("p.tsv")), 4)


@pytest.mark.parametrize(
    ("true", "predicted", "warned"),
    [
        (("TRUE", "FALSE"), ("True", "False"), True),
        (('"a"', '"b"'), ("a", "b"), True),
        (("a", "b"), ("b", "c"), False),
        (("0.0", "1.0"), ("0", "1"), False),
        (("1", "0"), ("1", "1"), False),
    ],
)
def test_labels_without_one_in_common(
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    true: tuple[str, ...],
    predicted: tuple[str, ...],
    warned: bool,
) -> None:
    read_label_pair(
        TableSource(path=write(tmp_path, "true.tsv", *true)),
        TableSource(path=write(tmp_path, "predicted.tsv", *predicted)),
    )
    expected = (
        "No predicted label is a true one, so that no prediction counts as right. True are "
        f"{', '.join(sorted(true))}, predicted are {', '.join(sorted(predicted))}. If they mean "
        "the same, write them alike."
    )
    assert caplog.messages == ([expected] if warned else [])


Y = Path("y.tsv")


@pytest.mark.parametrize(
    ("names", "expected", "order"),
    [
        (("b", "a"), ("a", "b"), [1, 0]),
        (("c", "b", "a"), ("a", "b"), [2, 1]),
        (("a", "b"), ("a", "b"), None),
        (("Predicted",), ("a",), None),
        (None, ("a", "b"), None),
        (("a", "b"), None, None),
        (("Predicted",), ("a", "b"), None),
    ],
)
def test_columns_are_ordered_by_name(
    caplog: pytest.LogCaptureFixture,
    names: tuple[str, ...] | None,
    expected: tuple[str, ...] | None,
    order: list[int] | None,
) -> None:
    assert order_by_name(names, expected, Y, "p.tsv") == order
    assert caplog.messages == []


@pytest.mark.parametrize("names", [("0", "1"), ("a", "x")])
def test_columns_of_other_names_keep_their_order(
    caplog: pytest.LogCaptureFixture, names: tuple[str, str]
) -> None:
    assert order_by_name(names, ("a", "b"), Y, "p.tsv") is None
    assert caplog.messages == [
        f"The columns of y.tsv ({', '.join(names)}) are matched by their order with p.tsv (a, b), "
        "as the names differ."
    ]


def test_a_missing_column_among_others_in_another_order() -> None:
    with pytest.raises(DataError) as caught:
        order_by_name(("b", "x"), ("a", "b"), Y, "p.tsv")
    assert str(caught.value) == (
        "y.tsv has no column a, which p.tsv has; its columns are b, x. Name the columns alike, or "
        "give both without a header to match them by their order"
    )


@pytest.mark.parametrize(
    ("option", "names", "chosen"),
    [
        ("--predicted", "name\tPredicted", ["b", "d"]),
        ("--true", "patient\tTrue", ["b", "d"]),
        ("--true", "patient\tPredicted", None),
        ("--predicted", "patient\treturned", None),
    ],
)
def test_names_of_rows_are_left_out_of_our_own_tables(
    tmp_path: Path, option: str, names: str, chosen: list[str] | None
) -> None:
    path = tmp_path / "t.tsv"
    path.write_text(f"{names}\na\tb\nc\td\n")
    source = TableSource(path=path, header=True)
    if chosen is None:
        assert len(read_source(source, option).values) == 2
    else:
        assert read_labels(source, option).tolist() == chosen
