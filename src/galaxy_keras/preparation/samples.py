"""Samples that a Python program holds, in a file or in memory, as the network takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables import Features
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.data.features import (
    Arrays,
    arrange_inputs,
    assign_columns,
    check_indices,
    order_columns,
    reorder_in_place,
)
from galaxy_keras.data.raw_inputs import FittedInput, match_columns
from galaxy_keras.data.sources.detection import detect_format
from galaxy_keras.errors import DataError
from galaxy_keras.preparation.encoding import find_header, warn_about_encodings
from galaxy_keras.preparation.prediction import iterate_inputs
from galaxy_keras.schema.requests.runs import SampleRequest

Samples = Any
"""The path of a file, a data frame (pandas, polars), or what `numpy.asarray` makes an array of."""

_NAME = Path("samples")
"""What messages call samples without a file."""
_MISSING = ("nan", "NaT", "<NA>", "None")
_ADVICE = "Give the columns that the model was trained on, in their order or with their names"


def iterate_samples(
    samples: Samples, fitted: FittedModel, encodings: Sequence[FittedInput], header: bool | None
) -> Iterator[Arrays]:
    """Yield samples in chunks, each as one array for each input of the model.

    Parameters
    ----------
    samples
        A file is read chunk by chunk; of anything else there is one chunk.
    fitted, encodings
        The model, and what `preparation.prediction.restore_encodings` returns for it.
    header
        Whether the first row of a file holds names of columns; None finds out where it can.

    Raises
    ------
    DataError
        If samples cannot be read or do not fit the model.
    """
    if isinstance(samples, str | PathLike):
        yield from iterate_inputs(fitted, _request(samples, encodings, header), encodings)
        return
    names, table = _read_table(samples)
    if encodings:
        values = _encode(names, table, encodings)
        warn_about_encodings(encodings)
    else:
        values = _order(names, _parse_numbers(table), fitted)
    yield arrange_inputs(values, assign_columns(fitted.architecture, fitted.features.count))


def _request(
    path: str | PathLike[str], encodings: Sequence[FittedInput], header: bool | None
) -> SampleRequest:
    options = {"features": Path(path), "features_header": header, "features_columns": "all"}
    request = SampleRequest.from_options(options)
    assert request is not None  # noqa: S101 - there is a path
    request = detect_format(request)
    return find_header(request, encodings) if encodings else request


def _read_table(samples: Samples) -> tuple[tuple[str, ...] | None, NDArray[Any]]:
    """Return the names of columns, where there are any, and an array of two dimensions or more."""
    is_frame = hasattr(samples, "columns") and hasattr(samples, "to_numpy")
    names = tuple(map(str, samples.columns)) if is_frame else None
    table = np.asarray(samples.to_numpy() if is_frame else samples)
    if table.ndim == 0 or table.size == 0:
        raise DataError(f"{_NAME}: there are none. Give at least one row")
    return names, table


def _parse_numbers(table: NDArray[Any]) -> NDArray[Any]:
    """Return numbers as networks take them, shape (rows, columns)."""
    if table.ndim == 1:
        raise DataError(
            f"{_NAME}: an array of one dimension was given, but a row of numbers is a sample. "
            "Give reshape(1, -1) of one sample"
        )
    try:
        numbers = table.astype(np.float64, copy=False)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{_NAME} must be numbers for this model, but they hold {_find_text(table)!r:.80}. "
            f"{_ADVICE}"
        ) from error
    with np.errstate(over="ignore"):
        rounded = numbers.astype(np.float32).reshape(len(table), -1)
    wrong = np.argwhere(~np.isfinite(rounded))
    if len(wrong):
        row, column = wrong[0] + 1
        raise DataError(
            f"{_NAME}, row {row}, column {column}: this is not a finite number. Fill gaps before, "
            "or leave the row out"
        )
    is_whole = table.dtype.kind in "iu" and np.abs(numbers).max() < 2**31
    return table.reshape(len(table), -1).astype(np.int32) if is_whole else rounded


def _find_text(table: NDArray[Any]) -> object:
    return next((each for each in table.ravel().tolist() if not _is_number(each)), None)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _order(
    names: tuple[str, ...] | None, values: NDArray[Any], fitted: FittedModel
) -> NDArray[Any]:
    count = values.shape[1]
    features = Features(values, names, tuple(range(1, count + 1)), first_row=1)
    order = order_columns(names, count, fitted.features, _NAME, _ADVICE)
    if order is not None:
        features = reorder_in_place(features, order)
    assigned = assign_columns(fitted.architecture, fitted.features.count)
    check_indices(features, assigned, lambda row, column: f"{_NAME}, row {row}, column {column}")
    return features.values


def _encode(
    names: tuple[str, ...] | None, table: NDArray[Any], encodings: Sequence[FittedInput]
) -> NDArray[Any]:
    rows = table.reshape(len(table), -1)
    count = rows.shape[1]
    layout = Layout(_NAME, "", names, count, tuple(range(count)))
    columns = tuple(list(map(_format_cell, rows[:, each].tolist())) for each in range(count))
    cells = RawCells(layout, 1, columns)
    positions = match_columns(encodings, layout, layout.chosen)
    parts = [each.encode(cells.select(own)) for each, own in zip(encodings, positions, strict=True)]
    return np.hstack(parts)


def _format_cell(value: object) -> str:
    """Return a value as it would stand in a table; empty where it is missing."""
    text = repr(value) if isinstance(value, float) else str(value).strip()
    return "" if text in _MISSING and not isinstance(value, str) else text
