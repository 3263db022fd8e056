"""Parquet files give what CSV files of the same tables give, and are refused where they harm."""

from __future__ import annotations

import datetime as dt
import decimal
import sys
from pathlib import Path
from typing import Any

import pytest

from galaxy_keras.artefacts.tables import iterate_features, parquet
from galaxy_keras.artefacts.tables.lines import open_lines
from galaxy_keras.catalogue.sample_formats import PARQUET
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.requests.runs import SampleRequest


def test_without_pyarrow_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ConfigurationError) as error, open_lines(tmp_path / "t.parquet", PARQUET):
        pass
    assert str(error.value) == (
        f"{tmp_path / 't.parquet'} is read by pyarrow, which is not installed. Install the extra: "
        "pip install 'galaxy-keras[parquet]', or write the table as CSV"
    )


def test_the_name_of_a_file_says_that_it_is_parquet(tmp_path: Path) -> None:
    options = {"features": tmp_path / "t.parquet", "features_columns": "all"}
    request = SampleRequest.from_options({**options, "features_header": None})
    assert request is not None
    assert (request.format, request.separator, request.header) == (PARQUET, PARQUET, True)
    with pytest.raises(ConfigurationError, match="is read as Parquet, whose columns always have"):
        SampleRequest.from_options({**options, "features_header": False})


@pytest.fixture
def pa() -> Any:
    return pytest.importorskip("pyarrow", reason="needs pyarrow: pip install '.[parquet]'")


def write(folder: Path, pa: Any, columns: dict[str, Any], **options: Any) -> Path:
    from pyarrow import parquet as pq

    path = folder / "t.parquet"
    pq.write_table(pa.table(columns), path, **options)
    return path


def read(path: Path) -> list[str]:
    lines = []
    with open_lines(path, PARQUET) as reader:
        while chunk := reader.read():
            lines += chunk.lines
    return [line.rstrip("\n") for line in lines]


TIMES = [dt.datetime(2026, 11, 28, 17, 50), None]
COLUMNS: dict[str, tuple[Any, list[str]]] = {
    "int64": ([1, None], ["1", ""]),
    "uint8": ([1, 255], ["1", "255"]),
    "float64": ([0.1, None], ["0.1", ""]),
    "double": ([1.0, float("nan")], ["1.0", ""]),
    "float32": ([0.1, 1e-7], ["0.1", "1e-07"]),
    "bool": ([True, None], ["True", ""]),
    "string": (["a\tb\nc", None], ["a b c", ""]),
    "large_string": (["é", ""], ["é", ""]),
    "timestamp[ns]": (TIMES, ["2026-11-28 17:50:00", ""]),
    "date32": ([dt.date(2026, 1, 2), None], ["2026-01-02", ""]),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_cells_are_those_of_csv(pa: Any, tmp_path: Path, kind: str) -> None:
    values, expected = COLUMNS[kind]
    column = pa.array(values, pa.type_for_alias(kind))
    path = write(tmp_path, pa, {"x": column, "end": [1, 2]})
    assert read(path) == ["x\tend", f"{expected[0]}\t1", f"{expected[1]}\t2"]


def test_more_types(pa: Any, tmp_path: Path) -> None:
    columns = {
        "kind": pa.array(["a", "b", None, "a"]).dictionary_encode(),
        "size": pa.array([decimal.Decimal("1.50"), None, None, decimal.Decimal("2.00")]),
        "none": pa.nulls(4),
        "end": [1, 2, 3, 4],
    }
    path = write(tmp_path, pa, columns)
    assert read(path)[1:] == ["a\t1.50\t\t1", "b\t\t\t2", "\t\t\t3", "a\t2.00\t\t4"]


def test_numbers_are_those_of_csv(pa: Any, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2, 3] * 1000, "b": [0.1, 1 / 3, 1e300] * 1000})
    frame["b"] = frame["b"].clip(upper=1e30)
    frame.to_parquet(tmp_path / "t.parquet", row_group_size=700)
    frame.to_csv(tmp_path / "t.csv", index=False)
    tables = [
        list(iterate_features(tmp_path / f"t.{name}", header=True, separator=separator, rows=512))
        for name, separator in (("parquet", PARQUET), ("csv", ","))
    ]
    assert tables[0][0].names == tables[1][0].names == ("a", "b")
    for ours, theirs in zip(*tables, strict=True):
        assert ours.values.tobytes() == theirs.values.tobytes()


@pytest.mark.parametrize(
    ("values", "kind"),
    [([[1, 2]], "list<item: int64>"), ([{"a": 1}], "struct<a: int64>"), ([b"x"], "binary")],
)
def test_columns_that_are_no_cells(pa: Any, tmp_path: Path, values: list[Any], kind: str) -> None:
    path = write(tmp_path, pa, {"odd": values})
    with pytest.raises(DataError, match=r'the column "odd" holds .*, which is no cell of a table'):
        read(path)


def test_one_text_in_many_rows_is_not_written_out(
    pa: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, pa, {"note": ["x" * 2000] * 500})
    assert path.stat().st_size < 10_000
    monkeypatch.setattr(parquet, "MAX_LINE_CHARACTERS", 900_000)
    with pytest.raises(DataError, match='the column "note" has more than 900,000 letters in 500'):
        read(path)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("MAX_COLUMNS", 1, "has 2 columns, where at most 1 are read. Write fewer"),
        ("MAX_GROUP_BYTES", 9, r"row group 1 has \d+ bytes, where at most 9 are read. Write small"),
    ],
)
def test_files_that_are_too_large(
    pa: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: int, message: str
) -> None:
    path = write(tmp_path, pa, {"a": [1], "b": [2]})
    monkeypatch.setattr(parquet, name, value)
    with pytest.raises(DataError, match=message):
        read(path)


def test_damaged_files(pa: Any, tmp_path: Path) -> None:
    path = write(tmp_path, pa, {"a": list(range(500)), "b": [str(n) for n in range(500)]})
    whole = path.read_bytes()
    for content in (b"", b"PAR1", whole[:-20], whole[20:], b"a,b\n1,2\n"):
        path.write_bytes(content)
        with pytest.raises(DataError, match="is no Parquet file, or it is damaged"):
            read(path)
    with pytest.raises(DataError, match="does not exist"):
        read(tmp_path / "nowhere.parquet")


def test_each_byte_that_is_changed(pa: Any, tmp_path: Path) -> None:
    path = write(tmp_path, pa, {"a": [1, 2, 3], "b": ["x", "y", "z"]})
    whole = path.read_bytes()
    for place in range(0, len(whole), 3):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        path.write_bytes(changed)
        try:
            read(path)
        except DataError:
            continue
