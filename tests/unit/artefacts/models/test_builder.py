"""The model builder file: written the same each time, read as if it were hostile."""

from __future__ import annotations

import hashlib
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from galaxy_keras import __version__
from galaxy_keras.artefacts.json_text import MAX_BYTES
from galaxy_keras.artefacts.models.builder import (
    ARCHITECTURE,
    FORMAT,
    FORMAT_VERSION,
    MANIFEST,
    MEMBERS,
    TRAINING,
    Builder,
    read_builder,
    write_builder,
)
from galaxy_keras.errors import DataError, ModelFileError
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.settings import TrainingSettings

DATA = Path(__file__).parent / "files"
Members = dict[str, bytes]


@pytest.fixture
def builder() -> Builder:
    return make_builder()


def make_builder() -> Builder:
    architecture = parse_spec(
        {
            "input_shape": 4,
            "layers": [
                "Dense units=3 kernel_regularizer='L2 l2=0.01'",
                "Dense units=1 activation=sigmoid",
            ],
        }
    )
    training = TrainingSettings.from_options(
        {
            "task": "classifier",
            "loss": "binary_crossentropy",
            "optimizer": "sgd",
            "optimizer_options": [
                "learning_rate='PiecewiseConstantDecay boundaries=[9] values=[0.1,0.01]'"
            ],
            "metrics": ["acc", "AUC name=area thresholds=[0.25,0.5]"],
            "callbacks": ["EarlyStopping patience=0"],
            "epochs": 3,
        }
    )
    return Builder(architecture=architecture, training=training)


@pytest.fixture
def path(tmp_path: Path, builder: Builder) -> Path:
    path = tmp_path / "builder.zip"
    write_builder(path, builder)
    return path


def read_members(path: Path) -> Members:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(path: Path, members: Members, compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def sign(members: Members) -> Members:
    """Return members with a manifest that fits what they are."""
    manifest = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "package_version": __version__,
        "sha256": {name: hashlib.sha256(text).hexdigest() for name, text in members.items()},
    }
    return {**members, MANIFEST: json.dumps(manifest).encode()}


def refuse(path: Path) -> str:
    with pytest.raises(ModelFileError) as caught:
        read_builder(path)
    assert str(path) in str(caught.value)
    return str(caught.value).removeprefix(f"{path}: ")


# Writing


def test_what_is_written_is_read(path: Path, builder: Builder) -> None:
    assert read_builder(path) == builder


def test_equal_builders_are_equal_bytes(path: Path, tmp_path: Path) -> None:
    again = tmp_path / "other name.zip"
    write_builder(again, make_builder())
    assert again.read_bytes() == path.read_bytes()


def test_members_have_one_order_time_and_mode(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    assert tuple(member.filename for member in members) == MEMBERS
    assert {member.date_time for member in members} == {(1980, 1, 1, 0, 0, 0)}
    assert {member.external_attr >> 16 for member in members} == {stat.S_IFREG | 0o644}


def test_manifest_says_what_the_file_is(path: Path) -> None:
    members = read_members(path)
    manifest = json.loads(members[MANIFEST])
    assert manifest == {
        "format": "galaxy-keras model builder",
        "format_version": 1,
        "package_version": __version__,
        "sha256": {
            name: hashlib.sha256(members[name]).hexdigest() for name in (ARCHITECTURE, TRAINING)
        },
    }


def test_failure_leaves_the_former_file(path: Path, builder: Builder) -> None:
    before = path.read_bytes()
    with pytest.raises(DataError, match="cannot be written"):
        write_builder(path.parent / "missing" / "builder.zip", builder)
    assert path.read_bytes() == before
    assert [each.name for each in path.parent.iterdir()] == ["builder.zip"]


@pytest.mark.parametrize("name", ["builder_v1.zip"])
def test_builders_of_all_versions_are_read(name: str) -> None:
    assert read_builder(DATA / name) == make_builder()


def test_compressed_members_are_read(path: Path, builder: Builder) -> None:
    write_members(path, read_members(path), zipfile.ZIP_DEFLATED)
    assert read_builder(path) == builder


# Reading what is not a builder


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"nothing\.zip does not exist\. Check the path"):
        read_builder(tmp_path / "nothing.zip")


@pytest.mark.parametrize("content", [b"", b"no zip at all", b"PK\x03\x04 cut off"])
def test_what_is_no_zip_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert "is not a model builder: it is not a zip file, or it is truncated" in refuse(path)


def test_cut_off_zip_is_refused(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-30])
    assert "it is not a zip file, or it is truncated" in refuse(path)


def test_other_zip_is_refused(path: Path) -> None:
    write_members(path, {"word/document.xml": b"<w/>"})
    assert refuse(path).startswith("manifest.json is missing: this zip is not a model builder")


@pytest.mark.parametrize("name", [ARCHITECTURE, TRAINING])
def test_missing_member_is_refused(path: Path, name: str) -> None:
    members = read_members(path)
    del members[name]
    write_members(path, members)
    assert refuse(path) == f"{name} is missing. Make the file again with keras-model-builder"


@pytest.mark.parametrize(
    "name", ["../evil.json", "/etc/passwd", "C:\\evil", "folder/training.json", "more.pkl"]
)
def test_unknown_member_is_refused(path: Path, name: str) -> None:
    write_members(path, {**read_members(path), name: b"{}"})
    assert refuse(path).startswith(f"{name} does not belong in a model builder")


def test_name_that_would_write_on_a_terminal_is_escaped(path: Path) -> None:
    write_members(path, {**read_members(path), "\x1b[31m.json": b"{}"})
    assert "\x1b" not in refuse(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_member_that_stands_twice_is_refused(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(TRAINING, b"{}")
    assert refuse(path).startswith("training.json is duplicated in the archive")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO])
def test_member_that_is_no_file_is_refused(path: Path, kind: int) -> None:
    members = read_members(path)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (kind if name == TRAINING else stat.S_IFREG) << 16
            archive.writestr(member, content)
    assert refuse(path).startswith("training.json is a link or a folder, not a file")


def change_headers(path: Path, change: Callable[[zipfile.ZipInfo], None]) -> None:
    """Change what the central directory says of a member, as no writer would."""
    with zipfile.ZipFile(path, "a") as archive:
        change(archive.getinfo(TRAINING))
        archive.comment = b"written again"


def test_encrypted_member_is_refused(path: Path) -> None:
    def encrypt(member: zipfile.ZipInfo) -> None:
        member.flag_bits |= 0x1

    change_headers(path, encrypt)
    assert refuse(path).startswith("training.json is encrypted")


def test_unusual_compression_is_refused(path: Path) -> None:
    write_members(path, read_members(path), zipfile.ZIP_LZMA)
    assert refuse(path).startswith("manifest.json uses an unsupported compression method")


def test_member_that_says_it_is_huge_is_refused(path: Path) -> None:
    def inflate(member: zipfile.ZipInfo) -> None:
        member.file_size = 10**9

    change_headers(path, inflate)
    assert refuse(path).startswith("training.json would have 1000000000 bytes when decompressed")


def test_bomb_is_refused(path: Path) -> None:
    members = {**read_members(path), TRAINING: b" " * (MAX_BYTES + 1)}
    write_members(path, members, zipfile.ZIP_DEFLATED)
    assert refuse(path).startswith(
        f"training.json would have {MAX_BYTES + 1} bytes when decompressed"
    )


def test_file_that_is_too_large_is_refused(path: Path) -> None:
    path.write_bytes(b"PK" + bytes(MAX_BYTES))
    assert "has more than 16 MiB" in refuse(path)


@pytest.mark.parametrize("name", MEMBERS)
def test_flipped_bit_is_found(path: Path, name: str) -> None:
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo(name).header_offset
    length = struct.unpack("<H", content[start + 26 : start + 28])[0]
    content[start + 30 + length + 5] ^= 1
    path.write_bytes(content)
    assert refuse(path) == f"{name} is damaged. Make the file again with keras-model-builder"


# Manifest and contents


def test_changed_member_is_refused(path: Path) -> None:
    members = read_members(path)
    members[TRAINING] = members[TRAINING].replace(b'"epochs": 3', b'"epochs": 9')
    write_members(path, members)
    assert refuse(path).startswith("training.json does not match its digest in the manifest")


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"format": "something else", "format_version": 1},
        {"format": FORMAT},
        {"format": FORMAT, "format_version": "1"},
        {"format": FORMAT, "format_version": 0},
    ],
)
def test_manifest_of_something_else_is_refused(path: Path, manifest: dict[str, object]) -> None:
    write_members(path, {**read_members(path), MANIFEST: json.dumps(manifest).encode()})
    assert refuse(path).startswith("manifest.json is not that of a model builder")


@pytest.mark.parametrize("digests", [None, [], {}])
def test_manifest_without_digests_is_refused(path: Path, digests: object) -> None:
    manifest = {"format": FORMAT, "format_version": 1, "sha256": digests}
    write_members(path, {**read_members(path), MANIFEST: json.dumps(manifest).encode()})
    assert refuse(path).startswith("architecture.json does not match its digest in the manifest")


def test_newer_format_says_what_to_do(path: Path) -> None:
    manifest = {"format": FORMAT, "format_version": 4, "more": "things"}
    members = {**read_members(path), MANIFEST: json.dumps(manifest).encode(), "new.json": b"{}"}
    write_members(path, members)
    with pytest.raises(ModelFileError) as caught:
        read_builder(path)
    assert str(caught.value) == (
        f"{path} has format version 4, but galaxy-keras {__version__} reads versions up to 3. "
        "Update galaxy-keras to open it"
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        (TRAINING, b"{", "training.json: line 1, column 2: this is not JSON"),
        (TRAINING, b"[]", "training.json: expected a JSON object"),
        (
            TRAINING,
            b'{"task": 1, "task": 2}',
            'training.json: the name "task" is repeated',
        ),
        (TRAINING, b"{}", "training.json is not valid: task: Field required"),
        (ARCHITECTURE, b"{}", "architecture.json: "),
    ],
)
def test_members_that_are_not_valid_are_refused(
    path: Path, name: str, content: bytes, message: str
) -> None:
    members = read_members(path)
    del members[MANIFEST]
    write_members(path, sign({**members, name: content}))
    assert refuse(path).startswith(message)


def test_settings_outside_the_catalogue_are_refused(path: Path) -> None:
    members = read_members(path)
    del members[MANIFEST]
    training = json.loads(members[TRAINING])
    training["callbacks"] = [{"name": "LambdaCallback", "options": {"on_epoch_end": "x"}}]
    training["epochs"] = 0
    write_members(path, sign({**members, TRAINING: json.dumps(training).encode()}))
    with pytest.raises(ModelFileError) as caught:
        read_builder(path)
    assert [problem.split(". ")[0] for problem in caught.value.problems] == [
        f'{path}: training.json: there is no callback "LambdaCallback"',
        f"{path}: training.json: training settings: parameter epochs must be a whole number of at "
        "least 1, not 0",
    ]
