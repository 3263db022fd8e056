"""Reads raw samples and encodes them: for training all rows, for prediction chunk by chunk."""

from __future__ import annotations

import hashlib
import itertools
import logging
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.encodings import check_size
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables.arrays import write_samples
from galaxy_keras.artefacts.tables.matrix import MatrixInMemory, MatrixOnDisk, choose_dtype
from galaxy_keras.artefacts.tables.raw import RawCells, ReadFile
from galaxy_keras.catalogue.encodings import Takes
from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS
from galaxy_keras.data.equal_rows import Hashes, hash_cells
from galaxy_keras.data.features import InputColumns
from galaxy_keras.data.raw_inputs import (
    FittedInput,
    choose_columns,
    fit_input,
    match_columns,
    open_raw_samples,
    opening_files,
    restore_input,
    takes_pictures,
)
from galaxy_keras.errors import ConfigurationError, DataError, Problems, count_things
from galaxy_keras.preparation.memory import check_memory_for_features, check_space_for_features
from galaxy_keras.preparation.one_table import check_rereadable
from galaxy_keras.preparation.parts import drop_rows
from galaxy_keras.preparation.windows import Windows, find_fitted_windows
from galaxy_keras.schema.architecture.memory import FLOAT32_BYTES
from galaxy_keras.schema.requests.runs import SampleRequest
from galaxy_keras.schema.training.encodings import InputEncoding

ROWS_PER_CHUNK = 1024
"""The most rows that are encoded at once."""

MAX_PICTURE_BYTES = 256 * 2**20
"""Above so many bytes, encoded pictures are kept on disk without being asked for."""

CHUNK_BYTES = 64 * 2**20
"""The most bytes of them, but for a single row."""

ENCODING_ADVICE = "Change the options of the encoding (--set input__...)"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class EncodedSamples:
    """All rows as the network takes them.

    Attributes
    ----------
    fitted
        The encodings, in the order of the network's inputs.
    values
        Shape (rows, numbers of a sample); a `numpy.memmap` where they are kept on disk.
    """

    fitted: tuple[FittedInput, ...]
    values: NDArray[Any]

    @property
    def names(self) -> tuple[str, ...] | None:
        """The names of the numbers of a sample; None where positions say nothing."""
        names = tuple(itertools.chain(*(each.encoding.names() for each in self.fitted)))
        return names if len(names) == self.values.shape[1] else None

    @property
    def sample_shape(self) -> tuple[int, ...] | None:
        """The shape of one sample; None where several encodings stand side by side."""
        return self.fitted[0].encoding.shape if len(self.fitted) == 1 else None


def read_cells(request: SampleRequest, encodings: Sequence[InputEncoding]) -> RawCells:
    """Return all rows of the columns that the encodings take.

    Raises
    ------
    DataError
        If the file cannot be read, or a column does not exist.
    """
    with open_raw_samples(request) as table:
        left = request.columns.choose(table.layout.header, table.layout.count, str(request.path))
        positions = choose_columns(encodings, table.layout, left)
        needed = tuple(dict.fromkeys(itertools.chain(*positions)))
        return _collect(table.iterate(needed))


def _collect(chunks: Iterator[RawCells]) -> RawCells:
    first = next(chunks)
    for chunk in chunks:
        for column, more in zip(first.columns, chunk.columns, strict=True):
            column.extend(more)
        if first.row_names is not None:
            first.row_names.extend(chunk.row_names or ())
    return first


def read_windows(request: SampleRequest, fitted: Sequence[FittedInput]) -> Windows | None:
    """Return the windows over the rows of a file; None where each row is a sample.

    Raises
    ------
    DataError
        If the file cannot be read, or has too few rows.
    """
    if not any(each.encoding.entry.spans_rows for each in fitted):
        return None
    check_rereadable(request.path, "windows over its rows are counted before they are made")
    with open_raw_samples(request) as table:
        layout = table.layout
        left = request.columns.choose(layout.header, layout.count, str(request.path))
        positions = match_columns(fitted, layout, left)
        cells = _collect(table.iterate(tuple(dict.fromkeys(itertools.chain(*positions)))))
    return find_fitted_windows([cells.select(own) for own in positions], fitted)


def encode_samples(
    cells: RawCells,
    request: SampleRequest,
    encodings: Sequence[InputEncoding],
    rows: NDArray[np.intp],
    initial_model: FittedModel | None,
    *,
    on_disk: bool,
) -> EncodedSamples:
    """Fit the encodings on the rows to train on, and encode all rows.

    Parameters
    ----------
    cells
        What `read_cells` returned for `request` and `encodings`.
    request
        The file.
    encodings
        What is to be fitted.
    rows
        The rows to train on, from 0.
    initial_model
        The model that is trained on, whose encodings are taken; None fits new ones.
    on_disk
        Whether the samples are kept in a temporary file.

    Raises
    ------
    DataError
        If the samples cannot be encoded.
    ConfigurationError
        If they need more memory than there is, or another encoding than the one of the model.
    """
    positions = _choose_positions(cells, request, encodings)
    with opening_files(request) as read_file:
        readable = replace(cells, read_file=read_file)
        if initial_model is None:
            fitted = tuple(
                fit_input(chosen, readable.select(each), np.sort(rows).tolist())
                for chosen, each in zip(encodings, positions, strict=True)
            )
        else:
            check_unchanged(encodings, initial_model)
            fitted = tuple(map(restore_input, initial_model.inputs))
        for each in fitted:
            check_size(each.store(), "Lower size, or raise min_count (--set input__...)")
        return EncodedSamples(fitted, _encode_all(readable, fitted, positions, on_disk=on_disk))


def _choose_positions(
    cells: RawCells, request: SampleRequest, encodings: Sequence[InputEncoding]
) -> list[tuple[int, ...]]:
    left = request.columns.choose(cells.layout.header, cells.layout.count, str(request.path))
    return choose_columns(encodings, cells.layout, left)


def hash_samples(
    cells: RawCells, request: SampleRequest, encodings: Sequence[InputEncoding]
) -> Hashes:
    """Return a number for each row, equal for rows of equal samples; pictures are read for that.

    Parameters
    ----------
    cells
        What `read_cells` returned for `request` and `encodings`.
    request
        The file.
    encodings
        The encodings of the inputs.

    Raises
    ------
    DataError
        If a picture cannot be read.
    """
    positions = _choose_positions(cells, request, encodings)
    named = {
        position
        for chosen, own in zip(encodings, positions, strict=True)
        for position in own
        if chosen.entry.takes is Takes.PICTURES
    }
    with opening_files(request) as read_file:
        columns = [
            _digest_files(cells, column, read_file) if position in named else cells.columns[column]
            for column, position in enumerate(cells.layout.chosen)
        ]
    return hash_cells(columns)


def _digest_files(cells: RawCells, column: int, read_file: ReadFile | None) -> list[str]:
    """Return a digest of each picture; the cell where there is none to be read."""
    digests = []
    for row, name in enumerate(cells.columns[column]):
        if name and read_file is not None:
            try:
                content = read_file(name)
            except DataError as error:
                raise error.with_prefix(cells.locate(row, column)) from error
            digests.append(hashlib.blake2b(content).hexdigest())
        else:
            digests.append(name)
    return digests


def iterate_encoded_chunks(
    request: SampleRequest, fitted: Sequence[FittedInput], rows: int, start: int = 0
) -> Iterator[NDArray[Any]]:
    """Yield new samples as the network takes them, `rows` rows at a time, flat.

    Columns are found by name where the file has a header. The first `start` samples are left out;
    the chunks then end where they would end with them.

    Raises
    ------
    DataError
        If the file cannot be read, a column is missing, or a cell cannot be encoded; when the chunk
        is asked for.
    """
    with open_raw_samples(request) as table, opening_files(request) as read_file:
        layout = table.layout
        left = request.columns.choose(layout.header, layout.count, str(request.path))
        positions = match_columns(fitted, layout, left)
        needed = tuple(dict.fromkeys(itertools.chain(*positions)))
        if any(each.encoding.entry.spans_rows for each in fitted):
            # A window may begin in any row.
            cells = _collect(table.iterate(needed))
            parts = [replace(cells.select(own), read_file=read_file) for own in positions]
            windows = ([each] for each in _iterate_encoded(parts, fitted, cells.rows))
            kept = (each for [each] in drop_rows(windows, start))
            yield from _regroup(kept, rows, rows - start % rows)
            return
        chunks = table.iterate(needed, min(rows, count_chunk_rows(fitted)))
        yield from _regroup(
            (
                _encode_chunk(
                    [replace(cells.select(own), read_file=read_file) for own in positions], fitted
                )
                for cells in _drop_cells(chunks, start)
            ),
            rows,
            rows - start % rows,
        )


def count_chunk_rows(fitted: Sequence[FittedInput]) -> int:
    """Return how many rows are encoded at once."""
    size = FLOAT32_BYTES * sum(math.prod(each.encoding.shape) for each in fitted)
    return max(1, min(ROWS_PER_CHUNK, CHUNK_BYTES // size))


def _iterate_windows(
    parts: Sequence[RawCells], fitted: Sequence[FittedInput], windows: Windows, step: int
) -> Iterator[NDArray[Any]]:
    """Yield windows, and beside them what other encodings make of the rows that they end in."""
    chunks = [windows.ends[start : start + step] for start in range(0, len(windows.ends), step)]
    iterators = [
        each.iterate_samples(part, step)
        if each.encoding.entry.spans_rows
        else map(partial(each.encode, part), map(NDArray.tolist, chunks))
        for each, part in zip(fitted, parts, strict=True)
    ]
    yield from map(_join, zip(*iterators, strict=True))


def _encode_chunk(parts: Sequence[RawCells], fitted: Sequence[FittedInput]) -> NDArray[Any]:
    return _join([each.encode(part) for each, part in zip(fitted, parts, strict=True)])


def _join(encoded: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Return what several encodings give for the same samples, side by side."""
    if len(encoded) == 1:
        return encoded[0]
    # Indices beside numbers would make float64 of both, which float32 holds as exactly.
    kind = np.float32 if any(each.dtype.kind == "f" for each in encoded) else np.int32
    return np.hstack(encoded, dtype=kind, casting="unsafe")


def _drop_cells(chunks: Iterable[RawCells], count: int) -> Iterator[RawCells]:
    """Yield what follows the first `count` rows."""
    for cells in chunks:
        if cells.rows > count:
            yield cells.slice_rows(slice(count, None)) if count else cells
        count = max(count - cells.rows, 0)


def _regroup(chunks: Iterable[NDArray[Any]], rows: int, first: int) -> Iterator[NDArray[Any]]:
    """Yield the rows of chunks again, `first` and then `rows` at a time."""
    pending: list[NDArray[Any]] = []
    missing = first
    for chunk in chunks:
        rest = chunk
        while len(rest) >= missing:
            yield np.concatenate([*pending, rest[:missing]])
            pending, rest, missing = [], rest[missing:], rows
        if len(rest):
            pending.append(rest)
            missing -= len(rest)
    if pending:
        yield np.concatenate(pending)


def find_header(request: SampleRequest, fitted: Sequence[FittedInput]) -> SampleRequest:
    """Return the request with a header if the first row holds the names of the columns.

    What the user says of a header counts.

    Raises
    ------
    DataError
        If the file cannot be read.
    """
    if request.columns.by == "name":
        return request.with_header()
    names = {name for each in fitted for name in each.columns.names or ()}
    has_columns = SAMPLE_FORMATS.get(request.format).has_columns
    if request.header or request.header_declared or not names or not has_columns:
        return request
    if not request.path.is_file():
        return request
    with open_raw_samples(request.with_header()) as table:
        return request.with_header() if names <= set(table.layout.header or ()) else request


def write_inputs(path: Path, chunks: Iterable[NDArray[Any]], inputs: Sequence[InputColumns]) -> int:
    """Write what a network sees, and return the number of rows (`artefacts.tables.arrays`).

    Parameters
    ----------
    path
        The file.
    chunks
        Samples, shape (rows, numbers of a sample).
    inputs
        What each input of the network takes of them.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    return write_samples(path, chunks, {each.name: each.shape for each in inputs})


def check_input_sizes(inputs: Sequence[InputColumns], fitted: Sequence[FittedInput]) -> None:
    """Check that each input of a network takes what its encodings give, not their sum alone.

    Raises
    ------
    DataError
        If the encodings of an input give more or fewer numbers than it takes.
    """
    problems = Problems()
    for each in inputs:
        given = sum(math.prod(one.encoding.shape) for one in fitted if one.name == each.name)
        taken = math.prod(each.shape)
        if given != taken:
            problems.add(
                DataError(
                    f'the encodings of the input "{each.name}" give '
                    f"{count_things(given, 'number')} for each sample, but the network takes "
                    f"{taken} there (input shape {each.shape}). Change the options of an encoding "
                    f"(--set {each.name}__...), or build the network with {given} for this input"
                )
            )
    problems.raise_if_any()


def warn_about_encodings(fitted: Sequence[FittedInput]) -> None:
    """Log what in encodings, and in what they met, deserves a warning."""
    for each in fitted:
        for text in each.encoding.list_warnings():
            logger.warning("Input %s: %s.", each.name, text.rstrip("."))


def check_unchanged(encodings: Sequence[InputEncoding], initial_model: FittedModel) -> None:
    """Check that no option of a fitted encoding is to be another one.

    Raises
    ------
    ConfigurationError
        If one is.
    """
    for chosen, stored in zip(encodings, initial_model.inputs, strict=True):
        fitted = restore_input(stored).encoding.options
        for option, value in chosen.encoding.options.items():
            if fitted.get(option) != value:
                raise ConfigurationError(
                    f"the encoding {chosen.entry.name} of a trained model cannot be changed, but "
                    f"{option} is to be {value} instead of {fitted.get(option)}. Leave --set out, "
                    "or train a builder"
                )


def _encode_all(
    cells: RawCells,
    fitted: Sequence[FittedInput],
    positions: Sequence[Sequence[int]],
    *,
    on_disk: bool,
) -> NDArray[Any]:
    parts = [cells.select(each) for each in positions]
    chunks = _iterate_encoded(parts, fitted, cells.rows)
    first = next(chunks)
    width = first.shape[1]
    windows = find_fitted_windows(parts, fitted)
    rows = cells.rows if windows is None else len(windows.ends)
    size = rows * width * choose_dtype(first).itemsize
    has_pictures = takes_pictures([each.encoding for each in fitted])
    on_disk = on_disk or (has_pictures and size > MAX_PICTURE_BYTES)
    if on_disk:
        check_space_for_features(size)
    else:
        check_memory_for_features(size, cells.layout.path)
    with closing(MatrixOnDisk(width) if on_disk else MatrixInMemory(width)) as matrix:
        for chunk in itertools.chain([first], chunks):
            matrix.append(chunk)
        return matrix.to_array()


def _iterate_encoded(
    parts: Sequence[RawCells], fitted: Sequence[FittedInput], count: int
) -> Iterator[NDArray[Any]]:
    step = count_chunk_rows(fitted)
    windows = find_fitted_windows(parts, fitted)
    if windows is not None:
        yield from _iterate_windows(parts, fitted, windows, step)
        return
    for start in range(0, count, step):
        rows = slice(start, start + step)
        yield _encode_chunk([part.slice_rows(rows) for part in parts], fitted)
