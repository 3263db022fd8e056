"""What an Embedding looks up is checked slice by slice, and named by row and column."""

from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.artefacts import arrays
from galaxy_keras.artefacts.tables import Features
from galaxy_keras.data.features import assign_columns, check_indices
from galaxy_keras.errors import DataError
from galaxy_keras.schema.architecture.spec import parse_spec

NETWORK = parse_spec({"input_shape": "2", "layers": ["Embedding input_dim=10 output_dim=2"]})


def check(values: list[list[float]], dtype: str) -> None:
    features = Features(np.array(values, dtype), None, (3, 4), 2)
    check_indices(features, assign_columns(NETWORK, 2), "X.tsv, row {}, column {}".format)


@pytest.mark.parametrize("slice_bytes", [1, 2**20])
@pytest.mark.parametrize(
    ("dtype", "wrong", "shown"),
    [("uint8", 10, "10"), ("int16", -1, "-1"), ("float32", 0.5, "0.5"), ("int32", 99, "99")],
)
def test_a_wrong_index_is_placed(
    dtype: str, wrong: float, shown: str, slice_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrays, "SLICE_BYTES", slice_bytes)
    check([[0, 9]] * 5, dtype)
    with pytest.raises(DataError) as caught:
        check([[0, 9]] * 5 + [[0, wrong]], dtype)
    assert str(caught.value) == (
        f'X.tsv, row 7, column 4: the value is {shown}, but layer 1 (Embedding "embedding") takes '
        "whole numbers from 0 to 9 (input_dim=10). "
        "Raise input_dim, or limit the vocabulary of the data"
    )


def test_only_the_first_wrong_indices_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "SLICE_BYTES", 1)
    with pytest.raises(DataError) as caught:
        check([[10, 11]] * 4, "uint8")
    places = [problem.partition(":")[0] for problem in caught.value.problems]
    assert places == ["X.tsv, row 2, column 3", "X.tsv, row 2, column 4", "X.tsv, row 3, column 3"]
