"""Zip archives made to mislead a reader, each with what the refusal must say.

A case is a function that writes a spoilt archive on top of a good one.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.errors import ModelFileError

GOOD = Path(__file__).parents[1] / "unit" / "artefacts" / "models" / "files" / "builder_v1.zip"
Spoil = Callable[[zipfile.ZipFile], None]
CASES: dict[str, tuple[Spoil, str]] = {}


def expect(message: str) -> Callable[[Spoil], Spoil]:
    def register(spoil: Spoil) -> Spoil:
        CASES[spoil.__name__] = (spoil, message)
        return spoil

    return register


@expect("../../etc/passwd does not belong in a model builder")
def traversal(archive: zipfile.ZipFile) -> None:
    archive.writestr("../../etc/passwd", "x")


@expect("/etc/passwd does not belong in a model builder")
def absolute_name(archive: zipfile.ZipFile) -> None:
    archive.writestr("/etc/passwd", "x")


@expect("C:\\\\evil.dll does not belong in a model builder")
def name_of_windows(archive: zipfile.ZipFile) -> None:
    archive.writestr("C:\\\\evil.dll", "x")


@expect("more.json does not belong in a model builder")
def unknown_member(archive: zipfile.ZipFile) -> None:
    archive.writestr("more.json", "{}")


@expect("notes/ is a link or a folder, not a file")
def folder(archive: zipfile.ZipFile) -> None:
    archive.writestr("notes/", "")


@expect("link.json is a link or a folder, not a file")
def symbolic_link(archive: zipfile.ZipFile) -> None:
    member = zipfile.ZipInfo("link.json")
    member.create_system = 3
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(member, "/etc/passwd")


@expect("pipe is a link or a folder, not a file")
def named_pipe(archive: zipfile.ZipFile) -> None:
    member = zipfile.ZipInfo("pipe")
    member.create_system = 3
    member.external_attr = (stat.S_IFIFO | 0o777) << 16
    archive.writestr(member, "")


@expect("training.json is duplicated in the archive")
def duplicate(archive: zipfile.ZipFile) -> None:
    archive.writestr("training.json", "{}")


@expect("bomb.json would have 104857600 bytes when decompressed")
def bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr("bomb.json", bytes(100 * 2**20), zipfile.ZIP_DEFLATED, 9)


@expect("packed.json uses an unsupported compression method")
def unusual_compression(archive: zipfile.ZipFile) -> None:
    archive.writestr("packed.json", "{}", zipfile.ZIP_LZMA)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", CASES)
def test_archive(tmp_path: Path, name: str) -> None:
    spoil, message = CASES[name]
    path = tmp_path / "builder.zip"
    path.write_bytes(GOOD.read_bytes())
    with zipfile.ZipFile(path, "a") as archive:
        spoil(archive)
    with pytest.raises(ModelFileError) as caught:
        read_model(path)
    assert message in str(caught.value)
    assert list(tmp_path.iterdir()) == [path]


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    path = tmp_path / "builder.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", bytes(30 * 2**20), zipfile.ZIP_DEFLATED, 9)
    size = (30 * 2**20).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (100).to_bytes(4, "little")))
    with pytest.raises(ModelFileError, match=r"manifest\.json"):
        read_model(path)
