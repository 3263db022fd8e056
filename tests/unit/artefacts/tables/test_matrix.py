"""Rows that arrive in pieces, in memory or in a temporary file: both end as the same array."""

from __future__ import annotations

import errno
import mmap
import os
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from galaxy_keras.artefacts import arrays
from galaxy_keras.artefacts.tables.matrix import GrowingMatrix, MatrixInMemory, MatrixOnDisk
from galaxy_keras.errors import DataError

MATRICES = [MatrixInMemory, MatrixOnDisk]
BYTE, SHORT, LONG, FLOAT = [[0, 255]], [[-1, 300]], [[1, 70_000]], [[0.5, 2]]


def find_memory(values: Any) -> Any:
    return find_memory(values.base) if isinstance(values, np.ndarray) else values


def gather(kind: type[GrowingMatrix], chunks: list[Any]) -> np.ndarray[Any, Any]:
    with closing(kind(2)) as matrix:
        for chunk in chunks:
            values = np.array(chunk)
            matrix.append(values.astype(np.float32 if values.dtype.kind == "f" else np.int32))
        return matrix.to_array()


@pytest.mark.parametrize("kind", MATRICES)
@pytest.mark.parametrize(
    ("chunks", "dtype"),
    [
        ([BYTE, BYTE], "uint8"),
        ([BYTE, SHORT, BYTE], "int16"),
        ([BYTE, LONG, SHORT], "int32"),
        ([BYTE, SHORT, LONG], "int32"),
        ([BYTE, FLOAT, LONG], "float32"),
        ([SHORT, FLOAT], "float32"),
        ([LONG, FLOAT, BYTE], "float32"),
        ([FLOAT, FLOAT], "float32"),
    ],
)
def test_the_widest_value_decides(kind: type[GrowingMatrix], chunks: list[Any], dtype: str) -> None:
    values = gather(kind, chunks)
    assert values.dtype == dtype
    assert values.tolist() == [row for chunk in chunks for row in chunk]


@given(st.lists(st.sampled_from([BYTE * 5, SHORT * 3, LONG * 2, FLOAT]), min_size=1))
def test_memory_and_disk_agree(chunks: list[Any]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Rows become wider in slices of three.
        patch.setattr(arrays, "SLICE_BYTES", 24)
        memory, disk = gather(MatrixInMemory, chunks), gather(MatrixOnDisk, chunks)
    assert memory.dtype == disk.dtype
    assert memory.tolist() == disk.tolist() == [row for chunk in chunks for row in chunk]


def test_types_may_begin_wide() -> None:
    matrix = MatrixInMemory(1, np.int32)
    matrix.append(np.array([[1]], np.int32))
    assert matrix.to_array().dtype == np.int32


def test_the_array_in_memory_is_not_larger_than_its_rows() -> None:
    matrix = MatrixInMemory(10)
    for _ in range(100):
        matrix.append(np.ones((7, 10), np.int32))
    values = matrix.to_array()
    assert values.nbytes == 7_000
    assert len(find_memory(values)) == 7_000


class FixedMemory(mmap.mmap):
    """Memory whose length cannot be changed, as outside of Linux."""

    def resize(self, newsize: int) -> None:
        raise SystemError("mmap: resizing not available--no mremap()")


def test_memory_that_cannot_become_longer_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mmap, "mmap", FixedMemory)
    chunks = [BYTE] * 20 + [SHORT, FLOAT]
    values = gather(MatrixInMemory, chunks)
    assert values.tolist() == [row for chunk in chunks for row in chunk]
    assert len(find_memory(values)) == values.nbytes


def test_more_than_the_memory() -> None:
    matrix = MatrixInMemory(2)
    matrix.append(np.array(BYTE, np.int32))
    with pytest.raises(MemoryError):
        matrix._reserve(2**60)


def test_the_array_on_disk_is_mapped_and_its_file_has_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    values = gather(MatrixOnDisk, [FLOAT])
    assert isinstance(values, np.memmap)
    assert values.tolist() == FLOAT
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(DataError) as caught:
        MatrixOnDisk(2)
    assert str(caught.value) == (
        f"the features cannot be kept in a temporary file in {tmp_path / 'none'}: No such file or "
        "directory. Free some space, or set the environment variable TMPDIR to a folder on a "
        "larger disk"
    )


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Path("/dev/full")
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: full.open("wb", buffering=0))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(DataError) as caught:
        gather(MatrixOnDisk, [BYTE])
    assert f"in {tmp_path}: {os.strerror(errno.ENOSPC)}. Free some space" in str(caught.value)


def test_a_limit_of_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOMEM, os.strerror(errno.ENOMEM))

    monkeypatch.setattr(np, "memmap", refuse)
    with pytest.raises(MemoryError):
        gather(MatrixOnDisk, [BYTE])
