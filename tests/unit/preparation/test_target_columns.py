"""Which columns of a table of targets are whose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from galaxy_keras.artefacts.models.fitted import FittedOutput
from galaxy_keras.artefacts.tables import TableColumns, read_columns
from galaxy_keras.errors import DataError
from galaxy_keras.preparation.target_columns import (
    ExpectedColumns,
    divide_columns,
    expect_columns,
    expect_trained_columns,
)
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.training.outputs import list_outputs, read_settings
from galaxy_keras.schema.training.targets import TargetDescription

NETWORK = parse_spec(
    {
        "layers": [
            {"name": "x", "type": "Input", "shape": 2},
            {"name": "risk", "type": "Dense", "units": 3, "activation": "softmax", "inputs": "x"},
            {"name": "dose", "type": "Dense", "units": 2, "inputs": "x"},
            {"name": "tags", "type": "Dense", "units": 2, "activation": "sigmoid", "inputs": "x"},
        ],
        "outputs": ["risk", "dose", "tags"],
    }
)
NAMED = ColumnSelection.parse("name:c,a")


def expect(*targets: str) -> list[ExpectedColumns]:
    settings = read_settings(
        NETWORK,
        {
            "optimizer": "sgd",
            "loss": ("categorical_crossentropy", "dose: mse", "tags: binary_crossentropy"),
            "targets": targets,
        },
    )
    return list(map(expect_columns, list_outputs(NETWORK, settings)))


@pytest.fixture
def table(tmp_path: Path) -> TableColumns:
    path = tmp_path / "targets.tsv"
    path.write_text("a\tb\tc\td\te\nlow\t1.5\t2\t0\t1\nhigh\t3\t4\t1\t0\n")
    return read_columns(path, header=True)


def list_names(tables: tuple[TableColumns, ...]) -> list[tuple[str, ...] | None]:
    return [each.names for each in tables]


def test_columns_follow_the_order_and_the_units_of_the_outputs(table: TableColumns) -> None:
    expected = expect("risk: labels", "dose: values", "tags: labels")
    divided = divide_columns(table, expected)
    assert list_names(divided) == [("a",), ("b", "c"), ("d", "e")]
    assert divided[1].values[1].tolist() == [2, 4]
    assert divided[2].locate(1, 0).endswith("row 3, column 4 (d)")


def test_columns_of_encodings_come_first(table: TableColumns) -> None:
    expected = expect("risk: labels", "dose: values columns=[e, b]", "tags: labels")
    divided = divide_columns(table, expected)
    assert list_names(divided) == [("a",), ("e", "b"), ("c", "d")]
    assert divided[1].values[1].tolist() == ["1.5", "3"]


def test_all_columns_are_those_of_the_only_output(table: TableColumns) -> None:
    assert divide_columns(table, expect("risk: labels", "dose: values", "tags: labels")[:1]) == (
        table,
    )


def test_another_number_of_columns(table: TableColumns) -> None:
    expected = expect("risk: labels columns=a", "dose: values", "tags: labels columns=d")
    with pytest.raises(DataError) as raised:
        divide_columns(table, expected)
    assert str(raised.value) == (
        f"{table.layout.path} gives 5 target columns, but the outputs of the network take another "
        "number (risk: 1, dose: 2, tags: 1). Choose them with --target-columns, in the order of "
        "the outputs, or say in the builder which are whose: --target 'risk: labels columns=...'"
    )


def test_a_column_that_is_not_among_the_targets(tmp_path: Path, table: TableColumns) -> None:
    path = tmp_path / "targets.tsv"
    chosen = read_columns(path, header=True, columns=ColumnSelection.parse("name:a,b,c,d"))
    expected = expect("risk: labels", "dose: values columns=[e, b]", "tags: labels")
    with pytest.raises(DataError) as raised:
        divide_columns(chosen, expected)
    assert str(raised.value) == (
        f'{path}, target of the output "dose": column 5 (e) is not among --target-columns. Add it '
        "there, or leave --target-columns out"
    )


def test_a_trained_output_finds_its_columns_by_name(table: TableColumns) -> None:
    output = list_outputs(
        NETWORK,
        read_settings(NETWORK, {"optimizer": "sgd", "loss": ("mse",), "task": "regressor"}),
    )[1]
    target = TargetDescription(kind="regression", columns=2, names=("c", "a"))
    fitted = FittedOutput(output=output, target=target, encoding=None)
    assert expect_trained_columns(fitted, table) == ExpectedColumns("dose", NAMED, 0)
    unnamed = replace(table, layout=replace(table.layout, header=None))
    assert expect_trained_columns(fitted, unnamed) == ExpectedColumns("dose", None, 2)
