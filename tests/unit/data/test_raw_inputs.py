"""From the columns of a table to the arrays of a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.artefacts.tables.raw import RawCells
from galaxy_keras.data.raw_inputs import (
    FittedInput,
    check_shapes,
    choose_columns,
    fit_input,
    match_columns,
    open_raw_samples,
    restore_input,
)
from galaxy_keras.errors import ConfigurationError, DataError, ModelFileError
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.requests.runs import SampleRequest
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription
from galaxy_keras.schema.values.component import Component

NAMES = ("age", "sex", "note")
CELLS = (["20", "NA", "60"], ["f", "m", "f"], ["a b", "", "b"])


def make_layout(names: tuple[str, ...] | None = NAMES, count: int = 3) -> Layout:
    return Layout(Path("t.tsv"), "--features", names, count, tuple(range(count)))


def make_cells(*positions: int) -> RawCells:
    return RawCells(make_layout(), 2, CELLS).select(positions)


def make_encoding(name: str, **options: object) -> InputEncoding:
    return InputEncoding("input", (3,), Component(name=name, options=options))


def test_numbers_are_fitted_on_the_rows_to_train_on() -> None:
    fitted = fit_input(make_encoding("numbers", missing="mean"), make_cells(0), [1, 2])
    assert fitted.columns.names == ("age",)
    assert fitted.columns.numeric == (True,)
    assert fitted.encode(make_cells(0)).tolist() == [[20], [60], [60]]
    assert fitted.encode(make_cells(0), [2]).tolist() == [[60]]


def test_columns_of_numbers_and_of_text_as_categories() -> None:
    fitted = fit_input(make_encoding("categories"), make_cells(0, 1), [0, 1, 2])
    assert fitted.columns.numeric == (True, False)
    assert fitted.encode(make_cells(0, 1)).tolist() == [[1, 0, 1, 0], [0, 0, 0, 1], [0, 1, 1, 0]]


def test_what_a_model_holds_encodes_the_same() -> None:
    fitted = fit_input(make_encoding("words", output="tf-idf"), make_cells(2), [0, 1, 2])
    restored = restore_input(fitted.store())
    assert restored.columns == fitted.columns
    np.testing.assert_array_equal(restored.encode(make_cells(2)), fitted.encode(make_cells(2)))


def test_what_a_model_cannot_hold() -> None:
    stored = fit_input(make_encoding("words"), make_cells(2), [0]).store()
    spoiled = {**stored.settings, "words": ["a", "a"]}
    stored = type(stored)(**{**vars(stored), "settings": spoiled})
    with pytest.raises(ModelFileError, match='has the entry "a" twice'):
        restore_input(stored)


@pytest.mark.parametrize(
    ("shape", "count", "message"),
    [
        (3, 2, "give samples of 2 numbers, but it takes 3"),
        ((None, 3), 2, "give samples of 2 numbers, but it takes 3"),
        (2, 3, "the encodings give 2 numbers for each sample, but 3 are stored"),
    ],
)
def test_encodings_that_do_not_fit_the_network(shape: object, count: int, message: str) -> None:
    first = "GlobalAveragePooling1D" if isinstance(shape, tuple) else "Flatten"
    architecture = parse_spec({"input_shape": shape, "layers": [first, "Dense units=1"]})
    settings = {"loss": "mse", "optimizer": "sgd", "task": "regressor"}
    model = FittedModel(
        architecture=architecture,
        training=TrainingSettings.from_options(settings),
        target=TargetDescription(kind="regression"),
        features=FeatureDescription(count=count),
        weights=(),
    )
    chosen = InputEncoding(
        architecture.inputs[0], (2,), Component(name="words", options={"output": "count"})
    )
    fitted = fit_input(chosen, make_cells(2), [0, 2])
    with pytest.raises(ModelFileError) as raised:
        check_shapes([fitted], model)
    assert message in str(raised.value)


def test_a_wrong_cell_is_told_with_its_row_in_the_file() -> None:
    cells = RawCells(make_layout(), 2, (["1", "x"], *CELLS[1:])).select([0])
    with pytest.raises(DataError, match=r't\.tsv, row 3, column 1 \(age\): "x" is not a number'):
        fit_input(make_encoding("numbers"), cells, [0])
    with pytest.raises(DataError, match=r"t\.tsv, row 3, column 1 \(age\): "):
        fit_input(make_encoding("numbers"), make_cells(0), [1])


@pytest.mark.parametrize(
    ("columns", "left", "expected"),
    [
        (None, [0, 2], (0, 2)),
        ("name:note", [0, 2], (2,)),
        ("2-3", [1, 2], (1, 2)),
        ("all", [0, 1, 2], (0, 1, 2)),
    ],
)
def test_columns_are_chosen(
    columns: str | None, left: list[int], expected: tuple[int, ...]
) -> None:
    options = {} if columns is None else {"columns": columns}
    encoding = make_encoding("numbers", **options)
    assert choose_columns([encoding], make_layout(), left) == [expected]


def test_an_encoding_takes_what_others_leave() -> None:
    encodings = [make_encoding("categories"), make_encoding("numbers", columns="name:age")]
    assert choose_columns(encodings, make_layout(), [0, 1, 2]) == [(1, 2), (0,)]


def test_columns_that_cannot_be_chosen() -> None:
    with pytest.raises(DataError, match=r'--input numbers: there is no column "agee"'):
        choose_columns([make_encoding("numbers", columns="name:agee")], make_layout(), [0])
    with pytest.raises(DataError, match="takes one column, but 2 are left"):
        choose_columns([make_encoding("words")], make_layout(), [0, 2])
    with pytest.raises(DataError, match=r"t\.tsv has no columns left for the encoding words"):
        choose_columns([make_encoding("words")], make_layout(), [])


def test_the_network_must_not_see_the_target() -> None:
    layout = make_layout()
    with pytest.raises(DataError) as raised:
        choose_columns([make_encoding("numbers", columns="1-2")], layout, [0, 2])
    assert str(raised.value) == (
        f"{layout.path}: the encoding numbers takes {layout.describe_column(1)}, which the network "
        "must not see: target, names of rows or not among --features-columns. Leave it out of its "
        "columns (--set input__columns=...)"
    )


@pytest.fixture
def fitted() -> FittedInput:
    return fit_input(make_encoding("categories"), make_cells(0, 1), [0, 2])


def test_columns_are_found_by_name_and_others_ignored(fitted: FittedInput) -> None:
    layout = make_layout(("sex", "more", "age"))
    assert match_columns([fitted], layout, [0, 1, 2]) == [(2, 0)]


def test_columns_are_found_by_position(fitted: FittedInput) -> None:
    assert match_columns([fitted], make_layout(None), [2, 1]) == [(2, 1)]
    both = [fitted, fit_input(make_encoding("words"), make_cells(2), [0])]
    assert match_columns(both, make_layout(None), [2, 1, 0]) == [(2, 1), (0,)]


def test_columns_that_are_missing(fitted: FittedInput) -> None:
    with pytest.raises(DataError, match=r't\.tsv: there is no column "sex"'):
        match_columns([fitted], make_layout(("age", "sexe", "note")), [0, 1, 2])
    with pytest.raises(DataError) as raised:
        match_columns([fitted], make_layout(None), [0, 1, 2])
    assert str(raised.value) == (
        "t.tsv gives 3 columns, but the model takes 2 columns (age, sex). Choose them with "
        "--features-columns, or declare the header with --features-header, by which they are found"
    )


def test_formats_of_numbers_are_refused(tmp_path: Path) -> None:
    request = SampleRequest(path=tmp_path / "x", format="matrix-market")
    with (
        pytest.raises(ConfigurationError, match="--features-format matrix-market gives numbers"),
        open_raw_samples(request),
    ):
        pass
