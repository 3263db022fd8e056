"""Windows of a genome as samples of a training run, with their targets and what they share."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from galaxy_keras.artefacts.genome.intervals import Intervals, read_intervals
from galaxy_keras.artefacts.genome.reference import Genome
from galaxy_keras.artefacts.genome.signals import read_signal
from galaxy_keras.artefacts.tables import Features, TableColumns, read_columns
from galaxy_keras.artefacts.tables.layout import Layout
from galaxy_keras.data.draws import Draw, RandomStrands
from galaxy_keras.data.encodings.encoding import RawColumns
from galaxy_keras.data.encodings.registry import fit_encoding
from galaxy_keras.data.equal_rows import Hashes
from galaxy_keras.data.examples import Examples, show_sequences
from galaxy_keras.data.genome.blacklists import read_blacklist
from galaxy_keras.data.genome.clusters import find_clusters, join_clusters
from galaxy_keras.data.genome.negatives import draw_by_gc, draw_windows, shuffle_dinucleotides
from galaxy_keras.data.genome.regions import Places, place_intervals
from galaxy_keras.data.genome.samples import Compute, RandomPositions, WindowSamples
from galaxy_keras.data.genome.targets import (
    FeatureTargets,
    SignalTarget,
    compute_threshold,
    make_feature_targets,
)
from galaxy_keras.data.genome.windows import (
    REASONS,
    Candidates,
    Geometry,
    Rules,
    Windows,
    find_reasons,
    locate_window,
    make_windows,
)
from galaxy_keras.data.raw_inputs import FittedInput, restore_input
from galaxy_keras.data.window_splitting import WindowGroups
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.preparation.model_to_train import ModelToTrain
from galaxy_keras.preparation.reading import Tables, make_names_table, read_class_weights
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import format_shape, infer_shapes
from galaxy_keras.schema.requests.genome import DEFAULT_BIN, WindowTraining
from galaxy_keras.schema.requests.runs import TrainingRequest
from galaxy_keras.schema.requests.splits import HoldOut
from galaxy_keras.schema.training.encodings import InputEncoding
from galaxy_keras.schema.training.features import EncodedColumns
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import complete_options

_SEQUENCE_ENCODINGS = ("letters", "kmers")
_ANY_SEED = 0

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class TrainingWindows:
    """Windows to train on.

    Attributes
    ----------
    samples
        The windows.
    fitted
        The encoding of the network's input.
    target
        What each is to predict.
    groups
        What they have in common.
    hashes
        A number for each, equal for equal letters.
    positions
        Draws them anew in their intervals; None where they stay in the middle.
    is_stored
        Whether the builder has the encoding, so that a fitted model holds it; without one, letters
        are what a network with four columns takes.
    """

    samples: WindowSamples
    fitted: FittedInput
    target: TableColumns
    groups: WindowGroups
    hashes: Hashes
    positions: RandomPositions | None
    is_stored: bool

    @property
    def fitted_inputs(self) -> tuple[FittedInput, ...]:
        """What a fitted model holds of the encoding."""
        return (self.fitted,) if self.is_stored else ()

    def make_tables(self, run: TrainingRequest) -> Tables:
        """Return samples, targets and names as if they had been read from tables.

        Raises
        ------
        DataError
            If the table of class weights cannot be read.
        """
        return Tables(
            features=self.make_features(),
            target=self.target,
            ids=make_names_table(self.name_all()),
            class_weights=read_class_weights(run),
        )

    def make_features(self) -> Features:
        """Return the windows as features that are computed when they are asked for."""
        rows = self.samples.encode(self.fitted)
        # It answers all that arrays of features are asked for (`data.rows_on_demand`).
        values = cast(NDArray[Any], rows)
        return Features(values, None, tuple(range(1, rows.shape[1] + 1)), first_row=1)

    def name_all(self) -> list[str]:
        """Return the place of each window, as browsers write it, with its strand."""
        return [self.samples.name(row) for row in range(len(self.samples))]

    def show_examples(self, rows: NDArray[np.intp]) -> Examples:
        """Return windows as people read them."""
        return show_sequences([self.samples.read_text(row) for row in rows.tolist()], rows)

    def name_chromosomes(self, run: TrainingRequest) -> TrainingRequest:
        """Return the request with held-out chromosomes as the genome spells them."""
        genome = self.samples.windows.genome
        changes = {
            name: None if each is None else _rename_chromosomes(each, genome)
            for name, each in (("test", run.test), ("validation", run.validation))
        }
        return run.model_copy(update=changes)

    def make_draw(self, features: Features) -> Draw | None:
        """Return what draws positions and strands anew in each epoch; None where all stays."""
        draw = None if self.positions is None else self.positions.draw
        if self.fitted.encoding.draws_strands:
            return RandomStrands(self.fitted.encoding, features.values, draw).draw
        return draw


def choose_window_encoding(
    architecture: Architecture, encodings: tuple[InputEncoding, ...]
) -> InputEncoding:
    """Return the encoding of the windows of a genome.

    Parameters
    ----------
    architecture
        The network.
    encodings
        Those of its inputs; letters of DNA where there are none and the input has four columns.

    Raises
    ------
    ConfigurationError
        If the network does not take a sequence of known length.
    """
    shapes = infer_shapes(architecture)
    if len(encodings) == 1 and encodings[0].entry.name in _SEQUENCE_ENCODINGS:
        return encodings[0]
    name = architecture.inputs[0]
    shape = shapes[name].output[1:]
    if not encodings and len(architecture.inputs) == 1 and len(shape) == 2 and shape[1] == 4:
        options = {} if shape[0] is None else {"length": shape[0]}
        return InputEncoding(name, shape, Component(name="letters", options=options))
    found = (
        ", ".join(each.entry.name for each in encodings)
        or f"numbers {format_shape((None, *shape))}"
    )
    raise ConfigurationError(
        f"windows of a genome are one sequence each, but the network takes {found}. Build it with "
        "one input and --input 'letters length=1000 alphabet=dna' (or kmers)"
    )


def count_letters(encoding: InputEncoding) -> int:
    """Return how many letters a window has.

    Raises
    ------
    ConfigurationError
        If the encoding leaves it open.
    """
    options = complete_options(encoding.entry, encoding.encoding.options)
    length = options["length"]
    if length is None:
        raise ConfigurationError(
            f"the encoding {encoding.entry.name} does not say how long windows of a genome are. "
            "Give it a length (--set input__length=1000); kmers with output=count has none, so use "
            "output=index"
        )
    if encoding.entry.name == "letters":
        return int(str(length))
    return (int(str(length)) - 1) * int(str(options["stride"])) + int(str(options["k"]))


def fit_window_encoding(encoding: InputEncoding, example: str) -> FittedInput:
    """Return the encoding, which takes any one column of sequences, fitted on one window."""
    columns = RawColumns(("sequence",), ([example],))
    fitted = fit_encoding(encoding.entry.name, encoding.encoding.options, columns)
    return FittedInput(encoding.name, fitted, EncodedColumns(names=None, numeric=(False,)))


def choose_geometry(length: int, bin_length: int | None) -> Geometry:
    """Return how windows lie around positions.

    Raises
    ------
    ConfigurationError
        If the bin is longer than the window.
    """
    if bin_length is not None and bin_length > length:
        raise ConfigurationError(
            f"--target-bin {bin_length} is longer than the windows of {length} letters that the "
            "network takes. Give a shorter bin, or build the network with a longer input"
        )
    return Geometry(length, min(DEFAULT_BIN, length) if bin_length is None else bin_length)


def log_left_out(
    intervals: Intervals, reasons: NDArray[np.int8], what: str = "windows are left out"
) -> None:
    """Log how many intervals cannot be used, why, and the line of the first."""
    for number, text in REASONS.items():
        rows = np.flatnonzero(reasons == number)
        if len(rows):
            logger.warning(
                "%s of %s %s: they %s (first: line %s of %s).",
                f"{len(rows):,}",
                f"{len(reasons):,}",
                what,
                text,
                f"{intervals.lines[rows[0]]:,}",
                intervals.path,
            )


def log_spellings(genome: Genome, names: tuple[str, ...], path: object) -> None:
    """Log once that chromosomes are matched that are spelled in another way."""
    for name in names:
        number = genome.find(name)
        if number is not None and genome.chromosomes[number].name != name:
            logger.info(
                "The chromosome %s of %s is taken for %s of the genome, and so are others.",
                name,
                path,
                genome.chromosomes[number].name,
            )
            return


def find_unusable(
    genome: Genome, geometry: Geometry, intervals: Intervals, candidates: Candidates, rules: Rules
) -> NDArray[np.int8]:
    """Return why intervals cannot be used (`REASONS`), 0 where they can.

    Raises
    ------
    DataError
        If none of their chromosomes is in the genome.
    """
    if (candidates.chromosomes < 0).all():
        raise DataError(genome.explain_unknown(intervals.path, intervals.names))
    log_spellings(genome, intervals.names, intervals.path)
    return find_reasons(genome, geometry, candidates, rules)


def read_training_windows(run: TrainingRequest, model: ModelToTrain) -> TrainingWindows | None:
    """Read intervals and targets, and find the windows that can be used; None without intervals.

    Parameters
    ----------
    run
        The genome, intervals, targets, seed and splits.
    model
        The network, and its fitted encoding where it was trained.

    Raises
    ------
    DataError
        If a file cannot be read, or no window can be used.
    ConfigurationError
        If the network does not take windows.
    """
    request = run.windows
    if request is None:
        return None
    if len(model.outputs) > 1:
        raise ConfigurationError(
            f"windows of a genome have one target, but the network has {len(model.outputs)} "
            "outputs. Build it with one output, whose units are the features"
        )
    encoding = choose_window_encoding(model.architecture, model.encodings)
    geometry = choose_geometry(count_letters(encoding), request.target_bin)
    genome = Genome(run.features.path)
    return _Reader(run, request, genome, geometry).read(encoding, model)


class _Reader:
    def __init__(
        self, run: TrainingRequest, request: WindowTraining, genome: Genome, geometry: Geometry
    ) -> None:
        self._run = run
        self._request = request
        self._genome = genome
        self._geometry = geometry
        seed = _ANY_SEED if run.seed is None else run.seed
        self._random = np.random.default_rng(seed)
        blacklist = request.blacklist
        self._rules = Rules(
            None if blacklist is None else read_blacklist(genome, blacklist),
            request.most_unknown,
        )

    def read(self, encoding: InputEncoding, model: ModelToTrain) -> TrainingWindows:
        intervals = read_intervals(self._request.intervals, self._request.target_columns)
        rows, windows = self._find_windows(intervals)
        compute = self._make_targets()
        target = None if compute is None else compute.compute(*windows.bins)
        if isinstance(compute, SignalTarget):
            self._check_missing(compute, windows, intervals.lines[rows])
        shuffled, sources = _no_windows(self._geometry)
        if isinstance(compute, FeatureTargets) and target is not None and self._request.negatives:
            windows, shuffled, sources = self._add_negatives(compute, windows)
            blank = np.zeros((len(windows) + len(sources) - len(rows), target.shape[1]), np.uint8)
            target = np.concatenate([target, blank])
        samples = WindowSamples(windows, shuffled)
        fitted = self._choose_encoding(encoding, model, samples)
        hashes = samples.hash_all()
        table = (
            intervals.select_columns(rows)
            if compute is None or target is None
            else self._tabulate(compute, target)
        )
        if table is None:
            raise TypeError("there is no target")
        positions = None
        if self._request.position == "random":
            places = _place(self._genome, intervals, rows)
            drawn = None if compute is None else _as_compute(compute)
            positions = RandomPositions(samples, *places, self._rules, drawn, fitted)
        groups = self._make_groups(samples, sources, hashes)
        is_stored = bool(model.encodings)
        return TrainingWindows(samples, fitted, table, groups, hashes, positions, is_stored)

    def _find_windows(self, intervals: Intervals) -> tuple[NDArray[np.intp], Windows]:
        candidates = Candidates.from_intervals(self._genome, intervals)
        reasons = find_unusable(self._genome, self._geometry, intervals, candidates, self._rules)
        log_left_out(intervals, reasons)
        rows = np.flatnonzero(reasons == 0)
        if not len(rows):
            raise DataError(
                f"none of the {len(reasons):,} intervals of {intervals.path} gives a window of "
                f"{self._geometry.length:,} letters that can be used. Check that the genome is of "
                "the assembly of the intervals, --blacklist and --most-unknown"
            )
        return rows, make_windows(self._genome, self._geometry, candidates, rows)

    def _make_targets(self) -> FeatureTargets | SignalTarget | None:
        request = self._request
        if request.target_features is not None:
            threshold = compute_threshold(request.target_overlap, self._geometry.bin)
            features = read_intervals(request.target_features, option="--target-features")
            return make_feature_targets(self._genome, features, self._read_names(), threshold)
        if request.target_signal is None:
            return None
        signal = read_signal(request.target_signal)
        numbers = np.array([-1 if n is None else n for n in map(self._genome.find, signal.names)])
        if (numbers < 0).all():
            raise DataError(self._genome.explain_unknown(signal.path, signal.names))
        chosen = numbers[signal.chromosomes]
        known = chosen >= 0
        first = self._genome.offsets[chosen[known]]
        return SignalTarget.make(
            first + signal.starts[known], first + signal.ends[known], signal.values[known]
        )

    def _read_names(self) -> tuple[str, ...] | None:
        names = self._request.target_names
        if names is None:
            return None
        table = read_columns(
            names.path, header=names.header, columns=names.columns, option="--target-names"
        )
        if len(table.values) != 1:
            raise DataError(
                f"--target-names takes one column, but {names.path} gives {len(table.values)}. "
                "Select one with --target-names-columns"
            )
        return tuple(dict.fromkeys(map(str, table.values[0].tolist())))

    def _check_missing(
        self, signal: SignalTarget, windows: Windows, lines: NDArray[np.int64]
    ) -> None:
        missing = signal.find_missing(*windows.bins)
        if len(missing) and self._request.missing_signal == "error":
            raise DataError(
                f"{self._request.target_signal} has no value for some bases of {len(missing):,} of "
                f"{len(windows):,} windows (first: line {lines[missing[0]]:,} of "
                f"{self._request.intervals}, {locate_window(windows, int(missing[0]))}). Leave "
                "--missing-signal error out to take them as 0"
            )

    def _add_negatives(
        self, compute: FeatureTargets, windows: Windows
    ) -> tuple[Windows, NDArray[np.uint8], NDArray[np.intp]]:
        """Return all windows of the genome, letters of shuffled ones, and what these are of."""
        times, by = self._request.negatives, self._request.negatives_by
        before = len(windows)
        with_feature = np.flatnonzero(compute.compute(*windows.bins).any(axis=1))
        if not len(with_feature):
            raise DataError(
                f"none of the {len(windows):,} windows has a feature of "
                f"{self._request.target_features}, so that --negatives asks for none. Check that "
                "intervals and features are of one assembly, and --target-overlap"
            )
        shuffled, sources = _no_windows(self._geometry)
        if by == "shuffle":
            sources = np.repeat(with_feature, times)
            shuffled = np.stack(
                [shuffle_dinucleotides(windows.read(row), self._random) for row in sources.tolist()]
            )
        elif by == "gc":
            windows = windows.join(
                draw_by_gc(
                    windows.select(with_feature),
                    self._rules,
                    _make_check(compute),
                    times,
                    self._random,
                )
            )
        else:
            windows = windows.join(
                draw_windows(
                    self._genome,
                    self._geometry,
                    self._rules,
                    _make_check(compute),
                    len(with_feature) * times,
                    self._random,
                )
            )
        added = len(windows) + len(shuffled) - before
        logger.info("%s windows without a feature were added.", f"{added:,}")
        return windows, shuffled, sources

    def _choose_encoding(
        self, encoding: InputEncoding, model: ModelToTrain, samples: WindowSamples
    ) -> FittedInput:
        example = samples.read_text(0)
        if model.initial_model is not None and model.initial_model.inputs:
            return restore_input(model.initial_model.inputs[0])
        return fit_window_encoding(encoding, example)

    def _make_groups(
        self, samples: WindowSamples, sources: NDArray[np.intp], hashes: Hashes
    ) -> WindowGroups:
        windows = samples.windows
        clusters = find_clusters(windows.starts, self._geometry.length)
        chromosomes = windows.chromosomes
        clusters = np.concatenate([clusters, clusters[sources]])
        methods = {each.method for each in self._run.hold_outs}
        if "unique" in methods:
            clusters = join_clusters(clusters, hashes)
        if methods != {"chromosome"}:
            logger.info(
                "The %s windows are %s clusters of windows that overlap; each cluster stays on one "
                "side.",
                f"{len(samples):,}",
                f"{len(np.unique(clusters)):,}",
            )
        return WindowGroups(
            np.concatenate([chromosomes, chromosomes[sources]]), self._genome.names, clusters
        )

    def _tabulate(
        self, compute: FeatureTargets | SignalTarget, target: NDArray[Any]
    ) -> TableColumns:
        if isinstance(compute, FeatureTargets):
            path, option, names = self._request.target_features, "--target-features", compute.names
            values = tuple(target[:, column].astype(np.int8) for column in range(len(names)))
        else:
            path, option, names = self._request.target_signal, "--target-signal", ("signal",)
            values = (target,)
        if path is None:
            raise TypeError("there is no file of targets")
        layout = Layout(path, option, names, len(names), tuple(range(len(names))))
        return TableColumns(layout, values)


def _rename_chromosomes(hold_out: HoldOut, genome: Genome) -> HoldOut:
    found = {name: genome.find(name) for name in hold_out.group_names}
    names = tuple(
        name if number is None else genome.chromosomes[number].name
        for name, number in found.items()
    )
    return hold_out.model_copy(update={"group_names": names})


def _make_check(compute: FeatureTargets) -> Any:
    """Return what tells whether a bin has no base of any feature."""
    none = replace(compute, threshold=0)
    return lambda starts, ends: ~none.compute(starts, ends).any(axis=1)


def _as_compute(targets: FeatureTargets | SignalTarget) -> Compute:
    def compute(starts: Places, ends: Places) -> NDArray[Any]:
        found = targets.compute(starts, ends)
        return found if found.ndim == 2 else found[:, np.newaxis]

    return compute


def _place(genome: Genome, intervals: Intervals, rows: NDArray[np.intp]) -> tuple[Places, Places]:
    starts, ends = place_intervals(genome, intervals, rows)
    if len(starts) != len(rows):
        raise TypeError("intervals of windows that can be used are inside their chromosomes")
    return starts, ends


def _no_windows(geometry: Geometry) -> tuple[NDArray[np.uint8], NDArray[np.intp]]:
    return np.zeros((0, geometry.length), np.uint8), np.zeros(0, np.intp)
