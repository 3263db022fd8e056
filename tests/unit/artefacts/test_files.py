from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from galaxy_keras.artefacts.files import check_writable, writing_atomically
from galaxy_keras.errors import DataError


def list_folder(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_new_file_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "out.tsv"
    target.write_text("old")
    with writing_atomically(target) as path:
        path.write_text("new")
        assert target.read_text() == "old"
        assert path.suffix == ".tsv"
    assert target.read_text() == "new"
    assert list_folder(tmp_path) == ["out.tsv"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_the_old_file_stays_when_writing_fails(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "out.tsv"
    target.write_text("old")
    with pytest.raises(error), writing_atomically(target):
        raise error
    assert target.read_text() == "old"
    assert list_folder(tmp_path) == ["out.tsv"]


def test_the_file_has_the_usual_permissions(tmp_path: Path) -> None:
    umask = os.umask(0o027)
    try:
        with writing_atomically(tmp_path / "out.tsv"):
            pass
    finally:
        os.umask(umask)
    assert stat.S_IMODE((tmp_path / "out.tsv").stat().st_mode) == 0o640


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "out.tsv"
    expected = rf"{path} cannot be written: No such file or directory\. Check that the folder"
    with pytest.raises(DataError, match=expected), writing_atomically(path):
        pass
    with pytest.raises(DataError, match=expected):
        check_writable([path])


def test_all_folders_are_checked_together(tmp_path: Path) -> None:
    paths = [tmp_path / "a" / "x", tmp_path / "fine", tmp_path / "b" / "y"]
    with pytest.raises(DataError) as caught:
        check_writable(paths)
    assert len(caught.value.problems) == 2
    assert list_folder(tmp_path) == []


def test_a_full_disk_while_writing(tmp_path: Path) -> None:
    with (
        pytest.raises(DataError, match="cannot be written: No space left on device"),
        writing_atomically(tmp_path / "out.tsv"),
    ):
        raise OSError(28, "No space left on device")
    assert list_folder(tmp_path) == []
