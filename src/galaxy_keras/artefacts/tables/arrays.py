"""Writing what a network sees: numbers as a table without header, or as arrays (NumPy's npz)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.artefacts.tables.matrix import MatrixInMemory

NPZ = ".npz"
_ROWS_PER_CHUNK = 1024


def write_samples(
    path: Path, chunks: Iterable[NDArray[Any]], shapes: Mapping[str, Sequence[int]]
) -> int:
    """Write samples as numbers, and return how many there are.

    Parameters
    ----------
    path
        ``.npz`` has an array for each input, shape (rows, *sample), int32 or float32. Any other
        file is a table separated by tabs without header, a row for each sample, as
        keras-train-and-eval reads it; numbers have as few digits as give them back.
    chunks
        Samples, shape (rows, numbers of a sample); at least one chunk.
    shapes
        The shape of a sample by the name of the input; their numbers stand side by side.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    with writing_atomically(path) as temporary:
        if path.suffix == NPZ:
            return _write_arrays(temporary, chunks, shapes)
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            return sum(_write_rows(file, values) for values in _iterate_slices(chunks))


def _write_arrays(
    path: Path, chunks: Iterable[NDArray[Any]], shapes: Mapping[str, Sequence[int]]
) -> int:
    remaining = iter(chunks)
    first = next(remaining)
    matrix = MatrixInMemory(first.shape[1], np.int32)
    for chunk in itertools.chain([first], remaining):
        matrix.append(chunk)
    values = matrix.to_array()
    arrays = {}
    start = 0
    for name, shape in shapes.items():
        stop = start + int(np.prod(shape))
        arrays[name] = values[:, start:stop].reshape(len(values), *shape)
        start = stop
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)
    return len(values)


def _iterate_slices(chunks: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    for chunk in chunks:
        for start in range(0, len(chunk), _ROWS_PER_CHUNK):
            yield chunk[start : start + _ROWS_PER_CHUNK]


def _write_rows(file: TextIO, values: NDArray[Any]) -> int:
    # As Python's numbers, which are float64, float32 would get digits that it does not have.
    cells = values.astype(np.str_) if values.dtype.kind == "f" else values
    file.writelines("\t".join(map(str, row)) + "\n" for row in cells.tolist())
    return len(values)
