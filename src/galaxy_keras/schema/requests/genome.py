"""Requests for windows of a genome, in training and in prediction."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from galaxy_keras.catalogue.genome import MissingSignal, NegativesBy, WindowPosition
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.values.component import FrozenModel

DEFAULT_BIN: Final = 200
_TARGETS: Final = ("target_columns", "target_features", "target_signal")
_OF_FEATURES: Final = ("target_overlap", "target_names")
_REFUSED: Final = {
    "target": "the target is given by --target-columns, --target-features or --target-signal",
    "groups": "--split chromosome and clusters of windows that overlap take its place",
    "sample_weights": "windows that cannot be used are left out, so that rows would not match",
    "id_columns": "windows are named by their place",
    "cluster": "one process reads the genome",
    "cross_validate": "folds are not made of clusters of windows or of chromosomes",
}
_ALL: Final = "all"
_DEFAULTS: Final = {"target_overlap": 0.5, "most_unknown": 0.3, "position": "centre"}


class TargetNames(FrozenModel):
    """A table with the names of features, in order.

    Attributes
    ----------
    path
        The file.
    header
        Whether its first row holds the names of the columns.
    columns
        The column that holds the names.
    """

    path: Path
    header: bool = False
    columns: ColumnSelection = ColumnSelection()


class WindowTraining(FrozenModel):
    """Windows of a genome to train on.

    Attributes
    ----------
    intervals
        The file of intervals.
    target_columns
        Columns of that file that are the target, or None.
    target_features
        A BED file whose column 4 names features, or None.
    target_bin
        Letters in the middle of a window that features or the signal are looked up in; None for
        `DEFAULT_BIN`, or for the window where that is shorter.
    target_overlap
        The share of the bin that a feature must cover.
    target_names
        The features, in order; None for all, sorted.
    target_signal
        A bigWig or bedGraph, or None.
    missing_signal
        Whether bases without a value count as 0 or are an error.
    blacklist
        ``hg19``, ``hg38`` or a BED file; None for none.
    most_unknown
        The largest share of N in a window.
    position
        Whether windows lie in the middle of intervals or, in training, anywhere in them.
    negatives
        Windows without any feature for each one with.
    negatives_by
        How they are chosen.
    """

    intervals: Path
    target_columns: ColumnSelection | None = None
    target_features: Path | None = None
    target_bin: int | None = None
    target_overlap: float = 0.5
    target_names: TargetNames | None = None
    target_signal: Path | None = None
    missing_signal: MissingSignal = "zero"
    blacklist: str | None = None
    most_unknown: float = 0.3
    position: WindowPosition = "centre"
    negatives: int = 0
    negatives_by: NegativesBy = "gc"

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self | None:
        """Return the windows that options ask for; None without --intervals.

        Raises
        ------
        ConfigurationError
            If options contradict each other.
        DataError
            If columns are not written as `ColumnSelection` has it.
        """
        if options.get("intervals") is None:
            _check_none(options)
            return None
        given = _find_target(options)
        _check_options(options, given)
        columns = options["target_columns"]
        names = options["target_names"]
        return cls(
            target_columns=ColumnSelection.parse(columns) if given == "target_columns" else None,
            target_names=None
            if names is None
            else TargetNames(
                path=names,
                header=options["target_names_header"],
                columns=ColumnSelection.parse(options["target_names_columns"]),
            ),
            **{
                name: options[name]
                for name in cls.model_fields
                if name not in ("target_columns", "target_names") and options[name] is not None
            },
        )


def _find_target(options: Mapping[str, Any]) -> str:
    given = [name for name in _TARGETS if options[name] not in (None, _ALL)]
    if len(given) == 1:
        return given[0]
    if given:
        raise ConfigurationError(
            f"{_format(given[0])} and {_format(given[1])} are both given, but windows have one "
            "kind of target. Give one of them"
        )
    raise ConfigurationError(
        "--intervals needs to know what the windows are to predict. Give --target-columns (columns "
        "of the intervals), --target-features (a BED file of features) or --target-signal (a "
        "bigWig or bedGraph)"
    )


def _check_options(options: Mapping[str, Any], target: str) -> None:
    for name, reason in _REFUSED.items():
        if options.get(name) is not None:
            raise ConfigurationError(
                f"{_format(name)} cannot be combined with --intervals: {reason}. Leave it out"
            )
    if target != "target_features":
        for name in (*_OF_FEATURES, "negatives"):
            if options[name] not in (None, 0, _DEFAULTS.get(name)):
                raise ConfigurationError(
                    f"{_format(name)} is for --target-features, which says where features are. "
                    "Leave it out"
                )
    if target != "target_signal" and options["missing_signal"] is not None:
        raise ConfigurationError("--missing-signal is for --target-signal. Leave it out")
    if target == "target_columns" and options["target_bin"] is not None:
        raise ConfigurationError(
            "--target-bin is for --target-features and --target-signal. Leave it out"
        )
    if options["negatives_by"] is not None and not options["negatives"]:
        raise ConfigurationError("--negatives-by is for --negatives. Leave it out")


def _check_none(options: Mapping[str, Any]) -> None:
    """Check that nothing is given that only windows of a genome have."""
    own = set(WindowTraining.model_fields) - {"target_columns"}
    for name in sorted(own | {"test_chromosomes", "val_chromosomes"}):
        if options.get(name) not in (None, 0, _DEFAULTS.get(name)):
            raise ConfigurationError(
                f"{_format(name)} is for windows of a genome. Give --intervals, or leave it out"
            )
    if "chromosome" in (options.get("split"), options.get("val_split")):
        raise ConfigurationError(
            "--split chromosome is for windows of a genome. Give --intervals, or use --split group "
            "with --groups"
        )


def _format(name: str) -> str:
    return f"--{name.replace('_', '-')}"


class WindowPrediction(FrozenModel):
    """Windows of a genome, or alleles of variants, to predict from.

    Attributes
    ----------
    intervals, variants
        The file of intervals, or the VCF; one of both.
    blacklist
        ``hg19``, ``hg38`` or a BED file; None for none.
    output_reference
        Whether the reference alleles are predicted.
    allow_mismatches
        Whether variants of another assembly may be predicted.
    """

    intervals: Path | None = None
    variants: Path | None = None
    blacklist: str | None = None
    output_reference: bool = False
    allow_mismatches: bool = False

    @classmethod
    def from_options(cls, options: Mapping[str, Any]) -> Self | None:
        """Return what options ask for; None without --intervals and --variants.

        Raises
        ------
        ConfigurationError
            If options contradict each other.
        """
        given = {name: options.get(name) for name in cls.model_fields}
        if given["intervals"] is not None and given["variants"] is not None:
            raise ConfigurationError(
                "--intervals and --variants are both given, but one table is written. Give one of "
                "them"
            )
        if options.get("id_columns") is not None and any(given.values()):
            raise ConfigurationError(
                "--id-columns cannot be combined with --intervals and --variants: rows are named "
                "by their place. Leave it out"
            )
        if options.get("part") is not None and any(given.values()):
            raise ConfigurationError(
                "--part divides the rows of tables, not intervals and variants. Divide their file "
                "into several (split --number=l/8), and predict each"
            )
        if given["variants"] is None:
            _refuse_options_of_variants(given, options)
        if given["intervals"] is None and given["variants"] is None:
            return None
        if given["output_reference"] and options.get("method") == "variant-effect":
            raise ConfigurationError(
                "--output-reference is for other methods: variant-effect gives both alleles. Leave "
                "it out"
            )
        return cls(**given)


def _refuse_options_of_variants(given: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    for name in ("output_reference", "allow_mismatches"):
        if given[name]:
            raise ConfigurationError(f"{_format(name)} is for --variants. Leave it out")
    if options.get("method") == "variant-effect":
        raise ConfigurationError(
            "--method variant-effect compares the alleles of variants. Give --variants"
        )
    if given["intervals"] is None and given["blacklist"] is not None:
        raise ConfigurationError(
            "--blacklist is for windows of a genome. Give --intervals or --variants, or leave it "
            "out"
        )
