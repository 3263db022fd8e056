"""Parquet files as lines with tabs, as a CSV file of the same table gives them.

pyarrow reads them, which is an extra of the package. Row groups are read one at a time, and rows of
them a batch at a time; texts stay indices into their dictionary until it is known how long they
are, since a few bytes can say that a long text is in each of many rows.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.artefacts.tables.lines import MAX_LINE_CHARACTERS, LineReader
from galaxy_keras.errors import ConfigurationError, DataError, escape_name

ROWS_PER_BATCH: Final = 1024
MAX_COLUMNS: Final = 100_000
MAX_GROUP_BYTES: Final = 2**32
"""The most bytes that a row group may say that it has when it is uncompressed."""
MAX_METADATA_BYTES: Final = 100_000_000
"""The most bytes of a text, and the most entries of a list, in the description of the file."""
_SEPARATORS: Final = str.maketrans("\t\n\r", "   ")


class ParquetReader(LineReader):
    """Reads the names of the columns as a line with tabs, then the rows.

    Parameters
    ----------
    lines
        What `opening_parquet` makes of them.
    path
        The file, for messages.
    """

    def __init__(self, lines: Iterator[str], path: Path) -> None:
        super().__init__(io.StringIO(), path)
        self._lines = lines

    def _read_lines(self) -> list[str]:
        with _translating_damage(self._path):
            return list(itertools.islice(self._lines, ROWS_PER_BATCH))


@contextmanager
def opening_parquet(path: Path) -> Iterator[ParquetReader]:
    """Open a Parquet file for reading from the names of its columns.

    Raises
    ------
    DataError
        If it cannot be read, is damaged or too large, or has columns that are no cells.
    ConfigurationError
        If pyarrow is not installed.
    """
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise ConfigurationError(
            f"{path} is read by pyarrow, which is not installed. Install the extra: pip install "
            "'galaxy-keras[parquet]', or write the table as CSV"
        ) from error
    try:
        content = path.open("rb")
    except OSError as error:
        raise DataError(describe_read_failure(path, error)) from error
    with content:
        with _translating_damage(path):
            file = parquet.ParquetFile(
                content,
                thrift_string_size_limit=MAX_METADATA_BYTES,
                thrift_container_size_limit=MAX_METADATA_BYTES,
            )
            _check_size(path, file.metadata)
        yield ParquetReader(_iterate_lines(path, content, file.schema_arrow), path)


@contextmanager
def _translating_damage(path: Path) -> Iterator[None]:
    """Raise a `DataError` for whatever pyarrow stumbles over in a damaged file."""
    import pyarrow as pa

    try:
        yield
    except (pa.ArrowException, OSError, ValueError, OverflowError, IndexError) as error:
        raise DataError(
            f"{path} is no Parquet file, or it is damaged ({escape_name(str(error), 200)}). Write "
            "it again, or give the table as CSV"
        ) from error


def _check_size(path: Path, metadata: Any) -> None:
    if metadata.num_columns > MAX_COLUMNS:
        raise DataError(
            f"{path} has {metadata.num_columns:,} columns, where at most {MAX_COLUMNS:,} are read. "
            "Write fewer"
        )
    for number in range(metadata.num_row_groups):
        size = metadata.row_group(number).total_byte_size
        if not 0 <= size <= MAX_GROUP_BYTES:
            raise DataError(
                f"{path}: row group {number + 1} has {size:,} bytes, where at most "
                f"{MAX_GROUP_BYTES:,} are read. Write smaller ones (row_group_size=100000)"
            )


def _iterate_lines(path: Path, content: Any, schema: Any) -> Iterator[str]:
    from pyarrow import parquet, types

    texts = [
        each.name
        for each in schema
        if types.is_string(each.type) or types.is_large_string(each.type)
    ]
    _check_types(path, schema)
    yield _join(_clean(name) for name in schema.names)
    file = parquet.ParquetFile(
        content,
        read_dictionary=texts,
        thrift_string_size_limit=MAX_METADATA_BYTES,
        thrift_container_size_limit=MAX_METADATA_BYTES,
    )
    for group in range(file.metadata.num_row_groups):
        for batch in file.iter_batches(ROWS_PER_BATCH, row_groups=[group]):
            columns = [
                _format_column(path, name, column)
                for name, column in zip(schema.names, batch.columns, strict=True)
            ]
            yield from map(_join, zip(*columns, strict=True))


def _check_types(path: Path, schema: Any) -> None:
    from pyarrow import types

    for field in schema:
        kind = field.type.value_type if types.is_dictionary(field.type) else field.type
        if not (
            types.is_primitive(kind)
            or types.is_string(kind)
            or types.is_large_string(kind)
            or types.is_decimal(kind)
            or types.is_null(kind)
        ) or types.is_duration(kind):
            raise DataError(
                f'{path}: the column "{escape_name(field.name)}" holds {field.type}, which is no '
                "cell of a table. Write the file without it"
            )


def _format_column(path: Path, name: str, column: Any) -> list[str]:
    """Return the cells of a column as pandas writes them into CSV."""
    from pyarrow import types

    if types.is_dictionary(column.type):
        return _format_texts(path, name, column)
    kind = column.type
    if types.is_floating(kind):
        return _format_numbers(column)
    if types.is_timestamp(kind):
        return ["" if each is None else _format_time(each) for each in _iterate_times(column)]
    return ["" if each is None else str(each) for each in column.to_pylist()]


def _format_texts(path: Path, name: str, column: Any) -> list[str]:
    from pyarrow import compute, types

    entries = column.dictionary
    if types.is_string(entries.type) or types.is_large_string(entries.type):
        lengths = compute.binary_length(entries).take(column.indices)
        if (compute.sum(lengths).as_py() or 0) > MAX_LINE_CHARACTERS:
            raise DataError(
                f'{path}: the column "{escape_name(name)}" has more than '
                f"{MAX_LINE_CHARACTERS:,} letters in {len(column):,} rows. Write shorter texts"
            )
        cells = [_clean(each or "") for each in entries.to_pylist()]
    else:
        cells = _format_column(path, name, entries)
    return ["" if index is None else cells[index] for index in column.indices.to_pylist()]


def _format_numbers(column: Any) -> list[str]:
    values = column.to_numpy(zero_copy_only=False)
    if values.dtype == np.float64:
        return ["" if value != value else repr(value) for value in values.tolist()]
    # The shortest text that is the same number of 32 or 16 bits.
    return ["" if value != value else str(value) for value in values]


def _iterate_times(column: Any) -> list[Any]:
    import pyarrow as pa

    kind = pa.timestamp("us", tz=column.type.tz)
    times: list[Any] = column.cast(kind, safe=False).to_pylist()
    return times


def _format_time(value: Any) -> str:
    return str(value.isoformat(sep=" "))


def _clean(text: str) -> str:
    return text.translate(_SEPARATORS)


def _join(cells: Any) -> str:
    return "\t".join(cells) + "\n"
