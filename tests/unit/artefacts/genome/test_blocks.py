"""Files that cannot be read at any place."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from tests.genomes import pack_blocks

from galaxy_keras.artefacts.genome.blocks import open_random_access
from galaxy_keras.errors import DataError


def test_content_at_any_place(tmp_path: Path) -> None:
    content = bytes(range(256)) * 20
    path = tmp_path / "a.gz"
    path.write_bytes(pack_blocks(content, 300))
    file = open_random_access(path)
    assert b"".join(file.iterate()) == content
    assert [file.read(start, start + 700) for start in (0, 299, 300, 4900)] == [
        content[start : start + 700] for start in (0, 299, 300, 4900)
    ]


def test_plain_gzip(tmp_path: Path) -> None:
    path = tmp_path / "genome.fa.gz"
    path.write_bytes(gzip.compress(b">a\nACGT\n"))
    with pytest.raises(
        DataError, match="compressed with gzip, which can be read from its start"
    ) as e:
        open_random_access(path)
    assert "pack it with bgzip: gunzip -c GENOME.gz | bgzip > GENOME.bgz" in str(e.value)


def test_pipe_does_not_wait(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with pytest.raises(DataError, match="is a pipe or a device, but a genome is read at many pla"):
        open_random_access(path)


def test_folder_and_missing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a folder, not a file"):
        open_random_access(tmp_path)
    with pytest.raises(DataError, match="does not exist"):
        open_random_access(tmp_path / "missing")


@pytest.mark.parametrize("cut", [60, 300])
def test_truncated(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(pack_blocks(os.urandom(2000), 300)[:-cut])
    with pytest.raises(DataError, match="is a damaged or truncated file of bgzip"):
        list(open_random_access(path).iterate())


def test_block_that_unpacks_to_more_than_it_may(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(pack_blocks(bytes(10_000_000), 10_000_000))
    with pytest.raises(DataError, match="is a damaged or truncated file of bgzip"):
        list(open_random_access(path).iterate())


def test_changed_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    packed = bytearray(pack_blocks(bytes(range(200)) * 3, 300))
    packed[30] ^= 0xFF
    path.write_bytes(packed)
    with pytest.raises(DataError, match="is a damaged or truncated file of bgzip"):
        list(open_random_access(path).iterate())
