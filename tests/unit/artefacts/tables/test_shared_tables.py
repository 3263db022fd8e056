"""The tables with which the replaced tools were tested, and the tutorial's."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from galaxy_keras.artefacts.tables import read_columns, read_features
from galaxy_keras.schema.requests.columns import ColumnSelection

SHARED = Path(__file__).parents[4].parent / "shared"
TABLES = SHARED / "galaxy_ml" / "artifacts"

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(
        not SHARED.exists(),
        reason="needs the developers' folder ../shared: run pytest -m shared where that is",
    ),
]


def test_regression():
    features = read_features(TABLES / "regression_X.tabular", header=True)
    assert features.values.shape == (261, 17)
    assert features.values.dtype == np.float32
    assert features.names[:3] == ("year", "month", "day")
    assert features.values[0, :6].tolist() == [2016, 9, 19, 68, 69, np.float32(69.7)]
    target = read_columns(TABLES / "regression_y.tabular", header=True)
    assert target.names == ("actual",)
    assert target.values[0].dtype == np.int64
    assert target.values[0][:2].tolist() == [71, 59]
    groups = read_columns(
        TABLES / "regression_groups.tabular", header=True, columns=ColumnSelection.parse("1")
    )
    assert groups.values[0][0] == "train"


def test_reviews():
    features = read_features(TABLES / "rnn_X_test_head50.tsv")
    assert features.values.shape == (50, 500)
    assert features.values.dtype == np.int16


@pytest.mark.parametrize(("name", "rows"), [("X_train", 25_000), ("X_test", 25_000)])
def test_all_reviews(name, rows):
    values = read_features(SHARED / "data" / "imdb" / f"{name}.tsv.gz").values
    assert values.shape == (rows, 500)
    assert values.dtype == np.int16
    assert values.min() == 0
    assert values.max() < 10_000
