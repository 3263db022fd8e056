"""Files of other programs are recognized by their content, and a message says what to do."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import pickle
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from galaxy_keras.artefacts.content import FileType, identify_file_type
from galaxy_keras.artefacts.json_text import read_json
from galaxy_keras.artefacts.model_file import read_model
from galaxy_keras.artefacts.tables import read_columns, read_features
from galaxy_keras.errors import ConfigurationError, DataError, ModelFileError

TABLE = b"1\t2\n3\t4\n"
EXPORT = "Save or export the table as tab-separated text in UTF-8"
UNCOMPRESS = "Uncompress it, or compress the table with gzip instead"
R = 'In R, write the table with write.table(x, path, sep="\\t", quote=FALSE, row.names=FALSE)'
PANDAS = 'In Python, write the table with DataFrame.to_csv(path, sep="\\t", index=False)'


def pack(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return content.getvalue()


def save_array() -> bytes:
    content = io.BytesIO()
    np.save(content, np.zeros((2, 2)))
    return content.getvalue()


CONTENTS = {
    "Keras": (pack("metadata.json", "config.json", "model.weights.h5"), FileType.KERAS),
    "SavedModel": (b"\x08\x01\x12\x05rest", FileType.SAVED_MODEL),
    "zipped SavedModel": (pack("model/saved_model.pb"), FileType.SAVED_MODEL),
    "PyTorch": (pack("archive/data.pkl", "archive/version"), FileType.PYTORCH),
    "npy": (save_array(), FileType.NUMPY),
    "npz": (pack("x.npy", "y.npy"), FileType.NUMPY),
    "rds": (gzip.compress(b"X\n\0\0\0\3rest"), FileType.R),
    "RData": (gzip.compress(b"RDX3\nX\n"), FileType.R),
    "rds, not compressed": (b"X\n\0\0\0\3rest", FileType.R),
    "Parquet": (b"PAR1rest", FileType.PARQUET),
    "xlsx": (pack("[Content_Types].xml", "xl/workbook.xml"), FileType.EXCEL),
    "xls": (b"\xd0\xcf\x11\xe0rest", FileType.EXCEL),
    "ods": (pack("mimetype", "content.xml"), FileType.OPEN_DOCUMENT),
    "bzip2": (bz2.compress(TABLE), FileType.BZIP2),
    "xz": (lzma.compress(TABLE), FileType.XZ),
    "Zstandard": (b"\x28\xb5\x2f\xfdrest", FileType.ZSTANDARD),
    "PNG": (b"\x89PNG\r\n\x1a\nrest", FileType.IMAGE),
    "JPEG": (b"\xff\xd8\xff\xe0rest", FileType.IMAGE),
    "PDF": (b"%PDF-1.7\n", FileType.PDF),
    "HTML": (b"\n<!DOCTYPE html><html>404", FileType.HTML),
    "UTF-16": ("a\tb\n".encode("utf-16"), FileType.UTF16),
    "MatrixMarket": (b"%%MatrixMarket matrix coordinate real general\n", FileType.MATRIX_MARKET),
    "ARFF": (b"% by me\n\n@RELATION iris\n@DATA\n", FileType.ARFF),
    "svmlight": (b"+1 1:0.5 7:1e-3 # first\n", FileType.SVMLIGHT),
    "svmlight, of queries": (b"2 qid:1 1:0.5\n", FileType.SVMLIGHT),
    "zip": (pack("a.tsv"), FileType.ZIP),
    "zip, damaged": (b"PK\x03\x04rest", FileType.ZIP),
    "gzip": (gzip.compress(TABLE), FileType.GZIP),
    "gzip, damaged": (b"\x1f\x8brest", FileType.GZIP),
    "pickle": (pickle.dumps([1]), FileType.PICKLE),
    "JSON": (b' {"a": 1}', FileType.JSON),
    "text": (TABLE, FileType.TEXT),
    "empty": (b"", FileType.EMPTY),
    "unknown": (b"\0\1\2", FileType.UNKNOWN),
}
ADVICE_ON_TABLES = {
    "npy": 'In Python, write an array of two dimensions with numpy.savetxt(path, array, "%.9g", '
    '"\\t")',
    "rds": R,
    "RData": R,
    "pickle": PANDAS,
    "Parquet": f"Give features in it with --features-format parquet. {PANDAS}",
    "xlsx": EXPORT,
    "ods": EXPORT,
    "UTF-16": EXPORT,
    "bzip2": UNCOMPRESS,
    "xz": UNCOMPRESS,
    "Zstandard": UNCOMPRESS,
    "zip": "Unpack it, and give the table in it",
    "PNG": "Give a table with a row for each sample, and a column for each pixel",
    "HTML": "It may be the message of a failed download: look into it",
    "MatrixMarket": "Give features in it with --features-format matrix-market",
    "ARFF": "Save it as CSV in Weka, or with scipy.io.arff in Python, and convert that to "
    "tab-separated text",
    "svmlight": "In Python, read it with sklearn.datasets.load_svmlight_file, write the features "
    "with scipy.io.mmwrite and the labels as text; give the features with --features-format "
    "matrix-market",
}
ADVICE_ON_MODELS = {
    "SavedModel": "It holds a computation, not layers. Where the network was made, save the model "
    "with model.save to a .keras file, and give that",
    "PyTorch": "Build its network with keras-model-config, and train it here",
    "gzip": "Uncompress it",
    "bzip2": "Uncompress it",
    "HTML": "It may be the message of a failed download: look into it",
}
ARCHITECTURE = Path(__file__).parents[2] / "fixtures" / "keras2" / "lstm" / "architecture.json"


@pytest.fixture
def write(tmp_path: Path):
    def write_content(name: str) -> Path:
        path = tmp_path / "file"
        path.write_bytes(CONTENTS[name][0])
        return path

    return write_content


@pytest.mark.parametrize("name", CONTENTS)
def test_types(write, name: str) -> None:
    assert identify_file_type(write(name)) is CONTENTS[name][1]


@pytest.mark.parametrize("read", [read_features, read_columns])
@pytest.mark.parametrize("name", ADVICE_ON_TABLES)
def test_no_tables(write, name: str, read) -> None:
    path = write(name)
    with pytest.raises(DataError) as refused:
        read(path)
    assert (
        str(refused.value)
        == f"{path} is {CONTENTS[name][1]}, not a table. " + (ADVICE_ON_TABLES[name])
    )


def test_table_compressed_twice(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(gzip.compress(TABLE)))
    with pytest.raises(DataError, match="It was compressed twice: uncompress it once"):
        read_features(path)


@pytest.mark.parametrize("name", ADVICE_ON_MODELS)
def test_no_models(write, name: str) -> None:
    path, kind = write(name), CONTENTS[name][1]
    with pytest.raises(ModelFileError) as refused:
        read_model(path)
    assert str(refused.value) == (
        f"{path} is {kind}, which cannot be used as it is. {ADVICE_ON_MODELS[name]}"
    )
    with pytest.raises(ModelFileError) as refused:
        read_model(ARCHITECTURE, path)
    assert str(refused.value) == (
        f"{path} is {kind}, not weights of Keras (.h5). {ADVICE_ON_MODELS[name]}"
    )


def test_no_weights(write) -> None:
    path = write("npy")
    with pytest.raises(ModelFileError) as refused:
        read_model(ARCHITECTURE, path)
    assert str(refused.value) == (
        f"{path} is an array of NumPy (.npy or .npz), not weights of Keras (.h5). Give the .h5 "
        "file that was written beside the architecture JSON"
    )


@pytest.mark.parametrize("group", ["layers", "_layer_checkpoint_dependencies"])
def test_weights_of_keras_3_alone(tmp_path: Path, group: str) -> None:
    path = tmp_path / "m.weights.h5"
    with h5py.File(path, "w") as file:
        file.create_group(group)
    with pytest.raises(ModelFileError) as refused:
        read_model(path)
    assert str(refused.value) == (
        f"{path} holds weights of Keras without a model that could be read as data. Give it as "
        "--weights, and the architecture JSON of the model as --model"
    )
    with pytest.raises(ModelFileError, match=r"has no weights for .* belong together"):
        read_model(ARCHITECTURE, path)


def test_model_of_keras_as_weights(write) -> None:
    path = write("Keras")
    with pytest.raises(ModelFileError) as refused:
        read_model(ARCHITECTURE, path)
    assert str(refused.value) == (
        f"{path} is a model that Keras 3 saved (.keras), not weights of Keras (.h5). Give it as "
        "--model, without --weights"
    )


def test_whole_model_in_hdf5_without_layers(tmp_path: Path) -> None:
    path = tmp_path / "m.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential"})
        file.create_group("model_weights")
    with pytest.raises(ModelFileError) as refused:
        read_model(path)
    assert str(refused.value).startswith(f"{path}: the model is Sequential, which is not in the")


def test_no_settings(write) -> None:
    path = write("Keras")
    with pytest.raises(ConfigurationError) as refused:
        read_json(path)
    assert str(refused.value) == (
        f"{path} is a model that Keras 3 saved (.keras). Unpack config.json from it, and give that"
    )
    path = write("PNG")
    with pytest.raises(ConfigurationError) as refused:
        read_json(path)
    assert str(refused.value) == (
        f"{path} is an image, not a text with settings in it. Check that it is the right file"
    )
