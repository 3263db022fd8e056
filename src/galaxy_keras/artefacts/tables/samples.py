"""Samples in any of the formats that features may have."""

from __future__ import annotations

from collections.abc import Iterator

from galaxy_keras.artefacts.tables import Features, iterate_features
from galaxy_keras.artefacts.tables.fasta import ALPHABETS, iterate_sequences
from galaxy_keras.artefacts.tables.matrix_market import iterate_matrix
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.runs import TableSource

_ROWS_PER_CHUNK = 64


def iterate_samples(source: TableSource, rows: int | None = None) -> Iterator[Features]:
    """Yield the samples of a file in pieces of `rows` rows, or of a few.

    Tables and sequences are read piece by piece; a sparse matrix is read whole, but its zeros
    are written out piece by piece.

    Raises
    ------
    DataError
        If the file cannot be read or is not of its format.
    ConfigurationError
        If a header or columns are chosen where the format has none.
    """
    if source.format == "tabular":
        return iterate_features(
            source.path, header=source.header, columns=source.columns, rows=rows
        )
    _check_no_columns(source)
    rows = rows or _ROWS_PER_CHUNK
    if source.format == "matrix-market":
        return iterate_matrix(source.path, rows)
    return iterate_sequences(source.path, ALPHABETS[source.format], rows)


def _check_no_columns(source: TableSource) -> None:
    if source.header or source.columns != ColumnSelection():
        raise ConfigurationError(
            f"--features-format {source.format} has neither a header nor columns to choose. "
            "Leave --features-header and --features-columns out"
        )
