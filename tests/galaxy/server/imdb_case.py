"""The test of the published workflow: its file unchanged, on the first of the IMDB reviews."""

from __future__ import annotations

import gzip
import shutil
from itertools import islice
from pathlib import Path

import yaml

ROWS = 2000
# The files begin with one class: every n-th row keeps both.
EVERY = 25_000 // ROWS


def write_imdb_case(folder: Path, workflow: Path, imdb: Path) -> Path:
    """Write the workflow and its test to `folder`, and return the workflow's path.

    Parameters
    ----------
    workflow
        The published file.
    imdb
        The folder with the tables of the reviews as word indices, compressed.
    """
    copy = folder / workflow.name
    shutil.copyfile(workflow, copy)
    names = [f"{table}_{part}" for table in ("X", "y") for part in ("train", "test")]
    for name in names:
        _cut_table(imdb / f"{name}.tsv.gz", folder / f"{name}.tsv")
    job = {name: {"class": "File", "path": f"{name}.tsv", "filetype": "tabular"} for name in names}
    picture = {"has_image_channels": {"channels": 4}, "has_image_width": {"min": 400}}
    case = {
        "doc": "The tutorial's workflow on some of its reviews",
        "job": job,
        "outputs": {"output": {"asserts": picture}},
    }
    copy.with_name(f"{copy.stem}-tests.yml").write_text(yaml.safe_dump([case]))
    return copy


def _cut_table(source: Path, target: Path) -> None:
    with gzip.open(source, "rt") as rows:
        target.write_text("".join(islice(rows, 0, EVERY * ROWS, EVERY)))
