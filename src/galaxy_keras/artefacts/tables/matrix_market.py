"""Sparse matrices in the MatrixMarket format, as features.

Format: Boisvert, Pozo and Remington, The Matrix Market Exchange Formats, NISTIR 5935 (1996).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.lines import open_lines
from galaxy_keras.errors import DataError

_BANNER = "%%MatrixMarket"
_ADVICE = "Write the matrix with scipy.io.mmwrite, samples as rows and features as columns"


def iterate_matrix(path: Path, rows: int) -> Iterator[Features]:
    """Yield the rows of a sparse matrix, `rows` at a time, with the zeros written out.

    The sparse matrix itself is read whole.

    Raises
    ------
    DataError
        If the file cannot be read, is not in this format, or holds what is no finite number.
    """
    matrix = _read_sparse(path)
    columns = tuple(range(1, matrix.shape[1] + 1))
    for start in range(0, matrix.shape[0], rows):
        values = matrix[start : start + rows].toarray()
        yield Features(values, None, columns, start + 1)


def _read_sparse(path: Path) -> Any:
    """Return a matrix of `scipy.sparse` in the CSR format, of int32 or float32."""
    from scipy.io import mmread

    text = _read_text(path)
    try:
        matrix = mmread(io.BytesIO(text.encode())).tocsr()
    except (ValueError, OverflowError, AttributeError) as error:
        raise DataError(f"{path} is not a sparse matrix: {error}. {_ADVICE}") from error
    if not matrix.shape[0] or not matrix.shape[1]:
        raise DataError(f"{path} has no rows or no columns. {_ADVICE}")
    return matrix.astype(_choose_dtype(path, matrix.data))


def _read_text(path: Path) -> str:
    chunks = []
    with open_lines(path) as lines:
        while chunk := lines.read():
            chunks.extend(chunk.lines)
    if not chunks or not chunks[0].startswith(_BANNER):
        raise DataError(f'{path} does not begin with "{_BANNER}". {_ADVICE}')
    return "".join(chunks)


def _choose_dtype(path: Path, values: NDArray[Any]) -> type[np.int32 | np.float32]:
    if values.dtype.kind == "c" or not np.isfinite(values).all():
        raise DataError(f"{path} holds values that are no finite real numbers")
    limits = np.iinfo(np.int32)
    fits = not values.size or (values.min() >= limits.min and values.max() <= limits.max)
    return np.int32 if values.dtype.kind in "iu" and fits else np.float32
