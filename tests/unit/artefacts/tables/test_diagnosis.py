"""Every way in which a table can be wrong, and what the user reads."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest

from galaxy_keras.artefacts.tables import iterate_features, lines, read_columns, read_features
from galaxy_keras.errors import DataError
from galaxy_keras.schema.requests.columns import ColumnSelection

EMPTY = "{path} is empty: it has no rows. Check the step that wrote it"
NO_ROWS = "{path} has a header, but no rows of data. Check the step that wrote it"
DECLARE = 'Declare it with --features-header (in Galaxy: "Does the dataset contain header: Yes")'
CONVERT = (
    "Convert the file to tab-separated (in Galaxy: Convert CSV to tabular, or Convert delimiters "
    "to TAB); decimal commas must become points"
)
DAMAGED = "{path} is a damaged or truncated gzip file. Upload or copy it again"
EXPORT = "Save or export the table as tab-separated text in UTF-8"
NOT_UTF8 = "Save the file as UTF-8 (it may be Latin-1 now)"

INDEX = (
    "If it holds row names that pandas or R wrote, write the table again with index=False or "
    "row.names=FALSE, or leave the column out, for example with --features-columns not:1"
)
NAMELESS = "{path}, row 1: column 1 has no name in the header. Name it. " + INDEX
COMMAS = "has commas instead. " + CONVERT
HEADER = ". Row 1 seems to be a header. " + DECLARE

WHOLE_FILE = {
    "empty": (b"", EMPTY),
    "empty, compressed": (gzip.compress(b"", mtime=0), EMPTY),
    "byte order mark only": (b"\xef\xbb\xbf", EMPTY),
    "blank lines only": (b"\n \n\t\n", EMPTY),
    "blank first row": (b"\n1\t2\n", "{path}, row 1 is blank. Remove it"),
    "UTF-16": (
        "1\t2\n".encode("utf-16"),
        "{path} is text in UTF-16, not a table. " + EXPORT,
    ),
    "zip": (
        b"PK\x03\x04 and so on",
        "{path} is a zip archive, not a table. Unpack it, and give the table in it",
    ),
    "old Excel": (
        b"\xd0\xcf\x11\xe0 and so on",
        "{path} is an Excel workbook, not a table. " + EXPORT,
    ),
    "model": (b"\x89HDF\r\n", "{path} is an HDF5 file, not a table. " + EXPORT),
    "xz": (
        b"\xfd7zXZ\x00",
        "{path} is compressed with xz, not a table. Uncompress it, or compress the table with "
        "gzip instead",
    ),
    "gzip cut short": (
        gzip.compress(b"1\t2\n" * 1000, mtime=0)[:-12],
        DAMAGED,
    ),
    "gzip damaged": (
        gzip.compress(b"1\t2\n", mtime=0)[:-8] + b"12345678",
        DAMAGED,
    ),
}

ROWS = {
    "too short": (
        "1\t2\n3\n4\t5\n",
        "{path}, row 2 has 1 column, but 2 were expected, as in row 1",
    ),
    "too long": (
        "1\t2\n3\t4\n5\t6\t7\n",
        "{path}, row 3 has 3 columns, but 2 were expected, as in row 1",
    ),
    "blank in the middle": ("1\t2\n\n3\t4\n", "{path}, row 2 is blank. Remove it"),
    "several": (
        "1\t2\n3\n4\t5\n\t\n6\t7\n",
        "2 problems were found.\n"
        "1. {path}, row 2 has 1 column, but 2 were expected, as in row 1\n"
        "2. {path}, row 4 is blank. Remove it",
    ),
    "title": (
        "# my table\n1\t2\t3\n3\t4\t5\n",
        '{path} begins with a comment, row 1 ("# my table"). Remove all lines of comments (in '
        "Galaxy: Remove beginning of a file)",
    ),
    "title without a mark": (
        "my table\n1\t2\t3\n3\t4\t5\n",
        "{path}: row 1 has 1 column, but the rows after it have 3. "
        "If row 1 is a title or a comment, remove it",
    ),
    "two comments and a header": (
        "# my table\n# of numbers\na\tb\n1\t2\n",
        '{path} begins with a comment, row 1 ("# my table"). Remove all lines of comments (in '
        "Galaxy: Remove beginning of a file)",
    ),
    "comment above one column": (
        "# my table\n1\n2\n",
        '{path} begins with a comment, row 1 ("# my table"). Remove all lines of comments (in '
        "Galaxy: Remove beginning of a file)",
    ),
    "comment at the end": (
        "1\t2\n3\t4\n# end\n",
        '{path}, row 3 ("# end") seems to be a comment. Remove it',
    ),
    "R without header": (
        "x\ty\n1\t1\t2\n2\t3\t4\n",
        "{path}: row 1 has 2 columns, but the rows after it have 3. "
        "If R wrote the table, write it again with row.names = FALSE",
    ),
}

ROWS_AFTER_HEADER = {
    "header only": ("a\tb\n", NO_ROWS),
    "header and blank lines": ("a\tb\n\n\n", NO_ROWS),
    "R": (
        "x\ty\nr1\t1\t2\nr2\t3\t4\n",
        "{path}: row 1 has 2 columns, but the rows after it have 3. "
        "If R wrote the table, write it again with row.names = FALSE",
    ),
    "too short after header": (
        "x\ty\n1\t2\n3\n",
        "{path}, row 3 has 1 column, but 2 were expected, as in row 1",
    ),
    "no name": (
        "a\t\tb\n1\t2\t3\n",
        "{path}, row 1: column 2 has no name in the header. Name it, or leave the column out, "
        "for example with --features-columns not:2",
    ),
    "index of pandas": ("\tb\n1\t2\n", NAMELESS),
    "row names of R, with a quoted blank": ('""\t"b"\n"1"\t2\n', NAMELESS),
    "tabs at the end of all rows": (
        "a\tb\t\t\n1\t2\t\t\n",
        "{path}, row 1: columns 3, 4 have no name in the header. Remove the tabs at the ends of "
        "rows. Name them, or leave them out, for example with --features-columns not:3,4",
    ),
    "tabs at the end of all rows but the header": (
        "a\tb\n1\t2\t\n3\t4\t\n",
        "{path}: row 1 has 2 columns, but the rows after it have 3. The last column is blank: "
        "remove the tabs at the ends of rows",
    ),
    "comment above the header": (
        "# my table\na\tb\n1\t2\n",
        '{path} begins with a comment, row 1 ("# my table"). Remove all lines of comments (in '
        "Galaxy: Remove beginning of a file)",
    ),
    "same names": (
        "a\tb\ta\tb\n1\t2\t3\t4\n",
        "2 problems were found.\n"
        '1. {path}, row 1: the name "a" is used for columns 1, 3. Rename all but one, or leave the '
        "column out, for example with --features-columns not:3\n"
        '2. {path}, row 1: the name "b" is used for columns 2, 4. Rename all but one, or leave the '
        "column out, for example with --features-columns not:4",
    ),
    "data instead of header": (
        "0\t0\t12\n0\t0\t3\n",
        "{path}: row 1 was declared to be a header, but looks like data: it holds numbers only, "
        'and "0" several times. Leave out --features-header',
    ),
    "Latin-1 header": (
        b"a\tgr\xf6\xdfe\n1\t2\n",
        '{path}, row 1, column 2: the byte 0xf6 in "gr\\xf6\\xdfe" is not UTF-8. ' + NOT_UTF8,
    ),
    "NUL in header": (
        b"a\0\tb\n1\t2\n",
        "{path}, row 1, column 1: there is a NUL byte. Save the file as plain text in UTF-8",
    ),
}

SEPARATORS = {
    "commas": (
        "1,2\n3,4\n",
        '{path}: columns must be separated by tabs, but row 1 ("1,2") has commas instead. '
        + CONVERT,
    ),
    "semicolons": (
        "1;2\n3;4\n",
        '{path}: columns must be separated by tabs, but row 1 ("1;2") has semicolons instead. '
        + CONVERT,
    ),
    "blanks": (
        "1 2  3\n3 4 5\n",
        '{path}: columns must be separated by tabs, but row 1 ("1 2  3") has spaces instead. '
        + CONVERT,
    ),
    "vertical bars": (
        "1|2\n3|4\n",
        '{path}: columns must be separated by tabs, but row 1 ("1|2") has vertical bars instead. '
        + CONVERT,
    ),
    "semicolons and decimal commas": (
        "0,5;1,5\n2,5;3,5\n",
        '{path}: columns must be separated by tabs, but row 1 ("0,5;1,5") has semicolons instead. '
        + CONVERT,
    ),
    "labels after numbers": (
        "5.1,setosa\n4.9,setosa\n",
        '{path}: columns must be separated by tabs, but row 1 ("5.1,setosa") ' + COMMAS,
    ),
    "identifiers and labels": (
        "s1,a\ns2,b\ns3,a\n",
        '{path}: columns must be separated by tabs, but row 1 ("s1,a") ' + COMMAS,
    ),
}

UNDECLARED = {
    "commas": (
        "a,b\n1,2\n3,4\n",
        '{path}: columns must be separated by tabs, but row 1 ("a,b") ' + COMMAS + HEADER,
    ),
    "commas and quotes": (
        '"a","b, c"\n1,2\n3,4\n',
        '{path}: columns must be separated by tabs, but row 1 (""a","b, c"") ' + COMMAS + HEADER,
    ),
    "semicolons and decimal commas": (
        "a;b\n1,5;2,5\n3,5;4,5\n",
        '{path}: columns must be separated by tabs, but row 1 ("a;b") has semicolons instead. '
        + CONVERT
        + HEADER,
    ),
    "spaces": (
        "a b\n1 2\n3 4\n",
        '{path}: columns must be separated by tabs, but row 1 ("a b") has spaces instead. '
        + CONVERT
        + HEADER,
    ),
    "index of pandas": (
        "\ta\tb\n0\t1\t2\n1\t3\t4\n",
        "{path}: row 1 looks like a header (a, b), but none was declared. "
        + DECLARE
        + ". Column 1 has no name in it. "
        + INDEX,
    ),
    "decimal commas": (
        "a\tb\n1,5\t2,5\n3,5\t4,5\n",
        "2 problems were found.\n"
        "1. {path}: row 1 looks like a header (a, b), but none was declared. " + DECLARE + "\n"
        "2. {path}, row 2, column 1: numbers such as 1,5 have decimal commas. Write points, as in "
        "0.5",
    ),
}

CELLS = {
    "decimal commas": (
        "1,5\t2,5\n3,5\t4,5\n",
        "{path}, row 1, column 1: numbers such as 1,5 have decimal commas. Write points, as in 0.5",
    ),
    "numbers in quotes": (
        '"1"\t"2"\n"3"\t"4"\n',
        '{path}, row 1, column 1: numbers such as "1" have quotes. Write them without, in R with '
        "quote=FALSE",
    ),
    "text": ("1\tx\n3\t4\n", '{path}, row 1, column 2: "x" is not a number. Correct it'),
    "several": (
        "1\t2\nx\t3\n4\tNA\n5\t\n6\t-inf\n7\t1,000\n8\t'1'\n9\t1e99\n10\t1e39\n",
        "8 problems were found.\n"
        '1. {path}, row 2, column 1: "x" is not a number. Correct it\n'
        '2. {path}, row 3, column 2: "NA" means a missing value. '
        "Fill it in, or remove the row\n"
        "3. {path}, row 4, column 2: the cell is empty. Fill it in, or remove the row\n"
        '4. {path}, row 5, column 2: "-inf" is not a finite number. Correct it, or remove the row\n'
        '5. {path}, row 6, column 2: "1,000" has a comma. Write numbers like 1000 or 0.5\n'
        "6. {path}, row 7, column 2: '1' is in quotes. Write numbers without quotes\n"
        '7. {path}, row 8, column 2: "1e99" is too large. Numbers may go up to 3.4e38\n'
        '8. {path}, row 9, column 2: "1e39" is too large. Numbers may go up to 3.4e38',
    ),
    "nan": (
        "1\nnan\n2\n",
        '{path}, row 2, column 1: "nan" means a missing value. Fill it in, or remove the row',
    ),
    "inf among floats": (
        "1.5\ninf\n2\n",
        '{path}, row 2, column 1: "inf" is not a finite number. Correct it, or remove the row',
    ),
    "NUL": (
        b"1\n2\0\n",
        "{path}, row 2, column 1: there is a NUL byte. Save the file as plain text in UTF-8",
    ),
    "Latin-1": (
        b"1\n\xb55\n",
        '{path}, row 2, column 1: the byte 0xb5 in "\\xb55" is not UTF-8. ' + NOT_UTF8,
    ),
    "long and unprintable": (
        "1\n" + "\x1b[31m" + "x" * 50 + "\n",
        f'{{path}}, row 2, column 1: "\\x1b[31m{"x" * 35}..." is not a number. Correct it',
    ),
    "trailing tabs": (
        "1\t2\t\n3\t4\t\n",
        "{path}: column 3 is blank in every row. Remove the tabs at the ends of rows, or leave the "
        "column out, for example with --features-columns not:3",
    ),
    "categories": (
        "M\t1\nF\t2\nF\t3\nM\t4\n",
        '{path}, column 1: no cell can be used as a number; in row 1, "M" is not a number. If it '
        "holds categories (F, M), encode it (keras-model-builder --input 'categories "
        "columns=...'), or write one column of 0 and 1 for each of them instead, or leave the "
        "column out, for example with --features-columns not:1",
    ),
    "running text": (
        "a bad film\nnot so good\nvery very good\n",
        '{path}, column 1: no cell can be used as a number; in row 1, "a bad film" is not a '
        "number. If it holds text to learn from, encode it (keras-model-builder --input 'words "
        "columns=...')",
    ),
    "sequences": (
        ">one\nACGT\n>two\nACGT\n",
        '{path} begins with ">", as sequences in FASTA format do, which are not a table. If it '
        "holds sequences, give --features-format fasta-dna, fasta-rna or fasta-protein",
    ),
    "header not declared": (
        "year\tmonth\n2016\t9\n2017\t4\n",
        "{path}: row 1 looks like a header (year, month), but none was declared. " + DECLARE,
    ),
    "header of one row": (
        "year\n",
        '{path}, row 1, column 1: "year" is not a number. Correct it',
    ),
    "more than ten": (
        "1\n" + "x\n" * 12,
        "11 problems were found.\n"
        + "".join(
            f'{number}. {{path}}, row {number + 1}, column 1: "x" is not a number. Correct it\n'
            for number in range(1, 11)
        )
        + "11. Only the first 10 problems are listed.",
    ),
}

CELLS_AFTER_HEADER = {
    "ids": (
        "id\tx\ns1\t1\ns2\tNA\n",
        "2 problems were found.\n"
        "1. {path}, column 1 (id): no cell can be used as a number; in row 2, "
        '"s1" is not a number. Correct the column, or leave the column out, for example with '
        "--features-columns not:1\n"
        '2. {path}, row 3, column 2 (x): "NA" means a missing value. '
        "Fill it in, or remove the row",
    ),
    "commas under a header": (
        "a,b\n3,4\n",
        '{path}: columns must be separated by tabs, but row 2 ("3,4") has commas instead. '
        + CONVERT,
    ),
}


@pytest.fixture
def write(tmp_path):
    def write_file(content):
        path = tmp_path / "X.dat"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write_file


def message_of(read, path, **options):
    with pytest.raises(DataError) as caught:
        read(path, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        *(*WHOLE_FILE.values(), *ROWS.values(), *SEPARATORS.values(), *CELLS.values()),
        *UNDECLARED.values(),
    ],
    ids=[
        *(*WHOLE_FILE, *ROWS, *SEPARATORS, *CELLS),
        *(f"undeclared: {name}" for name in UNDECLARED),
    ],
)
def test_features(write, content, message):
    path = write(content)
    assert message_of(read_features, path) == message.format(path=path)


@pytest.mark.parametrize(
    ("content", "message"),
    [*ROWS_AFTER_HEADER.values(), *CELLS_AFTER_HEADER.values()],
    ids=[*ROWS_AFTER_HEADER, *CELLS_AFTER_HEADER],
)
def test_features_with_header(write, content, message):
    path = write(content)
    assert message_of(read_features, path, header=True) == message.format(path=path)


@pytest.mark.parametrize(
    ("content", "message"),
    [*WHOLE_FILE.values(), *ROWS.values(), *SEPARATORS.values()],
    ids=[*WHOLE_FILE, *ROWS, *SEPARATORS],
)
def test_columns(write, content, message):
    path = write(content)
    assert message_of(read_columns, path, option="--features") == message.format(path=path)


@pytest.mark.parametrize(
    ("content", "message"), ROWS_AFTER_HEADER.values(), ids=list(ROWS_AFTER_HEADER)
)
def test_columns_with_header(write, content, message):
    path = write(content)
    assert message_of(read_columns, path, header=True, option="--features") == message.format(
        path=path
    )


@pytest.mark.parametrize("read", [read_features, read_columns])
def test_missing_file(tmp_path, read):
    path = tmp_path / "nothing.tsv"
    assert message_of(read, path) == f"{path} does not exist. Check the path"


@pytest.mark.parametrize("read", [read_features, read_columns])
def test_folder(tmp_path, read):
    assert message_of(read, tmp_path) == (
        f"{tmp_path} is a folder, not a file. Give the file itself"
    )


def test_no_permission(write):
    path = write("1\n")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file")
    assert message_of(read_features, path) == (
        f"{path} may not be read. Ask its owner for permission to read it"
    )


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            PermissionError(13, "Permission denied"),
            "X.tsv may not be read. Ask its owner for permission to read it",
        ),
        (
            OSError(5, "Input/output error"),
            "X.tsv cannot be read: Input/output error. Copy or upload it again",
        ),
    ],
)
def test_failing_file_system(monkeypatch, error, message):
    def fail(*_arguments):
        raise error

    monkeypatch.setattr(Path, "open", fail)
    assert message_of(read_features, Path("X.tsv")) == message


@pytest.mark.parametrize(
    ("content", "columns", "message"),
    [
        (
            "a\tb\n1\t2\n",
            "3",
            '{path}: the column selection "3" asks for column 3, but the file has 2 columns',
        ),
        (
            "a,b\n1,2\n",
            "2",
            '{path}: columns must be separated by tabs, but row 1 ("a,b") has commas instead. '
            + CONVERT,
        ),
        (
            "a;b\nx;y\n",
            "name:b",
            '{path}: columns must be separated by tabs, but row 1 ("a;b") has semicolons instead. '
            + CONVERT,
        ),
    ],
)
@pytest.mark.parametrize("read", [read_features, read_columns])
def test_columns_that_do_not_exist(write, read, content, columns, message):
    path = write(content)
    selection = ColumnSelection.parse(columns)
    assert message_of(read, path, header=True, columns=selection) == message.format(path=path)


def test_rows_are_counted_through_pieces_and_problems_collected(write, monkeypatch):
    monkeypatch.setattr(lines, "CHUNK_CHARACTERS", 8)
    path = write("a\tb\n1\t2\n3\t4\n5\tx\n7\t8\n9\t\n\n\n11\t12\n13\n15\t16\n\n")
    assert message_of(read_features, path, header=True) == (
        "5 problems were found.\n"
        f'1. {path}, row 4, column 2 (b): "x" is not a number. Correct it\n'
        f"2. {path}, row 6, column 2 (b): the cell is empty. Fill it in, or remove the row\n"
        f"3. {path}, row 7 is blank. Remove it\n"
        f"4. {path}, row 8 is blank. Remove it\n"
        f"5. {path}, row 10 has 1 column, but 2 were expected, as in row 1"
    )


@pytest.mark.parametrize("name", ["header not declared", "trailing tabs"])
def test_rows_too_wide_to_share_a_piece_are_compared(write, monkeypatch, name):
    monkeypatch.setattr(lines, "CHUNK_CHARACTERS", 1)
    content, message = CELLS[name]
    path = write(content)
    assert message_of(read_features, path) == message.format(path=path)


def test_chosen_columns_do_not_hide_ragged_rows(write):
    path = write("1\t2\t3\n4\t5\n")
    selection = ColumnSelection.parse("1")
    assert message_of(read_features, path, columns=selection) == (
        f"{path}, row 2 has 2 columns, but 3 were expected, as in row 1"
    )


def test_streaming_names_the_same_problem(write):
    path = write("a\n")
    chunks = iterate_features(path, header=True, rows=2)
    assert message_of(next, chunks) == NO_ROWS.format(path=path)
