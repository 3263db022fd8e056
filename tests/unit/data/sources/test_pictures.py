"""Folders and archives of pictures as tables of one column, whose rows are named by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from galaxy_keras.data.sources.registry import open_source
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.requests.runs import SampleRequest

NAMES = ["cat/1.png", "cat/2.JPG", "dog/1.png"]


def request(path: Path, **options: object) -> SampleRequest | None:
    given = {"features": path, "features_header": None, "features_columns": "all", **options}
    return SampleRequest.from_options(given)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in (*NAMES, "dog/notes.txt", ".hidden/1.png"):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "pictures"


def test_a_folder_or_an_archive_holds_pictures(folder: Path) -> None:
    found = request(folder)
    assert found is not None
    assert (found.format, found.pictures) == ("pictures", folder)
    found = request(folder / "x.ZIP")
    assert found is not None
    assert (found.format, found.pictures) == ("pictures", folder / "x.ZIP")


def test_a_table_names_pictures(folder: Path) -> None:
    found = request(folder / "names.csv", pictures=folder)
    assert found is not None
    assert (found.format, found.pictures) == ("tabular", folder)


@pytest.mark.parametrize("rows", [None, 2])
def test_names_are_cells_of_one_column(folder: Path, rows: int | None) -> None:
    source = open_source(request(folder))
    with source.open_raw() as table:
        assert (table.layout.header, table.layout.count) == (None, 1)
        chunks = list(table.iterate([0], rows))
    assert [cell for chunk in chunks for cell in chunk.columns[0]] == NAMES
    assert [name for chunk in chunks for name in chunk.row_names or ()] == NAMES
    assert [chunk.first_row for chunk in chunks] == ([1] if rows is None else [1, 3])
    # Messages name the picture themselves.
    assert chunks[0].locate(0, 0) == str(folder)
    assert source.read_names() == NAMES
    assert source.read_classes() == ["cat", "cat", "dog"]


def test_a_folder_of_one_class_only(folder: Path) -> None:
    (folder / "dog" / "1.png").unlink()
    with pytest.raises(DataError, match='are in one folder, "cat", but folders are their classes'):
        open_source(request(folder)).read_classes()


def test_without_an_encoding_there_are_no_numbers(folder: Path) -> None:
    with pytest.raises(ConfigurationError, match="but the network takes numbers: its builder was"):
        next(open_source(request(folder)).iterate())


def test_other_sources_have_no_classes(tmp_path: Path) -> None:
    assert open_source(request(tmp_path / "x.fa")).read_classes() is None
    assert open_source(request(tmp_path / "x.tsv")).read_names() is None
