"""Which columns of a table of targets are whose, where a network has several outputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from galaxy_keras.artefacts.models.fitted import FittedOutput
from galaxy_keras.artefacts.tables import TableColumns
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.errors import DataError, count_things
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.training.output_layer import infer_target_kind
from galaxy_keras.schema.training.outputs import Output

_COLUMNS = "columns"


@dataclass(frozen=True)
class ExpectedColumns:
    """The columns that an output takes.

    Attributes
    ----------
    output
        The name of the output.
    selection
        Which they are; None for the next ones that no other output takes.
    count
        How many they are, where they are not selected.
    """

    output: str
    selection: ColumnSelection | None
    count: int


def expect_columns(output: Output) -> ExpectedColumns:
    """Return the columns that an output takes of a first training.

    They are those of its encoding; without them one column of labels, or one of values or of 0 and
    1 for each unit.
    """
    for each in output.settings.targets:
        if each.encoding.options.get(_COLUMNS) is not None:
            selection = ColumnSelection.parse(each.encoding.options[_COLUMNS])
            return ExpectedColumns(output.name, selection, 0)
    kind = infer_target_kind(output.layer, output.settings)
    count = (output.layer.units or 1) if kind in ("regression", "multilabel") else 1
    return ExpectedColumns(output.name, None, count)


def expect_trained_columns(fitted: FittedOutput, table: TableColumns) -> ExpectedColumns:
    """Return the columns that an output takes as in its training: by name, or by their number."""
    names = fitted.target.names
    if names is not None and set(names) <= set(table.names or ()):
        selection = ColumnSelection(by="name", names=names)
        return ExpectedColumns(fitted.output.name, selection, 0)
    return ExpectedColumns(fitted.output.name, None, fitted.target.columns)


def divide_columns(
    table: TableColumns, expected: Sequence[ExpectedColumns]
) -> tuple[TableColumns, ...]:
    """Return the columns of each output.

    Parameters
    ----------
    table
        All columns of the target.
    expected
        What the outputs take, in their order; of one output all columns are its own.

    Raises
    ------
    DataError
        If a column does not exist or is not among those of the target, or there are more or fewer
        than the outputs take.
    """
    if len(expected) == 1:
        return (table,)
    chosen = [_choose(table.layout, each) for each in expected]
    taken = {position for positions in chosen for position in positions or ()}
    rest = [position for position in table.layout.chosen if position not in taken]
    if len(rest) != sum(
        each.count for each, own in zip(expected, chosen, strict=True) if own is None
    ):
        raise DataError(_describe_count(table, expected, chosen))
    divided = []
    for each, positions in zip(expected, chosen, strict=True):
        if positions is None:
            positions, rest = rest[: each.count], rest[each.count :]
        divided.append(_select(table, positions))
    return tuple(divided)


def _choose(layout: Layout, expected: ExpectedColumns) -> list[int] | None:
    if expected.selection is None:
        return None
    where = f'{layout.path}, target of the output "{expected.output}"'
    positions = expected.selection.choose(layout.header, layout.count, where)
    missing = [each for each in positions if each not in layout.chosen]
    if missing:
        raise DataError(
            f"{where}: {layout.describe_column(missing[0])} is not among --target-columns. Add it "
            "there, or leave --target-columns out"
        )
    return positions


def _select(table: TableColumns, positions: Sequence[int]) -> TableColumns:
    indices = [table.layout.chosen.index(each) for each in positions]
    layout = replace(table.layout, chosen=tuple(positions))
    return TableColumns(layout, tuple(table.values[each] for each in indices))


def _describe_count(
    table: TableColumns,
    expected: Sequence[ExpectedColumns],
    chosen: Sequence[Sequence[int] | None],
) -> str:
    counts = [
        f"{each.output}: {each.count if own is None else len(own)}"
        for each, own in zip(expected, chosen, strict=True)
    ]
    first = expected[0].output
    return (
        f"{table.layout.path} gives {count_things(len(table.values), 'target column')}, but the "
        f"outputs of the network take another number ({', '.join(counts)}). Choose them with "
        "--target-columns, in the order of the outputs, or say in the builder which are whose: "
        f"--target '{first}: labels columns=...'"
    )
