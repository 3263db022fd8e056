from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.requests.runs import PredictionRequest, TrainingRequest
from galaxy_keras.schema.requests.splits import HoldOut

OPTIONS: dict[str, Any] = {
    "model": Path("builder.zip"),
    "weights": None,
    "features": Path("X.tsv"),
    "features_header": True,
    "features_columns": "not:1",
    "target": Path("y.tsv"),
    "target_header": False,
    "target_columns": "2",
    "scheme": "train-val",
    "split": "simple",
    "test_size": 0.25,
    "split_seed": None,
    "group_names": None,
    "val_split": None,
    "val_size": 0.1,
    "val_split_seed": None,
    "val_group_names": None,
    "groups": None,
    "groups_header": False,
    "groups_columns": "all",
    "sample_weights": None,
    "sample_weights_header": False,
    "sample_weights_columns": "all",
    "class_weight": None,
    "class_weight_header": False,
    "pos_label": None,
    "scoring": ("f1",),
    "assignments": ("epochs=5", "optimizer=adam"),
    "seed": 7,
    "device": "auto",
    "devices": "1",
    "cluster": None,
    "accelerate": None,
    "precision": "float32",
    "checkpoint": None,
    "stream": False,
    "vectors": ("words: glove.txt",),
    "sample_prompt": None,
    "sign_key": None,
    "require_signature": None,
    "output_model": Path("fitted.h5mlm"),
    "output_metrics": Path("metrics.tsv"),
    "output_history": None,
    "output_true": None,
    "output_predictions": None,
}


def make_run(**changes: Any) -> TrainingRequest:
    return TrainingRequest.from_options(OPTIONS | changes)


def test_options_become_a_run() -> None:
    run = make_run()
    assert run.features.header
    assert str(run.features.columns) == "not:1"
    assert run.groups is None
    assert run.assignments == {"epochs": 5, "optimizer": "adam"}
    assert run.outputs == {"model": Path("fitted.h5mlm"), "metrics": Path("metrics.tsv")}


def test_one_hold_out_serves_for_both() -> None:
    run = make_run()
    assert run.test == HoldOut(method="simple", size=0.25)
    assert run.validation is None


def test_the_second_hold_out_is_split_like_the_first_unless_told_otherwise() -> None:
    run = make_run(scheme="train-val-test", split="stratified", split_seed=3)
    assert run.test == HoldOut(method="stratified", size=0.25, random_state=3)
    assert run.validation == HoldOut(method="stratified", size=0.1)
    other = make_run(scheme="train-val-test", val_split="none", val_split_seed=0)
    assert other.validation == HoldOut(method="none", size=0.1, random_state=0)


def test_a_seed_counts_wherever_none_is_given() -> None:
    run = make_run(scheme="train-val-test", split_seed=3, seed=None).with_seeds(5, 0)
    assert run.validation is not None
    assert (run.seed, run.test.random_state, run.validation.random_state) == (5, 3, 5)


def test_the_seed_of_the_run_wins_over_that_of_the_model() -> None:
    run = make_run().with_seeds(5, 0)
    assert (run.seed, run.test.random_state) == (7, 7)


def test_names_of_groups_are_separated_by_commas() -> None:
    run = make_run(split="group", groups=Path("g.tsv"), group_names="a, b,")
    assert run.test.group_names == ("a", "b")


def test_a_split_by_group_needs_groups() -> None:
    with pytest.raises(
        ConfigurationError, match=r"needs to know the group of each row\. Give --groups"
    ):
        make_run(split="group")


def test_sizes_name_their_option() -> None:
    with pytest.raises(ConfigurationError, match="--test-size: the size of a hold-out"):
        make_run(test_size=-1.0)
    with pytest.raises(ConfigurationError, match="--val-size: the size of a hold-out"):
        make_run(scheme="train-val-test", val_size=-1)


def test_a_hyperparameter_given_twice() -> None:
    with pytest.raises(ConfigurationError, match=r"--set gives epochs twice\. Give it once"):
        make_run(assignments=("epochs=1", "epochs=2"))


def make_prediction(**options: Any) -> PredictionRequest:
    values = {
        **{name: OPTIONS[name] for name in OPTIONS if name.startswith("features")},
        "model": Path("fitted.h5mlm"),
        "weights": None,
        "method": "predict_proba",
        "threshold": 0.3,
        "pos_label": "case",
        "batch_size": 16,
        "device": "cpu",
        "accelerate": None,
        "precision": "float32",
        "require_signature": None,
        "part": None,
        "header": "first",
        "output": Path("p.tsv"),
    }
    return PredictionRequest.from_options({**values, **options})


def test_prediction() -> None:
    run = make_prediction()
    assert (run.method, run.threshold, run.batch_size) == ("predict_proba", 0.3, 16)
    assert run.pos_label == "case"
    assert run.features.path == Path("X.tsv")


@pytest.mark.parametrize(
    ("part", "header", "expected"),
    [
        (None, "first", True),
        ("1/2", "first", True),
        ("2/2", "first", False),
        ("1/2", "each", True),
        ("2/2", "each", True),
    ],
)
def test_which_parts_have_a_header(part: str | None, header: str, expected: bool) -> None:
    assert make_prediction(part=part, header=header).has_header == expected


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"header": "each"},
            "--header each is for --part. A table of all rows has a header; leave the option out",
        ),
        (
            {"part": "1/2", "method": "encode", "header": "each"},
            "--header each cannot be combined with --method encode, which writes no header. Leave "
            "the option out",
        ),
        (
            {"part": "1/2", "method": "encode", "output": Path("seen.npz")},
            "--part writes tables, which can be put together, but seen.npz is NumPy's npz. Give "
            "--output a name that ends in .tsv",
        ),
    ],
)
def test_what_parts_cannot_be(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_prediction(**options)
    assert str(caught.value) == message


def test_a_cluster() -> None:
    run = make_run(cluster="node1:29500,2,1")

    assert run.cluster is not None
    assert run.cluster.coordinator_address == "node1:29500"
    assert not run.is_coordinator
    assert make_run().is_coordinator


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"devices": "all"},
            "--devices cannot be combined with --cluster. Each process takes all devices that it "
            "finds; leave the option out",
        ),
        (
            {"accelerate": True},
            "--accelerate cannot be combined with --cluster. It is for LSTM and GRU on one CPU; "
            "leave the option out",
        ),
        (
            {"checkpoint": Path("kept")},
            "--checkpoint cannot be combined with --cluster. Train in one process to be able to "
            "resume, or leave the option out",
        ),
    ],
)
def test_what_does_not_go_with_a_cluster(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        make_run(cluster="node1:29500,2,1", **changes)

    assert str(caught.value) == message
