"""Fitted encodings in the file of a fitted model, read as if it were hostile.

Run as a script, this writes the samples of format version 2, that of encodings.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.arrays import NamedArray
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models import encodings
from galaxy_keras.artefacts.models.builder import Builder
from galaxy_keras.artefacts.models.builder_file import write_model_builder
from galaxy_keras.artefacts.models.encodings import StoredEncoding, check_size
from galaxy_keras.artefacts.models.fitted import FittedModel, write_fitted
from galaxy_keras.errors import DataError, ModelFileError
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.features import EncodedColumns, FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetDescription
from galaxy_keras.schema.values.component import Component

Spoil = Callable[[h5py.Group], None]
DATA = Path(__file__).parent / "files"
DOCUMENT = "inputs/00000/encoding"


def make_model() -> FittedModel:
    architecture = parse_spec({"input_shape": 2, "layers": ["Dense units=1"]})
    training = TrainingSettings.from_options(
        {
            "loss": "mse",
            "optimizer": "sgd",
            "inputs": ("words output=tf-idf",),
            "targets": ("values scale=standard",),
        }
    )
    inputs = StoredEncoding(
        name=architecture.inputs[0],
        encoding=Component(name="words", options={"output": "tf-idf"}),
        columns=EncodedColumns(names=("text",), numeric=(False,)),
        settings={"words": ["a", "b"]},
        arrays=(NamedArray("idf", np.array([1.0, 2.0])),),
    )
    targets = StoredEncoding(
        name=architecture.outputs[0],
        encoding=Component(name="values", options={"scale": "standard"}),
        columns=EncodedColumns(numeric=(True,)),
        arrays=(NamedArray("shift", np.zeros(1)), NamedArray("scale", np.ones(1))),
    )
    return FittedModel(
        architecture=architecture,
        training=training,
        target=TargetDescription(kind="regression"),
        features=FeatureDescription(count=2),
        weights=(),
        inputs=(inputs,),
        targets=(targets,),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "fitted.h5mlm"
    write_fitted(path, make_model(), [])
    return path


def test_what_was_written_is_read(path: Path) -> None:
    model, expected = read_model(path), make_model()
    assert isinstance(model, FittedModel)
    for (found,), (written,) in (
        (model.inputs, expected.inputs),
        (model.targets, expected.targets),
    ):
        assert (found.name, found.encoding) == (written.name, written.encoding)
        assert (found.columns, found.settings) == (written.columns, written.settings)
        assert [each.name for each in found.arrays] == [each.name for each in written.arrays]
        for array, other in zip(found.arrays, written.arrays, strict=True):
            np.testing.assert_array_equal(array.values, other.values)


def test_equal_models_give_equal_bytes(path: Path, tmp_path: Path) -> None:
    write_fitted(tmp_path / "again.h5mlm", make_model(), [])
    assert (tmp_path / "again.h5mlm").read_bytes() == path.read_bytes()


def make_builder() -> Builder:
    model = make_model()
    return Builder(architecture=model.architecture, training=model.training)


def test_files_of_version_2_are_read() -> None:
    assert read_model(DATA / "builder_v2.zip") == make_builder()
    model, expected = read_model(DATA / "fitted_v2.h5mlm"), make_model()
    assert isinstance(model, FittedModel)
    assert model.training == expected.training
    for (found,), (written,) in (
        (model.inputs, expected.inputs),
        (model.targets, expected.targets),
    ):
        assert (found.name, found.encoding, found.settings) == (
            written.name,
            written.encoding,
            written.settings,
        )


def test_an_encoding_that_no_model_can_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    (stored,) = make_model().inputs
    check_size(stored, "Lower size")
    monkeypatch.setattr(encodings, "MAX_DOCUMENT_BYTES", 100)
    with pytest.raises(DataError, match=r"the encoding words would take 0 MiB in .* Lower size"):
        check_size(stored, "Lower size")


def test_a_document_that_is_too_large(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encodings, "MAX_DOCUMENT_BYTES", 100)
    with pytest.raises(ModelFileError, match="/inputs/00000/encoding is longer than 0 MiB"):
        read_model(path)


def read_version(path: Path) -> int:
    with h5py.File(path) as file:
        group = next(
            file[name] for name in ("galaxy_keras", "galaxy_keras_builder") if name in file
        )
        return int(group.attrs["format_version"])


def test_only_encodings_raise_the_version(path: Path, tmp_path: Path) -> None:
    model = make_model()
    plain = model.training.model_copy(update={"inputs": (), "targets": ()})
    other = tmp_path / "plain.h5mlm"
    write_fitted(other, replace(model, training=plain, inputs=(), targets=()), [])
    assert (read_version(path), read_version(other)) == (2, 1)
    with h5py.File(other) as file:
        assert not {"inputs", "targets"} & set(file["galaxy_keras"])


@pytest.mark.parametrize("suffix", ["zip", "h5mlm"])
def test_builders_keep_encodings(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"builder.{suffix}"
    write_model_builder(path, make_builder())
    assert read_model(path) == make_builder()
    if suffix == "h5mlm":
        assert read_version(path) == 2


def edit(change: Callable[[dict[str, object]], object]) -> Spoil:
    def spoil(group: h5py.Group) -> None:
        document = json.loads(group[DOCUMENT][()])
        change(document)
        del group[DOCUMENT]
        text = json.dumps(document)
        group.create_dataset(DOCUMENT, data=text, dtype=h5py.string_dtype("utf-8", len(text)))

    return spoil


def remove(name: str) -> Spoil:
    def spoil(group: h5py.Group) -> None:
        del group[name]

    return spoil


SPOILED: dict[str, tuple[Spoil, str]] = {
    "no encodings": (remove("inputs"), "does not hold an encoding for each input"),
    "no document": (remove(DOCUMENT), "/inputs/00000/encoding is missing"),
    "no arrays": (remove("inputs/00000/arrays"), "/inputs/00000/arrays is missing"),
    "an unknown encoding": (
        edit(lambda each: each.update(encoding={"name": "pickle", "options": {}})),
        'there is no encoding "pickle"',
    ),
    "an unknown option": (
        edit(lambda each: each.update(encoding={"name": "words", "options": {"path": "/"}})),
        'there is no parameter "path"',
    ),
    "no settings": (
        edit(lambda each: each.pop("settings")),
        '"encoding", "columns" and "settings" were expected',
    ),
    "settings of another kind": (
        edit(lambda each: each.update(settings=[])),
        '"settings" must be an object',
    ),
    "no columns": (
        edit(lambda each: each.update(columns={"names": None, "numeric": []})),
        "encoding is not valid: numeric",
    ),
    "names for other columns": (
        edit(lambda each: each.update(columns={"names": ["a", "b"], "numeric": [True]})),
        "1 columns have 2 names",
    ),
}


@pytest.mark.parametrize(("spoil", "message"), SPOILED.values(), ids=SPOILED)
def test_spoiled_files_are_refused(path: Path, spoil: Spoil, message: str) -> None:
    with h5py.File(path, "r+") as file:
        spoil(file["galaxy_keras"])
    with pytest.raises(ModelFileError) as raised:
        read_model(path)
    assert message in str(raised.value)


def test_an_input_that_the_network_does_not_have(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["galaxy_keras/inputs/00000"].attrs["name"] = "other"
    with pytest.raises(ModelFileError, match="does not hold an encoding for each input"):
        read_model(path)


def test_encodings_that_the_settings_do_not_have(tmp_path: Path) -> None:
    model = make_model()
    path = tmp_path / "fitted.h5mlm"
    write_fitted(
        path, replace(model, training=model.training.model_copy(update={"inputs": ()})), []
    )
    with pytest.raises(ModelFileError, match="does not hold an encoding for each input"):
        read_model(path)


if __name__ == "__main__":
    write_model_builder(DATA / "builder_v2.zip", make_builder())
    write_fitted(DATA / "fitted_v2.h5mlm", make_model(), [])
