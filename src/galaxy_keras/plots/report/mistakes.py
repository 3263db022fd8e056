"""The rows that a model is most wrong about."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from galaxy_keras.artefacts.tables.cells import is_number
from galaxy_keras.artefacts.tables.raw import iterate_cells, open_raw_table
from galaxy_keras.errors import DataError, escape_name
from galaxy_keras.plots.array_types import FloatArray
from galaxy_keras.plots.drawing.text import format_number
from galaxy_keras.plots.report.predictions import (
    ClassPredictions,
    HeldOutPredictions,
    MultilabelPredictions,
    RegressionPredictions,
)
from galaxy_keras.schema.requests.runs import TableSource

MIN_PROBABILITY = 1e-15
"""Clips probabilities so that the log loss stays finite."""
ROWS_PER_CHUNK = 20_000
MAX_LETTERS = 80
"""So many letters of a text are shown."""


def compute_losses(predictions: HeldOutPredictions) -> FloatArray:
    """Return the loss of each row, shape (rows,).

    For classes this is the log loss of the true class, minus the natural logarithm of its
    probability, which is clipped at `MIN_PROBABILITY`; for several labels the mean over all
    labels. For a regression it is the squared error; for several outputs the mean of the squared
    errors, each divided by the variance of the output.

    Raises
    ------
    ValueError
        If the predictions hold no probabilities.
    """
    if isinstance(predictions, RegressionPredictions):
        return _value_losses(predictions)
    if predictions.probabilities is None:
        raise ValueError("losses need probabilities")
    if isinstance(predictions, ClassPredictions):
        chosen = predictions.probabilities[np.arange(predictions.rows), predictions.true]
        return _log_loss(chosen)
    return _label_losses(predictions, predictions.probabilities)


def find_worst(losses: FloatArray, count: int) -> list[int]:
    """Return the positions of the highest losses, falling; of equal ones the first comes first."""
    return [int(row) for row in np.argsort(-losses, kind="stable")[:count]]


def read_chosen_rows(
    source: TableSource, rows: list[int], expected: int, max_columns: int
) -> tuple[list[str], dict[int, list[str]]]:
    """Return names and cells of the first features, for some rows only; texts are cut.

    Parameters
    ----------
    source
        The table of features.
    rows
        Which rows to return, counted from 0.
    expected
        How many rows it must have.
    max_columns
        How many features to return.

    Raises
    ------
    DataError
        If the table cannot be read, or has another number of rows.
    """
    chosen: dict[int, list[str]] = {}
    start = 0
    with open_raw_table(source.path, header=source.header) as (layout, reader):
        positions = source.columns.choose(layout.header, layout.count, str(source.path))
        layout = replace(layout, chosen=tuple(positions[:max_columns]))
        for chunk in iterate_cells(layout, reader, ROWS_PER_CHUNK):
            end = start + chunk.rows
            for row in rows:
                if start <= row < end:
                    chosen[row] = [_show_cell(column[row - start]) for column in chunk.columns]
            start = end
    if start != expected:
        raise DataError(
            f"{source.path} has {start:,} rows of data, but the true labels or values have "
            f"{expected:,}; row by row they must belong together. Check --features-header and "
            "--true-header"
        )
    return list(layout.names or (f"Column {number}" for number in layout.columns)), chosen


def _show_cell(cell: str) -> str:
    return format_number(float(cell)) if is_number(cell) else escape_name(cell, MAX_LETTERS)


def _log_loss(probabilities: FloatArray) -> FloatArray:
    losses: FloatArray = -np.log(np.clip(probabilities, MIN_PROBABILITY, 1))
    return losses


def _label_losses(predictions: MultilabelPredictions, probabilities: FloatArray) -> FloatArray:
    chosen = np.where(predictions.true, probabilities, 1 - probabilities)
    means: FloatArray = _log_loss(chosen).mean(axis=1)
    return means


def _value_losses(predictions: RegressionPredictions) -> FloatArray:
    several = len(predictions.outputs) > 1
    squares = [
        output.residuals**2 / ((several and float(np.var(output.true))) or 1.0)
        for output in predictions.outputs
    ]
    means: FloatArray = np.mean(squares, axis=0)
    return means
