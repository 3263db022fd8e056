"""HDF5 files made to mislead a reader, each with what the refusal must say.

A case is a function that spoils a good file that is open for writing. The file holds the group
``/model`` with the dataset ``/model/weights`` of six numbers.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.hdf5.reading import reading_hdf5
from galaxy_keras.errors import ModelFileError

Spoil = Callable[[h5py.File], None]
CASES: dict[str, tuple[Spoil, str]] = {}


def write_good_file(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file.create_group("model").create_dataset("weights", data=np.arange(6.0))


def expect(message: str) -> Callable[[Spoil], Spoil]:
    def register(spoil: Spoil) -> Spoil:
        CASES[spoil.__name__] = (spoil, message)
        return spoil

    return register


@expect("/model/copy: a soft link.")
def soft_link(file: h5py.File) -> None:
    file["model/copy"] = h5py.SoftLink("/model/weights")


@expect("/model/copy: a soft link.")
def dangling_soft_link(file: h5py.File) -> None:
    file["model/copy"] = h5py.SoftLink("/nowhere")


@expect("/model/secret: an external link.")
def external_link(file: h5py.File) -> None:
    file["model/secret"] = h5py.ExternalLink("/etc/passwd", "/")


@expect("/model/loop: a second link to an object that is linked elsewhere in the file.")
def cycle_of_hard_links(file: h5py.File) -> None:
    file["model/loop"] = file["model"]


@expect("/model/loop: a second link to an object that is linked elsewhere in the file.")
def hard_link_to_root(file: h5py.File) -> None:
    file["model/loop"] = file["/"]


@expect("a second link to an object that is linked elsewhere in the file.")
def hard_link_to_dataset(file: h5py.File) -> None:
    file["model/again"] = file["model/weights"]


@expect("/model/outside: external storage in '/etc/passwd'.")
def external_storage(file: h5py.File) -> None:
    file["model"].create_dataset("outside", (16,), "u1", external=[("/etc/passwd", 0, 16)])


@expect("/model/virtual: a virtual dataset, whose values may come from other files.")
def virtual_dataset(file: h5py.File) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/passwd", "weights", (4,))
    file["model"].create_virtual_dataset("virtual", layout)


@expect("/model/packed: a filter that is not built in (number 32000, 'lzf').")
def foreign_filter(file: h5py.File) -> None:
    file["model"].create_dataset("packed", data=np.arange(64.0), chunks=(64,), compression="lzf")


@expect("/model/record: values that are neither numbers nor text")
def compound_type(file: h5py.File) -> None:
    file["model"]["record"] = np.zeros(2, dtype=[("a", "i4"), ("b", "S8")])


@expect("/model/pointer: values that are neither numbers nor text")
def object_reference(file: h5py.File) -> None:
    pointer = file["model"].create_dataset("pointer", (1,), h5py.ref_dtype)
    pointer[0] = file["model"].ref


@expect("/model/ragged: values that are neither numbers nor text")
def ragged_array(file: h5py.File) -> None:
    ragged = file["model"].create_dataset("ragged", (1,), h5py.vlen_dtype("u1"))
    ragged[0] = np.arange(3, dtype="u1")


@expect("/model/opaque: values that are neither numbers nor text")
def opaque_type(file: h5py.File) -> None:
    file["model"]["opaque"] = np.void(b"\x80\x04.")


@expect("/model/complex: values that are neither numbers nor text")
def complex_numbers(file: h5py.File) -> None:
    file["model"]["complex"] = np.zeros(2, "c16")


@expect("/model/type: a named data type.")
def named_type(file: h5py.File) -> None:
    file["model/type"] = np.dtype("f8")


@expect("/model/huge: a dataset that declares 8000000000000 bytes but holds 0.")
def nothing_behind_the_size(file: h5py.File) -> None:
    file["model"].create_dataset("huge", (10**6, 10**6), "f8", chunks=(1000, 1000))


@expect("/model/bomb: a dataset that declares 80000000 bytes but holds ")
def compression_bomb(file: h5py.File) -> None:
    file["model"].create_dataset("bomb", data=np.zeros(10**7), compression="gzip")


@expect("/model/chunk: a dataset that declares 1000000000 bytes but holds 0.")
def huge_chunk(file: h5py.File) -> None:
    file["model"].create_dataset("chunk", (1,), "u1", chunks=(10**9,), maxshape=(None,))


@expect("/model/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a: groups nested more than 16 levels deep.")
def deep_groups(file: h5py.File) -> None:
    file["model"].create_group("/".join("a" * 20))


@expect("/model/axes: an array of 9 axes, more than 8.")
def many_axes(file: h5py.File) -> None:
    file["model"]["axes"] = np.zeros((1,) * 9)


@expect("/model: 65 attributes, more than 64.")
def many_attributes(file: h5py.File) -> None:
    for index in range(65):
        file["model"].attrs[str(index)] = index


@expect("/model, attribute code: values that are neither numbers nor text")
def opaque_attribute(file: h5py.File) -> None:
    file["model"].attrs["code"] = np.void(b"\x80\x04.")


@expect("/model, attribute pointer: values that are neither numbers nor text")
def reference_in_attribute(file: h5py.File) -> None:
    file["model"].attrs.create("pointer", file["model"].ref, dtype=h5py.ref_dtype)


@expect(r"/model/\x1b[2Jclear: a soft link.")
def terminal_codes_in_a_name(file: h5py.File) -> None:
    file["model/\x1b[2Jclear"] = h5py.SoftLink("/")


def _open(path: Path) -> None:
    with reading_hdf5(path):
        pass


@pytest.mark.parametrize(("spoil", "message"), CASES.values(), ids=CASES)
def test_hostile_file_is_refused(spoil: Spoil, message: str, tmp_path: Path) -> None:
    path = tmp_path / "model.h5mlm"
    write_good_file(path)
    with h5py.File(path, "r+") as file:
        spoil(file)
    with pytest.raises(ModelFileError) as refused:
        _open(path)
    assert str(path) in str(refused.value)
    assert message in str(refused.value)
    assert "do not use it" in str(refused.value)


def test_good_file_is_opened(tmp_path: Path) -> None:
    write_good_file(tmp_path / "model.h5mlm")
    _open(tmp_path / "model.h5mlm")


def test_all_offenders_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "model.h5mlm"
    write_good_file(path)
    with h5py.File(path, "r+") as file:
        file["first"] = h5py.SoftLink("/model")
        file["second"] = h5py.ExternalLink("other.h5", "/")
    with pytest.raises(ModelFileError, match="2 problems were found") as refused:
        _open(path)
    assert "/first: a soft link" in str(refused.value)
    assert "/second: an external link" in str(refused.value)


@pytest.mark.parametrize("kept", [9, 100, 800, 2000])
def test_cut_off_file_is_refused(kept: int, tmp_path: Path) -> None:
    path = tmp_path / "model.h5mlm"
    write_good_file(path)
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(ModelFileError, match="damaged or truncated HDF5 file"):
        _open(path)


def test_every_single_damaged_byte_is_survived(tmp_path: Path) -> None:
    path = tmp_path / "model.h5mlm"
    write_good_file(path)
    good = path.read_bytes()
    for position in range(8, len(good), 7):
        path.write_bytes(good[:position] + bytes([good[position] ^ 0xFF]) + good[position + 1 :])
        # Any other exception is a failure; so is a crash of the process.
        with contextlib.suppress(ModelFileError), reading_hdf5(path) as root:
            root.read_group("model").read_array("weights")
