"""Sequences that a network is looked into with: of a FASTA file, or windows of a genome."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.genome.intervals import read_intervals
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.artefacts.tables.fasta import iterate_records
from galaxy_keras.data.genome.samples import WindowSamples, encode_texts
from galaxy_keras.data.genome.windows import Candidates, Geometry, Rules, make_windows
from galaxy_keras.data.raw_inputs import FittedInput
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.preparation.genome import (
    choose_geometry,
    choose_window_encoding,
    count_letters,
    find_unusable,
    fit_window_encoding,
    log_left_out,
)
from galaxy_keras.preparation.prediction import restore_encodings
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.values.component import Component

ROWS_PER_CHUNK: Final = 256
_PLACE: Final = re.compile(r"(.+):([0-9,]+)-([0-9,]+)")
_LETTERS: Final = "letters"


@dataclass(frozen=True, eq=False)
class SequenceModel:
    """A fitted model whose network takes the letters of one sequence.

    Attributes
    ----------
    fitted
        The model.
    encoding
        The encoding of its input.
    length
        Letters of a sequence.
    """

    fitted: FittedModel
    encoding: FittedInput
    length: int

    @property
    def letters(self) -> str:
        """The letters, in the order of their columns."""
        return {"dna": "ACGT", "rna": "ACGU", "protein": "ARNDCEQGHILKMFPSTWYV"}[
            str(self.encoding.encoding.options["alphabet"])
        ]

    def encode(self, texts: Sequence[str], names: Sequence[str]) -> NDArray[Any]:
        """Return sequences as the network takes them, shape (sequences, length, letters)."""
        return encode_texts(self.encoding, list(texts), lambda row: names[row])


def make_sequence_model(fitted: FittedModel, path: Path) -> SequenceModel:
    """Return a fitted model as one of sequences.

    Raises
    ------
    ConfigurationError
        If its network does not take letters.
    ModelFileError
        If its encodings are not what fitting could have made.
    """
    encodings = restore_encodings(fitted, path)
    stored = tuple(
        InputEncoding(each.name, (), Component(name=each.encoding.entry.name, options={}))
        for each in encodings
    )
    chosen = choose_window_encoding(fitted.architecture, stored)
    if chosen.entry.name != _LETTERS:
        raise ConfigurationError(
            f"{path}: the network takes {chosen.entry.name}, but single letters are looked at. "
            "Give a model with the encoding letters"
        )
    if encodings:
        length = encodings[0].encoding.shape[0]
        return SequenceModel(fitted, encodings[0], length)
    length = count_letters(chosen)
    return SequenceModel(fitted, fit_window_encoding(chosen, "N" * length), length)


def find_sequence(
    model: SequenceModel, path: Path, sample: str | None, interval: str | None
) -> tuple[str, str]:
    """Return the name and the letters of one sequence.

    Parameters
    ----------
    model
        Says how long it is.
    path
        A FASTA file: of sequences, or a genome.
    sample
        The name of a sequence; None for the first.
    interval
        The place of a window in the genome, as browsers write it; None for a sequence.

    Raises
    ------
    DataError
        If there is no such sequence or place.
    ConfigurationError
        If both are given.
    """
    if interval is not None and sample is not None:
        raise ConfigurationError(
            "--sample and --interval are both given. Give one of them: the name of a sequence, or "
            "a place in a genome"
        )
    if interval is not None:
        return interval, _read_place(model, path, interval)
    for record in iterate_records(path):
        if sample in (None, record.name):
            return record.name, record.sequence[: model.length]
    raise DataError(f'{path} has no sequence "{sample}". Check --sample')


def iterate_sequences(
    model: SequenceModel, path: Path, intervals: Path | None
) -> Iterator[NDArray[Any]]:
    """Yield the encoded sequences of a FASTA file, or of the windows of intervals, in chunks.

    Raises
    ------
    DataError
        If a file cannot be read, or no window can be used.
    """
    if intervals is None:
        records = iterate_records(path)
        while chunk := list(islice(records, ROWS_PER_CHUNK)):
            names = [f'{path}, sequence "{record.name}"' for record in chunk]
            yield model.encode([record.sequence for record in chunk], names)
        return
    samples = _find_windows(model, Genome(path), intervals)
    for start in range(0, len(samples), ROWS_PER_CHUNK):
        rows = range(start, min(start + ROWS_PER_CHUNK, len(samples)))
        texts = [samples.read_text(row) for row in rows]
        yield model.encode(texts, [samples.locate(row) for row in rows])


def _find_windows(model: SequenceModel, genome: Genome, path: Path) -> WindowSamples:
    intervals = read_intervals(path)
    geometry = choose_geometry(model.length, None)
    candidates = Candidates.from_intervals(genome, intervals)
    reasons = find_unusable(genome, geometry, intervals, candidates, Rules())
    log_left_out(intervals, reasons)
    rows = np.flatnonzero(reasons == 0)
    if not len(rows):
        raise DataError(f"none of the intervals of {path} gives a window that can be used")
    windows = make_windows(genome, geometry, candidates, rows)
    return WindowSamples(windows, np.zeros((0, geometry.length), np.uint8))


def _read_place(model: SequenceModel, path: Path, interval: str) -> str:
    found = _PLACE.fullmatch(interval.strip())
    if found is None:
        raise ConfigurationError(
            f'--interval: "{interval}" is no place of a genome. Write it as browsers do: '
            "chr1:101-300, counted from 1"
        )
    name, start, end = found[1], *(int(each.replace(",", "")) for each in found.groups()[1:])
    genome = Genome(path)
    chromosome = genome.find(name)
    if chromosome is None:
        raise DataError(genome.explain_unknown(Path("--interval"), [name]))
    if start < 1 or end < start:
        raise ConfigurationError(
            f'--interval: "{interval}" ends before it starts, or starts before 1. Positions are '
            "counted from 1, and both ends are inside"
        )
    middle = (start - 1) + (end - start + 1) // 2
    first = middle - Geometry(model.length, model.length).before
    length = genome.chromosomes[chromosome].length
    if first < 0 or first + model.length > length:
        raise DataError(
            f"--interval {interval}: the window of {model.length:,} letters around its middle "
            f"leaves {genome.chromosomes[chromosome].name}, which has {length:,}. Give another one"
        )
    letters = genome.read(chromosome, first, first + model.length)
    return str(letters.tobytes().decode("ascii", "replace")).upper()
