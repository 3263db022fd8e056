"""Signatures on model files: HMAC-SHA256 over all that a file holds, with a secret key.

In a zip the signature is a member, over the names and contents of all others. In HDF5 it is an
attribute of the root, over every group, dataset and attribute: their paths, types, shapes and
values, so a copy that stores the same data differently keeps a valid signature.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.content import FileType, identify_file_type
from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.artefacts.hdf5.reading import AuditedGroup, StoredValues, reading_hdf5
from galaxy_keras.artefacts.models.builder import SIGNATURE, add_signature, read_members
from galaxy_keras.errors import ConfigurationError, ModelFileError

ATTRIBUTE = "-signature-"
MIN_KEY_BYTES = 16
MAX_KEY_BYTES = 4096


def read_key(path: Path) -> bytes:
    """Return the key in a file; a line break at its end is not part of it.

    Raises
    ------
    ConfigurationError
        If the file cannot be read, or the key is too short or too long.
    """
    try:
        with path.open("rb") as file:
            key = file.read(MAX_KEY_BYTES + 1).rstrip(b"\r\n")
    except OSError as error:
        raise ConfigurationError(f"the key {describe_read_failure(path, error)}") from error
    if not MIN_KEY_BYTES <= len(key) <= MAX_KEY_BYTES:
        raise ConfigurationError(
            f"the key in {path} must have {MIN_KEY_BYTES} to {MAX_KEY_BYTES} bytes. Make one with: "
            "openssl rand -hex 32"
        )
    return key


def sign_file(path: Path, key: bytes) -> None:
    """Add a signature to a model file that has none; the file is changed in place.

    Parameters
    ----------
    path
        A builder (zip), or a builder or fitted model in HDF5.
    key
        What `read_key` returned.

    Raises
    ------
    ModelFileError
        If the file is not one of these, or is damaged.
    OSError
        If it cannot be written.
    """
    if identify_file_type(path) is FileType.ZIP:
        add_signature(path, _sign(_iterate_members(read_members(path)), key))
        return
    with reading_hdf5(path) as root:
        signature = _sign(_iterate_objects(root), key)
    # In memory, for the reason given in `hdf5.writing`.
    content = io.BytesIO(path.read_bytes())
    with h5py.File(content, "r+", libver="earliest") as file:
        file.attrs[ATTRIBUTE] = signature
    path.write_bytes(content.getbuffer())


def check_archive_signature(path: Path, key: bytes) -> None:
    """Check that a builder (zip) was signed with `key` and not changed since.

    Raises
    ------
    ModelFileError
        If it has no signature, was changed, or is damaged.
    """
    members = read_members(path)
    found = members.pop(SIGNATURE, None)
    signature = None if found is None else found.decode("ascii", "replace")
    _compare(path, signature, _sign(_iterate_members(members), key))


def check_group_signature(root: AuditedGroup, key: bytes) -> None:
    """Check that the HDF5 file with the root group `root` was signed with `key` and not changed.

    Raises
    ------
    ModelFileError
        If it has no signature, was changed, or is damaged.
    """
    signature = root.read_text_attribute(ATTRIBUTE) if ATTRIBUTE in root.attributes else None
    _compare(root.file, signature, _sign(_iterate_objects(root), key))


def _compare(path: Path, found: str | None, expected: str) -> None:
    if found is None:
        raise ModelFileError(
            f"{path} is not signed, and --require-signature asks for it. Write it again with "
            "--sign-key"
        )
    if not hmac.compare_digest(found.encode("utf-8", "surrogateescape"), expected.encode()):
        raise ModelFileError(
            f"{path} was not signed with this key, or was changed since. Do not use it until you "
            "know why"
        )


def _sign(fields: Iterator[bytes], key: bytes) -> str:
    signature = hmac.new(key, digestmod=hashlib.sha256)
    for field in fields:
        # The length precedes each field, so no byte can be moved into the next one.
        signature.update(len(field).to_bytes(8, "big"))
        signature.update(field)
    return signature.hexdigest()


def _iterate_members(members: Mapping[str, bytes]) -> Iterator[bytes]:
    for name in sorted(members):
        yield name.encode()
        yield members[name]


def _iterate_objects(group: AuditedGroup) -> Iterator[bytes]:
    for name in sorted(group.attributes):
        if name != ATTRIBUTE or group.path != "/":
            stored = group.read_stored("", name)
            yield from _iterate_fields(f"{group.path}@{name}", _arrange(stored, is_text=True))
    for name in sorted(group.names):
        path = f"{group.path.rstrip('/')}/{name}"
        if group.is_group(name):
            yield json.dumps(["group", path]).encode()
            yield from _iterate_objects(group.read_group(name))
            continue
        yield from _iterate_fields(path, _arrange(group.read_stored(name), is_text=False))
        for attribute in sorted(group.list_attributes(name)):
            stored = group.read_stored(name, attribute)
            yield from _iterate_fields(f"{path}@{attribute}", _arrange(stored, is_text=True))


def _arrange(stored: StoredValues, *, is_text: bool) -> NDArray[Any]:
    """Return stored values in the form that signatures are made over, which is h5py's.

    Texts of one length are those of NumPy; of the others, those in attributes are text and those
    in datasets bytes.
    """
    if not isinstance(stored.values, list):
        return stored.values
    if stored.datatype.text == "fixed":
        if not stored.shape:
            return np.asarray(np.bytes_(stored.values[0]))
        return np.array(stored.values, f"S{stored.datatype.size}").reshape(stored.shape)
    texts = [each.decode("utf-8", "surrogateescape") for each in stored.values]
    values = np.array(texts if is_text else stored.values, object).reshape(stored.shape)
    return values if stored.shape else np.asarray(values[()])


def _iterate_fields(path: str, array: NDArray[Any]) -> Iterator[bytes]:
    yield json.dumps([path, array.dtype.str, array.shape]).encode()
    if array.dtype.kind == "O":
        yield json.dumps([_encode_text(each) for each in array.ravel().tolist()]).encode()
    else:
        yield array.tobytes()


def _encode_text(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
