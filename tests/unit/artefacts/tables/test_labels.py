from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galaxy_keras.artefacts.tables import TableColumns, lines, read_columns
from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.columns import ColumnSelection


@pytest.fixture
def read(tmp_path):
    def read_text(text, columns="all", **options):
        path = tmp_path / "y.dat"
        path.write_text(text, encoding="utf-8", errors="surrogateescape")
        return read_columns(path, columns=ColumnSelection.parse(columns), **options)

    return read_text


@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        (["1", "0", "-7"], np.int64, [1, 0, -7]),
        (["123456789012345678"], np.int64, [123456789012345678]),
        (["1.0", "2"], object, ["1.0", "2"]),
        (["1.1", "1.10"], object, ["1.1", "1.10"]),
        (["0.10", "-1e-3", "2E5"], object, ["0.10", "-1e-3", "2E5"]),
        (["1234567890123456789"], object, ["1234567890123456789"]),
        (["positive", "negative"], object, ["positive", "negative"]),
        (["01", "02"], object, ["01", "02"]),
        (["1", "x"], object, ["1", "x"]),
        (["-0", "1"], object, ["-0", "1"]),
        (["+1", "2"], object, ["+1", "2"]),
        ([".5", "1."], object, [".5", "1."]),
        (["1_0"], object, ["1_0"]),
        (["1e999"], object, ["1e999"]),
        (["\uff11"], object, ["\uff11"]),
        ([" two words ", "gr\u00f6\u00dfe"], object, ["two words", "gr\u00f6\u00dfe"]),
        (['"a"', "#b"], object, ['"a"', "#b"]),
        (["T cell, 2", "B cell"], object, ["T cell, 2", "B cell"]),
        (["none", "inf"], object, ["none", "inf"]),
    ],
)
def test_types(read, cells, dtype, values):
    table = read("\n".join(cells))
    assert table.values[0].dtype == dtype
    assert table.values[0].tolist() == values
    assert table.names is None


@pytest.mark.parametrize(
    ("text", "header", "row"),
    [
        ("id,label\ns1,a\ns2,b\ns3,a\n", True, "s1,a"),
        ("id,label\ns1,a\ns2,b\ns3,a\n", False, "id,label"),
        ("sex,label\nf,a\nf,a\nf,a\n", True, "f,a"),
        ("a,b\n0,1\n1,0\n", False, "a,b"),
        ('"id","label"\n"s1","a, b"\n"s2","c"\n', True, '"s1","a, b"'),
    ],
)
def test_labels_separated_by_commas_are_refused(read, text, header, row):
    with pytest.raises(DataError, match="has commas instead") as caught:
        read(text, header=header)
    assert f'("{row}")' in str(caught.value)


@pytest.mark.parametrize(
    "labels",
    [
        ["A,T", "G,C", "A,T", "G,C"],
        ["T cell, 2", "T cell, 3"],
        ["binding; DNA", "binding; RNA", "binding; any"],
        ["5,3", "3"],
        ["#a", "#b"],
    ],
)
def test_labels_may_hold_commas(read, labels):
    assert read("\n".join(labels)).values[0].tolist() == labels


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "a\t\nb\t\n",
            "y.dat, column 2 is blank in every row. Remove it, or leave the column out, for "
            "example with --target-columns not:2",
        ),
        (
            "height\n1,5\n2,5\n",
            'y.dat: row 1 looks like a header ("height"), but none was declared. Declare it with '
            '--target-header (in Galaxy: "Does the dataset contain header: Yes")',
        ),
        (
            "\ty\n0\t1\n1\t2\n",
            'y.dat: row 1 looks like a header ("y"), but none was declared. Declare it with '
            '--target-header (in Galaxy: "Does the dataset contain header: Yes"). Column 1 has no '
            "name in it. If it holds row names that pandas or R wrote, write the table again with "
            "index=False or row.names=FALSE, or leave the column out, for example with "
            "--target-columns not:1",
        ),
        (
            "# labels\na\nb\n",
            'y.dat begins with a comment, row 1 ("# labels"). Remove all lines of comments (in '
            "Galaxy: Remove beginning of a file)",
        ),
    ],
)
def test_tables_of_other_programs(read, text, message):
    with pytest.raises(DataError) as caught:
        read(text, option="--target")
    assert str(caught.value).endswith(message)


def test_index_that_pandas_named_is_warned_of(read, caplog):
    read("Unnamed: 0\ty\n0\t1\n1\t2\n", header=True, option="--target")
    assert [record.getMessage().split("y.dat")[1] for record in caplog.records] == [
        ": column 1 (Unnamed: 0) seems to hold row numbers that pandas wrote. To keep them from "
        "being used, write the table again with index=False, or leave the column out, for example "
        "with --target-columns not:1."
    ]


def test_numbers_beyond_32_bits(read):
    table = read("1\n-1e308\n1e39\n3e38\n")
    with pytest.raises(DataError) as caught:
        table.parse_numbers(0, bounded=True)
    assert [problem.split("y.dat, ")[1] for problem in caught.value.problems] == [
        'row 2, column 1: "-1e308" is too large. Numbers may go up to 3.4e38',
        'row 3, column 1: "1e39" is too large. Numbers may go up to 3.4e38',
    ]


def test_columns_have_types_of_their_own(read):
    table = read("id\tage\tgroup\n01\t7\tx\n02\t8.5\ty\n", "3,1,2", header=True)
    assert table.names == ("group", "id", "age")
    assert [values.tolist() for values in table.values] == [["x", "y"], ["01", "02"], ["7", "8.5"]]
    assert table.parse_numbers(2).tolist() == [7, 8.5]


@pytest.mark.parametrize("chunk", [1, 4, 9, 2**19])
def test_pieces_are_joined(read, monkeypatch, chunk):
    monkeypatch.setattr(lines, "CHUNK_CHARACTERS", chunk)
    table = read("a\tb\n1\tx\n2\ty\n3\tz\n\n", header=True)
    assert [values.tolist() for values in table.values] == [[1, 2, 3], ["x", "y", "z"]]


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        (
            "label\n1\n0\n",
            {"option": "--target"},
            '{path}: row 1 looks like a header ("label"), but none was declared. Declare it with '
            '--target-header (in Galaxy: "Does the dataset contain header: Yes")',
        ),
        (
            "label\n1\n0\n",
            {},
            '{path}: row 1 looks like a header ("label"), but none was declared. Declare that the '
            'first row is a header (in Galaxy: "Does the dataset contain header: Yes")',
        ),
        (
            "x\t1\n\t2\nNA\t\n",
            {},
            "3 problems were found.\n"
            "1. {path}, row 2, column 1: the cell is empty. Fill it in, or remove the row\n"
            '2. {path}, row 3, column 1: "NA" means a missing value. '
            "Fill it in, or remove the row\n"
            "3. {path}, row 3, column 2: the cell is empty. Fill it in, or remove the row",
        ),
        (
            "y\n1.5\nnan\n",
            {"header": True},
            '{path}, row 3, column 1 (y): "nan" means a missing value. '
            "Fill it in, or remove the row",
        ),
        (
            "a\n\udce9\n",
            {},
            '{path}, row 2, column 1: the byte 0xe9 in "\\xe9" is not UTF-8. '
            "Save the file as UTF-8 (it may be Latin-1 now)",
        ),
        (
            "a\nb\0\n",
            {},
            "{path}, row 2, column 1: there is a NUL byte. Save the file as plain text in UTF-8",
        ),
        (
            "a\ta\nx\ty\n",
            {"header": True},
            '{path}, row 1: the name "a" is used for columns 1, 2. Rename all but one, or leave '
            "the column out",
        ),
        (
            "0\t0\n1\t0\n",
            {"header": True},
            "{path}: row 1 was declared to be a header, but looks like data: it holds numbers "
            'only, and "0" several times. Declare no header',
        ),
    ],
)
def test_message(read, tmp_path, text, options, message):
    with pytest.raises(DataError) as caught:
        read(text, **options)
    assert str(caught.value) == message.format(path=tmp_path / "y.dat")


def test_at_most_ten_problems_of_a_column(read, tmp_path):
    with pytest.raises(DataError) as caught:
        read("x\n" * 3 + "NA\n" * 12)
    assert len(caught.value.problems) == 10
    assert f"{tmp_path / 'y.dat'}, row 4, column 1" in caught.value.problems[0]


def test_header_of_numbers_without_an_option(read, tmp_path, caplog):
    assert read("0\n1\n", header=True).names == ("0",)
    assert caplog.messages == [
        f"{tmp_path / 'y.dat'}: row 1 is taken as the header although it holds numbers (0). "
        "If it is data, declare no header."
    ]


def test_numbers_however_written(read):
    table = read("a\tb\tc\n1\t01\t2.5\n2\t+.5\t3\n", header=True)
    assert [table.parse_numbers(each).tolist() for each in range(3)] == [[1, 2], [1, 0.5], [2.5, 3]]


def test_truth_values_are_numbers_where_numbers_are_asked_for(read):
    table = read("a\tb\nTrue\tFALSE\nFalse\t0.5\n", header=True)
    assert table.values[0].tolist() == ["True", "False"]
    assert [table.parse_numbers(each).tolist() for each in range(2)] == [[1, 0], [0, 0.5]]


@pytest.mark.parametrize(
    ("cells", "holds"),
    [
        (["1", "2"], True),
        (["0.10", "-2e3"], True),
        (["0.5", "x"], False),
        (["1e999"], False),
        (["True"], False),
    ],
)
def test_columns_of_numbers_are_told_from_others(read, cells, holds):
    assert read("\n".join(cells)).holds_numbers(0) is holds


def test_numbers_that_are_none(read, tmp_path):
    table = read("x\ty\na\t1\nb\tinf\nc\t?\n", header=True)
    with pytest.raises(DataError) as caught:
        table.parse_numbers(1)
    path = tmp_path / "y.dat"
    assert str(caught.value) == (
        "2 problems were found.\n"
        f'1. {path}, row 3, column 2 (y): "inf" is not a finite number. '
        "Correct it, or remove the row\n"
        f'2. {path}, row 4, column 2 (y): "?" is not a number. Correct it'
    )
    with pytest.raises(DataError, match=r"row 2, column 1 \(x\)"):
        table.parse_numbers(0)


LABELS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=6
)


@given(st.lists(st.integers(-(10**18) + 1, 10**18 - 1), min_size=1))
def test_any_integers_are_read(tmp_path_factory, values):
    table = write_column(tmp_path_factory, values)
    assert table.values[0].dtype == np.int64
    assert table.values[0].tolist() == values


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_any_numbers_are_read(tmp_path_factory, values):
    table = write_column(tmp_path_factory, values)
    assert table.values[0].tolist() == list(map(str, values))
    assert table.parse_numbers(0).tolist() == values


@given(st.lists(LABELS, min_size=1))
def test_any_labels_are_read_or_refused(tmp_path_factory, values):
    try:
        table = write_column(tmp_path_factory, values)
    except DataError:
        return
    if table.values[0].dtype == object:
        assert table.values[0].tolist() == values
    else:
        assert list(map(str, table.values[0].tolist())) == values


def write_column(factory, values) -> TableColumns:
    path = factory.mktemp("tables") / "y.tsv"
    path.write_text("name\n" + "".join(f"{value}\n" for value in values), encoding="utf-8")
    return read_columns(path, header=True)


@pytest.mark.parametrize("names", ["0\t1\t2", "1\t2\t3"])
def test_labels_that_are_numbered_are_a_header(read, caplog, names):
    read(f"{names}\n.1\t.2\t.7\n", header=True)
    assert caplog.messages == []


def test_sequences_are_no_labels(read, tmp_path):
    with pytest.raises(DataError) as caught:
        read(">a b\nACGT\n\n>c\n", option="--target")
    assert str(caught.value) == (
        f'{tmp_path / "y.dat"} begins with ">", as sequences in FASTA format do, which are not a '
        "table. Give tab-separated text"
    )
