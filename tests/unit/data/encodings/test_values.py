"""Targets are scaled for the network, and its outputs come back in the units of the table."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from galaxy_keras.data.encodings.encoding import EncodingState
from galaxy_keras.data.encodings.values import ValueScaling
from galaxy_keras.errors import DataError, ModelFileError

from .fitting import make_columns

VALUES = np.array([[1e5, 2.0], [3e5, 2.0], [2.5e7, 2.0]])
COLUMNS = make_columns(*VALUES.T)
EXPECTED = {
    "none": VALUES,
    "standard": StandardScaler().fit_transform(VALUES),
    "minmax": MinMaxScaler().fit_transform(VALUES),
    "log": np.log1p(VALUES),
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_values_are_scaled_and_come_back(kind: str):
    fitted = ValueScaling.fit(kind, VALUES, COLUMNS)
    scaling = ValueScaling.restore(kind, fitted.get_state(), columns=2)
    encoded = scaling.encode(VALUES, COLUMNS)
    assert encoded.dtype == np.float32
    np.testing.assert_allclose(encoded, EXPECTED[kind], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(scaling.decode(encoded), VALUES, rtol=1e-5)
    assert scaling.describe() == fitted.describe()


def test_what_was_fitted_is_told():
    values = np.array([[1.0], [5.0]])
    columns = make_columns(values[:, 0])
    assert ValueScaling.fit("standard", values, columns).describe() == [
        "1 to 5, minus 3, divided by 2"
    ]
    assert ValueScaling.fit("log", values, columns).describe() == ["1 to 5, logarithm of 1 + value"]


def test_no_output_becomes_infinite():
    scaling = ValueScaling.fit("log", VALUES, COLUMNS)
    decoded = scaling.decode(np.array([[1e4, -1e4]], np.float32))
    assert np.isfinite(decoded.astype(np.float32)).all()
    assert decoded[0, 1] == -1


def test_values_without_logarithm():
    message = (
        'row 2, column "c1": -1 has no logarithm of 1 + value, which scale=log takes. Correct it, '
        "or give values the option scale=standard"
    )
    values = np.array([[0.0], [-1.0]])
    with pytest.raises(DataError) as error:
        ValueScaling.fit("log", values, make_columns(values[:, 0]))
    assert str(error.value) == message
    scaling = ValueScaling.fit("log", VALUES[:, :1], make_columns(VALUES[:, 0]))
    with pytest.raises(DataError) as error:
        scaling.encode(values, make_columns(values[:, 0]))
    assert str(error.value) == message


def test_values_that_are_too_far_away():
    scaling = ValueScaling.fit("minmax", np.array([[0.0], [1e-5]]), make_columns([0]))
    with pytest.raises(DataError, match=r"1e\+300 is too far from the values of training"):
        scaling.encode(np.array([[1e300]]), make_columns([0]))


def test_a_file_may_say_anything():
    arrays = dict(ValueScaling.fit("minmax", VALUES, COLUMNS).get_state().arrays)
    for name in arrays:
        for wrong in (np.ones(3), np.array([np.nan, 1]), np.array(["a", "b"])):
            with pytest.raises(ModelFileError, match=f'encoding values: "{name}" (has|does not)'):
                ValueScaling.restore("minmax", EncodingState({}, {**arrays, name: wrong}), 2)
    with pytest.raises(ModelFileError) as error:
        ValueScaling.restore("minmax", EncodingState({}, {**arrays, "scale": np.zeros(2)}), 2)
    assert str(error.value) == (
        'encoding values: "scale" has numbers that are not above 0. The file is damaged'
    )
