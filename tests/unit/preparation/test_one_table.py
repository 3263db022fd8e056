"""One table whose columns are inputs, target and names of rows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.preparation.one_table import divide_table, select_positions
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.runs import SampleRequest, TableSource, TrainingRequest
from galaxy_keras.schema.training.outputs import read_settings
from galaxy_keras.schema.training.settings import TrainingSettings


def make_settings(*, target: str = "labels", inputs: tuple[str, ...] = ()) -> TrainingSettings:
    return TrainingSettings.from_options(
        {
            "loss": "binary_crossentropy",
            "optimizer": "sgd",
            "targets": (target,),
            "inputs": inputs,
        }
    )


def divide(
    path: Path,
    target: str = "all",
    *,
    ids: str | None = None,
    settings: TrainingSettings | None = None,
    **features: Any,
) -> TrainingRequest:
    request = TrainingRequest(
        model=path,
        features=SampleRequest(path=path, **{"header_declared": False, **features}),
        target=TableSource(path=path, columns=ColumnSelection.parse(target)),
        one_table=True,
        id_columns=None if ids is None else ColumnSelection.parse(ids),
    )
    return divide_table(request, settings)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "table.tsv"
    path.write_text("id\ta\tb\tlabel\nr1\t1\t2\tyes\n")
    return path


def test_what_is_target_is_not_learned_from(path: Path) -> None:
    run = divide(path, "name:label", ids="name:id")
    assert (str(run.features.columns), run.features.header) == ("2-3", True)
    assert (str(run.target.columns), run.target.header) == ("4", True)
    assert run.ids is not None
    assert (str(run.ids.columns), run.ids.header) == ("1", True)


def test_columns_by_number_need_no_header(path: Path) -> None:
    run = divide(path, "4")
    assert (str(run.features.columns), run.features.header) == ("1-3", False)
    assert not run.target.header


def test_a_choice_of_features_is_kept(path: Path) -> None:
    run = divide(path, "name:label", columns=ColumnSelection.parse("name:b,label,a"))
    assert str(run.features.columns) == "3,2"


def test_the_builder_may_name_the_target(path: Path) -> None:
    run = divide(path, settings=make_settings(target="labels columns=label"))
    assert (str(run.features.columns), str(run.target.columns)) == ("1-3", "4")


def test_a_column_that_an_encoding_names_needs_a_header(path: Path) -> None:
    run = divide(path, "4", settings=make_settings(inputs=("numbers columns=[a, b]",)))
    assert run.features.header


def test_a_declared_header_counts(path: Path) -> None:
    with pytest.raises(DataError, match="needs column names, but no header was declared"):
        divide(path, "name:label", header_declared=True)


def test_csv_is_one_table_too(path: Path) -> None:
    other = path.with_suffix(".csv")
    other.write_text(path.read_text().replace("\t", ";"))
    run = divide(other, "name:label", maybe_csv=True)
    assert (run.features.separator, run.target.separator, run.target.header) == (";", ";", True)


def test_a_pipe_cannot_be_divided(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(DataError, match="pipe is a pipe or a device, which can be read once, but"):
        divide(tmp_path / "pipe", "4")


def test_positions_become_ranges() -> None:
    assert str(select_positions([0, 1, 2, 5, 4])) == "1-3,6,5"


def make_settings_of_two(*targets: str) -> TrainingSettings:
    heads = [
        {"name": name, "type": "Dense", "units": 1, "inputs": "x"} for name in ("risk", "days")
    ]
    network = parse_spec(
        {
            "layers": [{"name": "x", "type": "Input", "shape": 1}, *heads],
            "outputs": ["risk", "days"],
        }
    )
    options = {"loss": ("mse",), "optimizer": "sgd", "targets": targets, "task": "regressor"}
    return read_settings(network, options)


def test_targets_of_several_outputs_are_taken_in_their_order(path: Path) -> None:
    settings = make_settings_of_two("days: values columns=a", "risk: values columns=label")
    run = divide(path, settings=settings)
    assert (str(run.target.columns), str(run.features.columns)) == ("4,2", "1,3")


def test_a_target_without_columns_beside_others(path: Path) -> None:
    settings = make_settings_of_two("days: values columns=a", "risk: values")
    with pytest.raises(ConfigurationError) as raised:
        divide(path, settings=settings)
    assert str(raised.value) == (
        "the target of the output risk is missing. Say with --target-columns which columns of "
        f"{path} are the targets of all outputs, in their order, or in the builder: --target "
        "'risk: labels columns=...'"
    )
    run = divide(path, "name:a,label", settings=settings)
    assert str(run.target.columns) == "2,4"
