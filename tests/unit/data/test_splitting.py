from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import GroupShuffleSplit, train_test_split

from galaxy_keras.catalogue.run_choices import SplitMethod
from galaxy_keras.data.splitting import Split, split_rows
from galaxy_keras.errors import ConfigurationError, DataError
from galaxy_keras.schema.requests.splits import Fold, HoldOut

LABELS = np.array([0] * 30 + [1] * 20)
GROUPS = np.array([f"g{row % 7}" for row in range(50)], dtype=object)


@pytest.mark.parametrize("size", [0.2, 0.33, 7], ids=str)
@pytest.mark.parametrize("method", ["none", "simple", "stratified"])
def test_rows_are_those_of_scikit_learn(method: str, size: float) -> None:
    hold_out = HoldOut(method=method, size=size, random_state=5)  # type: ignore[arg-type]
    split = split_rows(50, hold_out, None, strata=LABELS)
    train, test = train_test_split(
        np.arange(50),
        test_size=size,
        random_state=None if method == "none" else 5,
        shuffle=method != "none",
        stratify=LABELS if method == "stratified" else None,
    )
    assert split.train.tolist() == train.tolist()
    assert split.test.tolist() == test.tolist()
    assert split.validation is split.test


@pytest.mark.parametrize("method", ["none", "last"])
def test_without_shuffling_the_last_rows_are_held_out(method: str) -> None:
    hold_out = HoldOut(method=method, size=3, random_state=5)  # type: ignore[arg-type]
    split = split_rows(10, hold_out, None)
    assert split.test.tolist() == [7, 8, 9]


def test_groups_stay_together_as_in_scikit_learn() -> None:
    hold_out = HoldOut(method="group", size=0.3, random_state=1)
    split = split_rows(50, hold_out, None, groups=GROUPS)
    splitter = GroupShuffleSplit(n_splits=1, test_size=0.3, random_state=1)
    train, test = next(splitter.split(np.arange(50), groups=GROUPS))
    assert split.train.tolist() == train.tolist()
    assert split.test.tolist() == test.tolist()
    assert not set(GROUPS[split.train]) & set(GROUPS[split.test])


def test_equal_rows_stay_together() -> None:
    hold_out = HoldOut(method="unique", size=0.25, random_state=2)
    values = np.arange(60) % 12
    split = split_rows(60, hold_out, hold_out, equal_rows=values)
    held, validated = set(values[split.test]), set(values[split.validation])
    # A quarter of 12 different rows, rounded up, and of the 9 that are left.
    assert (len(held), len(validated)) == (3, 3)
    assert not held & validated
    assert not (held | validated) & set(values[split.train])


def test_too_few_different_rows_are_told() -> None:
    with pytest.raises(DataError, match="there is 1 different row; at least 2 are needed"):
        split_rows(9, HoldOut(method="unique"), None, equal_rows=np.zeros(9))


def test_named_groups_are_held_out() -> None:
    hold_out = HoldOut(method="group", group_names=("g1", "g4"))
    split = split_rows(50, hold_out, None, groups=GROUPS)
    assert set(GROUPS[split.test]) == {"g1", "g4"}
    assert len(split.train) + len(split.test) == 50


def test_groups_may_be_numbers() -> None:
    groups = np.array([10, 2, 10, 3])
    split = split_rows(4, HoldOut(method="group", group_names=("10",)), None, groups=groups)
    assert split.test.tolist() == [0, 2]


def test_validation_rows_come_from_what_the_test_leaves() -> None:
    hold_out = HoldOut(size=0.2, random_state=3)
    split = split_rows(50, hold_out, hold_out)
    parts = [split.train, split.validation, split.test]
    assert [len(part) for part in parts] == [32, 8, 10]
    assert sorted(np.concatenate(parts).tolist()) == list(range(50))


def test_no_row_is_held_out() -> None:
    none, some = HoldOut(size=0), HoldOut(size=10)
    split = split_rows(50, none, None)
    assert split.scores_training
    assert (len(split.train), len(split.validation), len(split.test)) == (50, 0, 50)
    split = split_rows(50, none, some)
    assert split.scores_training
    assert (len(split.train), len(split.validation), len(split.test)) == (40, 10, 40)
    split = split_rows(50, some, none)
    assert not split.scores_training
    assert (len(split.train), len(split.validation), len(split.test)) == (40, 0, 10)
    assert not none.shuffles


@pytest.mark.parametrize("size", [-1, 1.5, float("nan"), float("inf")], ids=str)
def test_sizes_that_make_no_sense(size: float) -> None:
    with pytest.raises(
        ConfigurationError, match="must be a fraction between 0 and 1 or a whole number of rows"
    ):
        HoldOut(size=size)


def test_a_hold_out_of_all_rows() -> None:
    with pytest.raises(DataError, match=r"--test-size asks for 50 of 50 rows; .* Give at most 49"):
        split_rows(50, HoldOut(size=50), None)


def test_a_fraction_that_leaves_nothing() -> None:
    with pytest.raises(DataError, match=r"--test-size 0\.9 leaves none of 3 rows to train on"):
        split_rows(3, HoldOut(size=0.9), None)


def test_too_few_rows() -> None:
    with pytest.raises(DataError, match="there is 1 row; at least 2 are needed"):
        split_rows(1, HoldOut(), None)


def test_stratified_without_classes() -> None:
    with pytest.raises(DataError, match="a stratified split needs class labels"):
        split_rows(50, HoldOut(method="stratified"), None)


def test_stratified_with_a_class_of_one_row() -> None:
    labels = np.array([0] * 9 + [4])
    with pytest.raises(DataError, match="at least 2 rows of every class, and class 4 has 1"):
        split_rows(10, HoldOut(method="stratified"), None, strata=labels)


def test_stratified_with_fewer_rows_than_classes() -> None:
    labels = np.array([0, 0, 1, 1, 2, 2])
    with pytest.raises(DataError, match="fewer rows on one side than the 3 classes"):
        split_rows(6, HoldOut(method="stratified", size=2), None, strata=labels)


def test_group_without_groups() -> None:
    with pytest.raises(DataError, match=r"needs a table of groups\. Give it with --groups"):
        split_rows(50, HoldOut(method="group"), None)


def test_one_group_only() -> None:
    with pytest.raises(DataError, match='all 4 rows belong to one group, "a"'):
        split_rows(4, HoldOut(method="group"), None, groups=np.array(["a"] * 4, dtype=object))


def test_unknown_group() -> None:
    hold_out = HoldOut(method="group", group_names=("g11",))
    with pytest.raises(DataError, match=r'there is no group "g11"\. Did you mean "g1"\?'):
        split_rows(50, hold_out, None, groups=GROUPS)


def test_all_groups_held_out() -> None:
    hold_out = HoldOut(method="group", group_names=tuple(sorted(set(GROUPS))))
    with pytest.raises(DataError, match="all groups are held out"):
        split_rows(50, hold_out, None, groups=GROUPS)


def test_groups_are_text(caplog: pytest.LogCaptureFixture) -> None:
    groups = np.array(["1.1", "1.10", "2", "1.1", "1.10", "2"], dtype=object)
    hold_out = HoldOut(method="group", group_names=("1.10",))
    assert split_rows(6, hold_out, None, groups=groups).test.tolist() == [1, 4]
    assert caplog.messages == [
        "These are the same number, but different groups, because they are written differently: "
        "1.1 and 1.10. If they mean the same, write them alike."
    ]


def test_groups_may_be_named_in_another_spelling(caplog: pytest.LogCaptureFixture) -> None:
    groups = np.array(["1.0", "2.0", "3.0"], dtype=object)
    hold_out = HoldOut(method="group", group_names=("2",))
    assert split_rows(3, hold_out, None, groups=groups).test.tolist() == [1]
    assert "2 and 2.0" in caplog.messages[0]


@pytest.mark.parametrize("kind", ["group", "stratified"])
def test_numbers_written_as_text_are_split_as_numbers_are(kind: Any) -> None:
    numbers = np.repeat([2.0, 10.0, 9.0, 1.0, 30.0], 8)
    text = np.array(list(map(str, numbers.tolist())), dtype=object)
    option = "groups" if kind == "group" else "strata"
    hold_out = HoldOut(method=kind, size=0.4, random_state=3)
    expected, got = (split_rows(40, hold_out, None, **{option: each}) for each in (numbers, text))
    assert got.test.tolist() == expected.test.tolist()
    assert got.train.tolist() == expected.train.tolist()


def split_folds(method: SplitMethod, count: int, **kinds: Any) -> list[Split]:
    return [
        split_rows(
            12, Fold(method=method, random_state=3, number=number, count=count), None, **kinds
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("method", ["simple", "stratified", "group", "unique"])
def test_each_row_is_in_one_fold(method: SplitMethod) -> None:
    kinds = {
        "strata": np.array(list("aaaaaaaabbbb")),
        "groups": np.array(list("mmmnnnoooppp")),
        "equal_rows": np.array([1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9]),
    }
    splits = split_folds(method, 4, **kinds)
    held = np.concatenate([each.test for each in splits])
    assert sorted(held) == list(range(12))
    for split in splits:
        assert sorted([*split.train, *split.test]) == list(range(12))
        if method == "stratified":
            assert sorted(kinds["strata"][split.test]) == ["a", "a", "b"]
        if method in ("group", "unique"):
            common = kinds["groups" if method == "group" else "equal_rows"]
            assert not set(common[split.train]) & set(common[split.test])


def test_folds_of_another_seed_are_others() -> None:
    one, other = (
        split_rows(12, Fold(random_state=seed, number=0, count=3), None) for seed in (1, 2)
    )
    assert sorted(one.test) != sorted(other.test)


def test_folds_need_what_they_are_made_by() -> None:
    with pytest.raises(DataError, match="needs class labels, and this target has none"):
        split_folds("stratified", 3)
    with pytest.raises(DataError, match="needs a table of groups"):
        split_folds("group", 3)
