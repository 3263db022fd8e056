"""HDF5 files are parsed without the HDF5 library: to the same values, and to messages."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.hdf5.reading import reading_hdf5
from galaxy_keras.errors import ModelFileError

RANDOM = np.random.default_rng(3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.h5mlm"


def write(path: Path, fill: Callable[[h5py.File], None], **options: Any) -> None:
    with h5py.File(path, "w", **options) as file:
        fill(file)


@pytest.mark.parametrize("dtype", ["i1", "u2", "i4", "u8", "f2", "f4", "f8", ">i4", ">f8", "?"])
@pytest.mark.parametrize("shape", [(), (0,), (7,), (3, 4, 5)], ids=str)
def test_numbers_are_those_of_h5py(path: Path, dtype: str, shape: tuple[int, ...]) -> None:
    values = (RANDOM.normal(size=shape) * 3).astype(dtype)
    write(path, lambda file: file.create_dataset("x", data=values))
    with reading_hdf5(path) as root:
        found = root.read_array("x")
    np.testing.assert_array_equal(found, values, strict=False)
    assert found.dtype == values.dtype.newbyteorder("=")
    assert found.flags.writeable


STORAGES = {
    "chunks": {"chunks": (4, 3)},
    "gzip": {"chunks": (4, 3), "compression": "gzip"},
    "gzip and shuffle": {"chunks": (5, 7), "compression": "gzip", "shuffle": True},
    "one chunk, larger than the data": {"chunks": (50, 50), "maxshape": (None, None)},
    "very many chunks": {"chunks": (1, 1)},
}


@pytest.mark.parametrize("options", STORAGES.values(), ids=STORAGES)
@pytest.mark.parametrize("dtype", ["i1", "f4", "f8"])
def test_chunks_are_put_together(path: Path, options: dict[str, Any], dtype: str) -> None:
    values = np.arange(19 * 23).reshape(19, 23).astype(dtype)
    write(path, lambda file: file.create_dataset("x", data=values, **options))
    with reading_hdf5(path) as root:
        np.testing.assert_array_equal(root.read_array("x"), values, strict=True)


def test_texts_are_read_from_datasets_and_attributes(path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file["text"] = "naïve"
        file["texts"] = ["a", "", "ccc"]
        file.create_dataset("fixed", data=np.array([b"ab", b"c"]))
        file.create_dataset("packed", data=["x"] * 9, chunks=(4,), compression="gzip")
        file.attrs["text"] = "naïve"
        file.attrs["texts"] = ["a", "bb"]
        file.attrs["fixed"] = np.bytes_("ab")
        file.attrs["numbers"] = [1, 2]
        file.attrs["truth"] = True

    write(path, fill)
    with reading_hdf5(path) as root:
        assert root.read_text("text") == "naïve"
        assert root.read_class_labels("texts") == ["a", "", "ccc"]
        assert root.read_class_labels("fixed") == ["ab", "c"]
        assert root.read_class_labels("packed") == ["x"] * 9
        names = ("text", "texts", "fixed", "numbers", "truth")
        found = [root.read_attribute(name) for name in names]
    assert found == ["naïve", ["a", "bb"], "ab", [1, 2], True]


def test_groups_of_very_many_members_are_read_in_order(path: Path) -> None:
    names = [f"{number:05}" for number in range(5000)]
    write(path, lambda file: [file.create_group(name) for name in names] and None)
    with reading_hdf5(path) as root:
        assert list(root.names) == names


def test_members_are_found_by_their_paths(path: Path) -> None:
    write(path, fill_simply)
    with reading_hdf5(path) as root:
        assert "model/x" in root
        assert "model/y" not in root
        assert "model/x/y" not in root


def fill_simply(file: h5py.File) -> None:
    group = file.create_group("model")
    group["x"] = np.arange(3.0)
    group.attrs["name"] = "text of any length"


def many_links(file: h5py.File) -> None:
    for number in range(20):
        file[str(number)] = number
    # This moves all links into a heap.
    file["outside"] = h5py.ExternalLink("other.h5", "/")


@pytest.mark.parametrize(
    ("fill", "options", "found"),
    [
        (fill_simply, {"libver": "latest"}, "superblock 3"),
        (many_links, {}, "links in heaps"),
        (
            lambda file: file.create_group("ordered", track_order=True) and None,
            {},
            "object headers of version 2",
        ),
    ],
)
def test_newer_layouts_are_named(
    path: Path, fill: Callable[[h5py.File], None], options: dict[str, Any], found: str
) -> None:
    write(path, fill, **options)
    with pytest.raises(ModelFileError) as refused, reading_hdf5(path):
        pass
    assert str(refused.value) == (
        f"{path} is written in a newer layout of HDF5 ({found}), which is not read. "
        'Write it again with h5py.File(..., libver="earliest"), without track_order'
    )


def test_a_file_with_newer_objects_in_it_is_named(path: Path) -> None:
    write(path, fill_simply, libver=("earliest", "latest"))
    with h5py.File(path, "r+", libver="latest") as file:
        file.create_group("new")
    with pytest.raises(ModelFileError, match="a newer layout of HDF5 "), reading_hdf5(path):
        pass


def replace(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def spoil(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return spoil


def point_root_beyond(content: bytes) -> bytes:
    return content[:64] + struct.pack("<Q", 10**9) + content[72:]


def break_superblock(content: bytes) -> bytes:
    return content[:13] + b"\4" + content[14:]


DAMAGED = {
    "superblock": (break_superblock, "its first bytes are not those of HDF5"),
    "root": (point_root_beyond, "before byte 1000000016"),
    "heap of names": (replace(b"HEAP", b"heap"), "there is no heap of names at byte"),
    "node": (replace(b"TREE", b"tree"), "there is no node of a group at byte"),
    "symbols": (replace(b"SNOD", b"snod"), "there is no symbol table at byte"),
    "name": (replace(b"model\0", b"\0odel\0"), "a group has a link without a name of its own"),
    "slash": (replace(b"model\0", b"m/del\0"), "a group has a link without a name of its own"),
}


@pytest.mark.parametrize(("spoil", "message"), DAMAGED.values(), ids=DAMAGED)
def test_damage_is_told(path: Path, spoil: Callable[[bytes], bytes], message: str) -> None:
    write(path, fill_simply)
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ModelFileError) as refused, reading_hdf5(path):
        pass
    assert str(refused.value).startswith(f"{path} is a damaged or truncated HDF5 file (")
    assert message in str(refused.value)


def test_damaged_heap_of_texts_is_told_when_it_is_read(path: Path) -> None:
    write(path, fill_simply)
    path.write_bytes(path.read_bytes().replace(b"GCOL", b"gcol"))
    with (
        reading_hdf5(path) as root,
        pytest.raises(ModelFileError, match="/model cannot be read \\(there is no heap of texts"),
    ):
        root.read_group("model").read_attribute("name")


def test_many_references_to_one_long_text_are_refused(path: Path) -> None:
    def fill(file: h5py.File) -> None:
        texts = file.create_dataset("texts", (1000,), h5py.string_dtype())
        texts[0] = "x" * 50_000

    write(path, fill)
    content = path.read_bytes()
    start = content.index(struct.pack("<I", 50_000))
    reference = content[start : start + 16]
    path.write_bytes(content[:start] + reference * 1000 + content[start + 16_000 :])
    with (
        reading_hdf5(path) as root,
        pytest.raises(ModelFileError, match="its texts are longer than the file"),
    ):
        root.read_class_labels("texts")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content[:-20], "ends at byte|cannot be decompressed"),
        (replace(b"TREE\1", b"tree\1"), "there is no node of chunks at byte"),
    ],
)
def test_damaged_chunks_are_told(
    path: Path, change: Callable[[bytes], bytes], message: str
) -> None:
    values = RANDOM.normal(size=(64, 64))
    write(path, lambda file: file.create_dataset("x", data=values, chunks=(8, 8)))
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(ModelFileError, match=message), reading_hdf5(path) as root:
        root.read_array("x")


def test_missing_chunks_are_told(path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file.create_dataset("x", (10, 10), "f8", chunks=(5, 5))[:5, :5] = 1
        # Its declared size is more than what is stored, but for the filter.
        file.create_dataset("y", (10, 10), "f8", chunks=(5, 5), compression="gzip")[:5, :5] = 1

    write(path, fill)
    declares = "/x: a dataset that declares 800 bytes but holds 200"
    with pytest.raises(ModelFileError, match=declares), reading_hdf5(path):
        pass
    with h5py.File(path, "r+") as file:
        del file["x"]
    with (
        reading_hdf5(path) as root,
        pytest.raises(ModelFileError, match="chunks of a dataset are missing"),
    ):
        root.read_array("y")


def test_a_chunk_that_grows_beyond_its_size_is_refused(path: Path) -> None:
    write(
        path,
        lambda file: file.create_dataset(
            "x", data=np.zeros(4000), chunks=(4000,), compression="gzip"
        ),
    )
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<II", 4000, 8), struct.pack("<II", 100, 8)))
    with pytest.raises(ModelFileError), reading_hdf5(path) as root:
        root.read_array("x")


def test_a_file_that_shrinks_meanwhile_is_a_damaged_one(path: Path) -> None:
    write(path, lambda file: file.create_dataset("x", data=np.zeros(10_000)))
    with reading_hdf5(path) as root:
        os.truncate(path, 4000)
        with pytest.raises(ModelFileError, match="it became shorter while it was read"):
            root.read_array("x")


def test_what_stands_where_values_could_is_told(path: Path) -> None:
    def fill(file: h5py.File) -> None:
        file["empty"] = h5py.Empty("f8")
        file["record"] = np.zeros(2, dtype=[("a", "i4"), ("b", "f8")])
        file.attrs["empty"] = h5py.Empty("f8")

    write(path, fill)
    with reading_hdf5(path) as root:
        with pytest.raises(ModelFileError, match="/empty does not hold numbers"):
            root.read_array("empty")
        with pytest.raises(ModelFileError, match=r"/empty cannot be read \(it is empty\)"):
            root.read_class_labels("empty")
        with pytest.raises(ModelFileError, match=r"\(it holds neither numbers nor text\)"):
            root.read_stored("record")
        with pytest.raises(ModelFileError, match=r"/ cannot be read \(it is empty\)"):
            root.read_attribute("empty")
