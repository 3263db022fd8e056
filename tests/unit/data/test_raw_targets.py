"""Targets that are scaled for the network, and what a model holds of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.raw_targets import (
    decode_values,
    encode_values,
    fit_scaling,
    restore_scaling,
    store_targets,
)
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import DataError, ModelFileError
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription

ROWS = np.array([0, 1])
DESCRIPTION = TargetDescription(kind="regression", columns=2, names=("price", "age"))
VALUES = np.array([[1e5, 1], [3e5, 3], [9e5, 2]], np.float32)
TARGET = Target(DESCRIPTION, VALUES)


def make_settings(target: str) -> TrainingSettings:
    return TrainingSettings.from_options({"loss": "mse", "optimizer": "sgd", "targets": (target,)})


def make_model(target: str) -> FittedModel:
    settings = make_settings(target)
    scaling = fit_scaling(settings, TARGET, ROWS)
    return FittedModel(
        architecture=parse_spec({"input_shape": 2, "layers": ["Dense units=2"]}),
        training=settings,
        target=DESCRIPTION,
        features=FeatureDescription(count=2),
        weights=(),
        targets=store_targets("dense", settings, TARGET, scaling),
    )


def test_scaling_is_fitted_on_the_rows_to_train_on() -> None:
    scaling = fit_scaling(make_settings("values scale=standard"), TARGET, ROWS)
    assert scaling is not None
    assert encode_values(scaling, TARGET).tolist() == [[-1, -1], [1, 1], [7, 0]]


@pytest.mark.parametrize("scale", ["standard", "minmax", "log"])
def test_what_a_model_holds_brings_values_back(scale: str) -> None:
    scaling = restore_scaling(*make_model(f"values scale={scale}").list_outputs())
    assert scaling is not None
    decoded = decode_values(scaling, encode_values(scaling, TARGET))
    assert decoded.dtype == np.float32
    np.testing.assert_allclose(decoded, VALUES, rtol=1e-5)


def test_values_as_they_are() -> None:
    assert fit_scaling(make_settings("values"), TARGET, ROWS) is None
    model = make_model("values")
    assert restore_scaling(*model.list_outputs()) is None
    (stored,) = model.targets
    assert (stored.name, stored.encoding.name, stored.arrays) == ("dense", "values", ())
    assert stored.columns.names == ("price", "age")
    assert restore_scaling(*replace(model, targets=()).list_outputs()) is None


def test_a_value_without_logarithm_is_told_with_its_row() -> None:
    target = Target(DESCRIPTION, -VALUES)
    with pytest.raises(DataError, match='data row 1 of the target, column "price": -100000 has no'):
        fit_scaling(make_settings("values scale=log"), target, ROWS)


def test_what_fitting_could_not_have_made() -> None:
    model = make_model("values scale=minmax")
    (stored,) = model.targets
    spoiled = replace(model, targets=(replace(stored, arrays=stored.arrays[1:]),))
    with pytest.raises(ModelFileError, match='encoding values: "shift" is missing'):
        restore_scaling(*spoiled.list_outputs())
