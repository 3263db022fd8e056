"""Heaps of texts in HDF5 files, laid out by hand: a header, then objects of 16 bytes and more."""

from __future__ import annotations

import struct
from pathlib import Path

import h5py
import pytest

from galaxy_keras.artefacts.hdf5.heaps import find_heap_violation


def make_object(index: int, size: int, content: bytes = b"") -> bytes:
    return struct.pack("<HHIQ", index, 1, 0, size) + content


def make_heap(*objects: bytes, size: int | None = None) -> bytes:
    body = b"".join(objects)
    return struct.pack("<4sB3xQ", b"GCOL", 1, 16 + len(body) if size is None else size) + body


TEXT = make_object(1, 3, b"abc\0\0\0\0\0")
SOUND = {
    "texts": make_heap(TEXT, TEXT),
    "texts and free space": make_heap(TEXT, make_object(0, 32, bytes(16))),
    "too little space for an object": make_heap(TEXT, bytes(8)),
    "a version that is not one": b"GCOL\x07" + bytes(40),
}
UNSOUND = {
    "free space of no size": make_heap(TEXT, make_object(0, 0, bytes(16))),
    "free space beyond the heap": make_heap(TEXT, make_object(0, 999, bytes(16))),
    "a text beyond the heap": make_heap(make_object(1, 999, bytes(16))),
    "a heap beyond the file": make_heap(TEXT, size=10**6),
    "a heap cut short": make_heap(TEXT)[:12],
}


def write(path: Path, heap: bytes) -> Path:
    path.write_bytes(bytes(8) + heap)
    return path


@pytest.mark.parametrize("name", SOUND)
def test_sound(tmp_path: Path, name: str) -> None:
    assert find_heap_violation(write(tmp_path / "file", SOUND[name])) is None


@pytest.mark.parametrize("name", UNSOUND)
def test_unsound(tmp_path: Path, name: str) -> None:
    violation = find_heap_violation(write(tmp_path / "file", UNSOUND[name]))
    assert violation == "a damaged global heap (at byte 8)"


def test_heaps_of_h5py(tmp_path: Path) -> None:
    path = tmp_path / "texts.h5"
    with h5py.File(path, "w") as file:
        file["texts"] = ["", "a", "bc" * 4000, "é" * 20] * 50
        file.attrs["name"] = "of an attribute"
    assert path.read_bytes().count(b"GCOL\x01\0\0\0") > 1
    assert find_heap_violation(path) is None
