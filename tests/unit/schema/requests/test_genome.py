"""Options of windows of a genome that contradict each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pytest
from galaxy_keras.tools.keras_train_and_eval import main as train
from galaxy_keras.tools.model_prediction import main as predict

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.columns import ColumnSelection
from galaxy_keras.schema.requests.genome import TargetNames, WindowPrediction, WindowTraining
from galaxy_keras.schema.requests.runs import TrainingRequest

BED = Path("peaks.bed")


def list_defaults(command: click.Command) -> dict[str, Any]:
    return command.make_context("command", [], resilient_parsing=True).params


def read_training(**given: Any) -> WindowTraining | None:
    return WindowTraining.from_options(list_defaults(train) | given)


def read_prediction(**given: Any) -> WindowPrediction | None:
    return WindowPrediction.from_options(list_defaults(predict) | given)


def test_without_intervals() -> None:
    assert read_training() is None
    assert read_prediction() is None


def test_columns() -> None:
    windows = read_training(intervals=BED, target_columns="name:score", most_unknown=0.1)
    assert windows == WindowTraining(
        intervals=BED, target_columns=ColumnSelection.parse("name:score"), most_unknown=0.1
    )


def test_features() -> None:
    windows = read_training(
        intervals=BED,
        target_features=Path("f.bed"),
        target_bin=100,
        target_overlap=0.25,
        target_names=Path("names.tsv"),
        target_names_columns="2",
        negatives=2,
        negatives_by="shuffle",
        position="random",
        blacklist="hg19",
    )
    assert windows == WindowTraining(
        intervals=BED,
        target_features=Path("f.bed"),
        target_bin=100,
        target_overlap=0.25,
        target_names=TargetNames(path=Path("names.tsv"), columns=ColumnSelection.parse("2")),
        negatives=2,
        negatives_by="shuffle",
        position="random",
        blacklist="hg19",
    )


REFUSED_TRAINING: list[tuple[dict[str, Any], str]] = [
    (
        {"intervals": BED},
        "--intervals needs to know what the windows are to predict. Give --target-",
    ),
    (
        {"intervals": BED, "target_columns": "4", "target_signal": BED},
        "--target-columns and --target-signal are both given, but windows have one kind of target",
    ),
    (
        {"intervals": BED, "target_columns": "4", "target": BED},
        "--target cannot be combined with --intervals: the target is given by --target-columns",
    ),
    (
        {"intervals": BED, "target_columns": "4", "groups": BED},
        "--groups cannot be combined with --intervals: --split chromosome and clusters",
    ),
    (
        {"intervals": BED, "target_columns": "4", "sample_weights": BED},
        "--sample-weights cannot be combined with --intervals: windows that cannot be used",
    ),
    (
        {"intervals": BED, "target_columns": "4", "id_columns": "1"},
        "--id-columns cannot be combined with --intervals: windows are named by their place",
    ),
    (
        {"intervals": BED, "target_columns": "4", "cluster": "a:1,2,0"},
        "--cluster cannot be combined with --intervals: one process reads the genome",
    ),
    (
        {"intervals": BED, "target_columns": "4", "cross_validate": 5},
        "--cross-validate cannot be combined with --intervals: folds are not made of clusters",
    ),
    (
        {"intervals": BED, "target_columns": "4", "negatives": 1},
        "--negatives is for --target-features, which says where features are. Leave it out",
    ),
    (
        {"intervals": BED, "target_signal": BED, "target_names": BED},
        "--target-names is for --target-features",
    ),
    (
        {"intervals": BED, "target_columns": "4", "missing_signal": "zero"},
        "--missing-signal is for --target-signal. Leave it out",
    ),
    (
        {"intervals": BED, "target_columns": "4", "target_bin": 5},
        "--target-bin is for --target-features and --target-signal. Leave it out",
    ),
    (
        {"intervals": BED, "target_features": BED, "negatives_by": "gc"},
        "--negatives-by is for --negatives. Leave it out",
    ),
    ({"negatives": 1}, "--negatives is for windows of a genome. Give --intervals, or leave it out"),
    ({"test_chromosomes": "chr1"}, "--test-chromosomes is for windows of a genome"),
    (
        {"split": "chromosome"},
        "--split chromosome is for windows of a genome. Give --intervals, or use --split group",
    ),
]


@pytest.mark.parametrize(("given", "message"), REFUSED_TRAINING)
def test_training_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_training(**given)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"intervals": BED, "variants": BED},
            "--intervals and --variants are both given, but one table is written",
        ),
        ({"output_reference": True}, "--output-reference is for --variants. Leave it out"),
        ({"allow_mismatches": True}, "--allow-mismatches is for --variants. Leave it out"),
        (
            {"intervals": BED, "method": "variant-effect"},
            "--method variant-effect compares the alleles of variants. Give --variants",
        ),
        ({"blacklist": "hg19"}, "--blacklist is for windows of a genome. Give --intervals or"),
        (
            {"variants": BED, "method": "variant-effect", "output_reference": True},
            "--output-reference is for other methods: variant-effect gives both alleles",
        ),
        (
            {"variants": BED, "id_columns": "1"},
            "--id-columns cannot be combined with --intervals and --variants: rows are named by",
        ),
        (
            {"variants": BED, "part": "1/2"},
            "--part divides the rows of tables, not intervals and variants. Divide their file",
        ),
    ],
)
def test_prediction_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_prediction(**given)
    assert message in str(caught.value)


def make_request(**given: Any) -> TrainingRequest:
    options = list_defaults(train) | {
        "model": Path("b.zip"),
        "features": Path("g.fa"),
        "assignments": (),
        "scoring": (),
    }
    return TrainingRequest.from_options(
        options | {"intervals": BED, "target_columns": "4", "class_weight": None} | given
    )


def test_chromosomes_are_held_out() -> None:
    run = make_request(split="chromosome", test_chromosomes="chr8, chr9", val_chromosomes="chr7")
    assert run.test.group_names == ("chr8", "chr9")
    assert run.validation is not None
    assert run.validation.group_names == ("chr7",)
    assert not run.test.shuffles
    assert not run.one_table
    only = make_request(split="chromosome", test_chromosomes="chr8")
    assert only.validation is None


def test_chromosomes_of_another_split() -> None:
    with pytest.raises(
        ConfigurationError, match="--test-chromosomes is for --split chromosome, not"
    ):
        make_request(test_chromosomes="chr8")
