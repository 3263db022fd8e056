"""Compares the reader of features with pandas, pyarrow, polars and plain numpy.

Usage: tables.py [--repeats 5] [--folder FOLDER] [TABLE.tsv[.gz] ...]

Without a table, two are generated in FOLDER (a temporary one by default): 25,000 x 500 word
indices as in the tutorial, and 5,000 x 30,000 numbers as of images (1.4 GB).
Each reading runs in a process of its own and ends with the same array, row by row in memory, of
the smallest type that holds every value; the others are told which, ours finds out. The readers
take turns, so that all meet the same machine. Printed are medians: wall and CPU seconds of
reading without imports, the ratio to the fastest of pandas, pyarrow and polars, the peak of
memory above that after the imports, and its ratio to the array; then how the memory of reading
in pieces, as in prediction, grows with the rows. Linux only.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

CONTENDERS = ("pandas", "pyarrow", "polars")


def read_ours(path: Path, _dtype: str) -> np.ndarray:
    """Return the array that `read_features` gives."""
    from galaxy_keras.artefacts.tables import read_features

    return read_features(path).values


def stream_ours(path: Path, _dtype: str) -> np.ndarray:
    """Read 10,000 rows at a time and return the sum of each column."""
    from galaxy_keras.artefacts.tables import iterate_features

    sums = [piece.values.sum(axis=0) for piece in iterate_features(path, rows=10_000)]
    return np.sum(sums, axis=0)


def read_numpy(path: Path, dtype: str) -> np.ndarray:
    """Return what one call of `numpy.loadtxt` gives."""
    return np.loadtxt(path, dtype, delimiter="\t", comments=None)


def read_pandas(path: Path, dtype: str) -> np.ndarray:
    """Read with pandas."""
    import pandas as pd

    table = pd.read_csv(path, sep="\t", header=None, dtype=dtype, compression=find_packing(path))
    return np.ascontiguousarray(table.to_numpy())


def read_pandas_pieces(path: Path, dtype: str) -> np.ndarray:
    """Read with pandas, in pieces of a twentieth, joined."""
    import pandas as pd

    rows = 250 if count_columns(path) > 10_000 else 1250
    pieces = pd.read_csv(
        path, sep="\t", header=None, dtype=dtype, chunksize=rows, compression=find_packing(path)
    )
    return np.concatenate([piece.to_numpy() for piece in pieces])


def read_pyarrow(path: Path, dtype: str) -> np.ndarray:
    """Read with pyarrow, in batches, into one array that is as long as needed."""
    import pyarrow as pa
    from pyarrow import csv

    names = [str(number) for number in range(count_columns(path))]
    reader = csv.open_csv(
        path,
        csv.ReadOptions(column_names=names, block_size=2**25 if len(names) > 10_000 else 2**21),
        csv.ParseOptions(delimiter="\t", quote_char=False),
        csv.ConvertOptions(column_types=dict.fromkeys(names, pa.type_for_alias(dtype))),
    )
    return np.concatenate([batch.to_tensor(row_major=True).to_numpy() for batch in reader])


def read_polars(path: Path, dtype: str) -> np.ndarray:
    """Read with polars."""
    import polars as pl

    kind = {"uint8": pl.UInt8, "int16": pl.Int16, "int32": pl.Int32, "float32": pl.Float32}[dtype]
    table = pl.read_csv(
        path,
        separator="\t",
        has_header=False,
        quote_char=None,
        schema_overrides=[kind] * count_columns(path),
    )
    return table.to_numpy(order="c")


READERS: dict[str, tuple[str, Callable[[Path, str], np.ndarray]]] = {
    "galaxy-keras": ("galaxy_keras", read_ours),
    "numpy": ("numpy", read_numpy),
    "pandas": ("pandas", read_pandas),
    "pandas, pieces": ("pandas", read_pandas_pieces),
    "pyarrow": ("pyarrow.csv", read_pyarrow),
    "polars": ("polars", read_polars),
    "stream": ("galaxy_keras", stream_ours),
}


def find_packing(path: Path) -> str | None:
    """Return how pandas must unpack a file."""
    return "gzip" if path.suffix == ".gz" else None


def count_columns(path: Path) -> int:
    """Return the number of columns."""
    import gzip

    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return file.readline().count(b"\t") + 1


def find_peak() -> float:
    """Return the peak of this process's memory in MiB."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def measure_here(name: str, path: Path, dtype: str) -> dict[str, Any]:
    """Read once in this process."""
    module, read = READERS[name]
    importlib.import_module(module)
    if module == "galaxy_keras":
        importlib.import_module("galaxy_keras.artefacts.tables")
    before, wall, cpu = find_peak(), time.perf_counter(), time.process_time()
    array = read(path, dtype)
    return {
        "wall": time.perf_counter() - wall,
        "cpu": time.process_time() - cpu,
        "peak": find_peak() - before,
        "array": array.nbytes / 2**20,
        "result": f"{array.shape} {array.dtype} {float(array[:100].sum(dtype=float)):.9g}",
    }


def measure(name: str, path: Path, dtype: str) -> dict[str, Any]:
    """Read once in a process of its own."""
    arguments = [sys.executable, __file__, "--one", name, "--dtype", dtype, str(path)]
    output = subprocess.run(arguments, check=True, capture_output=True, text=True).stdout
    result: dict[str, Any] = json.loads(output)
    return result


def compare_readers(path: Path, repeats: int) -> None:
    """Print the table for one file."""
    dtype = measure("galaxy-keras", path, "")["result"].split()[-2]
    names = [name for name in READERS if name != "stream" and is_installed(READERS[name][0])]
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for _ in range(repeats):
        for name in names:
            runs[name].append(measure(name, path, dtype))
    print(f"\n{path.name}: {runs['galaxy-keras'][0]['result']}, medians of {repeats}")
    print("reader          wall s   cpu s  to best  peak MB  to array")
    medians = {name: find_medians(each) for name, each in runs.items()}
    best = min((medians[name]["wall"] for name in CONTENDERS if name in names), default=np.nan)
    for name, each in medians.items():
        print(
            f"{name:14} {each['wall']:7.2f} {each['cpu']:7.2f} {each['wall'] / best:8.2f} "
            f"{each['peak']:8.0f} {each['peak'] / each['array']:9.2f}"
        )
    if len({run["result"] for each in runs.values() for run in each}) > 1:
        sys.exit("the readers disagree")


def find_medians(runs: list[dict[str, Any]]) -> dict[str, float]:
    """Return the median of each figure."""
    return {
        figure: statistics.median(run[figure] for run in runs)
        for figure in ("wall", "cpu", "peak", "array")
    }


def is_installed(module: str) -> bool:
    """Whether a library is there; says so if not."""
    installed = importlib.util.find_spec(module.partition(".")[0]) is not None
    if not installed:
        print(f"{module} is not installed, and left out", file=sys.stderr)
    return installed


def measure_streaming(folder: Path) -> None:
    """Print time and memory of reading in pieces for tables of 10,000 to 1,000,000 rows."""
    print("\nin pieces of 10,000 rows x 20\n     rows   wall s  peak MB")
    lines = list(format_rows(np.random.default_rng(0).normal(size=(10_000, 20)), 10_000))
    path = folder / "rows.tsv"
    for rows in (10_000, 100_000, 1_000_000):
        with path.open("w") as file:
            for _ in range(rows // len(lines)):
                file.writelines(lines)
        figures = measure("stream", path, "float32")
        print(f"{rows:9} {figures['wall']:8.2f} {figures['peak']:8.1f}")


def generate_tables(folder: Path) -> list[Path]:
    """Write the two tables of which the module's docstring speaks."""
    random = np.random.default_rng(0)
    words = np.minimum(random.zipf(1.3, (1000, 500)), 9999)
    words[np.arange(500) < random.integers(0, 450, (1000, 1))] = 0
    tables = {
        "integers.tsv": format_rows(words, 25_000),
        "numbers.tsv": format_rows(random.normal(size=(50, 30_000)), 5_000),
    }
    for name, rows in tables.items():
        with (folder / name).open("w") as file:
            file.writelines(rows)
    return [folder / name for name in tables]


def format_rows(values: np.ndarray, rows: int) -> Iterator[str]:
    """Give `rows` lines of a table, those of `values` again and again."""
    lines = ["\t".join(f"{value:.6g}" for value in row) + "\n" for row in values.tolist()]
    for row in range(rows):
        yield lines[row % len(lines)]


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("tables", nargs="*", type=Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--dtype", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure_here(options.one, options.tables[0], options.dtype)))
        return
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        for path in options.tables or generate_tables(folder):
            compare_readers(path, options.repeats)
        measure_streaming(folder)


if __name__ == "__main__":
    main()
