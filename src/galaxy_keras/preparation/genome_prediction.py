"""Windows of intervals, or of the alleles of variants, to predict from."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.genome.intervals import Intervals, read_intervals
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.artefacts.genome.variants import Variant, iterate_variants
from galaxy_keras.artefacts.models.fitted import FittedModel
from galaxy_keras.data.features import Arrays, arrange_inputs, assign_columns
from galaxy_keras.data.genome.alleles import AlleleWindows, make_allele_windows
from galaxy_keras.data.genome.blacklists import read_blacklist
from galaxy_keras.data.genome.regions import Regions
from galaxy_keras.data.genome.samples import WindowSamples, encode_texts
from galaxy_keras.data.genome.windows import Candidates, Rules, make_windows
from galaxy_keras.data.raw_inputs import FittedInput
from galaxy_keras.data.tabulation import OutputTable
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.preparation.genome import (
    choose_geometry,
    choose_window_encoding,
    count_letters,
    find_unusable,
    fit_window_encoding,
    log_left_out,
    log_spellings,
)
from galaxy_keras.preparation.one_table import check_rereadable
from galaxy_keras.schema.requests.genome import WindowPrediction
from galaxy_keras.schema.requests.runs import PredictionRequest
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.values.component import Component

MAX_MISMATCHES: Final = 0.05
"""Above this share of variants whose reference allele the genome does not have, it is another."""
INTERVAL_NAMES: Final = ("chrom", "start", "end", "name", "strand")
VARIANT_NAMES: Final = ("chrom", "pos", "name", "ref", "alt", "strand")
MATCHES: Final = "reference_matches"
_STRANDS: Final = {1: "+", -1: "-", 0: "."}

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class WindowChunk:
    """Some rows of the table of predictions.

    Attributes
    ----------
    places
        The columns before the outputs.
    is_predicted
        Which rows have a window, shape (rows,).
    alleles
        The inputs of the network for those rows; for each allele that is predicted.
    lines
        The lines in the file, shape (rows,).
    matches
        Whether the genome has the reference allele, shape (rows,); None for intervals.
    """

    places: OutputTable
    is_predicted: NDArray[np.bool_]
    alleles: tuple[Arrays, ...]
    lines: Sequence[int]
    matches: NDArray[np.bool_] | None = None


@dataclass(frozen=True, eq=False)
class WindowRows:
    """All rows of a table of predictions.

    Attributes
    ----------
    path
        The file of intervals or variants.
    names
        The names of the columns before the outputs.
    chunks
        The rows.
    """

    path: Path
    names: tuple[str, ...]
    chunks: Iterator[WindowChunk]


def read_window_rows(
    run: PredictionRequest,
    request: WindowPrediction,
    fitted: FittedModel,
    encodings: Sequence[FittedInput],
    rows: int,
) -> WindowRows:
    """Return the windows to predict from, `rows` at a time.

    Parameters
    ----------
    run
        The genome and the method.
    request
        Intervals or variants.
    fitted, encodings
        The model and its encodings.
    rows
        Rows of a chunk.

    Raises
    ------
    DataError
        If a file cannot be read, nothing of it is in the genome, or it is of another assembly.
    ConfigurationError
        If the network does not take windows.
    """
    stored = tuple(
        InputEncoding(
            each.name, (), Component(name=each.encoding.entry.name, options=_get_options(each))
        )
        for each in encodings
    )
    encoding = choose_window_encoding(fitted.architecture, stored)
    length = count_letters(encoding)
    own = encodings[0] if encodings else fit_window_encoding(encoding, "N" * length)
    genome = Genome(run.features.path)
    blacklist = None if request.blacklist is None else read_blacklist(genome, request.blacklist)
    make = _InputMaker(fitted, own, run.features.path)
    if request.variants is not None:
        check_rereadable(request.variants, "variants are checked before they are predicted")
        reader = _VariantReader(genome, request.variants, length, blacklist)
        reader.check(allow_mismatches=request.allow_mismatches)
        return reader.make_rows(make, _choose_alleles(run, request), rows)
    if request.intervals is None:
        raise TypeError("there are neither intervals nor variants")
    return _make_interval_rows(genome, request.intervals, length, blacklist, make, rows)


def _get_options(fitted: FittedInput) -> dict[str, Any]:
    state = fitted.encoding.get_state().settings
    return {**fitted.encoding.options, "length": state.get("length")}


def _choose_alleles(run: PredictionRequest, request: WindowPrediction) -> tuple[str, ...]:
    if run.method == "encode":
        raise ConfigurationError(
            "--method encode is not for --variants, which have several alleles. Give --intervals, "
            "or choose another method"
        )
    if run.method == "variant-effect":
        return "reference", "alternative"
    return ("reference",) if request.output_reference else ("alternative",)


@dataclass(frozen=True, eq=False)
class _InputMaker:
    """Makes the inputs of the network of sequences."""

    fitted: FittedModel
    encoding: FittedInput
    path: Path

    def make(self, texts: list[str], locate: Callable[[int], str]) -> Arrays:
        encoded = encode_texts(self.encoding, texts, locate)
        flat = encoded.reshape(len(texts), -1)
        return arrange_inputs(flat, assign_columns(self.fitted.architecture, flat.shape[1]))


def _make_interval_rows(
    genome: Genome,
    path: Path,
    length: int,
    blacklist: Regions | None,
    make: _InputMaker,
    rows: int,
) -> WindowRows:
    intervals = read_intervals(path)
    geometry = choose_geometry(length, None)
    candidates = Candidates.from_intervals(genome, intervals)
    rules = Rules(blacklist, most_unknown=1)
    reasons = find_unusable(genome, geometry, intervals, candidates, rules)
    log_left_out(intervals, reasons, "intervals are not predicted")
    usable = np.flatnonzero(reasons == 0)
    samples = WindowSamples(
        make_windows(genome, geometry, candidates, usable), np.zeros((0, length), np.uint8)
    )
    numbers = np.cumsum(reasons == 0) - 1

    def iterate() -> Iterator[WindowChunk]:
        for start in range(0, len(intervals), rows):
            chosen = np.arange(start, min(start + rows, len(intervals)))
            predicted = reasons[chosen] == 0
            own = numbers[chosen[predicted]].tolist()
            texts = [samples.read_text(row) for row in own]

            def locate(row: int, own: list[int] = own) -> str:
                return samples.locate(own[row])

            inputs = make.make(texts, locate)
            yield WindowChunk(
                _tabulate_intervals(intervals, chosen),
                predicted,
                (inputs,),
                intervals.lines[chosen].tolist(),
            )

    return WindowRows(path, INTERVAL_NAMES, iterate())


def _tabulate_intervals(intervals: Intervals, rows: NDArray[np.intp]) -> OutputTable:
    names = np.array(intervals.names, object)[intervals.chromosomes[rows]]
    labels = np.array([intervals.labels[row] or "." for row in rows.tolist()], object)
    strands = np.array([_STRANDS[each] for each in intervals.strands[rows].tolist()], object)
    columns = [names, intervals.starts[rows], intervals.ends[rows], labels, strands]
    return OutputTable(list(INTERVAL_NAMES), columns)


@dataclass
class _Count:
    """How many variants there are of a kind, and the line of the first."""

    number: int = 0
    line: int = 0

    def add(self, line: int) -> None:
        self.number += 1
        self.line = self.line or line


@dataclass(eq=False)
class _VariantReader:
    """Reads variants and their windows, and counts what cannot be predicted."""

    genome: Genome
    path: Path
    length: int
    blacklist: Regions | None
    counts: dict[str, _Count] = field(default_factory=dict)

    def check(self, *, allow_mismatches: bool) -> None:
        """Read all variants once, and check that they are of the genome."""
        rows, mismatches, names = 0, _Count(), set()
        for variant in iterate_variants(self.path):
            names.add(variant.chromosome)
            windows = self._make_windows(variant)
            if windows is None:
                continue
            rows += 1
            if not windows.matches:
                mismatches.add(variant.line)
        if not any(self.genome.find(name) is not None for name in names):
            raise DataError(self.genome.explain_unknown(self.path, sorted(names)))
        log_spellings(self.genome, tuple(sorted(names)), self.path)
        for text, count in self.counts.items():
            logger.warning(
                "%s alternatives are left out: they %s (first: line %s of %s).",
                f"{count.number:,}",
                text,
                f"{count.line:,}",
                self.path,
            )
        if not rows:
            raise DataError(
                f"none of the variants of {self.path} can be predicted. Check that the genome is "
                "of the assembly of the variants, and --blacklist"
            )
        self._check_mismatches(rows, mismatches, allow_mismatches=allow_mismatches)

    def make_rows(self, make: _InputMaker, alleles: Sequence[str], rows: int) -> WindowRows:
        """Return the variants that can be predicted, with the windows of these alleles."""
        return WindowRows(self.path, VARIANT_NAMES, self._iterate(make, alleles, rows))

    def _iterate(
        self, make: _InputMaker, alleles: Sequence[str], rows: int
    ) -> Iterator[WindowChunk]:
        found = (
            (variant, windows)
            for variant in iterate_variants(self.path)
            if (windows := self._make_windows(variant)) is not None
        )
        while chunk := list(itertools.islice(found, rows)):
            variants = [variant for variant, _ in chunk]
            lines = [variant.line for variant in variants]

            def locate(row: int, lines: list[int] = lines) -> str:
                return f"{self.path}, line {lines[row]:,}"

            yield WindowChunk(
                _tabulate_variants(variants),
                np.ones(len(chunk), bool),
                tuple(
                    make.make([getattr(each, allele) for _, each in chunk], locate)
                    for allele in alleles
                ),
                lines,
                np.array([windows.matches for _, windows in chunk]),
            )

    def _make_windows(self, variant: Variant) -> AlleleWindows | None:
        """Return the windows; None, and a reason in `counts`, where there are none."""
        chromosome = self.genome.find(variant.chromosome)
        if variant.is_symbolic:
            reason = "are no sequences (<DEL>, breakends)"
        elif chromosome is None:
            reason = "are on chromosomes that the genome does not have"
        elif not (windows := make_allele_windows(self.genome, chromosome, variant, self.length)):
            reason = "have windows that leave their chromosome"
        elif self.blacklist is not None and self._is_listed(chromosome, variant, self.blacklist):
            reason = "have windows that overlap the blacklist"
        else:
            return windows
        self.counts.setdefault(reason, _Count()).add(variant.line)
        return None

    def _is_listed(self, chromosome: int, variant: Variant, blacklist: Regions) -> bool:
        center = variant.position + len(variant.reference) // 2
        start = np.array([self.genome.offsets[chromosome] + center - self.length // 2])
        return bool(blacklist.count_covered(start, start + self.length)[0])

    def _check_mismatches(self, rows: int, mismatches: _Count, *, allow_mismatches: bool) -> None:
        if not mismatches.number:
            return
        said = (
            f"the genome has another reference allele than {mismatches.number:,} of {rows:,} "
            f"alternatives of {self.path} (first: line {mismatches.line:,})"
        )
        if mismatches.number > MAX_MISMATCHES * rows and not allow_mismatches:
            raise DataError(
                f"{said}, so it seems to be of another assembly, or the positions are counted from "
                "0. Give the genome that the variants were called on; --allow-mismatches goes on"
            )
        logger.warning("%s%s: the windows have that of the file.", said[0].upper(), said[1:])


def _tabulate_variants(variants: Sequence[Variant]) -> OutputTable:
    columns = [
        np.array([each.chromosome for each in variants], object),
        np.array([each.position for each in variants]),
        np.array([each.name for each in variants], object),
        np.array([each.reference for each in variants], object),
        np.array([each.alternative for each in variants], object),
        np.full(len(variants), "+", object),
    ]
    return OutputTable(list(VARIANT_NAMES), columns)
