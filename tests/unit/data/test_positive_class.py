from __future__ import annotations

import re

import numpy as np
import pytest

from galaxy_keras.data.positive_class import (
    check_positive_class,
    choose_positive_class,
    describe_positive_class,
    find_class,
    find_positive_class,
    is_more_frequent,
)
from galaxy_keras.data.targets import Target
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.training.targets import Label, TargetDescription

CASES = TargetDescription(kind="binary", classes=("case", "control"))
ONE_HOT = TargetDescription(kind="multiclass", columns=2, classes=("no", "yes"), one_hot=True)
CODES = np.array([0, 1, 1, 1])


@pytest.mark.parametrize(
    ("classes", "name", "position"),
    [
        (("case", "control"), "case", 0),
        (("case", "control"), "Case", None),
        (("-1", "+1"), "+1", 1),
        (("-1", "+1"), "1", 1),
        (("-1", "+1"), "-1.0", 0),
        ((0, 1), "1", 1),
        ((0, 1), "01", 1),
        ((0.5, 1.5), "1.50", 1),
        (("1.1", "1.10"), "1.10", 1),
        (("1.1", "1.10"), "1.1", 0),
        (("1.1", "1.10"), "1.100", None),
        (("a", "1"), "x", None),
    ],
)
def test_a_class_is_named_by_its_label_or_its_number(
    classes: tuple[Label, ...], name: str, position: int | None
) -> None:
    assert find_class(classes, name) == position


def test_the_second_class_is_the_positive_one() -> None:
    assert CASES.positive_class == "control"
    assert ONE_HOT.positive_class == "yes"


@pytest.mark.parametrize(
    "description",
    [
        TargetDescription(kind="multiclass", classes=("a", "b", "c")),
        TargetDescription(kind="multilabel", columns=2, classes=("a", "b")),
        TargetDescription(kind="regression"),
    ],
)
def test_only_two_exclusive_classes_have_a_positive_one(description: TargetDescription) -> None:
    assert description.positive_class is None


def test_the_chosen_class_becomes_the_second() -> None:
    chosen = choose_positive_class(Target(CASES, CODES), "case")
    assert chosen.description.classes == ("control", "case")
    assert chosen.codes.tolist() == [1, 0, 0, 0]
    kept = choose_positive_class(Target(CASES, CODES), "control")
    assert kept.description == CASES
    assert kept.codes.tolist() == CODES.tolist()


@pytest.mark.parametrize(
    ("description", "what"),
    [
        (TargetDescription(kind="regression"), "is a regression"),
        (TargetDescription(kind="multiclass", classes=("a", "b", "c")), "has 3 classes"),
        (
            TargetDescription(kind="multilabel", columns=2, classes=("a", "b")),
            "has several labels per row",
        ),
    ],
)
def test_other_targets_have_no_positive_class(description: TargetDescription, what: str) -> None:
    message = f"--pos-label is for a target of two classes, and this one {what}. Leave the option"
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        find_positive_class(description, "a")


def test_an_unknown_class_is_an_error() -> None:
    message = (
        '--pos-label: there is no class "cases". Did you mean "case"? The classes are: case, '
        "control"
    )
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        choose_positive_class(Target(CASES, CODES), "cases")


def test_the_columns_of_a_one_hot_target_stay_in_order() -> None:
    assert choose_positive_class(Target(ONE_HOT, CODES), "yes").description == ONE_HOT
    message = (
        '--pos-label no: the second column of a one-hot target, "yes" here, is the positive class. '
        "Give the target as one column of labels to choose another"
    )
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        choose_positive_class(Target(ONE_HOT, CODES), "no")


def test_a_trained_network_keeps_its_positive_class() -> None:
    check_positive_class(CASES, "control")
    message = (
        '--pos-label case: the model was trained with "control" as the positive class, and its '
        "outputs mean that class. Leave the option out, or train a model builder from the beginning"
    )
    with pytest.raises(ConfigurationError, match=re.escape(message)):
        check_positive_class(CASES, "case")


def test_what_is_said_of_the_positive_class() -> None:
    target = Target(CASES, CODES)
    assert describe_positive_class(target, chosen=True) == (
        'The positive class is "control" (3 of 4 rows), as chosen'
    )
    assert describe_positive_class(target, chosen=False) == (
        'The positive class is "control" (3 of 4 rows), the second of the two labels'
    )
    assert is_more_frequent(target)
    assert not is_more_frequent(choose_positive_class(target, "case"))
    assert not is_more_frequent(Target(CASES, np.array([0, 1])))
