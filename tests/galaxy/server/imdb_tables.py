"""The tables of the published workflow, cut to some of the IMDB reviews."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path

ROWS = 2000
# Reviews are taken from all over the files, so that both classes are among them.
EVERY = 25_000 // ROWS
TABLES = ("X_train", "y_train", "X_test", "y_test")


def cut_tables(imdb: Path, folder: Path) -> dict[str, Path]:
    """Write the tables and return their paths by the labels of the workflow's inputs.

    Parameters
    ----------
    imdb
        The folder with the whole tables, compressed.
    folder
        Where to write.
    """
    paths = {table: folder / f"{table}.tsv" for table in TABLES}
    for table, path in paths.items():
        with gzip.open(imdb / f"{table}.tsv.gz", "rt") as rows:
            path.write_text("".join(islice(rows, 0, EVERY * ROWS, EVERY)))
    return paths
