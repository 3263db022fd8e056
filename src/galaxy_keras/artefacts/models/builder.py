"""The model builder: a zip archive with an architecture and training settings.

Members of format version 1
---------------------------
=====================  ===========================================================================
``manifest.json``      ``format``, ``format_version``, ``package_version``, and ``sha256``: the
                       digest of each other member
``architecture.json``  the model JSON of Keras 3
``training.json``      `schema.training.TrainingSettings`
``signature.txt``      only on request: see `artefacts.signing`
=====================  ===========================================================================

The members are stored in this order, uncompressed and without timestamps; equal contents give
equal bytes.

Format version 2 is version 1 with ``inputs`` or ``targets`` in ``training.json``: the encodings,
without which a network cannot be trained. A builder without encodings is still written as version
1, which earlier releases read.

Format version 3 is version 2 with ``outputs`` in ``training.json``: what each output learns, of a
network that has several.

Raising the version
-------------------
The version is raised when a reader of the previous version would fail on, or misunderstand, a new
file.

1. Write a builder with the code as it is and keep it as
   ``tests/unit/artefacts/models/files/builder_v<old>.zip``
   (``python tests/unit/artefacts/models/files/write_builder_sample.py`` writes it).
2. Raise `FORMAT_VERSION`, change `write_builder` and the table above.
3. Teach `read_builder` to bring what it reads from an older file into the new form, step by step
   from each version to the next.
4. Add the old file to the parameters of the test that reads the samples of all versions.
5. Say in the changelog which version of the package reads the new files.
"""

from __future__ import annotations

import hashlib
import io
import json
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from galaxy_keras import __version__
from galaxy_keras.artefacts.architecture.architecture_file import (
    decode_architecture,
    encode_architecture,
)
from galaxy_keras.artefacts.files import writing_atomically
from galaxy_keras.artefacts.json_text import MAX_BYTES, parse_json, read_bounded
from galaxy_keras.artefacts.models.decoding import choose_format_version, decode_stored
from galaxy_keras.errors import ConfigurationError, ModelFileError, escape_name
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.training.settings import TrainingSettings

FORMAT = "galaxy-keras model builder"
FORMAT_VERSION = 3
MANIFEST = "manifest.json"
ARCHITECTURE = "architecture.json"
TRAINING = "training.json"
SIGNATURE = "signature.txt"
MEMBERS = (MANIFEST, ARCHITECTURE, TRAINING)

_EARLIEST_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_ENCRYPTED = 0x1
_ADVICE = "Make the file again with keras-model-builder"
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True, kw_only=True)
class Builder:
    """An untrained network.

    Attributes
    ----------
    architecture
        Its layers.
    training
        Loss function, optimizer and all other settings of its training.
    """

    architecture: Architecture
    training: TrainingSettings


def write_builder(path: Path, builder: Builder) -> None:
    """Write a builder; an existing file at `path` is kept until the new one is complete.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    documents = {
        ARCHITECTURE: _encode(encode_architecture(builder.architecture)),
        TRAINING: _encode(builder.training.model_dump(mode="json")),
    }
    manifest = {
        "format": FORMAT,
        "format_version": choose_format_version(builder.training),
        "package_version": __version__,
        "sha256": {name: _digest(content) for name, content in documents.items()},
    }
    with writing_atomically(path) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        for name, content in {MANIFEST: _encode(manifest), **documents}.items():
            archive.writestr(_make_member(name), content)


def read_builder(path: Path) -> Builder:
    """Return the builder in `path`, which is treated as untrusted.

    Raises
    ------
    ModelFileError
        If the file is not a builder, is of a newer format, damaged or unsafe; the message names
        the member.
    """
    with _read_archive(path) as archive:
        _check_members(path, archive)
        manifest = _read_document(path, archive, MANIFEST)
        _check_version(path, manifest)
        _check_names(path, archive)
        documents = {name: _read_document(path, archive, name, manifest) for name in MEMBERS[1:]}
    architecture, training = documents[ARCHITECTURE], documents[TRAINING]
    return Builder(
        architecture=decode_stored(decode_architecture, architecture, f"{path}: {ARCHITECTURE}"),
        training=decode_stored(TrainingSettings.model_validate, training, f"{path}: {TRAINING}"),
    )


def read_members(path: Path) -> dict[str, bytes]:
    """Return the content of each member of the builder in `path` by name, signature included.

    Raises
    ------
    ModelFileError
        If the file is not a builder, damaged or unsafe.
    """
    with _read_archive(path) as archive:
        _check_members(path, archive)
        _check_names(path, archive)
        return {name: _read_member(path, archive, name) for name in archive.namelist()}


def add_signature(path: Path, signature: str) -> None:
    """Add the signature member to a builder that has none.

    Parameters
    ----------
    path
        The builder, changed in place. A second signature would be a duplicate member, with which
        the file can no longer be read.
    signature
        Hexadecimal digits.
    """
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(_make_member(SIGNATURE), signature)


def _encode(document: object) -> bytes:
    return json.dumps(document, allow_nan=False, indent=1, sort_keys=True).encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _make_member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name, _EARLIEST_TIME)
    member.create_system = _UNIX
    member.external_attr = (stat.S_IFREG | 0o644) << 16
    return member


def _read_archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(read_bounded(path)))
    except ConfigurationError as error:
        raise ModelFileError(*error.problems) from error
    except _ZIP_ERRORS as error:
        raise ModelFileError(
            f"{path} is not a model builder: it is not a zip file, or it is truncated. {_ADVICE}"
        ) from error


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    counts = Counter(member.filename for member in members)
    for name, count in counts.items():
        if count > 1:
            _refuse(path, name, "is duplicated in the archive")
    for member in members:
        _check_member(path, member)
    if MANIFEST not in counts:
        _refuse(path, MANIFEST, "is missing: this zip is not a model builder")


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(member.external_attr >> 16)
    if not member.filename:
        _refuse(path, "a member", "has no name")
    if kind not in (0, stat.S_IFREG) or member.is_dir():
        _refuse(path, member.filename, "is a link or a folder, not a file")
    if member.flag_bits & _ENCRYPTED:
        _refuse(path, member.filename, "is encrypted")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        _refuse(path, member.filename, "uses an unsupported compression method")
    if member.file_size > MAX_BYTES:
        _refuse(path, member.filename, f"would have {member.file_size} bytes when decompressed")


def _check_names(path: Path, archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    for name in sorted(names - {*MEMBERS, SIGNATURE}):
        _refuse(path, name, "does not belong in a model builder")
    for name in sorted(set(MEMBERS) - names):
        _refuse(path, name, "is missing")


def _check_version(path: Path, manifest: Mapping[str, Any]) -> None:
    version = manifest.get("format_version")
    if manifest.get("format") != FORMAT or not isinstance(version, int) or version < 1:
        _refuse(path, MANIFEST, "is not that of a model builder")
    if version > FORMAT_VERSION:
        raise ModelFileError(
            f"{path} has format version {version}, but galaxy-keras {__version__} reads versions "
            f"up to {FORMAT_VERSION}. Update galaxy-keras to open it"
        )


def _read_document(
    path: Path, archive: zipfile.ZipFile, name: str, manifest: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    content = _read_member(path, archive, name)
    if manifest is not None:
        _check_digest(path, name, content, manifest)
    try:
        return parse_json(content, f"{path}: {name}")
    except ConfigurationError as error:
        raise ModelFileError(*error.problems) from error


def _read_member(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as member:
            content = member.read(MAX_BYTES + 1)
    except _ZIP_ERRORS as error:
        _refuse(path, name, "is damaged", error)
    if len(content) > MAX_BYTES:
        _refuse(path, name, f"has more than {MAX_BYTES // 2**20} MiB")
    return content


def _check_digest(path: Path, name: str, content: bytes, manifest: Mapping[str, Any]) -> None:
    digests = manifest.get("sha256")
    if not isinstance(digests, dict) or digests.get(name) != _digest(content):
        _refuse(
            path, name, "does not match its digest in the manifest: it was changed or is damaged"
        )


def _refuse(path: Path, name: str, reason: str, cause: Exception | None = None) -> NoReturn:
    raise ModelFileError(f"{path}: {escape_name(name)} {reason}. {_ADVICE}") from cause
