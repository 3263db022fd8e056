from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.hdf5.reading import AuditedGroup, reading_hdf5
from galaxy_keras.errors import ModelFileError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "model.h5mlm"
    with h5py.File(path, "w") as file:
        group = file.create_group("model")
        group.attrs["version"] = 3
        group.attrs["title"] = "a title"
        group.attrs["layers"] = ["dense", "lstm"]
        group.attrs["no_layers"] = []
        group["numbers"] = np.arange(6, dtype=">f4").reshape(2, 3)
        group["numbers"].attrs["name"] = "kernel"
        group["flags"] = np.array([True, False])
        file.create_dataset("packed", data=np.arange(50), compression="gzip")
        group["text"] = "déjà vu"
        group["json"] = '{"a": [1, 2.5]}'
        group["twice"] = '{"a": 1, "a": 2}'
        group["labels"] = ["positive", "négative"]
        group["damaged"] = np.bytes_(b"\xff\xfe")
        group["record"] = np.zeros(2, dtype=[("a", "i4"), ("b", "f4")])
    return path


def test_what_is_written_is_read(path: Path) -> None:
    with reading_hdf5(path) as root:
        model = root.read_group("model")
        assert model.read_attribute("version") == 3
        assert model.read_attribute("layers") == ["dense", "lstm"]
        assert model.read_attribute("no_layers") == []
        assert model.read_text_attribute("title") == "a title"
        assert model.read_name("numbers") == "kernel"
        numbers = model.read_array("numbers")
        assert numbers.dtype == np.dtype("float32")
        assert numbers.tolist() == [[0, 1, 2], [3, 4, 5]]
        assert model.read_array("flags").tolist() == [True, False]
        assert root.read_array("packed").tolist() == list(range(50))
        assert model.read_text("text") == "déjà vu"
        assert model.read_json("json") == {"a": [1, 2.5]}
        assert model.read_class_labels("labels") == ["positive", "négative"]
        assert model.read_class_labels("flags") == [True, False]


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (lambda m: m.read_group("none"), "/model/none is missing."),
        (lambda m: m.read_group("numbers"), "/model/numbers is a dataset, where a group was"),
        (lambda m: m.read_array("text"), "/model/text does not hold numbers."),
        (lambda m: m.read_array("record"), "/model/record does not hold numbers."),
        (lambda m: m.read_text("numbers"), "/model/numbers is not a single text."),
        (lambda m: m.read_text("labels"), "/model/labels is not a single text."),
        (lambda m: m.read_json("twice"), '/model/twice: the name "a" is repeated in an object'),
        (lambda m: m.read_json("text"), "/model/text: line 1, column 1: this is not JSON"),
        (lambda m: m.read_json("damaged"), "/model/damaged: byte 1 is not UTF-8 text."),
        (lambda m: m.read_attribute("none"), "/model has no attribute none."),
        (lambda m: m.read_text_attribute("version"), "/model has an attribute version that is not"),
        (lambda m: m.read_name("text"), "/model/text has no attribute name."),
    ],
)
def test_what_is_not_there_is_named(
    read: Callable[[AuditedGroup], object], message: str, path: Path
) -> None:
    with reading_hdf5(path) as root:
        model = root.read_group("model")
        with pytest.raises(ModelFileError) as refused:
            read(model)
    assert str(path) in str(refused.value)
    assert message in str(refused.value)


def test_group_is_no_dataset(path: Path) -> None:
    with reading_hdf5(path) as root, pytest.raises(ModelFileError, match="/model is a group, wher"):
        root.read_array("model")


def test_text_beyond_all_bounds_is_not_read(path: Path) -> None:
    with h5py.File(path, "r+") as file:
        file["long"] = np.bytes_(b"x" * 2000)
    with reading_hdf5(path) as root, pytest.raises(ModelFileError, match="/long is longer than"):
        root.read_json("long", max_bytes=1000)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "an empty file"),
        (b"PK\x03\x04rest", "a zip archive"),
        (b"\x1f\x8brest", "a gzip file"),
        (b"\x80\x04\x95rest", "a Python pickle"),
        (b' {"a": 1}', "JSON text"),
        (b"1\t2\n", "a text file"),
        (b"\x00\x01\x02", "a file of an unknown kind"),
    ],
)
def test_another_kind_of_file_is_named(content: bytes, name: str, tmp_path: Path) -> None:
    path = tmp_path / "model.h5mlm"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match=f"is {name}, not a fitted model"), reading_hdf5(path):
        pass


def test_missing_file_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(ModelFileError, match=r"none\.h5mlm does not exist\. Check the path"),
        reading_hdf5(tmp_path / "none.h5mlm"),
    ):
        pass
