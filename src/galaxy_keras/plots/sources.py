"""Reading the tables that plots are drawn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from galaxy_keras.artefacts.tables import TableColumns, read_columns
from galaxy_keras.errors import DataError, list_names
from galaxy_keras.plots.labels import LabelColumn, check_row_counts, is_number
from galaxy_keras.schema.columns import ColumnSelection
from galaxy_keras.schema.runs import TableSource

PREDICTED = "Predicted"
"""The header of a table of predicted labels or values."""


def read_label_pair(true: TableSource, predicted: TableSource) -> tuple[LabelColumn, LabelColumn]:
    """Return the true and the predicted label of each row.

    Raises
    ------
    DataError
        If one of the tables does not give one column of labels, their rows do not belong
        together, or a header is not declared or is none.
    """
    columns = read_labels(true, "--true"), read_labels(predicted, "--predicted")
    check_row_counts(*columns)
    return columns


def read_labels(source: TableSource, option: str) -> LabelColumn:
    """Return the one column of labels of a table.

    Parameters
    ----------
    source
        The table.
    option
        The option that names it, such as `--true`.

    Raises
    ------
    DataError
        If it has several columns, no row, a missing label, or another header than declared.
    """
    table = read_columns(source.path, header=source.header, columns=source.columns)
    if len(table.values) != 1:
        raise DataError(_describe_columns(source, table, option))
    values = table.values[0]
    if not len(values):
        raise DataError(f"{source.path} has no rows of labels")
    _check_missing(values, source)
    if source.header:
        _check_declared_header(table, source, option)
    else:
        _check_first_label(values, source, option)
    return LabelColumn(str(source.path), values)


def read_numbers(path: Path) -> dict[str, npt.NDArray[np.float64]]:
    """Return the columns of a table of numbers by the names in its header.

    Raises
    ------
    DataError
        If a column holds text.
    """
    table = read_columns(path, header=True, columns=ColumnSelection())
    names = table.names or ()
    texts = [
        name
        for name, values in zip(names, table.values, strict=True)
        if values.dtype.kind not in "if"
    ]
    if texts:
        raise DataError(
            f"{path} must hold numbers only, but there is text in: {list_names(texts)}. "
            "Its first row must hold the names of the columns"
        )
    return {
        name: values.astype(np.float64) for name, values in zip(names, table.values, strict=True)
    }


def _describe_columns(source: TableSource, table: TableColumns, option: str) -> str:
    numbers = all(values.dtype.kind == "f" for values in table.values)
    advice = (
        "These look like probabilities: run model-prediction with --method predict for labels, "
        "or draw them with roc-curve"
        if numbers
        else f"Choose one with {option}-columns"
    )
    return f"{source.path} gives {len(table.values)} columns, but {option} takes one. {advice}"


def _check_missing(values: npt.NDArray[np.generic], source: TableSource) -> None:
    missing = np.isnan(values) if values.dtype.kind == "f" else values == ""
    if values.dtype.kind != "i" and missing.any():
        row = int(np.argmax(missing)) + 1 + source.header
        raise DataError(
            f"{source.path}, row {row}: the label is missing. "
            "Fill it in, or leave the row out of both tables"
        )


def _check_first_label(values: npt.NDArray[np.generic], source: TableSource, option: str) -> None:
    first = str(values[0])
    if values.dtype.kind in "if" or is_number(first) or len(values) == 1:
        return
    if _are_numbers(values[1:]) or (first == PREDICTED and PREDICTED not in values[1:]):
        raise DataError(
            f'{source.path} begins with "{first}", which looks like a column name, not a label. '
            f"Give {option}-header"
        )


def _are_numbers(values: npt.NDArray[np.generic]) -> bool:
    try:
        values.astype(np.float64)
    except (TypeError, ValueError):
        return False
    return True


def _check_declared_header(table: TableColumns, source: TableSource, option: str) -> None:
    name = (table.names or ("",))[0]
    if is_number(name) or name in table.values[0]:
        raise DataError(
            f'{source.path}: the column name "{name}" looks like a label. If the first row is '
            f"data, leave out {option}-header"
        )
