"""Pictures in folders and archives, and what is refused."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from galaxy_keras.artefacts import pictures
from galaxy_keras.artefacts.pictures import opening_pictures
from galaxy_keras.errors import DataError

FILES = {
    "cats/1.PNG": b"cat one",
    "cats/2.jpg": b"cat two",
    "dogs/1.PNG": b"dog one",
    "dogs/notes.txt": b"bark",
    "top.gif": b"top",
    ".hidden/3.png": b"hidden",
    "__MACOSX/cats/._1.PNG": b"resources",
}


def make(kind: str, folder: Path, files: dict[str, bytes] = FILES) -> Path:
    if kind == "zip":
        path = folder / "pictures.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.mkdir("cats")
            for name, content in files.items():
                archive.writestr(name, content)
        return path
    path = folder / "pictures"
    for name, content in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_files_are_listed_and_read(kind: str, tmp_path: Path) -> None:
    with opening_pictures(make(kind, tmp_path)) as files:
        assert files.list_pictures() == ["cats/1.PNG", "cats/2.jpg", "dogs/1.PNG", "top.gif"]
        assert files.read("cats/1.PNG") == b"cat one"
        assert files.read("2.jpg") == b"cat two"
        assert files.read("dogs/notes.txt") == b"bark"
        assert [files.get_class(name) for name in files.list_pictures()[:3]] == [
            "cats",
            "cats",
            "dogs",
        ]


@pytest.mark.parametrize("kind", ["zip", "folder"])
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("3.jpg", ' has no file "3.jpg".'),
        ("cats/2.jpeg", ' has no file "cats/2.jpeg". Did you mean "cats/2.jpg"? Check the names of '
         "the pictures"),
        ("1.PNG", ' has several files "1.PNG": cats/1.PNG, dogs/1.PNG. Name the folder too'),
        ("../secret.png", ' has no file "../secret.png".'),
        ("/etc/passwd", ' has no file "/etc/passwd".'),
        (".hidden/3.png", ' has no file ".hidden/3.png".'),
        ("a\0b", ' has no file "a\\x00b".'),
    ],
)  # fmt: skip
def test_only_what_is_inside_is_read(kind: str, name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"secret")
    path = make(kind, tmp_path)
    with opening_pictures(path) as files, pytest.raises(DataError) as error:
        files.read(name)
    assert f"{path}{message}" in str(error.value)


def test_a_picture_in_no_folder_has_no_class(tmp_path: Path) -> None:
    path = make("zip", tmp_path)
    with opening_pictures(path) as files, pytest.raises(DataError) as error:
        files.get_class("top.gif")
    assert str(error.value) == (
        f'{path}: the picture "top.gif" is in no folder, whose name would be its class. Put the '
        "pictures of each class into a folder, or give a table with names and classes"
    )


def test_links_are_followed_where_they_are_files(tmp_path: Path) -> None:
    path = make("folder", tmp_path, {"a.png": b"a"})
    (tmp_path / "dataset_1.dat").write_bytes(b"collection")
    (path / "b.png").symlink_to(tmp_path / "dataset_1.dat")
    (path / "loop").symlink_to(path)
    (path / "broken.png").symlink_to(tmp_path / "nowhere")
    os.mkfifo(path / "pipe.png")
    with opening_pictures(path) as files:
        assert files.names == ("a.png", "b.png")
        assert files.read("b.png") == b"collection"


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_limits(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = make(kind, tmp_path, {"bomb.png": bytes(2**20 + 1), "b.png": b""})
    monkeypatch.setattr(pictures, "MAX_BYTES", 2**20)
    with opening_pictures(path) as files, pytest.raises(DataError) as error:
        files.read("bomb.png")
    assert str(error.value) == (
        f"{path}: bomb.png has more than 1 MiB. Save the picture in a smaller size"
    )
    monkeypatch.setattr(pictures, "MAX_FILES", 1)
    with pytest.raises(DataError) as error, opening_pictures(path):
        pass
    assert str(error.value) == f"{path} has 2 files, where at most 1 are read. Divide the pictures"


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_no_pictures(kind: str, tmp_path: Path) -> None:
    path = make(kind, tmp_path, {"notes.txt": b""})
    with opening_pictures(path) as files, pytest.raises(DataError) as error:
        files.list_pictures()
    assert str(error.value) == (
        f"{path} has no pictures, whose names end in .bmp, .gif, .jpeg, .jpg, .pbm, .pgm, .png, "
        ".ppm, .tif, .tiff, .webp"
    )


def test_what_is_neither_folder_nor_archive(tmp_path: Path) -> None:
    path = tmp_path / "pictures.tsv"
    with pytest.raises(DataError) as error, opening_pictures(path):
        pass
    assert str(error.value) == f"{path} does not exist. Check the path"
    path.write_text("a\tb\n")
    with pytest.raises(DataError) as error, opening_pictures(path):
        pass
    assert str(error.value) == (
        f"{path} is neither a folder nor a zip archive, or it is damaged. Give pictures in one of "
        "them"
    )


def test_damaged_and_encrypted_files(tmp_path: Path) -> None:
    path = make("zip", tmp_path, {"a.png": b"some picture" * 50, "b.png": b"b"})
    content = bytearray(path.read_bytes())
    start = content.index(b"a.png") + 5
    content[start : start + 10] = b"\xff" * 10
    path.write_bytes(content)
    with opening_pictures(path) as files, pytest.raises(DataError) as error:
        files.read("a.png")
    assert str(error.value).startswith(f"{path}: a.png is damaged (")
    assert str(error.value).endswith("). Make the archive again")
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with opening_pictures(path) as files, pytest.raises(DataError) as error:
        files.read("b.png")
    assert str(error.value) == f"{path}: b.png is encrypted. Make the archive without password"


def test_a_folder_that_loses_a_file(tmp_path: Path) -> None:
    path = make("folder", tmp_path, {"a.png": b"a"})
    with opening_pictures(path) as files:
        (path / "a.png").unlink()
        with pytest.raises(DataError) as error:
            files.read("a.png")
    assert str(error.value) == f"{path}/a.png does not exist. Check the path"
