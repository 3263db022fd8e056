"""Signals along a genome: bigWig, and bedGraph as text."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.files import describe_read_failure
from galaxy_keras.artefacts.genome.intervals import Intervals, read_intervals
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.requests.columns import ColumnSelection

_MAGIC: Final = (b"\x26\xfc\x8f\x88", b"\x88\x8f\xfc\x26")
_OPTION: Final = "--target-signal"


@dataclass(frozen=True, eq=False)
class Signal:
    """Stretches of one value each, as they are in a file; positions from 0, ends not included.

    Attributes
    ----------
    path
        The file.
    names
        The names of the chromosomes.
    chromosomes
        The index of the name of each stretch, shape (stretches,).
    starts, ends
        Shape (stretches,).
    values
        The value of each base of a stretch.
    """

    path: Path
    names: tuple[str, ...]
    chromosomes: NDArray[np.int32]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    values: NDArray[np.float64]


def read_signal(path: Path) -> Signal:
    """Read a bigWig, or a bedGraph that is plain or compressed with gzip.

    Raises
    ------
    DataError
        If the file cannot be read, holds what is no number, or two values for one base.
    ConfigurationError
        If it is a bigWig and the package that reads them is not installed.
    """
    try:
        with path.open("rb") as file:
            if file.read(4) in _MAGIC:
                file.seek(0)
                return _read_bigwig(path, file)
    except OSError as error:
        raise DataError(describe_read_failure(path, error)) from error
    return _read_bedgraph(path)


def _read_bedgraph(path: Path) -> Signal:
    selection = ColumnSelection(by="number", spans=((4, 4),))
    intervals = read_intervals(path, selection, _OPTION)
    columns = intervals.columns
    if columns is None:
        raise TypeError("no column was asked for")
    values = columns.parse_numbers(0)
    _check_overlaps(intervals)
    return Signal(
        path, intervals.names, intervals.chromosomes, intervals.starts, intervals.ends, values
    )


def _check_overlaps(intervals: Intervals) -> None:
    order = np.lexsort((intervals.starts, intervals.chromosomes))
    same = np.diff(intervals.chromosomes[order]) == 0
    overlaps = np.flatnonzero(same & (intervals.starts[order][1:] < intervals.ends[order][:-1]))
    if len(overlaps):
        first, second = sorted(intervals.lines[order[[overlaps[0], overlaps[0] + 1]]].tolist())
        raise DataError(
            f"{intervals.path}, line {second:,}: the stretch overlaps that of line {first:,}, so "
            "that a base has two values. Give each base one value (bedtools merge)"
        )


def _read_bigwig(path: Path, file: BinaryIO) -> Signal:
    if importlib.util.find_spec("pybigtools") is None:
        raise ConfigurationError(
            f"{path} is a bigWig, which pybigtools reads, and that is not installed. Run: pip "
            "install 'galaxy-keras[genome]', or give a bedGraph"
        )
    import pybigtools

    try:
        opened = pybigtools.open(file)
        names = tuple(opened.chroms())
        parts = list(_iterate_parts(opened, names))
    except (ValueError, OSError, pybigtools.BBIReadError) as error:
        raise DataError(
            f"{path} is a damaged or truncated bigWig. Upload or copy it again"
        ) from error
    chromosomes, starts, ends, values = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Signal(path, names, chromosomes, starts, ends, values)


def _iterate_parts(
    opened: Any, names: tuple[str, ...]
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]:
    for number, name in enumerate(names):
        records = np.array(list(opened.records(name)), np.float64).reshape(-1, 3)
        starts, ends, values = records.T
        numbers = np.full(len(records), number, np.int32)
        yield numbers, starts.astype(np.int64), ends.astype(np.int64), values
