"""Windows over series, and which rows they end in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from galaxy_keras.errors import DataError

from .fitting import encode, fit, make_columns

LOAD = np.array([1, 2, 4, 7, 11, 16])
HEAT = np.array([0.5, 0, 0, 0, 0, 0])


def test_windows_in_order():
    windows = fit("windows length=3 scale=none", LOAD, HEAT)
    encoded = encode(windows, LOAD, HEAT)
    assert encoded.shape == (4, 3, 2)
    assert encoded[0].tolist() == [[1, 0.5], [2, 0], [4, 0]]
    assert encoded[:, -1, 0].tolist() == [4, 7, 11, 16]
    assert windows.list_sample_rows(make_columns(LOAD, HEAT)).tolist() == [2, 3, 4, 5]
    assert windows.describe() == [
        "windows of 3 rows, one from each row on",
        "c1: 1 to 16",
        "c2: 0 to 0.5",
    ]


def test_steps():
    windows = fit("windows length=2 step=3 scale=none", LOAD)
    assert encode(windows, LOAD)[:, :, 0].tolist() == [[1, 2], [7, 11]]
    assert windows.list_sample_rows(make_columns(LOAD)).tolist() == [1, 4]
    assert windows.describe()[0] == "windows of 2 rows, one every 3 rows"


def test_differences_in_their_standard_deviation():
    windows = fit("windows length=6", LOAD, np.full(6, 3.0))
    differences = np.array([0, 1, 2, 3, 4, 5]) / np.std([1, 2, 3, 4, 5])
    np.testing.assert_allclose(encode(windows, LOAD, LOAD)[0, :, 0], differences, rtol=1e-6)
    # A column without change in training is not divided.
    assert encode(windows, LOAD, LOAD)[0, :, 1].tolist() == [0, 1, 2, 3, 4, 5]
    assert windows.describe()[1:] == [
        "differences of c1: 1 to 16, divided by 1.41421",
        "differences of c2: 3 to 3",
    ]


def test_standard_scale_is_that_of_scikit_learn():
    windows = fit("windows length=1 scale=standard", LOAD, HEAT)
    table = np.stack([LOAD, HEAT], axis=1)
    expected = StandardScaler().fit(table).transform(table)
    np.testing.assert_allclose(encode(windows, LOAD, HEAT)[:, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("by", [["a", "b", "a", "b", " a", "c"], np.array([7, 1, 7, 1, 7, 0])])
def test_no_window_reaches_into_another_series(by: Any):
    windows = fit("windows length=2 scale=none by=3", LOAD, HEAT, by)
    assert windows.shape == (2, 2)
    assert encode(windows, LOAD, HEAT, by)[:, :, 0].tolist() == [[1, 4], [2, 7], [4, 11]]
    assert windows.list_sample_rows(make_columns(LOAD, HEAT, by)).tolist() == [2, 3, 4]
    assert windows.list_warnings() == [
        "1 of 3 series have fewer rows than a window (2) and are left out"
    ]
    differences = fit("windows length=2 by=2", LOAD, by)
    # 3 and 7 in one series, 5 in the other
    deviation = np.std([3, 7, 5])
    np.testing.assert_allclose(
        encode(differences, LOAD, by)[:, :, 0],
        np.array([[0, 3], [0, 5], [3, 7]]) / deviation,
        rtol=1e-6,
    )


def test_windows_of_all_rows_have_no_warning():
    windows = fit("windows length=2", LOAD)
    encode(windows, LOAD)
    assert windows.list_warnings() == []
    assert encode(fit("windows length=1", [1]), np.array([5])).tolist() == [[[0]]]


@pytest.mark.parametrize(
    ("options", "columns", "message"),
    [
        ("", [LOAD], "neither the network nor the encoding windows says how many rows a window "
         "has. Give it: windows length=24"),
        ("length=2 by=1", [LOAD], "the encoding windows was given no columns. Select columns of "
         "numbers: windows columns=..."),
        ("length=7", [LOAD], "a window has 7 rows, but there are only 6. Give more rows, or train "
         "with shorter windows (windows length=...)"),
        ("length=4 by=2", [LOAD, list("aabbbc")], "a window has 4 rows, but the longest series has "
         "only 3. Give more rows, or train with shorter windows (windows length=...)"),
        ("length=2", [np.array([1, np.nan])], 'row 2, column "c1": the value is missing. Fill it '
         "in, or remove the row"),
        ("length=2", [["1", "x"]], 'row 2, column "c1": "x" is not a number. Correct it. If the '
         "column holds text, take it out with windows columns=... and encode it with categories"),
    ],
)  # fmt: skip
def test_series_that_cannot_be_fitted(options: str, columns: list[Any], message: str):
    with pytest.raises(DataError) as error:
        fit(f"windows {options}", *columns)
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ([LOAD[:1]], "a window has 2 rows, but there are only 1"),
        ([np.array([1, 1e300])], 'row 2, column "c1": 1e+300 is too far from the values of '
         "training (1 to 16) to be scaled. Correct it"),
        ([LOAD, HEAT], "the encoding windows was fitted on 1 columns (c1), but 2 are given"),
    ],
)  # fmt: skip
def test_series_that_cannot_be_encoded(columns: list[Any], message: str):
    with pytest.raises(DataError) as error:
        encode(fit("windows length=2", LOAD), *columns)
    assert message in str(error.value)
