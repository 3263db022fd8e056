"""Targets that cannot be learnt from the rows that a split leaves for training."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from galaxy_keras.data.splitting import Split, check_split
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import DataError
from galaxy_keras.schema.training.targets import TargetDescription

SPLIT = Split(train=np.array([0, 1, 2]), validation=np.array([3]), test=np.array([4, 3]))
COLOURS = TargetDescription(kind="multiclass", columns=1, classes=("blue", "green", "red"))
PRICE = TargetDescription(kind="regression", columns=1, names=("price",))
PAIR = TargetDescription(kind="regression", columns=2)
TAGS = TargetDescription(kind="multilabel", columns=2, names=("old", "new"), classes=("old", "new"))


def make_target(description: TargetDescription, codes: list[object]) -> Target:
    return Target(description, np.array(codes))


def test_classes_that_are_all_learnt(caplog: pytest.LogCaptureFixture) -> None:
    check_split(make_target(COLOURS, [0, 1, 2, 1, 2]), SPLIT)
    assert caplog.text == ""


def test_a_class_that_training_never_sees(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        check_split(make_target(COLOURS, [0, 1, 0, 2, 1]), SPLIT)
    assert caplog.messages == [
        "No training row has the label red, which held-out rows have: the network cannot "
        "learn it. Use --split stratified, or hold out other rows."
    ]


def test_a_single_row_held_out(caplog: pytest.LogCaptureFixture) -> None:
    split = Split(train=np.array([0, 1, 2]), validation=np.array([3]), test=np.array([4]))
    check_split(make_target(COLOURS, [0, 1, 2, 1, 2]), split)
    assert caplog.messages == [
        "Only 1 row is held out, too few for meaningful scores. A size below 1 is a fraction "
        "of the rows; from 1 it is a number of rows."
    ]


@pytest.mark.parametrize(
    ("description", "codes", "message"),
    [
        (
            COLOURS,
            [1, 1, 1, 2, 0],
            'all 3 training rows have the same label, "green"; a classifier needs at least 2. '
            "Use --split stratified, or hold out fewer rows",
        ),
        (
            PRICE,
            [[5.0], [5.0], [5.0], [7.0], [8.0]],
            "all 3 training rows have the same value in target column price (5), so there is "
            "nothing to learn. Check --target-columns",
        ),
        (
            PAIR,
            [[5.0, 1.0]] * 5,
            "all 3 training rows have the same value in target columns 1 (5), 2 (1), so there is "
            "nothing to learn. Check --target-columns",
        ),
    ],
)
def test_nothing_to_learn(
    description: TargetDescription, codes: list[object], message: str
) -> None:
    with pytest.raises(DataError) as caught:
        check_split(make_target(description, codes), SPLIT)
    assert str(caught.value) == message


def test_one_column_of_several_without_content(caplog: pytest.LogCaptureFixture) -> None:
    codes: list[object] = [[0, 1], [1, 1], [0, 1], [0, 0], [1, 0]]
    with caplog.at_level(logging.WARNING):
        check_split(make_target(TAGS, codes), SPLIT)
    assert caplog.messages == [
        "All 3 training rows have the same value in target column new (1); nothing is learned "
        "about it."
    ]
