"""Requests for training and prediction runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self

from pydantic import Field

from galaxy_keras.catalogue.precisions import Precision
from galaxy_keras.catalogue.run_choices import (
    Calibration,
    DeviceChoice,
    DeviceCount,
    PartHeader,
    PredictionMethod,
    SplitMethod,
)
from galaxy_keras.catalogue.sample_formats import (
    AUTO,
    CSV,
    PARQUET,
    PICTURES,
    SAMPLE_FORMATS,
    SampleFormat,
    find_format_of_name,
)
from galaxy_keras.errors import ConfigurationError, Problems
from galaxy_keras.schema.requests.cluster import Cluster
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.genome import WindowPrediction, WindowTraining
from galaxy_keras.schema.requests.parts import Part
from galaxy_keras.schema.requests.search import Search, parse_ranges
from galaxy_keras.schema.requests.splits import CrossValidation, Fold, HoldOut
from galaxy_keras.schema.requests.thresholds import ThresholdRule
from galaxy_keras.schema.requests.vectors import VectorSource
from galaxy_keras.schema.values.component import FrozenModel
from galaxy_keras.schema.values.literals import parse_assignment

_PASSED_THROUGH = (
    "model",
    "weights",
    "class_weight",
    "class_weight_header",
    "pos_label",
    "seed",
    "device",
    "devices",
    "accelerate",
    "precision",
    "checkpoint",
    "stream",
    "sample_prompt",
    "sign_key",
    "require_signature",
)
_ADVICE = {
    "--devices": "Each process takes all devices that it finds; leave the option out",
    "--accelerate": "It is for LSTM and GRU on one CPU; leave the option out",
    "--checkpoint": "Train in one process to be able to resume, or leave the option out",
}
TRAINING_OUTPUTS = (
    "model",
    "keras",
    "metrics",
    "history",
    "true",
    "predictions",
    "labels",
    "examples",
    "inputs",
    "folds",
    "search",
)


_SPLIT: SplitMethod = "simple"
"""How rows are held out where nobody says it."""

_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_CSV_SUFFIXES = (".csv", ".csv.gz")


class TableSource(FrozenModel):
    """A table file and which of its columns are used.

    Attributes
    ----------
    path
        The file.
    header
        Whether its first row holds the names of the columns.
    columns
        The columns that are used.
    separator
        What separates the cells of a table with quotes (CSV); None for tabs without quotes.
    output_name
        The output of the network whose columns are used, of a table of several outputs; None for
        all. Only tables of results have them.
    """

    path: Path
    header: bool = False
    columns: ColumnSelection = ColumnSelection()
    separator: str | None = None
    output_name: str | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any], name: str) -> Self | None:
        """Return the table given by --NAME, --NAME-header and --NAME-columns, or None.

        Raises
        ------
        DataError
            If the columns are not written as `ColumnSelection` has it.
        """
        path = options[name]
        if path is None:
            return None
        return cls(
            path=path,
            header=options[f"{name}_header"],
            columns=ColumnSelection.parse(options[f"{name}_columns"]),
        )


class SampleRequest(TableSource):
    """A file of samples in any of the formats of `catalogue.sample_formats`.

    Attributes
    ----------
    format
        Its name there.
    options
        The values of the options that this format alone has, by name.
    header_declared
        Whether the user said that there is a header, or that there is none.
    maybe_csv
        Whether `format` is that of a table with tabs, but the name of the file that of CSV: what
        it is shows in its first row.
    pictures
        The folder or the zip archive of the pictures that it names, or that it is; None for none.
    """

    format: str = SAMPLE_FORMATS.names[0]
    options: dict[str, Any] = Field(default_factory=dict)
    header_declared: bool = True
    maybe_csv: bool = False
    pictures: Path | None = None

    @classmethod
    def from_options(cls, options: Mapping[str, Any], name: str = "features") -> Self | None:
        """Return the samples given by --NAME and the options that belong to it, or None.

        Raises
        ------
        ConfigurationError
            If an option of another format is given.
        DataError
            If the columns are not written as `ColumnSelection` has it.
        """
        declared = options.get(f"{name}_header")
        header = f"{name}_header"
        samples = super().from_options({**options, header: bool(declared)}, name)
        if samples is None:
            return None
        chosen = options.get(f"{name}_format")
        entry = SAMPLE_FORMATS.get(chosen or _guess_format(options, samples.path))
        own = _read_own_options(entry, options)
        changes = {
            "format": entry.name,
            "options": own,
            "header": entry.has_header if declared is None else declared,
            "header_declared": declared is not None,
            "maybe_csv": chosen is None and samples.path.name.lower().endswith(_CSV_SUFFIXES),
        }
        changes["pictures"] = _find_pictures(entry, samples.path, options.get("pictures"))
        if entry.name == PARQUET:
            _check_parquet_header(samples.path, declared)
            changes |= {"separator": PARQUET}
        if entry.name == CSV:
            changes |= {"separator": _read_separator(own["separator"]), "maybe_csv": False}
        return samples.model_copy(update=changes)

    @property
    def is_auto_separated(self) -> bool:
        """Whether the separator is still to be found in the first row."""
        return self.maybe_csv or self.separator == AUTO

    def with_header(self) -> Self:
        """Return the request with a header, unless the user said that there is none."""
        return self if self.header_declared else self.model_copy(update={"header": True})


class TrainingRequest(FrozenModel):
    """A request to keras-train-and-eval.

    Attributes
    ----------
    model, weights
        The builder or fitted model; weights only beside a bare architecture.
    features, target, groups, sample_weights
        Files whose rows belong together.
    windows
        The windows of a genome that the features are; None for other samples.
    one_table
        Whether the target is a part of the table of features, whose other columns the features are.
    id_columns
        Columns of the features that name the rows in outputs and are not learned from, or None.
    ids
        These columns as a table, once they were found.
    class_weight
        ``balanced``, or the path of a table of labels and weights.
    class_weight_header
        Whether the first row of this table contains column names.
    test, validation
        The hold-outs; one that serves for both where `validation` is None.
    cross_validation
        How the network is scored on all rows before it is trained, or None.
    split_declared
        Whether the user said how rows are held out.
    search
        How hyperparameters are searched for before it is trained, or None.
    calibrate
        How probabilities are calibrated after the training; None leaves them as they are.
    threshold
        How the threshold between two classes is chosen after the training; None for 0.5.
    scoring
        Names of scorers; the task's default where empty.
    pos_label
        The positive one of two classes; None for the second in the order of labels.
    assignments
        Hyperparameters that replace those of the model, by name.
    seed
        Replaces the builder's.
    device
        Where to compute.
    devices
        Whether one device computes, or all of its kind split each batch.
    cluster
        The processes that train together, or None for this one alone.
    accelerate
        Whether LSTM and GRU are accelerated on a CPU where they can; None where it pays off.
    precision
        The dtype policy of the layers; files are float32 in any case.
    checkpoint
        The folder that training is saved to after each epoch and resumes from, or None.
    stream
        Whether the features are kept in a temporary file instead of in memory.
    vectors
        Files of word vectors that Embedding layers begin with.
    sample_prompt
        What a language model goes on with after each epoch, in the log, or None.
    sign_key, require_signature
        Keys to sign the fitted model with, and that the model must be signed with, or None.
    outputs
        Paths of the files to write, by what they hold (`TRAINING_OUTPUTS`).
    """

    model: Path
    weights: Path | None = None
    features: SampleRequest
    target: TableSource
    windows: WindowTraining | None = None
    one_table: bool = False
    id_columns: ColumnSelection | None = None
    ids: TableSource | None = None
    groups: TableSource | None = None
    sample_weights: TableSource | None = None
    class_weight: str | None = None
    class_weight_header: bool = False
    test: HoldOut = HoldOut()
    validation: HoldOut | None = None
    cross_validation: CrossValidation | None = None
    split_declared: bool = True
    search: Search | None = None
    calibrate: Calibration | None = None
    threshold: ThresholdRule | None = None
    scoring: tuple[str, ...] = ()
    pos_label: str | None = None
    assignments: dict[str, Any] = Field(default_factory=dict)
    seed: int | None = None
    device: DeviceChoice = "auto"
    devices: DeviceCount = "1"
    cluster: Cluster | None = None
    accelerate: bool | None = None
    precision: Precision = "float32"
    checkpoint: Path | None = None
    stream: bool = False
    vectors: tuple[VectorSource, ...] = ()
    sample_prompt: str | None = None
    sign_key: Path | None = None
    require_signature: Path | None = None
    outputs: dict[str, Path] = Field(default_factory=dict)

    @property
    def is_coordinator(self) -> bool:
        """Whether this process writes the outputs."""
        return self.cluster is None or self.cluster.is_coordinator

    @property
    def has_target(self) -> bool:
        """Whether there is a file that can hold the target."""
        entry = SAMPLE_FORMATS.get(self.features.format)
        return not self.one_table or entry.has_columns or entry.has_classes

    def with_seeds(self, default: int | None, split_seed: int) -> Self:
        """Return the request with seeds where none is given.

        Parameters
        ----------
        default
            Seed of the run, and so of the hold-outs.
        split_seed
            Seed of the hold-outs where the run has none.
        """
        seed = default if self.seed is None else self.seed
        hold_out_seed = split_seed if seed is None else seed
        validation = None if self.validation is None else self.validation.with_seed(hold_out_seed)
        test = self.test.with_seed(hold_out_seed)
        return self.model_copy(update={"seed": seed, "test": test, "validation": validation})

    @property
    def hold_outs(self) -> tuple[HoldOut, ...]:
        """The hold-outs, one or two."""
        return (self.test,) if self.validation is None else (self.test, self.validation)

    @property
    def is_compared(self) -> bool:
        """Whether other trainings come before the one that is asked for."""
        return self.cross_validation is not None or self.search is not None

    def iterate_folds(self) -> Iterator[Self]:
        """Yield the request of each training of the cross-validation, fold after fold.

        The seeds must have been chosen (`with_seeds`); each repeat counts them up by one, so that
        the rows are divided and the weights begin in another way.
        """
        if self.cross_validation is None:
            return
        for repeat in range(self.cross_validation.repeats):
            seed = None if self.seed is None else self.seed + repeat
            for number in range(self.cross_validation.folds):
                fold = Fold(
                    method=self.test.method,
                    random_state=(self.test.random_state or 0) + repeat,
                    number=number,
                    count=self.cross_validation.folds,
                )
                yield self.model_copy(update={"test": fold, "seed": seed})

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Return the request that the command's options make.

        Raises
        ------
        ConfigurationError, DataError
            If options contradict each other or cannot be read.
        """
        windows = WindowTraining.from_options(options)
        test, validation = _read_hold_outs(options)
        features = SampleRequest.from_options(options)
        tables = {
            name: TableSource.from_options(options, name)
            for name in ("target", "groups", "sample_weights")
        }
        _check_groups(tables["groups"], test, validation)
        one_table = tables["target"] is None and windows is None
        if windows is not None:
            tables["target"] = TableSource(path=windows.intervals)
        if one_table and features is not None:
            tables["target"] = _take_target(features, options["target_columns"])
        outputs = {name: options.get(f"output_{name}") for name in TRAINING_OUTPUTS}
        return cls(
            **{name: options[name] for name in _PASSED_THROUGH},
            features=features,
            **tables,
            windows=windows,
            one_table=one_table,
            id_columns=_read_id_columns(features, options),
            cluster=_read_cluster(options),
            test=test,
            validation=validation,
            cross_validation=_read_cross_validation(options, test),
            split_declared=options["split"] is not None,
            search=_read_search(options),
            calibrate=options.get("calibrate"),
            threshold=_read_threshold(options),
            scoring=options["scoring"],
            assignments=_read_assignments(options["assignments"]),
            vectors=tuple(map(VectorSource.parse, options["vectors"])),
            outputs={name: path for name, path in outputs.items() if path is not None},
        )


class PredictionRequest(FrozenModel):
    """A request to model-prediction.

    Attributes
    ----------
    model, weights
        The fitted model; weights only beside a bare architecture.
    features
        The samples to predict from.
    method
        Labels or values, or the probability of each class.
    threshold
        A label, or of two classes the positive one, is chosen when its probability is above it;
        None for 0.5.
    pos_label
        The positive one of two classes; None for that of the training.
    batch_size
        Rows computed at once; None chooses by memory.
    device
        Where to compute.
    accelerate
        Whether LSTM and GRU are accelerated on a CPU where they can; None where it pays off.
    precision
        The dtype policy of the layers; files are float32 in any case.
    require_signature
        The key that the model must be signed with, or None.
    id_columns
        Columns of the features that name the rows in the output, or None.
    windows
        The windows of a genome that the features are; None for other samples.
    part
        Which part of the rows to predict; None for all.
    header
        Whether only the first part gets a header, or each does.
    output
        The table to write.
    """

    model: Path
    weights: Path | None = None
    features: SampleRequest
    method: PredictionMethod = "predict"
    threshold: float | None = None
    pos_label: str | None = None
    batch_size: int | None = None
    device: DeviceChoice = "auto"
    accelerate: bool | None = None
    precision: Precision = "float32"
    require_signature: Path | None = None
    id_columns: ColumnSelection | None = None
    windows: WindowPrediction | None = None
    part: Part | None = None
    header: PartHeader = "first"
    output: Path

    @property
    def has_header(self) -> bool:
        """Whether the table begins with the names of its columns."""
        return self.part is None or self.part.is_first or self.header == "each"

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self:
        """Return the request that the command's options make.

        Raises
        ------
        ConfigurationError, DataError
            If options contradict each other or cannot be read.
        """
        names = set(cls.model_fields) - {"features", "id_columns", "windows", "part"}
        windows = WindowPrediction.from_options(options)
        features = SampleRequest.from_options(options)
        return cls(
            features=features,
            windows=windows,
            id_columns=_read_id_columns(features, options),
            part=_read_part(options),
            **{name: options[name] for name in names},
        )


def _read_part(options: Mapping[str, Any]) -> Part | None:
    if options["part"] is None:
        if options["header"] == "each":
            raise ConfigurationError(
                "--header each is for --part. A table of all rows has a header; leave the option "
                "out"
            )
        return None
    if options["method"] == "encode":
        _check_encoded_part(options)
    return Part.parse(options["part"])


def _check_encoded_part(options: Mapping[str, Any]) -> None:
    if options["header"] == "each":
        raise ConfigurationError(
            "--header each cannot be combined with --method encode, which writes no header. Leave "
            "the option out"
        )
    if options["output"].suffix == ".npz":
        raise ConfigurationError(
            f"--part writes tables, which can be put together, but {options['output']} is NumPy's "
            "npz. Give --output a name that ends in .tsv"
        )


def _guess_format(options: Mapping[str, Any], path: Path) -> str:
    """Return the format of samples that is meant where none is given."""
    if options.get("separator", AUTO) != AUTO:
        return CSV
    if path.is_dir():
        return PICTURES
    return find_format_of_name(path.name) or SAMPLE_FORMATS.names[0]


def _check_parquet_header(path: Path, declared: bool | None) -> None:
    if declared is False:
        raise ConfigurationError(
            f"{path} is read as Parquet, whose columns always have names. Leave "
            "--no-features-header out"
        )


def _find_pictures(entry: SampleFormat, samples: Path, given: Path | None) -> Path | None:
    """Return where the pictures of the samples are; None where they are no pictures."""
    if entry.name == PICTURES:
        if given is not None:
            raise ConfigurationError(
                f"{samples} is taken for pictures, so that --pictures says them again. Give a "
                "table with a column of their names as --features, or leave --pictures out"
            )
        return samples
    if given is not None and not entry.has_columns:
        raise ConfigurationError(
            f"--pictures goes with a table that has a column of their names, not with "
            f"--features-format {entry.name}. Leave the option out"
        )
    return given


def _read_separator(text: str) -> str:
    separator = _SEPARATORS.get(text.casefold(), text)
    if text.casefold() == AUTO:
        return AUTO
    if len(separator) != 1 or separator in '\r\n"':
        raise ConfigurationError(
            f'--separator: "{text[:40]}" is not one character. Give comma, semicolon, tab or the '
            "character itself"
        )
    return separator


def _read_own_options(entry: SampleFormat, options: Mapping[str, Any]) -> dict[str, Any]:
    for other in SAMPLE_FORMATS:
        for parameter in other.parameters:
            foreign = entry.parameter(parameter.name) is None
            if foreign and options.get(parameter.name, parameter.default) != parameter.default:
                raise ConfigurationError(
                    f"--{parameter.name.replace('_', '-')} is for --features-format {other.name}, "
                    f"not for {entry.name}. Leave the option out"
                )
    return {each.name: options.get(each.name, each.default) for each in entry.parameters}


def _take_target(features: SampleRequest, columns: str) -> TableSource:
    """Return the target where it is a part of the features, if there is any."""
    entry = SAMPLE_FORMATS.get(features.format)
    if entry.has_classes:
        return _take_folders(features, columns)
    return TableSource(path=features.path, columns=ColumnSelection.parse(columns))


def _take_folders(features: SampleRequest, columns: str) -> TableSource:
    if ColumnSelection.parse(columns) != ColumnSelection():
        raise ConfigurationError(
            f"--features-format {features.format} has no columns, but folders whose names are the "
            "classes. Leave --target-columns out, or give the table that has them as --target"
        )
    return TableSource(path=features.path)


def _read_id_columns(
    features: SampleRequest | None, options: Mapping[str, Any]
) -> ColumnSelection | None:
    text = options.get("id_columns")
    if text is None or features is None:
        return None
    if not SAMPLE_FORMATS.get(features.format).has_columns:
        raise ConfigurationError(
            f"--features-format {features.format} has no columns. Leave --id-columns out"
        )
    return ColumnSelection.parse(text)


def _read_hold_outs(options: Mapping[str, Any]) -> tuple[HoldOut, HoldOut | None]:
    method = options["split"] or _SPLIT
    names = _find_names(options, method, "group_names", "test_chromosomes")
    test = _read_hold_out(options, method, "--test-size", "test_size", "split_seed", names)
    if options["scheme"] == "train-val" and not options.get("val_chromosomes"):
        return test, None
    method = options["val_split"] or options["split"] or _SPLIT
    names = _find_names(options, method, "val_group_names", "val_chromosomes")
    validation = _read_hold_out(options, method, "--val-size", "val_size", "val_split_seed", names)
    return test, validation


def _find_names(
    options: Mapping[str, Any], method: SplitMethod, of_groups: str, of_chromosomes: str
) -> str:
    """Return the option that names what is held out."""
    given = options.get(of_chromosomes)
    if given and method != "chromosome":
        raise ConfigurationError(
            f"--{of_chromosomes.replace('_', '-')} is for --split chromosome, not {method}. Leave "
            "one of them out"
        )
    return of_chromosomes if method == "chromosome" else of_groups


def _read_hold_out(
    options: Mapping[str, Any], method: SplitMethod, option: str, size: str, seed: str, names: str
) -> HoldOut:
    text = options.get(names) or ""
    try:
        return HoldOut(
            method=method,
            size=options[size],
            random_state=options[seed],
            group_names=tuple(name.strip() for name in text.split(",") if name.strip()),
        )
    except ConfigurationError as error:
        raise error.with_prefix(option) from None


def _read_cross_validation(options: Mapping[str, Any], test: HoldOut) -> CrossValidation | None:
    folds, repeats = options.get("cross_validate"), options.get("repeats", 1)
    if folds is None:
        if repeats > 1:
            raise ConfigurationError(
                "--repeats says how often --cross-validate is repeated. Give that too, or leave it "
                "out"
            )
        return None
    if test.method in ("none", "last") or test.group_names:
        raise ConfigurationError(
            "--cross-validate holds out each row once, by --split simple, stratified, group or "
            "unique and without --group-names. Choose one of these"
        )
    for option in ("cluster", "checkpoint"):
        if options[option] is not None:
            raise ConfigurationError(
                f"--{option} is for a single training, and cannot be combined with "
                "--cross-validate. Leave one of them out"
            )
    return CrossValidation(folds=folds, repeats=repeats)


def _read_threshold(options: Mapping[str, Any]) -> ThresholdRule | None:
    text = options.get("choose_threshold")
    return None if text is None else ThresholdRule.parse(text)


def _read_search(options: Mapping[str, Any]) -> Search | None:
    texts = options.get("search", ())
    if not texts:
        for name in ("trials", "search_monitor", "search_storage"):
            if options.get(name) is not None:
                raise ConfigurationError(
                    f"--{name.replace('_', '-')} belongs to --search. Give both, or leave it out"
                )
        return None
    for name in ("cluster", "checkpoint", "cross_validate"):
        if options[name] is not None:
            raise ConfigurationError(
                f"--{name.replace('_', '-')} cannot be combined with --search. Search first, and "
                "give what was found with --set"
            )
    chosen = {"monitor": options["search_monitor"], "trials": options["trials"]}
    return Search(
        ranges=parse_ranges(texts),
        storage=options["search_storage"],
        **{name: value for name, value in chosen.items() if value is not None},
    )


def _check_groups(groups: TableSource | None, test: HoldOut, validation: HoldOut | None) -> None:
    needed = test.method == "group" or (validation is not None and validation.method == "group")
    if needed and groups is None:
        raise ConfigurationError("--split group needs to know the group of each row. Give --groups")


def _read_cluster(options: Mapping[str, Any]) -> Cluster | None:
    if options["cluster"] is None:
        return None
    refused = {
        "--devices": options["devices"] != "1",
        "--accelerate": bool(options["accelerate"]),
        "--checkpoint": options["checkpoint"] is not None,
    }
    for option, given in refused.items():
        if given:
            raise ConfigurationError(
                f"{option} cannot be combined with --cluster. {_ADVICE[option]}"
            )
    return Cluster.parse(options["cluster"], os.environ)


def _read_assignments(texts: tuple[str, ...]) -> dict[str, Any]:
    assignments: dict[str, Any] = {}
    problems = Problems()
    for text in texts:
        with problems.collecting():
            name, value = parse_assignment(text)
            if name in assignments:
                raise ConfigurationError(f"--set gives {name} twice. Give it once")
            assignments[name] = value
    problems.raise_if_any()
    return assignments
