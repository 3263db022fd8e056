"""Writes tables of the shape of the tutorial's: a part of those of a folder, or drawn ones.

Usage: tutorial_tables.py OUTPUT [--rows 25000] [--length 500] [--source FOLDER]

The four tables are X_train, y_train, X_test and y_test (.tsv.gz). FOLDER has them as .tsv or
.tsv.gz; as many rows of each are taken. Without FOLDER the reviews are drawn: word indices below
10,000, cut or padded in front to one length, with the share of padding that reviews in IMDB have
at 500; the labels are drawn too, so that times mean something and scores do not.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

TABLES = ("X_train", "y_train", "X_test", "y_test")
ROWS, LENGTH = 25_000, 500


def find_table(folder: Path, name: str) -> Path:
    """Return the path of a table, compressed or not."""
    for suffix in (".tsv.gz", ".tsv"):
        if (folder / f"{name}{suffix}").exists():
            return folder / f"{name}{suffix}"
    sys.exit(f"{folder} has neither {name}.tsv nor {name}.tsv.gz; give the folder that does")


def draw_lines(name: str, rows: int, length: int) -> Iterator[str]:
    """Return the lines of a drawn table."""
    # chain.py imports this module and must stay small: see measure.py.
    import numpy as np
    from reviews import draw_reviews

    random = np.random.default_rng(TABLES.index(name))
    if name.startswith("X"):
        table = draw_reviews(random, rows, length)
    else:
        table = random.integers(0, 2, (rows, 1))
    return ("\t".join(map(str, row)) + "\n" for row in table.tolist())


def read_lines(path: Path, rows: int) -> Iterator[str]:
    """Return the first lines of a table."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        yield from itertools.islice(file, rows)


def main() -> None:
    """Write the four tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("output", type=Path)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--length", type=int, default=LENGTH)
    parser.add_argument("--source", type=Path)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        if options.source:
            lines = read_lines(find_table(options.source, name), options.rows)
        else:
            lines = draw_lines(name, options.rows, options.length)
        with gzip.open(options.output / f"{name}.tsv.gz", "wt", compresslevel=6) as file:
            file.writelines(lines)


if __name__ == "__main__":
    main()
