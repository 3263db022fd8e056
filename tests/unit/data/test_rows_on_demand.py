"""Samples on demand answer as an array of them does."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from galaxy_keras.artefacts.arrays import iterate_slices
from galaxy_keras.data.features import InputColumns, arrange_inputs
from galaxy_keras.data.rows_on_demand import RowsOnDemand

ARRAY = np.arange(60, dtype=np.float32).reshape(10, 6)


def make(asked: list[int] | None = None) -> Any:
    def compute(rows: np.ndarray) -> np.ndarray:
        if asked is not None:
            asked.extend(rows.tolist())
        return ARRAY[rows].reshape(len(rows), 2, 3)

    return RowsOnDemand(10, (6,), np.dtype(np.float32), compute)


@pytest.mark.parametrize(
    "key",
    [
        3,
        np.intp(-1),
        slice(2, 5),
        slice(0, 0),
        np.array([7, 1, 1]),
        np.zeros(0, np.intp),
        (0, slice(2, 4)),
        (slice(1, 3), slice(0, 2)),
        (np.array([1, 2]), 5),
    ],
    ids=str,
)
def test_rows(key: Any) -> None:
    np.testing.assert_array_equal(make()[key], ARRAY[key])


def test_inputs_of_a_network_compute_what_is_asked_for() -> None:
    asked: list[int] = []
    [given] = arrange_inputs(make(asked), [InputColumns("in", (3, 2), slice(0, 6))])
    assert not asked
    assert given.shape == (10, 3, 2)
    np.testing.assert_array_equal(given[np.array([4])], ARRAY[[4]].reshape(1, 3, 2))
    assert asked == [4]


def test_slices_are_of_a_size() -> None:
    large = RowsOnDemand(10**6, (4000,), np.dtype(np.float32), lambda rows: rows)
    assert next(iterate_slices(large)).stop < 100  # type: ignore[arg-type]


def test_other_number_of_rows() -> None:
    with pytest.raises(ValueError, match="there are 10 rows, not 5"):
        make().reshape(5, 12)
