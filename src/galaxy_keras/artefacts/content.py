"""Identifying a file type by its content, for choosing a reader and for saying what to do."""

from __future__ import annotations

import gzip
import re
import stat
import string
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path
from typing import Final

from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.errors import ModelFileError

HEADER_BYTES: Final = 512
"""So many bytes from the start of a file are enough for `identify_start`."""


class FileType(StrEnum):
    """The type of a file; the values are the words used in messages."""

    HDF5 = "an HDF5 file"
    ZIP = "a zip archive"
    GZIP = "a gzip file"
    PICKLE = "a Python pickle"
    JSON = "JSON text"
    TEXT = "a text file"
    EMPTY = "an empty file"
    UNKNOWN = "a file of an unknown kind"
    KERAS = "a model that Keras 3 saved (.keras)"
    SAVED_MODEL = "a SavedModel of TensorFlow"
    PYTORCH = "a model of PyTorch"
    NUMPY = "an array of NumPy (.npy or .npz)"
    R = "an object of R (.rds or .RData)"
    PARQUET = "a Parquet file"
    EXCEL = "an Excel workbook"
    OPEN_DOCUMENT = "an OpenDocument spreadsheet"
    BZIP2 = "compressed with bzip2"
    XZ = "compressed with xz"
    ZSTANDARD = "compressed with Zstandard"
    IMAGE = "an image"
    PDF = "a PDF document"
    HTML = "an HTML page"
    UTF16 = "text in UTF-16"
    MATRIX_MARKET = "a matrix in MatrixMarket format"
    ARFF = "an ARFF file"
    SVMLIGHT = "a file in svmlight format"


_MAGIC_NUMBERS: Final = (
    (b"\x89HDF", FileType.HDF5),
    (b"PK\x03\x04", FileType.ZIP),
    (b"PK\x05\x06", FileType.ZIP),
    (b"\x1f\x8b", FileType.GZIP),
    (b"\x80\x02", FileType.PICKLE),
    (b"\x80\x03", FileType.PICKLE),
    (b"\x80\x04", FileType.PICKLE),
    (b"\x80\x05", FileType.PICKLE),
    (b"\x08\x01\x12", FileType.SAVED_MODEL),
    (b"\x93NUMPY", FileType.NUMPY),
    (b"RDX2\n", FileType.R),
    (b"RDX3\n", FileType.R),
    (b"X\n\x00\x00\x00", FileType.R),
    (b"PAR1", FileType.PARQUET),
    (b"\xd0\xcf\x11\xe0", FileType.EXCEL),
    (b"BZh", FileType.BZIP2),
    (b"\xfd7zXZ\x00", FileType.XZ),
    (b"\x28\xb5\x2f\xfd", FileType.ZSTANDARD),
    (b"\x89PNG", FileType.IMAGE),
    (b"\xff\xd8\xff", FileType.IMAGE),
    (b"GIF8", FileType.IMAGE),
    (b"II*\x00", FileType.IMAGE),
    (b"MM\x00*", FileType.IMAGE),
    (b"%PDF-", FileType.PDF),
    (b"%%MatrixMarket", FileType.MATRIX_MARKET),
    (b"\xff\xfe", FileType.UTF16),
    (b"\xfe\xff", FileType.UTF16),
)
_ZIP_MEMBERS: Final = (
    (re.compile(r"metadata\.json|model\.weights\.h5"), FileType.KERAS),
    (re.compile(r"(?:.*/)?saved_model\.pb"), FileType.SAVED_MODEL),
    (re.compile(r"[^/]+/data\.pkl"), FileType.PYTORCH),
    (re.compile(r"xl/.*"), FileType.EXCEL),
    (re.compile(r"content\.xml"), FileType.OPEN_DOCUMENT),
    (re.compile(r".*\.npy"), FileType.NUMPY),
)
_TEXTS: Final = (
    (re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE), FileType.HTML),
    (re.compile(rb"(?:%[^\n]*\n|\s)*@relation\s", re.IGNORECASE), FileType.ARFF),
    (re.compile(rb"[-+0-9.eE,]+(?: qid:[0-9]+)?(?: [0-9]+:[-+0-9.eE]+)+ *(?:#[^\n]*)?\r?(?:\n|$)"),
     FileType.SVMLIGHT),
)  # fmt: skip
_TEXT_BYTES: Final = frozenset(string.printable.encode())

_EXPORT: Final = "Save or export the table as tab-separated text in UTF-8"
_UNCOMPRESS: Final = "Uncompress it, or compress the table with gzip instead"
_PANDAS: Final = 'In Python, write the table with DataFrame.to_csv(path, sep="\\t", index=False)'
_TABLE_ADVICE: Final = {
    FileType.NUMPY: 'In Python, write an array of two dimensions with numpy.savetxt(path, array, '
    '"%.9g", "\\t")',
    FileType.PICKLE: _PANDAS,
    FileType.PARQUET: f"Give features in it with --features-format parquet. {_PANDAS}",
    FileType.R: 'In R, write the table with write.table(x, path, sep="\\t", quote=FALSE, '
    "row.names=FALSE)",
    FileType.GZIP: "It was compressed twice: uncompress it once",
    FileType.BZIP2: _UNCOMPRESS,
    FileType.XZ: _UNCOMPRESS,
    FileType.ZSTANDARD: _UNCOMPRESS,
    FileType.ZIP: "Unpack it, and give the table in it",
    FileType.IMAGE: "Give a table with a row for each sample, and a column for each pixel",
    FileType.HTML: "It may be the message of a failed download: look into it",
    FileType.MATRIX_MARKET: "Give features in it with --features-format matrix-market",
    FileType.ARFF: "Save it as CSV in Weka, or with scipy.io.arff in Python, and convert that to "
    "tab-separated text",
    FileType.SVMLIGHT: "In Python, read it with sklearn.datasets.load_svmlight_file, write the "
    "features with scipy.io.mmwrite and the labels as text; give the features with "
    "--features-format matrix-market",
}  # fmt: skip
"""What to do with a file that is no table; `_EXPORT` for other types."""

_MODEL_ADVICE: Final = {
    FileType.KERAS: "Give it as --model, without --weights",
    FileType.SAVED_MODEL: "It holds a computation, not layers. Where the network was made, save "
    "the model with model.save to a .keras file, and give that",
    FileType.PYTORCH: "Build its network with keras-model-config, and train it here",
    FileType.GZIP: "Uncompress it",
    FileType.BZIP2: "Uncompress it",
    FileType.XZ: "Uncompress it",
    FileType.ZSTANDARD: "Uncompress it",
    FileType.HTML: "It may be the message of a failed download: look into it",
}
"""What to do with a model of another program, where something can be done."""


def identify_file_type(path: Path) -> FileType:
    """Return the type of the file.

    Raises
    ------
    ModelFileError
        If it cannot be read, or is a pipe or a device, which could be read only once.
    """
    try:
        if not path.is_dir() and not stat.S_ISREG(path.stat().st_mode):
            raise ModelFileError(
                f"{path} is a pipe or a device, but models are read from files. "
                "Write it to a file first, and give that"
            )
        with path.open("rb") as file:
            start = file.read(HEADER_BYTES)
    except OSError as error:
        raise ModelFileError(describe_read_failure(path, error)) from error
    return identify_start(start, path)


def identify_start(start: bytes, path: Path) -> FileType:
    """Return the type of a file.

    Parameters
    ----------
    start
        Its first bytes, `HEADER_BYTES` of them if there are so many.
    path
        The file, in which those that begin as zip or gzip are looked into.
    """
    if not start:
        return FileType.EMPTY
    for magic_number, file_type in _MAGIC_NUMBERS:
        if start.startswith(magic_number):
            return _look_into(path, file_type)
    return _identify_text(start)


def find_table_advice(file_type: FileType) -> str | None:
    """Return what to do with a file that should be a table; None if it may be one."""
    if file_type in (FileType.TEXT, FileType.UNKNOWN, FileType.EMPTY, FileType.JSON):
        return None
    return _TABLE_ADVICE.get(file_type, _EXPORT)


def find_model_advice(file_type: FileType) -> str | None:
    """Return what to do with a file that should be a model of ours; None if nothing is known."""
    return _MODEL_ADVICE.get(file_type)


def describe_foreign_model(file_type: FileType) -> str | None:
    """Return the rest of a message that begins with the name of such a file; None as above."""
    advice = find_model_advice(file_type)
    return advice and f"is {file_type.value}, which cannot be used as it is. {advice}"


def _identify_text(start: bytes) -> FileType:
    for pattern, file_type in _TEXTS:
        if pattern.match(start):
            return file_type
    if start.lstrip().startswith((b"{", b"[")):
        return FileType.JSON
    return FileType.TEXT if _TEXT_BYTES.issuperset(start) else FileType.UNKNOWN


def _look_into(path: Path, file_type: FileType) -> FileType:
    if file_type is FileType.ZIP:
        return _identify_archive(path)
    if file_type is FileType.GZIP and _begins_with_r(path):
        return FileType.R
    return file_type


def _identify_archive(path: Path) -> FileType:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return FileType.ZIP
    for pattern, file_type in _ZIP_MEMBERS:
        if any(map(pattern.fullmatch, names)):
            return file_type
    return FileType.ZIP


def _begins_with_r(path: Path) -> bool:
    try:
        with gzip.open(path) as content:
            start = content.read(8)
    except (OSError, EOFError, zlib.error):
        return False
    return any(
        start.startswith(magic_number)
        for magic_number, file_type in _MAGIC_NUMBERS
        if file_type is FileType.R
    )
