"""Sequences in FASTA format: names and letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from galaxy_keras.artefacts.tables.lines import open_lines
from galaxy_keras.errors import DataError


class Record(NamedTuple):
    """A sequence, and the first word of the line above it."""

    name: str
    sequence: str


def iterate_records(path: Path) -> Iterator[Record]:
    """Yield the sequences of a FASTA file, plain or compressed with gzip.

    Raises
    ------
    DataError
        If the file cannot be read, is not FASTA, has no sequences, or one is empty.
    """
    name: str | None = None
    lines: list[str] = []
    for number, line in enumerate(_read_lines(path), 1):
        if line.startswith(">"):
            if name is not None:
                yield _join(path, name, lines)
            name, lines = (line[1:].split() or [f"line {number}"])[0], []
        elif name is not None:
            lines.append(line)
        elif line:
            raise DataError(f'{path}, line {number}: a FASTA file begins with ">" and a name')
    if name is None:
        raise DataError(f"{path} has no sequences. Give a FASTA file")
    yield _join(path, name, lines)


def _read_lines(path: Path) -> Iterator[str]:
    with open_lines(path) as reader:
        while chunk := reader.read():
            yield from (line.strip() for line in chunk.lines)


def _join(path: Path, name: str, lines: list[str]) -> Record:
    sequence = "".join(lines)
    if not sequence:
        raise DataError(
            f'{path}, sequence "{name}" is empty. Remove it, or write its letters below its name'
        )
    return Record(name, sequence)
