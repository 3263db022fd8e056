"""Reading of the tables that plots are drawn from."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from galaxy_keras.artefacts.tables import TableColumns, read_columns
from galaxy_keras.artefacts.tables.cells import is_decimal_number
from galaxy_keras.data.labels import PREDICTED, TRUE, encode_labels, share_label
from galaxy_keras.errors import DataError, list_names
from galaxy_keras.plots.array_types import FloatArray, LabelArray
from galaxy_keras.schema.requests.runs import TableSource

logger = logging.getLogger(__name__)


def read_source(source: TableSource, option: str, *, allow_missing: bool = False) -> TableColumns:
    """Return the chosen columns of a table that is given by `option`, such as `--true`.

    Values may be missing with `allow_missing`.

    Raises
    ------
    DataError
        If the table or the choice of columns cannot be used.
    """
    table = read_columns(
        source.path,
        header=source.header,
        columns=source.columns,
        option=option,
        allow_missing=allow_missing,
    )
    if source.output_name is None:
        return _leave_names_out(table, source, option)
    return _choose_output(table, source, option)


def _leave_names_out(table: TableColumns, source: TableSource, option: str) -> TableColumns:
    """Return the column that our own tables of labels have beside the names of their rows.

    A table without such a column, and one of which columns were chosen, stay as they are.
    """
    heading = {"--true": TRUE, "--predicted": PREDICTED}.get(option)
    names = table.names or ()
    if source.columns.by != "all" or len(names) < 2 or names.count(str(heading)) != 1:
        return table
    place = names.index(str(heading))
    layout = replace(table.layout, chosen=(table.layout.chosen[place],))
    return TableColumns(layout, (table.values[place],))


def _choose_output(table: TableColumns, source: TableSource, option: str) -> TableColumns:
    """Return the columns of one of several outputs, without its name before theirs.

    They are called after the output, or after the output and what each of them holds:
    ``risk_low``, ``risk_high``.
    """
    name, names = source.output_name, table.names
    if names is None:
        raise DataError(
            f'{source.path}: the columns of the output "{name}" are found by their names. Give '
            f"{option}-header"
        )
    beginning = f"{name}_"
    chosen = [place for place, each in enumerate(names) if each == name] or [
        place for place, each in enumerate(names) if each.startswith(beginning)
    ]
    if not chosen:
        raise DataError(
            f'{source.path} has no column of the output "{name}": {name}, or {beginning}... Its '
            f"columns are: {list_names(names)}"
        )
    layout = table.layout
    header = tuple(each.removeprefix(beginning) for each in layout.header or ())
    places = tuple(layout.chosen[each] for each in chosen)
    return TableColumns(
        replace(layout, header=header, chosen=places), tuple(table.values[each] for each in chosen)
    )


def read_label_pair(true: TableSource, predicted: TableSource) -> tuple[LabelArray, LabelArray]:
    """Return the true and the predicted label of each row, each of shape (rows,).

    Raises
    ------
    DataError
        If one of the tables does not give one column of labels, their numbers of rows differ, or
        a header is undeclared, or declared but absent.
    """
    labels = read_labels(true, "--true")
    predictions = read_labels(predicted, "--predicted")
    check_row_counts(true, len(labels), predicted, len(predictions))
    _warn_of_other_spellings(labels, predictions)
    return labels, predictions


def _warn_of_other_spellings(labels: LabelArray, predictions: LabelArray) -> None:
    """Warn where no prediction can be right, as where TRUE was written for True."""
    true, predicted = (encode_labels(each).texts for each in (labels, predictions))
    if not share_label(true, predicted):
        logger.warning(
            "No predicted label is a true one, so that no prediction counts as right. True are %s, "
            "predicted are %s. If they mean the same, write them alike.",
            list_names(true, most=5),
            list_names(predicted, most=5),
        )


def read_labels(source: TableSource, option: str) -> LabelArray:
    """Return the one column of labels of a table, shape (rows,).

    Parameters
    ----------
    source
        The table.
    option
        The option that gives it, such as `--true`.

    Raises
    ------
    DataError
        If it has several columns, or its header is undeclared, or declared but absent.
    """
    table = read_source(source, option)
    if len(table.values) != 1:
        raise DataError(_describe_columns(source, table, option))
    values = table.values[0]
    check_labels(values, table.names, source, option)
    return values


def check_labels(
    values: LabelArray,
    names: Sequence[str] | None,
    source: TableSource,
    option: str,
) -> None:
    """Raise a `DataError` if the header of labels is undeclared, or declared but absent."""
    if names is not None and (is_decimal_number(names[0]) or names[0] in values):
        raise DataError(
            f'{source.path}: the column name "{names[0]}" looks like a label. If the first row is '
            f"data, leave out {option}-header"
        )
    if names is None and len(values) > 1 and _begins_with_header(values):
        raise DataError(
            f'{source.path} begins with "{values[0]}", which looks like a column name, not a '
            f"label. Give {option}-header"
        )


def _begins_with_header(values: LabelArray) -> bool:
    """Whether the first label is the header that our own tables have, and occurs only once."""
    # The labels of a logical column are True and False.
    is_header = values[0] in (PREDICTED, TRUE) and "False" not in values
    return is_header and values[0] not in values[1:]


def check_row_counts(first: TableSource, rows: int, second: TableSource, other_rows: int) -> None:
    """Raise a `DataError` that names both files if they have different numbers of rows."""
    if rows == other_rows:
        return
    hint = ""
    if abs(rows - other_rows) == 1:
        hint = (
            " One row more is often a header: check which of the two tables begins with column "
            "names, and give the -header option for that one only"
        )
    raise DataError(
        f"{first.path} has {rows:,} rows but {second.path} has {other_rows:,}; "
        f"row by row they must belong together.{hint}"
    )


def order_by_name(
    names: Sequence[str] | None, expected: Sequence[str] | None, path: Path, expected_in: object
) -> list[int] | None:
    """Return the positions of the expected columns in a table; None to take it as it is.

    Columns are matched by name where both sides have names, and by position where a side has none,
    or the names differ but none of them is in another place. Numbers of columns are not compared.

    Parameters
    ----------
    names, expected
        The names of the table's columns, and those that they should have; None without a header.
    path
        The table, for messages.
    expected_in
        Where the expected names come from, for messages.

    Raises
    ------
    DataError
        If a column is missing, and others are in another order.
    """
    if names is None or expected is None or len(expected) < 2 or list(names) == list(expected):
        return None
    positions = {name: position for position, name in enumerate(names)}
    missing = [name for name in expected if name not in positions]
    if not missing:
        return [positions[name] for name in expected]
    if len(names) != len(expected):  # The caller says so.
        return None
    if any(positions.get(name, place) != place for place, name in enumerate(expected)):
        raise DataError(
            f"{path} has no column {list_names(missing)}, which {expected_in} has; its columns are "
            f"{list_names(names)}. Name the columns alike, or give both without a header to match "
            "them by their order"
        )
    logger.warning(
        "The columns of %s (%s) are matched by their order with %s (%s), as the names differ.",
        path,
        list_names(names, most=5),
        expected_in,
        list_names(expected, most=5),
    )
    return None


def read_numbers(path: Path) -> dict[str, FloatArray]:
    """Return the columns of a table of numbers by the names in its header; NaN for a missing value.

    Raises
    ------
    DataError
        If the table cannot be used, or a column holds text.
    """
    names, columns = read_number_columns(TableSource(path=path, header=True), allow_missing=True)
    return dict(zip(names or (), columns, strict=True))


def read_number_columns(
    source: TableSource, option: str = "", *, allow_missing: bool = False
) -> tuple[tuple[str, ...] | None, list[FloatArray]]:
    """Return the names, if there is a header, and the columns of a table of numbers.

    Parameters
    ----------
    allow_missing
        Whether values may be infinite, or missing; these are NaN.

    Raises
    ------
    DataError
        If the table cannot be used, or a column holds text.
    """
    table = read_source(source, option, allow_missing=allow_missing)
    positions = range(len(table.values))
    return table.names, [
        table.parse_numbers(position, allow_missing=allow_missing, bounded=True)
        for position in positions
    ]


def check_finite(values: FloatArray, name: str) -> None:
    """Raise a `DataError` if a value of the column `name` is missing or infinite."""
    missing = np.flatnonzero(~np.isfinite(values))
    if len(missing):
        raise DataError(
            f"the column {name} needs a number in each row, but has none in row "
            f"{missing[0] + 1} of the data. Fill it in, or remove the row"
        )


def _describe_columns(source: TableSource, table: TableColumns, option: str) -> str:
    numbers = all(
        values.dtype.kind != "i" and table.holds_numbers(position)
        for position, values in enumerate(table.values)
    )
    advice = (
        "These look like probabilities: run model-prediction with --method predict for labels, "
        "or draw them with roc-curve"
        if numbers
        else f"Choose one with {option}-columns"
    )
    return f"{source.path} gives {len(table.values)} columns, but {option} takes one. {advice}"
