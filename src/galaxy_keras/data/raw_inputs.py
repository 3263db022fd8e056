"""From the columns of a table of raw samples to the arrays of a network, by fitted encodings."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.arrays import NamedArray
from galaxy_keras.artefacts.models.encodings import StoredEncoding
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.pictures import opening_pictures
from galaxy_keras.artefacts.tables.layout import Layout, check_separated
from galaxy_keras.artefacts.tables.raw import RawCells, ReadFile
from galaxy_keras.catalogue.encodings import EncodingEntry, Takes
from galaxy_keras.data.encodings.encoding import Encoding, EncodingState, RawColumns
from galaxy_keras.data.encodings.registry import fit_encoding, restore_encoding
from galaxy_keras.data.sources.raw_table import RawTable
from galaxy_keras.data.sources.registry import open_source
from galaxy_keras.errors import ConfigurationError, DataError, ModelFileError, list_names
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.runs import SampleRequest
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.training.features import EncodedColumns
from galaxy_keras.schema.values.component import Component

_COLUMNS, _BY = "columns", "by"
_ADVICE_ON_HEADER = ", or declare the header with --features-header, by which they are found"


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

    def iterate_samples(self, cells: RawCells, count: int) -> Iterator[NDArray[Any]]:
        """Yield all samples likewise, `count` at a time."""
        columns = make_raw_columns(cells, self.columns)
        for encoded in self.encoding.iterate_samples(columns, count):
            yield encoded.reshape(len(encoded), -1)

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


def open_raw_samples(request: SampleRequest) -> AbstractContextManager[RawTable]:
    """Open a file of raw samples.

    Raises
    ------
    DataError
        If it cannot be read, or has no rows.
    ConfigurationError
        If its format is one of numbers.
    """
    return open_source(request).open_raw()


@contextmanager
def opening_files(request: SampleRequest) -> Iterator[ReadFile | None]:
    """Yield what returns the content of a picture that samples name; None where they name none.

    Raises
    ------
    DataError
        If the folder or the archive of the pictures cannot be read.
    """
    if request.pictures is None:
        yield None
        return
    with opening_pictures(request.pictures) as files:
        yield files.read


def takes_pictures(encodings: Iterable[InputEncoding | Encoding]) -> bool:
    """Whether one of the encodings takes pictures."""
    return any(each.entry.takes is Takes.PICTURES for each in encodings)


def check_pictures(request: SampleRequest, encodings: Iterable[InputEncoding | Encoding]) -> None:
    """Check that pictures are given only where one of the encodings takes them.

    Raises
    ------
    ConfigurationError
        If not.
    """
    if request.pictures is not None and not takes_pictures(encodings):
        raise ConfigurationError(
            f"{request.pictures} is given as pictures, but the network does not take any: its "
            "builder was made without the encoding that does. Make one with keras-model-builder "
            "--input 'image'; where it holds a table, unpack it and give that"
        )


def choose_columns(
    encodings: Sequence[InputEncoding], layout: Layout, left: Sequence[int]
) -> list[tuple[int, ...]]:
    """Return the positions, from 0, of the columns that each of the encodings takes.

    Parameters
    ----------
    encodings
        The encodings; one without a choice of columns takes what no other one takes.
    layout
        The columns of the table.
    left
        The positions of the columns that are neither target nor names of rows.

    Raises
    ------
    DataError
        If a column does not exist, or is target or name of a row, or an encoding takes one column
        and several are left.
    """
    chosen = [_choose_own(each, layout, _COLUMNS) for each in encodings]
    by = [_choose_own(each, layout, _BY) or () for each in encodings]
    for each, positions in zip(encodings, chosen, strict=True):
        _check_free(each, layout, positions or (), left)
    taken = {position for positions in (*chosen, *by) for position in positions or ()}
    rest = tuple(position for position in left if position not in taken)
    found = [rest if positions is None else positions for positions in chosen]
    for each, positions, own in zip(encodings, found, by, strict=True):
        _check_count(each, layout, positions)
        _check_one_column(each, layout, own, _BY)
    return [positions + own for positions, own in zip(found, by, strict=True)]


def _choose_own(chosen: InputEncoding, layout: Layout, option: str) -> tuple[int, ...] | None:
    selection = chosen.encoding.options.get(option)
    if selection is None:
        return None
    where = f"{layout.path}, --input {chosen.entry.name}"
    try:
        return tuple(ColumnSelection.parse(selection).choose(layout.header, layout.count, where))
    except DataError:
        check_separated(layout)
        raise


def _check_free(
    chosen: InputEncoding, layout: Layout, positions: Sequence[int], left: Sequence[int]
) -> None:
    """Check that the network does not see what it is to predict."""
    others = [layout.describe_column(each) for each in positions if each not in left]
    if others:
        raise DataError(
            f"{layout.path}: the encoding {chosen.entry.name} takes {list_names(others)}, which "
            "the network must not see: target, names of rows or not among --features-columns. "
            "Leave it out of its columns (--set input__columns=...)"
        )


def _check_count(chosen: InputEncoding, layout: Layout, positions: Sequence[int]) -> None:
    entry = chosen.entry
    if not positions:
        raise DataError(
            f"{layout.path} has no columns left for the encoding {entry.name}. Check "
            "--target-columns, --id-columns and the columns of other encodings"
        )
    if entry.one_column:
        _check_one_column(chosen, layout, positions, _COLUMNS)


def _check_one_column(
    chosen: InputEncoding, layout: Layout, positions: Sequence[int], option: str
) -> None:
    entry = chosen.entry
    if len(positions) > 1:
        names = list_names([layout.describe_column(each) for each in positions])
        if option == _BY:
            raise DataError(
                f"{layout.path}: one column tells the series of the encoding {entry.name} apart, "
                f"but by gives {len(positions)} ({names}). Choose one with --set input__by=..."
            )
        raise DataError(
            f"{layout.path}: the encoding {entry.name} takes one column, but {len(positions)} are "
            f"left ({names}). Choose one with --set input__columns=..., or in the builder: "
            f"--input '{entry.name} columns=...'"
        )


def describe_columns(
    cells: RawCells, entry: EncodingEntry, *, has_series: bool = False
) -> EncodedColumns:
    """Return names and types of columns, all rows of which are in `cells`.

    Parameters
    ----------
    cells
        The columns.
    entry
        The encoding that takes them.
    has_series
        Whether the last column tells series apart.
    """
    count = len(cells.columns)
    if entry.takes is Takes.ANY:
        numeric = tuple(map(cells.is_numeric, range(count)))
    else:
        numeric = (entry.takes is Takes.NUMBERS,) * (count - has_series) + (False,) * has_series
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
        return RawColumns(names, tuple(read), cells.locate, cells.read_file)
    numbers = list(rows)
    return RawColumns(
        names,
        tuple(
            each[numbers] if isinstance(each, np.ndarray) else [each[row] for row in numbers]
            for each in read
        ),
        lambda row, column: cells.locate(numbers[row], column),
        cells.read_file,
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
    has_series = chosen.encoding.options.get(_BY) is not None
    columns = describe_columns(cells, chosen.entry, has_series=has_series)
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
    for name in dict.fromkeys(each.name for each in encodings):
        expected = shapes[name].output[1:]
        given = sum(math.prod(each.encoding.shape) for each in encodings if each.name == name)
        known = math.prod(size for size in expected if size is not None)
        if given % known or (None not in expected and given != known):
            raise ModelFileError(
                f'the encodings of the input "{name}" give samples of {given:,} numbers, but it '
                f"takes {known:,}. The file is damaged"
            )
        count += given
    if encodings and count != fitted.features.count:
        raise ModelFileError(
            f"the encodings give {count:,} numbers for each sample, but {fitted.features.count:,} "
            "are stored. The file is damaged"
        )


def match_columns(
    fitted: Sequence[FittedInput], layout: Layout, left: Sequence[int]
) -> list[tuple[int, ...]]:
    """Return the positions in a new table of the columns that each of the encodings takes.

    They are matched by name where both sides have names, and other columns are ignored; else by
    position, in the order of the encodings.

    Parameters
    ----------
    fitted
        The encodings.
    layout
        The columns of the new table.
    left
        The positions of the columns that the user chose.

    Raises
    ------
    DataError
        If a column is missing, or there are not as many as in training.
    """
    if layout.header is not None and all(each.columns.names is not None for each in fitted):
        selections = (ColumnSelection(by="name", names=each.columns.names or ()) for each in fitted)
        return [
            tuple(selection.choose(layout.header, layout.count, str(layout.path)))
            for selection in selections
        ]
    counts = [each.columns.count for each in fitted]
    if len(left) != sum(counts):
        expected = "1 column" if sum(counts) == 1 else f"{sum(counts)} columns"
        names = [name for each in fitted for name in each.columns.names or ()]
        known = f" ({list_names(names)})" if names else ""
        raise DataError(
            f"{layout.path} gives {len(left)} columns, but the model takes {expected}{known}. "
            f"Choose them with --features-columns{_ADVICE_ON_HEADER if names else ''}"
        )
    ends = list(itertools.accumulate(counts))
    return [tuple(left[end - count : end]) for count, end in zip(counts, ends, strict=True)]
