"""Numbers: scaling and missing values as scikit-learn does it, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from galaxy_keras.errors import ConfigurationError, DataError

from .fitting import encode, fit, make_columns

SCALERS = {
    "none": "passthrough",
    "standard": StandardScaler(),
    "minmax": MinMaxScaler(),
    "robust": RobustScaler(),
}
IMPUTERS = {
    "mean": SimpleImputer(strategy="mean"),
    "median": SimpleImputer(strategy="median"),
    "zero": SimpleImputer(strategy="constant", fill_value=0),
}


def make_table(rows: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    values = random.normal(5, [1, 100, 1e-3, 0], (rows, 4)) * [1, 1, 1, 0] + [0, 0, 0, 7]
    values[random.random(values.shape) < 0.2] = np.nan
    return values


@pytest.mark.parametrize("scale", SCALERS)
@pytest.mark.parametrize("missing", IMPUTERS)
def test_values_are_those_of_scikit_learn(scale: str, missing: str):
    training, others = make_table(60, 1), make_table(20, 2)
    numbers = fit(f"numbers scale={scale} missing={missing}", *training.T)
    pipeline = make_pipeline(IMPUTERS[missing], SCALERS[scale]).fit(training)
    np.testing.assert_allclose(
        encode(numbers, *others.T), pipeline.transform(others), rtol=2e-6, atol=1e-6
    )


def test_indicators_are_those_of_scikit_learn():
    training, others = make_table(60, 1), make_table(20, 2)
    numbers = fit("numbers missing=zero indicator=True", *training.T)
    encoded = encode(numbers, *others.T)
    expected = MissingIndicator(features="all").fit(training).transform(others)
    assert (encoded[:, 4:] == expected).all()
    assert numbers.names() == ["c1", "c2", "c3", "c4"] + [f"c{i} is missing" for i in range(1, 5)]
    assert numbers.tally.cells == 80
    assert numbers.tally.missing_share == expected.mean()


def test_whole_numbers_stay_whole():
    numbers = fit("numbers", np.array([3, 2**31 - 1]))
    assert numbers.dtype == np.int32
    assert encode(numbers, np.array([2**31 - 1])).tolist() == [[2**31 - 1]]
    assert encode(numbers, np.array([4.0])).tolist() == [[4]]
    assert fit("numbers scale=minmax", np.array([3, 5])).dtype == np.float32
    assert fit("numbers missing=zero", np.array([3, 5])).dtype == np.float32
    assert fit("numbers", np.array([3, 2**31])).dtype == np.float32


def test_text_is_read_as_numbers():
    numbers = fit("numbers missing=mean", ["1", " 3 ", "NA", ""], np.array([1, 2, 3, 4]))
    assert encode(numbers, ["", "5e1"], ["7", "8"]).tolist() == [[2, 7], [50, 8]]


def test_what_was_fitted_is_told():
    columns = np.array([1.0, 5.0]), np.array([2.0, np.nan])
    assert fit("numbers scale=standard missing=median", *columns).describe() == [
        "c1: 1 to 5, minus 3, divided by 2, 3 where missing",
        "c2: 2 to 2, minus 2, 2 where missing",
    ]
    assert fit("numbers", np.array([1.0, 3.5])).describe() == ["c1: 1 to 3.5"]


def test_wide_ranges_without_scale_are_warned_of():
    columns = np.array([1.0, 3.5]), np.array([2.5, -4000])
    assert fit("numbers", *columns).list_warnings() == [
        'column "c2" reaches 4000 and is not scaled; networks learn badly from such numbers. Give '
        "numbers the option scale=standard"
    ]
    assert fit("numbers scale=robust", *columns).list_warnings() == []
    assert fit("numbers", np.array([1, 4000])).list_warnings() == []


def test_names_of_any_kind_can_be_stored():
    names = ["a\0b", "x" * 500, "same", "same"]
    assert fit("numbers", *np.ones((4, 2)), names=names).names() == [
        "a\\x00b",
        "x" * 197 + "...",
        "same",
        "same",
    ]


@pytest.mark.parametrize(
    ("options", "columns", "message"),
    [
        ("", [[]], "the encoding numbers was given no columns or no rows. Select columns of "
         "numbers: numbers columns=..."),
        ("", [np.array([1, np.nan])], 'row 2, column "c1": the value is missing. Fill it in, '
         "remove the row, or give numbers the option missing=mean, median or zero"),
        ("missing=mean", [["", "NA"], ["1", ""]], "no training row has a value in the columns: c1. "
         "Leave them out: numbers columns=..., or give the option missing=zero"),
        ("missing=mean", [["1", "low"]], 'row 2, column "c1": "low" is not a number. Correct it. '
         "If the column holds text, take it out with numbers columns=... and encode it with "
         "categories"),
        ("", [np.array([1, np.inf])], 'row 2, column "c1": the number is not finite. Correct it, '
         "or remove the row"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_fitted(options: str, columns: list[Any], message: str):
    with pytest.raises(DataError) as error:
        fit(f"numbers {options}", *columns)
    assert str(error.value) == message


def test_all_problems_are_told_at_once():
    with pytest.raises(DataError) as error:
        fit("numbers", ["a", "b"], ["1", "c"])
    assert len(error.value.problems) == 3
    with pytest.raises(DataError) as error:
        fit("numbers", *np.full((30, 2), np.nan))
    assert len(error.value.problems) == 10


@pytest.mark.parametrize(
    ("options", "values", "message"),
    [
        ("", [np.array([1.5])], 'row 1, column "c1": 1.5 is not a whole number of 32 bits, as all '
         "were in training. Correct it, or train with such numbers"),
        ("scale=minmax", [np.array([1e300])], 'row 1, column "c1": 1e+300 is too far from the '
         "values of training (1 to 2) to be scaled. Correct it"),
        ("", [np.array([1]), np.array([2])], "the encoding numbers was fitted on 1 columns (c1), "
         "but 2 are given (c1, c2). Give the columns of training"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_encoded(options: str, values: list[Any], message: str):
    numbers = fit(f"numbers {options}", np.array([1, 2]))
    with pytest.raises(DataError) as error:
        encode(numbers, *values)
    assert str(error.value) == message


def test_places_can_be_those_of_the_file():
    numbers = fit("numbers", np.array([1, 2]))
    columns = make_columns([""])
    columns = type(columns)(
        columns.names, columns.values, lambda row, column: f"t.tsv, row {row + 8}"
    )
    with pytest.raises(DataError, match=r"t\.tsv, row 8: the value is missing"):
        numbers.encode(columns)


def test_options_that_contradict_each_other():
    with pytest.raises(ConfigurationError) as error:
        fit("numbers indicator=True", np.array([1, 2]))
    assert str(error.value) == (
        "numbers: indicator needs missing=mean, median or zero: with error nothing is ever missing"
    )
