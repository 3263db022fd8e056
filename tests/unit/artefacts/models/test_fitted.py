"""The fitted model's file.

Run as a script, this writes the sample of the present format, which is done once for each format
version: ``python tests/unit/artefacts/models/test_fitted.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.arrays import LayerWeights, NamedArray
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import (
    FORMAT_VERSION,
    FittedModel,
    describe_fitted,
    write_fitted,
)
from galaxy_keras.errors import DataError, ModelFileError
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.requests.splits import HoldOut
from galaxy_keras.schema.training.features import FeatureDescription
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import Label, TargetDescription

DATA = Path(__file__).parent / "files"
ROWS = [("@", "epochs", "epochs: 2"), ("*", "name", "name: 'sample'")]
Spoil = Callable[[h5py.Group], None]


def make_sample() -> FittedModel:
    architecture = Architecture.sequential(
        "sample",
        (
            LayerNode(
                name="in",
                type="InputLayer",
                options={"batch_shape": (None, 2), "dtype": "float32"},
            ),
            LayerNode(name="drop", type="Dropout", options={"rate": 0.5}, inbound=("in",)),
            LayerNode(
                name="out",
                type="Dense",
                options={"units": 1, "activation": "sigmoid"},
                inbound=("drop",),
            ),
        ),
    )
    training = TrainingSettings.model_validate(
        {
            "task": "classifier",
            "loss": "binary_crossentropy",
            "optimizer": "SGD learning_rate=0.5",
            "metrics": ["acc"],
            "epochs": 2,
        }
    )
    return FittedModel(
        architecture=architecture,
        training=training,
        target=TargetDescription(kind="binary", names=("mood",), classes=("negative", "positive")),
        features=FeatureDescription(count=2, names=("height", "weight"), dtype="float32"),
        weights=(
            LayerWeights("drop", (), ()),
            LayerWeights(
                "out",
                ("sample/out/kernel", "sample/out/bias"),
                (np.array([[0.5], [-2.0]], "float32"), np.array([0.25], "float32")),
            ),
        ),
        random_states=(
            LayerWeights("drop", ("seed_generator_state",), (np.array([7, 3], "uint32"),)),
            LayerWeights("out", (), ()),
        ),
        optimizer_state=(
            NamedArray("iteration", np.array(6, "int64")),
            NamedArray("learning_rate", np.array(0.5, "float32")),
        ),
        seed=7,
        history={"loss": [0.7, 0.6], "acc": [0.5, 1.0]},
        metrics={"acc": 1.0, "loss": 0.59375},
        versions={"galaxy-keras": "2.0.0", "python": "3.11.7"},
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.h5mlm"
    write_fitted(path, make_sample(), ROWS)
    return path


def assert_equal(found: FittedModel, expected: FittedModel) -> None:
    for name in ("architecture", "training", "target", "features", "seed"):
        assert getattr(found, name) == getattr(expected, name)
    for name in ("history", "metrics", "versions"):
        assert dict(getattr(found, name)) == dict(getattr(expected, name))
        assert list(getattr(found, name)) == list(getattr(expected, name))
    for name in ("weights", "random_states"):
        for layer, wanted in zip(getattr(found, name), getattr(expected, name), strict=True):
            assert_equal_layers(layer, wanted)
    for array, named in zip(found.optimizer_state, expected.optimizer_state, strict=True):
        assert array.name == named.name
        np.testing.assert_array_equal(array.values, named.values, strict=True)


def assert_equal_layers(found: LayerWeights, expected: LayerWeights) -> None:
    assert (found.name, found.paths) == (expected.name, expected.paths)
    for array, wanted in zip(found.arrays, expected.arrays, strict=True):
        np.testing.assert_array_equal(array, wanted, strict=True)


def test_a_threshold_is_stored_in_a_version_of_its_own(path: Path, tmp_path: Path) -> None:
    sample = make_sample()
    target = sample.target.model_copy(update={"threshold": 0.25})
    write_fitted(tmp_path / "t.h5mlm", replace(sample, target=target), ROWS)
    found = read_model(tmp_path / "t.h5mlm")
    assert isinstance(found, FittedModel)
    assert found.target == target
    with h5py.File(path) as without, h5py.File(tmp_path / "t.h5mlm") as chosen:
        assert without["galaxy_keras"].attrs["format_version"] == 1
        assert b"threshold" not in without["galaxy_keras/target"][()]
        assert chosen["galaxy_keras"].attrs["format_version"] == FORMAT_VERSION


def test_what_is_written_is_read(path: Path) -> None:
    assert_equal(read_model(path), make_sample())


# Version 2 is that of encodings: test_encodings.py.
@pytest.mark.parametrize("version", [1])
def test_files_of_all_versions_are_read(version: int) -> None:
    assert_equal(read_model(DATA / f"fitted_v{version}.h5mlm"), make_sample())


def test_how_rows_were_held_out_is_kept(tmp_path: Path) -> None:
    hold_outs = (HoldOut(size=0.25, random_state=3), HoldOut(method="last", size=10))
    rows = np.array([2, 5, 2**64 - 1], np.uint64)
    path = tmp_path / "model.h5mlm"
    write_fitted(path, replace(make_sample(), hold_outs=hold_outs, trained_rows=rows), ROWS)
    found = read_model(path)
    assert isinstance(found, FittedModel)
    assert found.hold_outs == hold_outs
    np.testing.assert_array_equal(found.trained_rows, rows, strict=True)


def test_names_of_groups_stay_out_of_the_file(tmp_path: Path) -> None:
    named = HoldOut(method="group", group_names=("Mrs Miller",))
    write_fitted(tmp_path / "model.h5mlm", replace(make_sample(), hold_outs=(named,)), ROWS)
    assert b"Miller" not in (tmp_path / "model.h5mlm").read_bytes()


def test_equal_models_give_equal_bytes(path: Path, tmp_path: Path) -> None:
    write_fitted(tmp_path / "again.h5mlm", make_sample(), ROWS)
    assert (tmp_path / "again.h5mlm").read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    "classes",
    [
        (1, 2),
        (1.0, 2.0),
        ("1", "2"),
        (0.1, 2.5),
        (-1, 10**18),
        ("negative\tmood", "posítive \N{SNOWMAN}"),
    ],
)
def test_labels_keep_their_type_and_value(classes: tuple[Label, ...], tmp_path: Path) -> None:
    path = tmp_path / "model.h5mlm"
    target = TargetDescription(kind="binary", classes=classes)
    write_fitted(path, replace(make_sample(), target=target), ROWS)
    found = read_model(path).target.classes
    assert found == classes
    assert [type(label) for label in found or ()] == [type(label) for label in classes]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e-45])
def test_scores_that_are_no_numbers_are_kept(value: float, tmp_path: Path) -> None:
    path = tmp_path / "model.h5mlm"
    write_fitted(path, replace(make_sample(), metrics={"r2": value}), ROWS)
    np.testing.assert_array_equal(read_model(path).metrics["r2"], value)


def test_galaxy_finds_what_its_data_type_looks_for(path: Path) -> None:
    with h5py.File(path) as file:
        assert file.attrs["-URL-"] == "https://github.com/goeckslab/Galaxy-ML"
        assert file.attrs["-repr-"] == describe_fitted(make_sample())
        assert set(json.loads(file["-model_config-"][()])) == {"architecture", "training"}
        rows = json.loads(file["-model_hyperparameters-"][()])
    assert rows == [["@", "epochs", "epochs: 2"], ["*", "name", "name: 'sample'"]]


def test_description_says_what_the_model_is() -> None:
    assert describe_fitted(make_sample()) == (
        "galaxy-keras sequential classifier, 3 parameters\n"
        "loss BinaryCrossentropy, optimizer SGD\n"
        "2 feature columns, binary target, positive class positive\n"
        "in: InputLayer\n"
        "drop: Dropout\n"
        "out: Dense"
    )


def test_description_as_html_is_escaped(tmp_path: Path) -> None:
    path = tmp_path / "model.h5mlm"
    sample = make_sample()
    layers = sample.architecture.layers
    named = replace(layers[2], name="<script>")
    architecture = replace(sample.architecture, layers=(*layers[:2], named), outputs=("<script>",))
    object.__setattr__(sample, "architecture", architecture)
    write_fitted(path, sample, ROWS)
    with h5py.File(path) as file:
        assert "&lt;script&gt;: Dense" in file.attrs["-http_repr-"]
        assert "<script>" not in file.attrs["-http_repr-"]


def test_failed_writing_leaves_the_old_file(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_fitted(path, replace(make_sample(), seed=float("nan")), ROWS)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written: No such file or directory"):
        write_fitted(tmp_path / "none" / "model.h5mlm", make_sample(), ROWS)


def raise_version(group: h5py.Group) -> None:
    group.attrs["format_version"] = FORMAT_VERSION + 1


def no_version(group: h5py.Group) -> None:
    group.attrs["format_version"] = "first"


def remove_version(group: h5py.Group) -> None:
    del group.attrs["format_version"]


def remove_weights(group: h5py.Group) -> None:
    del group["weights"]


def renumber_weights(group: h5py.Group) -> None:
    group.move("weights/00001", "weights/00007")


def unname_layer(group: h5py.Group) -> None:
    del group["weights/00001"].attrs["name"]


def weights_of_text(group: h5py.Group) -> None:
    del group["weights/00001/00000"]
    group["weights/00001/00000"] = "cos\nsystem\n"
    group["weights/00001/00000"].attrs["name"] = "kernel"


def two_dimensional_history(group: h5py.Group) -> None:
    del group["history/00000"]
    group["history/00000"] = np.zeros((2, 2))
    group["history/00000"].attrs["name"] = "loss"


def replace_text(name: str, document: object) -> Spoil:
    def spoil(group: h5py.Group) -> None:
        del group[name]
        group[name] = json.dumps(document)

    return spoil


def trained_rows(values: list[object]) -> Spoil:
    def spoil(group: h5py.Group) -> None:
        group["trained_rows"] = np.array(values, None if values == [0.5] else np.uint64)

    return spoil


LAMBDA = {
    "class_name": "Sequential",
    "module": "keras",
    "registered_name": None,
    "config": {
        "name": "net",
        "layers": [
            {
                "class_name": "Lambda",
                "module": "keras.layers",
                "registered_name": None,
                "config": {"name": "lambda", "function": "4wEAAAAAAAAA"},
            }
        ],
    },
}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (raise_version, "has format version 5, but galaxy-keras 2.0.0 reads versions up to 4"),
        (no_version, "/galaxy_keras has the format version 'first', which does not exist"),
        (remove_version, "/galaxy_keras has no attribute format_version"),
        (remove_weights, "/galaxy_keras/weights is missing"),
        (renumber_weights, "/galaxy_keras/weights does not hold entries numbered from 00000"),
        (unname_layer, "/galaxy_keras/weights/00001 has no attribute name"),
        (weights_of_text, "/galaxy_keras/weights/00001/00000 does not hold numbers"),
        (two_dimensional_history, '/galaxy_keras/history has "loss" with the wrong shape'),
        (
            replace_text("target", {"kind": "ternary"}),
            "/galaxy_keras/target is not valid: kind: Input should be 'binary', 'multiclass'",
        ),
        (
            replace_text("features", {"count": 2, "names": ["height"]}),
            "/galaxy_keras/features is not valid: as a whole: Value error, 2 columns have 1 names",
        ),
        (
            replace_text("training", {"task": "classifier", "loss": "bce", "optimizer": "adamm"}),
            '/galaxy_keras/training: there is no optimizer "adamm". Did you mean "Adam"?',
        ),
        (replace_text("architecture", LAMBDA), "Lambda (module keras.layers), which is not in"),
        (
            replace_text("run", {"seed": "7", "versions": {}}),
            "/galaxy_keras/run has a seed that is not a whole number",
        ),
        (replace_text("run", {"seed": 7}), "/galaxy_keras/run has no versions"),
        (
            replace_text("hold_outs", {"hold_outs": [{"method": "by hand"}]}),
            "/galaxy_keras/hold_outs is not valid: hold_outs.0.method: Input should be",
        ),
        (
            replace_text("hold_outs", {"hold_outs": [{}] * 3}),
            "/galaxy_keras/hold_outs is not valid: hold_outs: Tuple should have at most 2 items",
        ),
        (trained_rows([7, 3]), "/galaxy_keras/trained_rows does not hold hashes in their order"),
        (trained_rows([[3, 7]]), "/galaxy_keras/trained_rows does not hold hashes in their order"),
        (trained_rows([0.5]), "/galaxy_keras/trained_rows does not hold hashes in their order"),
    ],
)
def test_damaged_file_is_refused(spoil: Spoil, message: str, path: Path) -> None:
    with h5py.File(path, "r+") as file:
        spoil(file["galaxy_keras"])
    with pytest.raises(ModelFileError) as refused:
        read_model(path)
    assert str(path) in str(refused.value)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        (TargetDescription(kind="binary", classes=("a", "b", "c")), "is binary with 3 classes"),
        (TargetDescription(kind="binary"), "is binary with 0 classes"),
        (TargetDescription(kind="multiclass", classes=("a", "b")), "is multiclass with 2 classes"),
        (TargetDescription(kind="regression", columns=2), "is regression with 2 columns"),
    ],
)
def test_a_target_that_does_not_fit_the_network(
    tmp_path: Path, target: TargetDescription, problem: str
) -> None:
    path = tmp_path / "fitted.h5mlm"
    write_fitted(path, replace(make_sample(), target=target), ROWS)
    with pytest.raises(ModelFileError) as caught:
        read_model(path)
    assert str(caught.value) == (
        f"{path}: /galaxy_keras/target {problem}, which does not fit a network with 1 outputs. "
        "The file is damaged"
    )


if __name__ == "__main__":
    write_fitted(DATA / "fitted_v1.h5mlm", make_sample(), ROWS)
