"""Models that Keras saved, and what is refused in them."""

from __future__ import annotations

import io
import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.architecture.architecture_file import encode_architecture
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.errors import ModelFileError
from galaxy_keras.schema.architecture.spec import parse_spec

ARCHITECTURE = parse_spec({"input_shape": "2", "layers": ["Dense units=1 activation=sigmoid"]})
DOCUMENT = encode_architecture(ARCHITECTURE)
AGAIN = "Save the model again with model.save"


def make_weights(*, libver: str = "earliest", named: bool = True, arrays: int = 2) -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w", libver=libver) as file:
        group = file.create_group("layers/dense/vars")
        if named:
            group.attrs["name"] = "dense"
        for number, array in enumerate([np.array([[1.0], [2.0]]), np.array([3.0])][:arrays]):
            group[str(number)] = array.astype("float32")
    return content.getvalue()


def write_archive(path: Path, **changes: Any) -> Path:
    """Write a .keras; a member that is None is left out, others are added or replaced."""
    members = {
        "metadata.json": json.dumps({"keras_version": "3.15.1"}),
        "config.json": json.dumps(DOCUMENT),
        "model.weights.h5": make_weights(),
        **changes,
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if content is not None:
                archive.writestr(name, content)
    return path


@pytest.mark.parametrize("named", [True, False])
def test_a_model_is_read(tmp_path: Path, named: bool) -> None:
    weights = make_weights(named=named)
    fitted = read_model(write_archive(tmp_path / "m.keras", **{"model.weights.h5": weights}))
    assert isinstance(fitted, FittedModel)
    assert fitted.architecture == ARCHITECTURE
    assert fitted.target.classes == (0, 1)
    assert fitted.target.assumed
    (layer,) = fitted.weights
    assert (layer.name, layer.paths) == ("dense", ("kernel", "bias"))
    assert [array.tolist() for array in layer.arrays] == [[[1], [2]], [3]]


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "traversal": ({"../x": "y"}, f"../x is nothing that a network of layers needs. {AGAIN}"),
    "assets": (
        {"assets/layers/words.txt": "y"},
        f"assets/layers/words.txt is nothing that a network of layers needs. {AGAIN}",
    ),
    "no config": ({"config.json": None}, f"config.json is missing. {AGAIN}"),
    "no weights": ({"model.weights.h5": None}, f"model.weights.h5 is missing. {AGAIN}"),
    "no JSON": ({"config.json": "{"}, "config.json: line 1, column 2: this is not JSON"),
    "a class of its own": (
        {"config.json": json.dumps({"class_name": "Popen", "module": "subprocess", "config": {}})},
        "the model is Popen (module subprocess), which is not in the catalogue and was not run",
    ),
    "a newer layout": (
        {"model.weights.h5": make_weights(libver="latest")},
        "is written in a newer layout of HDF5 (superblock 3), which is not read. Write it again "
        'with h5py.File(..., libver="earliest"), without track_order',
    ),
    "weights that are none": ({"model.weights.h5": b"no"}, "is a damaged or truncated HDF5 file"),
    "an array too few": (
        {"model.weights.h5": make_weights(arrays=1)},
        "/layers/dense holds 1 arrays of weights, but the layer has 2. Check that architecture "
        "and weights belong together. Where it was written, save the whole model with model.save "
        "to a .h5 file, and give that as --model",
    ),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = write_archive(tmp_path / "m.keras", **changes)
    with pytest.raises(ModelFileError) as refused:
        read_model(path)
    assert str(path) in str(refused.value)
    assert message in str(refused.value)


def test_a_layer_without_weights(tmp_path: Path) -> None:
    document = encode_architecture(parse_spec({"input_shape": "2", "layers": ["PReLU"]}))
    path = write_archive(tmp_path / "m.keras", **{"config.json": json.dumps(document)})
    with pytest.raises(ModelFileError) as refused:
        read_model(path)
    assert str(refused.value) == (
        f"{path}: /layers has no weights for p_re_lu. Check that architecture and weights belong "
        "together"
    )


def test_weights_in_an_unknown_place(tmp_path: Path) -> None:
    content = io.BytesIO(make_weights())
    with h5py.File(content, "r+") as file:
        file["layers/dense/lora/vars/0"] = np.ones(1, "float32")
    path = write_archive(tmp_path / "m.keras", **{"model.weights.h5": content.getvalue()})
    with pytest.raises(ModelFileError) as refused:
        read_model(path)
    assert str(refused.value) == (
        f"{path}: /layers/dense/lora holds weights in a layout that is not read. Where it was "
        "written, save the whole model with model.save to a .h5 file, and give that as --model"
    )


def test_members_of_other_kinds(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "m.keras")
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("config.json", "{}")
    with pytest.raises(ModelFileError, match=r"config.json is duplicated in the archive"):
        read_model(path)

    link = zipfile.ZipInfo("metadata.json")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    path = write_archive(tmp_path / "n.keras", **{"metadata.json": None})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(ModelFileError, match=r"metadata.json is a link or a folder, not a file"):
        read_model(path)


def test_a_bomb_is_not_decompressed(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "m.keras", **{"model.weights.h5": None})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("model.weights.h5", bytes(10**7))
    with pytest.raises(ModelFileError, match="would have 10000000 bytes when decompressed"):
        read_model(path)


def test_a_truncated_member(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "m.keras")
    content = path.read_bytes()
    path.write_bytes(content.replace(b"units", b"unitt", 1))
    with pytest.raises(ModelFileError) as refused:
        read_model(path)
    assert str(refused.value) == f"{path} is damaged or truncated. {AGAIN}"


def test_a_model_of_keras_cannot_be_signed(tmp_path: Path) -> None:
    path = write_archive(tmp_path / "m.keras")
    (tmp_path / "key").write_text("k" * 40)
    with pytest.raises(ModelFileError, match=r"\(.keras\), which cannot be signed"):
        read_model(path, key=tmp_path / "key")
