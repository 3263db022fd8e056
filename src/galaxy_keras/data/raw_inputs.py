"""From the columns of a table of raw samples to the arrays of a network, by fitted encodings."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import NamedArray
from galaxy_keras.artefacts.models.encodings import StoredEncoding
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.lines import LineReader
from galaxy_keras.artefacts.tables.raw import (
    RawCells,
    iterate_cells,
    open_raw_table,
    open_text,
)
from galaxy_keras.catalogue.encodings import EncodingEntry, Takes
from galaxy_keras.catalogue.sample_formats import CSV, SAMPLE_FORMATS
from galaxy_keras.data.encodings.encoding import Encoding, EncodingState, RawColumns
from galaxy_keras.data.encodings.registry import fit_encoding, restore_encoding
from galaxy_keras.errors import ConfigurationError, DataError, ModelFileError, list_names
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.runs import SampleRequest
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.training.features import EncodedColumns
from galaxy_keras.schema.values.component import Component

_TABLES = ("tabular", CSV)
_COLUMNS = "columns"


@dataclass(frozen=True, eq=False)
class RawTable:
    """An open file of raw samples.

    Attributes
    ----------
    layout
        Its columns, all of them chosen.
    reader
        Gives the rows of data.
    whole_lines
        Whether each line is one cell.
    """

    layout: Layout
    reader: LineReader
    whole_lines: bool

    def iterate(self, positions: Sequence[int], rows: int | None = None) -> Iterator[RawCells]:
        """Return the cells of the columns at `positions` (from 0), `rows` rows a chunk."""
        layout = Layout(
            self.layout.path,
            self.layout.option,
            self.layout.header,
            self.layout.count,
            tuple(positions),
        )
        return iterate_cells(layout, self.reader, rows, whole_lines=self.whole_lines)


@dataclass(frozen=True, eq=False)
class FittedInput:
    """A fitted encoding of an input, and where it takes its columns from.

    Attributes
    ----------
    name
        The name of the input of the network.
    encoding
        The encoding.
    columns
        The columns that it was fitted on.
    """

    name: str
    encoding: Encoding
    columns: EncodedColumns

    def encode(self, cells: RawCells, rows: Sequence[int] | None = None) -> NDArray[Any]:
        """Return samples as the network takes them, flat: shape (rows, numbers of a sample).

        Parameters
        ----------
        cells
            The columns of `columns`, in this order.
        rows
            Which rows, from 0; None for all.

        Raises
        ------
        DataError
            If a cell cannot be encoded.
        """
        encoded = self.encoding.encode(make_raw_columns(cells, self.columns, rows))
        return encoded.reshape(len(encoded), -1)

    def store(self) -> StoredEncoding:
        """Return what a fitted model holds of it."""
        state = self.encoding.get_state()
        entry = self.encoding.entry
        return StoredEncoding(
            name=self.name,
            encoding=Component(name=entry.name, options=dict(self.encoding.options)),
            columns=self.columns,
            settings=state.settings,
            arrays=tuple(NamedArray(name, values) for name, values in state.arrays.items()),
        )


@contextlib.contextmanager
def open_raw_samples(request: SampleRequest) -> Iterator[RawTable]:
    """Open a file of raw samples.

    Raises
    ------
    DataError
        If it cannot be read, or has no rows.
    ConfigurationError
        If its format is one of numbers.
    """
    if request.format in _TABLES:
        opened = open_raw_table(request.path, header=request.header, separator=request.separator)
    elif SAMPLE_FORMATS.get(request.format).raw:
        opened = open_text(request.path)
    else:
        raise ConfigurationError(
            f"--features-format {request.format} gives numbers, but the network has encodings "
            "(--input of keras-model-builder), which make numbers of raw samples. Give a table, "
            "or text"
        )
    with opened as (layout, reader):
        yield RawTable(layout, reader, whole_lines=request.format not in _TABLES)


def choose_columns(chosen: InputEncoding, layout: Layout, left: Sequence[int]) -> tuple[int, ...]:
    """Return the positions of the columns that an encoding takes, from 0.

    Parameters
    ----------
    chosen
        The encoding.
    layout
        The columns of the table.
    left
        The positions of the columns that nothing else takes: neither target nor names of rows.

    Raises
    ------
    DataError
        If a column does not exist, or the encoding takes one column and several are left.
    """
    entry = chosen.entry
    selection = chosen.encoding.options.get(_COLUMNS)
    if selection is None:
        positions = tuple(left)
    else:
        where = f"{layout.path}, --input {entry.name}"
        found = ColumnSelection.parse(selection).choose(layout.header, layout.count, where)
        positions = tuple(found)
    if not positions:
        raise DataError(
            f"{layout.path} has no columns left for the input. Check --target-columns and "
            "--id-columns"
        )
    if entry.one_column and len(positions) > 1:
        names = list_names([layout.describe_column(each) for each in positions])
        raise DataError(
            f"{layout.path}: the encoding {entry.name} takes one column, but {len(positions)} are "
            f"left ({names}). Choose one with --set input__columns=..., or in the builder: "
            f"--input '{entry.name} columns=...'"
        )
    return positions


def describe_columns(cells: RawCells, entry: EncodingEntry) -> EncodedColumns:
    """Return names and types of columns, all rows of which are in `cells`."""
    count = len(cells.columns)
    if entry.takes is Takes.ANY:
        numeric = tuple(map(cells.is_numeric, range(count)))
    else:
        numeric = (entry.takes is Takes.NUMBERS,) * count
    return EncodedColumns(names=cells.layout.names, numeric=numeric)


def make_raw_columns(
    cells: RawCells, columns: EncodedColumns, rows: Sequence[int] | None = None
) -> RawColumns:
    """Return columns as an encoding takes them: text, or numbers with NaN where they are missing.

    Raises
    ------
    DataError
        If a cell of a column of numbers is none, or text is not UTF-8.
    """
    read = [
        cells.parse_numbers(position) if numeric else cells.check_text(position)
        for position, numeric in enumerate(columns.numeric)
    ]
    names = columns.names or tuple(str(each) for each in cells.layout.columns)
    if rows is None:
        return RawColumns(names, tuple(read), cells.locate)
    numbers = list(rows)
    return RawColumns(
        names,
        tuple(
            each[numbers] if isinstance(each, np.ndarray) else [each[row] for row in numbers]
            for each in read
        ),
        lambda row, column: cells.locate(numbers[row], column),
    )


def fit_input(chosen: InputEncoding, cells: RawCells, rows: Sequence[int]) -> FittedInput:
    """Return an encoding, fitted on the rows to train on.

    Parameters
    ----------
    chosen
        The encoding and the input.
    cells
        All rows of the columns that it takes.
    rows
        The rows to train on, from 0.

    Raises
    ------
    DataError
        If the columns cannot be encoded so.
    """
    columns = describe_columns(cells, chosen.entry)
    encoding = fit_encoding(
        chosen.entry.name, chosen.encoding.options, make_raw_columns(cells, columns, rows)
    )
    return FittedInput(chosen.name, encoding, columns)


def restore_input(stored: StoredEncoding) -> FittedInput:
    """Return the encoding that a fitted model holds.

    Raises
    ------
    ModelFileError
        If what is stored is not what fitting could have made.
    """
    state = EncodingState(stored.settings, {array.name: array.values for array in stored.arrays})
    encoding = restore_encoding(stored.encoding.name, stored.encoding.options, state)
    return FittedInput(stored.name, encoding, stored.columns)


def check_shapes(encodings: Sequence[FittedInput], fitted: FittedModel) -> None:
    """Check that the encodings of a fitted model give what its network takes.

    Raises
    ------
    ModelFileError
        If they do not: the file was changed.
    """
    shapes = infer_shapes(fitted.architecture)
    count = 0
    for each in encodings:
        expected = shapes[each.name].output[1:]
        given = math.prod(each.encoding.shape)
        known = math.prod(size for size in expected if size is not None)
        if given % known or (None not in expected and given != known):
            raise ModelFileError(
                f"the encoding {each.encoding.entry.name} gives samples of {given:,} numbers, but "
                f'the input "{each.name}" takes {known:,}. The file is damaged'
            )
        count += given
    if encodings and count != fitted.features.count:
        raise ModelFileError(
            f"the encodings give {count:,} numbers for each sample, but {fitted.features.count:,} "
            "are stored. The file is damaged"
        )


def match_columns(fitted: FittedInput, layout: Layout, left: Sequence[int]) -> tuple[int, ...]:
    """Return the positions in a new table of the columns that a fitted encoding takes.

    They are matched by name where both sides have names, and other columns are ignored; else by
    position.

    Parameters
    ----------
    fitted
        The encoding.
    layout
        The columns of the new table.
    left
        The positions of the columns that the user chose.

    Raises
    ------
    DataError
        If a column is missing, or there are not as many as in training.
    """
    columns = fitted.columns
    if layout.header is not None and columns.names is not None:
        selection = ColumnSelection(by="name", names=columns.names)
        return tuple(selection.choose(layout.header, layout.count, str(layout.path)))
    if len(left) != columns.count:
        expected = "1 column" if columns.count == 1 else f"{columns.count} columns"
        known = f" ({list_names(columns.names)})" if columns.names else ""
        raise DataError(
            f"{layout.path} gives {len(left)} columns, but the model takes {expected}{known}. "
            f"Choose them with --features-columns{_advise_header(columns)}"
        )
    return tuple(left)


def _advise_header(columns: EncodedColumns) -> str:
    if columns.names is None:
        return ""
    return ", or declare the header with --features-header, by which they are found"
