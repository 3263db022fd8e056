"""Reads the files of a training run and checks that their rows belong together."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.tables import (
    Features,
    TableColumns,
    collect_features,
    read_columns,
)
from galaxy_keras.artefacts.tables.cells import is_number
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.matrix import choose_dtype
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.catalogue.sample_formats import SAMPLE_FORMATS
from galaxy_keras.data.sources.source import SampleSource
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.data.targets import Target, apply_description
from galaxy_keras.data.weighting import BALANCED, compute_balanced_weights, compute_class_weights
from galaxy_keras.errors import ConfigurationError, DataError, Problems, list_names
from galaxy_keras.preparation.encoding import read_cells
from galaxy_keras.preparation.memory import check_memory_for_features, check_space_for_features
from galaxy_keras.preparation.windows import Windows, name_windows
from galaxy_keras.schema.requests.runs import TableSource, TrainingRequest
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.training.targets import TargetDescription

NAME = "name"
"""The heading of names that samples have of themselves."""

_ASSIGNMENT = re.compile(r"[^=]+=[^=]+")


@dataclass(frozen=True)
class Tables:
    """The contents of the files of a run; None for what was not given or cannot be used.

    Attributes
    ----------
    features, target
        As they are in the files.
    cells
        All columns that the encodings take, where there are encodings; then there are no features.
    ids
        The names of the rows.
    groups
        The group of each row, shape (rows,).
    sample_weights
        Sample weights, shape (rows,).
    class_weights
        Class weights, by the text of the label.
    """

    features: Features | None = None
    cells: RawCells | None = None
    target: TableColumns | None = None
    ids: OutputTable | None = None
    groups: NDArray[Any] | None = None
    sample_weights: NDArray[np.float32] | None = None
    class_weights: dict[str, float] | None = None

    def take_windows(self, windows: Windows) -> Tables:
        """Return what belongs to windows instead of rows; the cells that they are of stay."""
        first_row = 1 if self.cells is None else self.cells.first_row
        return replace(
            self,
            ids=name_windows(windows, self.ids, first_row),
            groups=None if self.groups is None else self.groups[windows.ends],
            sample_weights=(
                None if self.sample_weights is None else self.sample_weights[windows.ends]
            ),
        )


def read_tables(
    run: TrainingRequest,
    source: SampleSource[Any],
    encodings: Sequence[InputEncoding],
    problems: Problems,
) -> Tables:
    """Read the samples and all tables of a run, and keep what is wrong with each for later.

    Parameters
    ----------
    run
        The files.
    source
        The samples, which are read as numbers where there are no encodings.
    encodings
        The encodings of the inputs.
    problems
        Collects what is wrong.
    """
    target = problems.attempt(lambda: _read_target(run, source))
    rows = None if target is None else len(target.values[0])
    features = cells = None
    if encodings:
        cells = problems.attempt(lambda: read_cells(run.features, encodings))
    else:
        features = problems.attempt(lambda: _read_features(run, source, rows))
    read = None if features is None else len(features.values)
    read = read if cells is None else cells.rows
    if read is not None:
        with problems.collecting():
            _check_rows(run, read, rows)
        rows = read if rows is None else rows
    return Tables(
        features=features,
        cells=cells,
        target=target,
        ids=problems.attempt(lambda: read_ids(run.ids)) or take_names(cells),
        groups=problems.attempt(lambda: read_groups(run, rows)),
        sample_weights=problems.attempt(lambda: _read_sample_weights(run, rows)),
        class_weights=problems.attempt(lambda: read_class_weights(run)),
    )


def _read_target(run: TrainingRequest, source: SampleSource[Any]) -> TableColumns:
    classes = source.read_classes() if run.one_table else None
    if classes is None:
        return _read_columns(run.target, "--target")
    layout = Layout(run.features.path, "", None, 1, (0,))
    return TableColumns(layout, (np.array(classes, object),))


def _read_features(run: TrainingRequest, source: SampleSource[Any], rows: int | None) -> Features:
    """Read the features, after comparing what `rows` rows need with what is available."""
    chunks = source.iterate()
    first = next(chunks)
    if first.total_rows is not None:
        # A small file can declare any number of rows, which would all be written out.
        _check_rows(run, first.total_rows, rows)
    width = first.values.shape[1] * choose_dtype(first.values).itemsize
    size = width * (len(first.values) if rows is None else rows)
    if run.stream:
        check_space_for_features(size)
    else:
        check_memory_for_features(size, source.path)
    return collect_features(itertools.chain([first], chunks), on_disk=run.stream)


def parse_values(table: TableColumns) -> list[NDArray[Any]]:
    """Return the columns of a regression's target as numbers.

    Returns
    -------
    list of numpy.ndarray
        float64, shape (rows,) each; a column without any number is left unchanged.

    Raises
    ------
    DataError
        If cells are not numbers, or too large for a network; each is named by row.
    """
    columns: list[NDArray[Any]] = []
    problems = Problems()
    for position, column in enumerate(table.values):
        with problems.collecting():
            columns.append(column if _is_text(column) else _parse_column(table, position))
    problems.raise_if_any()
    return columns


def encode_like(description: TargetDescription, table: TableColumns) -> Target:
    """Return a target encoded as described in a fitted model; see `apply_description`.

    Raises
    ------
    DataError
        If the table does not fit the description.
    """
    values = parse_values(table) if description.kind == "regression" else table.values
    return apply_description(description, values, table.names, given=table.values)


def compute_sample_weights(
    run: TrainingRequest, tables: Tables, targets: Sequence[Target], rows: NDArray[np.intp]
) -> NDArray[np.float32] | None:
    """Return sample weights: those of the rows times those of their classes.

    Parameters
    ----------
    run
        Says whether class weights are balanced.
    tables
        The weights that were given.
    targets
        The target of each output, of all rows; classes have weights where there is one.
    rows
        The rows to return the weights of.

    Returns
    -------
    numpy.ndarray or None
        Shape (rows,), not normalized; None if there are no weights.

    Raises
    ------
    DataError
        If there are weights of labels that the target does not have.
    ConfigurationError
        If class weights are given for a target without classes, or for several outputs.
    """
    by_class = _compute_class_weights(run, tables, targets, rows)
    if tables.sample_weights is None:
        return by_class
    by_row = tables.sample_weights[rows]
    return by_row if by_class is None else by_row * by_class


def _is_text(column: NDArray[Any]) -> bool:
    return column.dtype.kind == "O" and not any(map(is_number, column))


def _parse_column(table: TableColumns, position: int) -> NDArray[np.float64]:
    numbers = table.parse_numbers(position)
    too_large = np.flatnonzero(np.abs(numbers) > np.finfo(np.float32).max)
    if len(too_large):
        row = int(too_large[0])
        raise DataError(
            f"{table.locate(row, position)}: {numbers[row]:g} is too large. "
            "Numbers may go up to 3.4e38"
        )
    return numbers


def _check_rows(run: TrainingRequest, rows: int, target_rows: int | None) -> None:
    if target_rows is not None and rows != target_rows:
        entry = SAMPLE_FORMATS.get(run.features.format)
        headers = f"{'--features-header and ' if entry.has_columns else ''}--target-header"
        raise DataError(
            f"{run.features.path} has {rows} {entry.samples}, but {run.target.path} has "
            f"{target_rows}{' data rows' if entry.raw else ''}; each row of features needs its "
            f"target. Check {headers}"
        )


def _compute_class_weights(
    run: TrainingRequest, tables: Tables, targets: Sequence[Target], rows: NDArray[np.intp]
) -> NDArray[np.float32] | None:
    if run.class_weight is not None and len(targets) > 1:
        raise ConfigurationError(
            f"--class-weight is for a network with one output, and this one has {len(targets)}: a "
            "row has one weight, which counts for all of them. Give the weights of rows with "
            "--sample-weights, or those of outputs with --loss-weight of keras-model-builder"
        )
    target = targets[0]
    if run.class_weight == BALANCED:
        return compute_balanced_weights(target, rows)
    if tables.class_weights is None:
        return None
    return compute_class_weights(target, rows, tables.class_weights)


def read_groups(run: TrainingRequest, rows: int | None) -> NDArray[Any] | None:
    """Return the group of each row, shape (rows,); None where there are none.

    Raises
    ------
    DataError
        If the table cannot be read, or has not one column of so many rows.
    """
    return None if run.groups is None else _read_one_column(run.groups, rows, "--groups").values[0]


def _read_sample_weights(run: TrainingRequest, rows: int | None) -> NDArray[np.float32] | None:
    if run.sample_weights is None:
        return None
    table = _read_one_column(run.sample_weights, rows, "--sample-weights")
    weights = _parse_column(table, 0)
    negative = np.flatnonzero(weights < 0)
    if len(negative):
        row = int(negative[0])
        raise DataError(
            f"{table.locate(row, 0)}: the weight is {weights[row]:g}. Sample weights are numbers "
            "of at least 0. Correct it, or check --sample-weights-columns"
        )
    if weights.max() == 0:
        raise DataError(
            f"{run.sample_weights.path} must hold numbers of at least 0, and not only 0, as sample "
            "weights. Check --sample-weights-columns"
        )
    return weights.astype(np.float32)


def _read_weight_table(path: Path, *, header: bool) -> dict[str, float]:
    table = read_columns(path, header=header, option="--class-weight")
    if len(table.values) != 2:
        raise DataError(
            f"{path}: --class-weight takes a table of two columns, a label and a number in each "
            'row, or the word "balanced"'
        )
    labels = [str(label) for label in table.values[0]]
    repeated = [label for label, count in Counter(labels).items() if count > 1]
    if repeated:
        raise DataError(
            f"{path} gives several weights for {list_names(repeated)}. Keep one for each label"
        )
    return dict(zip(labels, _parse_column(table, 1).tolist(), strict=True))


def _read_one_column(source: TableSource, rows: int | None, option: str) -> TableColumns:
    table = _read_columns(source, option)
    if len(table.values) != 1:
        raise DataError(
            f"{option} takes one column, but {source.path} gives {len(table.values)}. "
            f"Select one with {option}-columns"
        )
    count = len(table.values[0])
    if rows is not None and count != rows:
        raise DataError(
            f"{source.path} has {count} data rows, but the features have {rows}. "
            f"Check {option}-header"
        )
    return table


def take_names(cells: RawCells | None) -> OutputTable | None:
    """Return the names that raw samples have of themselves; None where they have none."""
    if cells is None or cells.row_names is None:
        return None
    return make_names_table(cells.row_names)


def make_names_table(names: Sequence[str]) -> OutputTable:
    """Return names that samples have of themselves, as they stand in outputs."""
    return OutputTable([NAME], [np.array(names, object)])


def read_class_weights(run: TrainingRequest) -> dict[str, float] | None:
    """Return class weights, by the text of the label; None where no table of them is given.

    Raises
    ------
    DataError
        If the table cannot be read.
    """
    if run.class_weight in (None, BALANCED):
        return None
    path = Path(str(run.class_weight))
    if _ASSIGNMENT.fullmatch(path.name) and not path.exists():
        raise DataError(
            f'--class-weight takes a table, not a weight as in "{path}". Write a file with a row '
            "for each class, the label, a tab and its weight, and give its name, or the word "
            '"balanced"'
        )
    return _read_weight_table(path, header=run.class_weight_header)


def read_ids(source: TableSource | None) -> OutputTable | None:
    """Return the names of the rows as they are in the table; None where there are none.

    Raises
    ------
    DataError
        If the table cannot be read.
    """
    if source is None:
        return None
    table = read_columns(
        source.path,
        header=source.header,
        columns=source.columns,
        allow_missing=True,
        separator=source.separator,
    )
    names = table.names or tuple(f"Column {number}" for number in table.layout.columns)
    return OutputTable(list(names), list(table.values))


def _read_columns(source: TableSource, option: str) -> TableColumns:
    return read_columns(
        source.path,
        header=source.header,
        columns=source.columns,
        option=option,
        separator=source.separator,
    )
