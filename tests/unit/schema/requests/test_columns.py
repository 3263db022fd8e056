from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.columns import ColumnSelection

NAMES = ["id", "age", "weight", "sex", "group"]
FORMS = "Write all, 1,3-5, not:1,2, name:age,weight or not-name:id"


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("all", [0, 1, 2, 3, 4]),
        (" all ", [0, 1, 2, 3, 4]),
        ("1", [0]),
        ("1,3-5", [0, 2, 3, 4]),
        ("4, 1", [3, 0]),
        ("3 - 4,1", [2, 3, 0]),
        ("not:1,2", [2, 3, 4]),
        ("not: 2-5", [0]),
        ("name:weight,age", [2, 1]),
        ("name: age , id", [1, 0]),
        ("not-name:id", [1, 2, 3, 4]),
    ],
)
def test_choosing(text, chosen):
    assert ColumnSelection.parse(text).choose(NAMES, 5, "X.tsv") == chosen


def test_numbers_need_no_header():
    assert ColumnSelection.parse("2-3").choose(None, 3, "X.tsv") == [1, 2]


def test_names_may_hold_blanks_and_colons():
    assert ColumnSelection.parse("name:GO:0005,cell type").choose(
        ["cell type", "GO:0005"], 2, "X.tsv"
    ) == [1, 0]


@pytest.mark.parametrize(
    ("text", "header", "chosen"),
    [
        ('name:"a, b",c', ["c", "a, b"], [1, 0]),
        ('name: "a, b" , c ', ["c", "a, b"], [1, 0]),
        ('not-name:"a, b"', ["c", "a, b"], [0]),
        ('name:"5"" disk"', ['5" disk'], [0]),
        ('name:5" disk', ['5" disk'], [0]),
        ("name:b,a", ['"a"', '"b"'], [1, 0]),
        ('name:"b"', ['"a"', '"b"'], [1]),
        ('name:"""b"""', ["b", '"b"'], [1]),
        ("name:b", ["b", '"b"'], [0]),
        ('name:"a"x,b', ['"a"x', "b"], [0, 1]),
    ],
)
def test_names_in_quotes(text, header, chosen):
    assert ColumnSelection.parse(text).choose(header, len(header), "X.tsv") == chosen


@pytest.mark.parametrize(
    "text",
    [
        *("all", "1,3-5", "4,1", "not:1,2", "name:weight,age", "not-name:id,group"),
        'name:"a, b",c',
        'name:"5"" disk"',
    ],
)
def test_text_is_kept(text):
    assert str(ColumnSelection.parse(text)) == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "a number is missing"),
        ("1,,2", "a number is missing"),
        ("age,weight", '"age" is not a column number'),
        ("1.5", '"1.5" is not a column number'),
        ("-1", '"-1" is not a column number'),
        ("99999999999", '"99999999999" is not a column number'),
        ("0", "columns are counted from 1"),
        ("5-3", '"5-3" is in descending order'),
        ("1,3-5,4", "column 4 is listed twice"),
        ("2,2", "column 2 is listed twice"),
        ("not:", "a number is missing"),
        ("names:age", '"names:" is not known'),
        ("name:", "a name is missing"),
        ("name:age,", "a name is missing"),
        ('name:"",b', "a name is missing"),
        ("not-name:id,id", '"id" is listed twice'),
    ],
)
def test_unreadable_selection(text, reason):
    with pytest.raises(DataError) as caught:
        ColumnSelection.parse(text)
    assert str(caught.value) == (f'the column selection "{text}" cannot be read: {reason}. {FORMS}')


@pytest.mark.parametrize(
    ("text", "names", "message"),
    [
        (
            "1,7",
            NAMES,
            'X.tsv: the column selection "1,7" asks for column 7, but the file has 5 columns',
        ),
        (
            "3-1000000",
            NAMES,
            'X.tsv: the column selection "3-1000000" asks for column 6, but the file has 5 columns',
        ),
        (
            "not:9",
            NAMES,
            'X.tsv: the column selection "not:9" asks for column 9, but the file has 5 columns',
        ),
        (
            "2",
            ["id"],
            'X.tsv: the column selection "2" asks for column 2, but the file has 1 column',
        ),
        (
            "name:wieght",
            NAMES,
            'X.tsv: there is no column "wieght". Did you mean "weight"? '
            "The columns are: id, age, weight, sex, group",
        ),
        (
            "name:a",
            ["a, b", "c"],
            'X.tsv: there is no column "a". The columns are: "a, b", c. A name '
            "with a comma in it goes in double quotes",
        ),
        (
            "not-name:x,y",
            NAMES,
            "2 problems were found.\n"
            '1. X.tsv: there is no column "x". The columns are: id, age, weight, sex, group\n'
            '2. X.tsv: there is no column "y". The columns are: id, age, weight, sex, group',
        ),
        (
            "name:age",
            None,
            'X.tsv: the column selection "name:age" needs column names, but no header was '
            "declared. Declare the first row as header, or select columns by number",
        ),
        (
            "name:age",
            ["age", "id", "age"],
            'X.tsv: the name "age" is that of columns 1 and 3. Select them by number instead',
        ),
        (
            "not:1-5",
            NAMES,
            'X.tsv: the column selection "not:1-5" leaves none of 5 columns',
        ),
    ],
)
def test_selection_that_does_not_fit(text, names, message):
    count = 5 if names is None else len(names)
    with pytest.raises(DataError) as caught:
        ColumnSelection.parse(text).choose(names, count, "X.tsv")
    assert str(caught.value) == message


@given(st.text(max_size=30) | st.text("0123456789,-: notame", max_size=30))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(DataError):
        selection = ColumnSelection.parse(text)
        assert ColumnSelection.parse(str(selection)) == selection


@given(
    st.integers(1, 40).flatmap(
        lambda count: st.tuples(
            st.just(count), st.lists(st.integers(1, count), min_size=1, unique=True)
        )
    )
)
def test_numbers_are_chosen_in_order_or_left_out(case):
    count, numbers = case
    text = ",".join(map(str, numbers))
    assert ColumnSelection.parse(text).choose(None, count, "X") == [n - 1 for n in numbers]
    if len(numbers) < count:
        left = ColumnSelection.parse(f"not:{text}").choose(None, count, "X")
        assert left == [n - 1 for n in range(1, count + 1) if n not in numbers]


def test_very_many_names() -> None:
    # Comparing each name with each other would take hours.
    names = [f"cg{number:08}" for number in range(300_000)]
    selection = ColumnSelection.parse(f"name:{','.join(names[::-1])}")

    assert selection.choose(names, len(names), "X.tsv") == list(range(len(names)))[::-1]
    with pytest.raises(DataError) as caught:
        selection.choose(["a", "b"], 2, "X.tsv")
    assert len(caught.value.problems) == 10
