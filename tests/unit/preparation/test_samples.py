"""Samples in memory become what they would be in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import DataError
from galaxy_keras.preparation.samples import iterate_samples
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

pd = pytest.importorskip("pandas", reason="data frames are those of pandas")

SETTINGS = {"task": "regressor", "loss": "mse", "optimizer": "sgd", "metrics": []}
MISSING = float("nan")


def make_fitted(
    *layers: str, shape: str = "2", names: tuple[str, ...] | None = None
) -> FittedModel:
    count = int(np.prod([int(size) for size in shape.split(",")]))
    return FittedModel(
        architecture=parse_spec({"input_shape": shape, "layers": [*layers, "Dense units=1"]}),
        training=TrainingSettings.from_options(SETTINGS),
        target=TargetDescription(kind="regression"),
        features=FeatureDescription(count=count, names=names),
        weights=(),
    )


def arrange(samples: Any, fitted: FittedModel) -> Any:
    (chunk,) = iterate_samples(samples, fitted, (), header=None)
    (array,) = chunk
    return array


def test_lists_arrays_frames_and_files_are_the_same(tmp_path: Path) -> None:
    fitted = make_fitted(names=("a", "b"))
    expected = np.array([[1, 2.5], [3, -4]], "float32")
    (tmp_path / "x.csv").write_text("b,a\n2.5,1\n-4,3\n")
    frame = pd.DataFrame({"b": [2.5, -4.0], "more": [0.0, 0.0], "a": [1, 3]})
    for samples in (
        expected.tolist(),
        expected,
        frame,
        tmp_path / "x.csv",
        str(tmp_path / "x.csv"),
    ):
        array = arrange(samples, fitted)
        assert array.dtype == np.float32
        np.testing.assert_array_equal(array, expected)


def test_arrays_of_images_keep_their_order() -> None:
    images = np.arange(24).reshape(2, 3, 4, 1)
    array = arrange(images, make_fitted("Flatten", shape="3,4,1"))
    np.testing.assert_array_equal(array, images)
    assert array.dtype == np.int32


def test_what_is_given_is_not_changed() -> None:
    given = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    frame = pd.DataFrame(given, columns=["b", "a"])
    arrange(frame, make_fitted(names=("a", "b")))
    np.testing.assert_array_equal(frame.to_numpy(), [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        ([], "samples: there are none. Give at least one row"),
        (
            [1.0, 2.0],
            "samples: an array of one dimension was given, but a row of numbers is a sample. Give "
            "reshape(1, -1) of one sample",
        ),
        (
            [[1.0, 2.0], [3.0, MISSING]],
            "samples, row 2, column 2: this is not a finite number. Fill gaps before, or leave the "
            "row out",
        ),
        (
            [["a", "b"]],
            "samples must be numbers for this model, but they hold 'a'. Give the columns that the "
            "model was trained on, in their order or with their names",
        ),
        (
            [[1.0, 2.0, 3.0]],
            "samples gives 3 feature columns, but the model was trained on 2. Give the columns "
            "that the model was trained on, in their order or with their names",
        ),
        (
            pd.DataFrame({"a": [1], "c": [2]}),
            'samples has no column "b", which the model was trained on. Missing in all: b',
        ),
    ],
)
def test_what_is_refused(samples: Any, message: str) -> None:
    with pytest.raises(DataError) as refused:
        arrange(samples, make_fitted(names=("a", "b")))
    assert str(refused.value) == message


def test_indices_beyond_the_vocabulary() -> None:
    fitted = make_fitted("Embedding input_dim=5 output_dim=2", "Flatten")
    with pytest.raises(DataError, match="samples, row 1, column 2: the value is 5, but"):
        arrange([[1, 5]], fitted)
