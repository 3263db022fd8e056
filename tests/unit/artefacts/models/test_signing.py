"""Signatures on model files: what is signed is accepted, what was changed is refused."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.models.builder import SIGNATURE
from galaxy_keras.artefacts.models.signing import ATTRIBUTE, read_key, sign_file
from galaxy_keras.errors import ConfigurationError, ModelFileError

DATA = Path(__file__).parent / "files"
KEY = b"0123456789abcdef"
OTHER_KEY = b"fedcba9876543210"


@pytest.fixture(params=["builder_v1.zip", "fitted_v1.h5mlm"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return Path(shutil.copy(DATA / request.param, tmp_path))


def check_signature(path: Path, key: bytes, weights: Path | None = None) -> None:
    key_file = path.with_name("key")
    key_file.write_bytes(key)
    read_model(path, weights, key=key_file)


@pytest.fixture
def fitted(tmp_path: Path) -> Path:
    path = Path(shutil.copy(DATA / "fitted_v1.h5mlm", tmp_path))
    sign_file(path, KEY)
    return path


def test_signed_and_unchanged(path: Path) -> None:
    sign_file(path, KEY)
    check_signature(path, KEY)
    read_model(path)


def test_a_signature_that_is_not_text(fitted: Path) -> None:
    with h5py.File(fitted, "r+") as file:
        file.attrs.modify(ATTRIBUTE, np.bytes_(b"\xff" * 64))
    with pytest.raises(ModelFileError, match="was not signed with this key, or was changed since"):
        check_signature(fitted, KEY)


def test_equal_files_get_equal_signatures(path: Path, tmp_path: Path) -> None:
    second = Path(shutil.copy(path, tmp_path / f"second{path.suffix}"))
    sign_file(path, KEY)
    sign_file(second, KEY)
    assert path.read_bytes() == second.read_bytes()


def test_another_key(path: Path) -> None:
    sign_file(path, KEY)
    with pytest.raises(ModelFileError) as caught:
        check_signature(path, OTHER_KEY)
    assert str(caught.value) == (
        f"{path} was not signed with this key, or was changed since. Do not use it until you "
        "know why"
    )


def test_no_signature(path: Path) -> None:
    with pytest.raises(ModelFileError) as caught:
        check_signature(path, KEY)
    assert str(caught.value) == (
        f"{path} is not signed, and --require-signature asks for it. Write it again with --sign-key"
    )


def test_a_file_that_cannot_be_signed(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text("{}")
    with pytest.raises(ModelFileError, match=r"is JSON text, which cannot be signed\. Give a"):
        check_signature(path, KEY, weights=tmp_path / "weights.h5")


def change_weight(file: h5py.File) -> None:
    dataset = file["galaxy_keras/weights/00001/00000"]
    dataset[...] = dataset[()] + np.float32(1e-6)


def change_shape(file: h5py.File) -> None:
    group = file["galaxy_keras/weights/00001"]
    values = group["00000"][()]
    del group["00000"]
    group["00000"] = values.T


def change_name(file: h5py.File) -> None:
    file["galaxy_keras/weights/00001/00000"].attrs["name"] = "dense/bias"


def change_preview(file: h5py.File) -> None:
    file.attrs["-http_repr-"] = "<script>alert(1)</script>"


def add_group(file: h5py.File) -> None:
    file.create_group("more")


def move_dataset(file: h5py.File) -> None:
    file.move("galaxy_keras/target", "galaxy_keras/target2")


@pytest.mark.parametrize(
    "change",
    [change_weight, change_shape, change_name, change_preview, add_group, move_dataset],
)
def test_any_change_is_seen(fitted: Path, change: Callable[[h5py.File], None]) -> None:
    with h5py.File(fitted, "r+") as file:
        change(file)
    with pytest.raises(ModelFileError, match="or was changed since"):
        check_signature(fitted, KEY)


def test_a_signature_that_is_no_text(fitted: Path) -> None:
    with h5py.File(fitted, "r+") as file:
        file.attrs[ATTRIBUTE] = 5
    with pytest.raises(ModelFileError, match="has an attribute -signature- that is not text"):
        check_signature(fitted, KEY)


def test_a_changed_member(tmp_path: Path) -> None:
    path = Path(shutil.copy(DATA / "builder_v1.zip", tmp_path))
    sign_file(path, KEY)
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    contents["training.json"] = contents["training.json"].replace(b"1", b"2", 1)
    assert SIGNATURE in contents
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    with pytest.raises(ModelFileError, match="or was changed since"):
        check_signature(path, KEY)


def test_reading_keys(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_bytes(KEY + b"\n")
    assert read_key(path) == KEY


@pytest.mark.parametrize("content", [b"", b"short\n", b"x" * 5000])
def test_keys_of_a_wrong_length(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        read_key(path)
    assert str(caught.value) == (
        f"the key in {path} must have 16 to 4096 bytes. Make one with: openssl rand -hex 32"
    )


def test_a_missing_key(tmp_path: Path) -> None:
    path = tmp_path / "key"
    with pytest.raises(ConfigurationError) as caught:
        read_key(path)
    assert str(caught.value) == f"the key {path} does not exist. Check the path"
