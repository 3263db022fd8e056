"""Files of builders and fitted models with several outputs: format version 3.

Run as a script, this writes the samples of that version.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.arrays import NamedArray
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.builder import MANIFEST, Builder
from galaxy_keras.artefacts.models.builder_file import write_model_builder
from galaxy_keras.artefacts.models.encodings import StoredEncoding
from galaxy_keras.artefacts.models.fitted import FittedModel, describe_fitted, write_fitted
from galaxy_keras.errors import ModelFileError
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.features import EncodedColumns, FeatureDescription
from galaxy_keras.schema.training.outputs import read_settings
from galaxy_keras.schema.training.targets import TargetDescription
from galaxy_keras.schema.values.component import Component

DATA = Path(__file__).parent / "files"
RISK = TargetDescription(kind="binary", names=("risk",), classes=("low", "high"))
DOSE = TargetDescription(kind="regression", names=("dose",))


def make_model() -> FittedModel:
    architecture = parse_spec(
        {
            "layers": [
                {"name": "x", "type": "Input", "shape": 2},
                {"name": "risk", "type": "Dense", "units": 1, "activation": "sigmoid"},
                {"name": "dose", "type": "Dense", "units": 1, "inputs": "x"},
            ],
            "outputs": ["risk", "dose"],
        }
    )
    training = read_settings(
        architecture,
        {
            "optimizer": "sgd",
            "loss": ("risk: binary_crossentropy", "dose: mse"),
            "metrics": ("risk: acc", "dose: mae"),
            "loss_weights": ("dose: 0.5",),
            "task": "classifier",
            "targets": ("dose: values scale=standard",),
        },
    )
    scaling = StoredEncoding(
        name="dose",
        encoding=Component(name="values", options={"scale": "standard"}),
        columns=EncodedColumns(names=("dose",), numeric=(True,)),
        arrays=(NamedArray("shift", np.zeros(1)), NamedArray("scale", np.ones(1))),
    )
    return FittedModel(
        architecture=architecture,
        training=training,
        target=RISK,
        other_targets=(DOSE,),
        features=FeatureDescription(count=2),
        weights=(),
        targets=(scaling,),
        history={"loss": [3.0], "risk_loss": [1.0], "dose_loss": [4.0], "val_dose_mae": [2.0]},
        metrics={"loss": 3.0, "risk_loss": 1.0, "risk_f1": 0.5, "train_dose_r2": 0.25},
    )


def make_builder() -> Builder:
    model = make_model()
    return Builder(architecture=model.architecture, training=model.training)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.h5mlm"
    write_fitted(path, make_model(), [])
    return path


@pytest.mark.parametrize("name", ["new", "fitted_v3.h5mlm"])
def test_a_fitted_model_is_read_again(path: Path, name: str) -> None:
    model = read_model(path if name == "new" else DATA / name)
    assert isinstance(model, FittedModel)
    assert model.training == make_model().training
    risk, dose = model.list_outputs()
    assert (risk.target, risk.encoding, risk.output.weight) == (RISK, None, 1)
    assert (dose.target, dose.output.weight) == (DOSE, 0.5)
    assert dose.encoding is not None
    assert dose.encoding.encoding.options == {"scale": "standard"}


@pytest.mark.parametrize("name", ["new.zip", "new.h5mlm", "builder_v3.zip"])
def test_a_builder_is_read_again(tmp_path: Path, name: str) -> None:
    path = DATA / name
    if name.startswith("new"):
        path = tmp_path / name
        write_model_builder(path, make_builder())
    assert read_model(path) == make_builder()


def test_equal_models_give_equal_bytes(path: Path, tmp_path: Path) -> None:
    write_fitted(tmp_path / "again.h5mlm", make_model(), [])
    assert (tmp_path / "again.h5mlm").read_bytes() == path.read_bytes()


def test_earlier_releases_refuse_the_files(path: Path, tmp_path: Path) -> None:
    with h5py.File(path) as file:
        assert file["galaxy_keras"].attrs["format_version"] == 3
    write_model_builder(tmp_path / "builder.zip", make_builder())
    with zipfile.ZipFile(tmp_path / "builder.zip") as archive:
        assert json.loads(archive.read(MANIFEST))["format_version"] == 3


def test_what_people_read_of_it() -> None:
    lines = describe_fitted(make_model()).splitlines()
    assert lines[0] == ("galaxy-keras functional risk: classifier, dose: regressor, 0 parameters")
    assert (
        lines[1] == "loss risk: BinaryCrossentropy, dose: MeanSquaredError times 0.5, optimizer SGD"
    )
    assert lines[2] == (
        "2 feature columns, risk: binary target, positive class high, dose: regression target"
    )


def test_the_model_as_it_is_for_one_output() -> None:
    model = make_model()
    risk, dose = map(model.for_output, model.list_outputs())
    assert (risk.target, risk.other_targets, risk.targets) == (RISK, (), ())
    assert risk.metrics == {"loss": 1.0, "f1": 0.5}
    assert risk.history == {"loss": [1.0]}
    assert (dose.target, len(dose.targets)) == (DOSE, 1)
    assert dose.metrics == {"train_r2": 0.25}
    assert dose.history == {"loss": [4.0], "val_mae": [2.0]}
    assert dose.training.loss.name == "MeanSquaredError"


def test_the_class_that_a_score_of_an_output_is_of() -> None:
    model = make_model()
    assert model.find_class_of_score("risk_f1") == "high"
    assert model.find_class_of_score("risk_loss") is None
    assert model.find_class_of_score("dose_r2") is None


def replace_json(name: str, document: Any) -> Callable[[h5py.Group], None]:
    def spoil(group: h5py.Group) -> None:
        del group[name]
        group[name] = json.dumps(document)

    return spoil


def rename_output(group: h5py.Group) -> None:
    training = json.loads(group["training"][()])
    training["outputs"][0]["name"] = "risks"
    replace_json("training", training)(group)


def remove(group: h5py.Group) -> None:
    del group["other_targets"]


def rename(group: h5py.Group) -> None:
    group["targets/00000"].attrs["name"] = "risks"


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (remove, "other_targets"),
        (
            replace_json("other_targets", {"other_targets": []}),
            "/galaxy_keras/target is not that of each output of the network",
        ),
        (
            replace_json("other_targets", {"other_targets": [RISK.model_dump()] * 2}),
            "/galaxy_keras/target is not that of each output of the network",
        ),
        (
            replace_json(
                "other_targets", {"other_targets": [{"kind": "regression", "columns": 3}]}
            ),
            "/galaxy_keras/target is regression with 3 columns, which does not fit a network with "
            "1 outputs",
        ),
        (rename_output, "/galaxy_keras/training is for other outputs than the network has"),
        (rename, "/galaxy_keras/targets has other encodings than of the outputs"),
    ],
)
def test_damaged_files_are_refused(
    path: Path, spoil: Callable[[h5py.Group], None], message: str
) -> None:
    with h5py.File(path, "r+") as file:
        spoil(file["galaxy_keras"])
    with pytest.raises(ModelFileError) as refused:
        read_model(path)
    assert message in str(refused.value)


if __name__ == "__main__":
    write_model_builder(DATA / "builder_v3.zip", make_builder())
    write_fitted(DATA / "fitted_v3.h5mlm", make_model(), [])
