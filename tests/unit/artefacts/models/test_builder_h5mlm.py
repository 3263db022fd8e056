"""The model builder as HDF5: what Galaxy looks at, and reading it back."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import pytest

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.builder import Builder
from galaxy_keras.artefacts.models.builder_file import write_model_builder
from galaxy_keras.artefacts.models.builder_h5mlm import (
    BUILDER_GROUP,
    FORMAT_VERSION,
    describe_builder,
    write_builder_h5mlm,
)
from galaxy_keras.errors import ModelFileError
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.settings import TrainingSettings


@pytest.fixture
def builder() -> Builder:
    architecture = parse_spec({"input_shape": 4, "layers": ["Dense units=3", "Dense units=1"]})
    training = TrainingSettings.from_options(
        {"task": "regressor", "loss": "mse", "optimizer": "adam", "epochs": 5, "seed": 0}
    )
    return Builder(architecture=architecture, training=training)


@pytest.fixture
def path(tmp_path: Path, builder: Builder) -> Path:
    path = tmp_path / "builder.h5mlm"
    write_model_builder(path, builder)
    return path


def test_it_is_read_back(path: Path, builder: Builder) -> None:
    assert read_model(path) == builder


def test_zip_and_h5mlm_hold_the_same(path: Path, builder: Builder) -> None:
    as_zip = path.with_suffix(".zip")

    write_model_builder(as_zip, builder)

    assert as_zip.read_bytes()[:2] == b"PK"
    assert read_model(as_zip) == read_model(path)


def test_equal_builders_give_equal_bytes(path: Path, builder: Builder) -> None:
    again = path.with_name("again.h5mlm")

    write_builder_h5mlm(again, builder)

    assert again.read_bytes() == path.read_bytes()


def test_galaxy_finds_what_it_looks_at(path: Path, builder: Builder) -> None:
    with h5py.File(path) as file:
        rows = json.loads(file["-model_hyperparameters-"][()])
        config = json.loads(file["-model_config-"][()])
        attributes = dict(file.attrs)

    assert ["@", "epochs", "epochs: 5"] in rows
    assert ["@", "layers_1_Dense__config__units", "layers_1_Dense__config__units: 3"] in rows
    assert all(len(row) == 3 for row in rows)
    assert config["training"]["seed"] == 0
    assert attributes["-URL-"] == "https://github.com/goeckslab/Galaxy-ML"
    assert attributes["-repr-"] == describe_builder(builder)


def test_it_is_described_in_a_few_lines(builder: Builder) -> None:
    assert describe_builder(builder) == (
        "galaxy-keras sequential regressor, not trained yet\n"
        "loss MeanSquaredError, optimizer Adam\n"
        "5 epochs, batch size 32\n"
        "input_layer: InputLayer\ndense: Dense\ndense_1: Dense"
    )


def test_newer_format_is_refused(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file[BUILDER_GROUP].attrs["format_version"] = FORMAT_VERSION + 1

    with pytest.raises(ModelFileError, match=r"has format version 4, but galaxy-keras .* reads"):
        read_model(path)


def test_damaged_settings_are_refused(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file[BUILDER_GROUP]["training"]
        file[BUILDER_GROUP]["training"] = json.dumps({"task": "ranker"})

    with pytest.raises(ModelFileError, match="the task must be classifier or regressor"):
        read_model(path)


def test_missing_architecture_is_refused(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        del file[BUILDER_GROUP]["architecture"]

    with pytest.raises(ModelFileError, match="architecture"):
        read_model(path)
