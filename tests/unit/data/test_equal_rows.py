"""Equal rows are told by their hashes, and warned of where they make scores too good."""

from __future__ import annotations

import numpy as np
import pytest

from galaxy_keras.data.equal_rows import (
    MAX_KEPT,
    hash_rows,
    may_be_equal_by_chance,
    sample_hashes,
    warn_about_equal_rows,
    warn_about_former_rows,
)
from galaxy_keras.data.splitting import Split
from galaxy_keras.schema.requests.splits import HoldOut

RANDOM = np.random.default_rng(7)


def make_split(train: list[int], test: list[int]) -> Split:
    held = np.array(test, np.intp)
    return Split(train=np.array(train, np.intp), validation=held, test=held)


def test_rows_have_equal_hashes_exactly_where_they_are_equal() -> None:
    features = RANDOM.integers(-2, 3, (5000, 5)).astype(np.int8)
    _, expected = np.unique(features, axis=0, return_inverse=True)
    _, found = np.unique(hash_rows(features), return_inverse=True)
    assert len(np.unique(expected)) > 2000
    pairs = np.unique(np.stack([expected.ravel(), found.ravel()]), axis=1)
    assert pairs.shape[1] == len(np.unique(expected)) == len(np.unique(found))


@pytest.mark.parametrize("dtype", ["int16", "int32", "float32", "float64"])
def test_the_data_type_does_not_count(dtype: str) -> None:
    features = RANDOM.integers(0, 100, (50, 3))
    assert (hash_rows(features.astype(dtype)) == hash_rows(features)).all()


def test_minus_zero_is_zero() -> None:
    assert hash_rows(np.array([[-0.0, 1.0]])) == hash_rows(np.array([[0, 1]]))


def test_the_order_of_columns_counts() -> None:
    assert len(np.unique(hash_rows(np.array([[1, 2], [2, 1]])))) == 2


def test_hashes_are_the_same_in_every_version() -> None:
    # Models keep them. Computed by hand with Python's whole numbers.
    def mix(number: int) -> int:
        number = number * 0x9E3779B97F4A7C15 % 2**64
        number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9 % 2**64
        number = (number ^ number >> 27) * 0x94D049BB133111EB % 2**64
        return number ^ number >> 31

    one_and_a_half, two = 0x3FF8000000000000, 0x4000000000000000
    total = sum(
        (bits ^ bits >> 32) * (mix(column) | 1)
        for column, bits in enumerate((one_and_a_half, two), start=1)
    )
    assert hash_rows(np.array([[1.5, 2.0]])).tolist() == [mix(total % 2**64)]


def test_a_model_keeps_the_lowest_hashes_of_all_that_it_was_trained_on() -> None:
    hashes = hash_rows(np.arange(10_000)[:, None])
    kept = sample_hashes(hashes[5000:], sample_hashes(hashes[:5000]))
    assert len(kept) == MAX_KEPT
    assert (kept == np.sort(hashes)[:MAX_KEPT]).all()


def test_equal_rows_on_both_sides_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    features = np.array([[1], [2], [3], [3], [4], [1]])
    warn_about_equal_rows(hash_rows(features), make_split([0, 1, 2], [3, 4, 5]))
    assert caplog.messages == [
        "2 of the 3 held-out rows have the same features as a training row, so the scores are "
        "better than those of new samples. --split unique keeps equal rows on one side."
    ]


def test_a_few_equal_rows_are_not_told(caplog: pytest.LogCaptureFixture) -> None:
    features = np.arange(200)[:, None]
    features[100] = features[0]
    warn_about_equal_rows(hash_rows(features), make_split([*range(100)], [*range(100, 200)]))
    assert caplog.messages == []


FORMER = (HoldOut(size=0.25, random_state=3),)


@pytest.mark.parametrize(
    ("former", "advice"),
    [
        (FORMER, "(--split simple --test-size 0.25 --split-seed 3), or give new ones."),
        (
            (*FORMER, HoldOut(method="last", size=10)),
            "(--split simple --test-size 0.25 --split-seed 3 --scheme train-val-test "
            "--val-split last --val-size 10), or give new ones.",
        ),
        ((), "Hold out rows that it was never trained on."),
    ],
)
def test_rows_that_the_former_training_saw_are_told(
    former: tuple[HoldOut, ...], advice: str, caplog: pytest.LogCaptureFixture
) -> None:
    hashes = hash_rows(np.arange(20)[:, None])
    split = make_split([*range(10)], [*range(10, 20)])
    warn_about_former_rows(sample_hashes(hashes[:12]), hashes, split, former)
    assert len(caplog.messages) == 1
    assert "was trained on 20% of the rows that are held out now" in caplog.messages[0]
    assert caplog.messages[0].endswith(advice)


def test_the_share_of_many_rows_is_estimated(caplog: pytest.LogCaptureFixture) -> None:
    hashes = hash_rows(np.arange(40_000)[:, None])
    split = make_split([*range(20_000)], [*range(20_000, 40_000)])
    warn_about_former_rows(sample_hashes(hashes[:30_000]), hashes, split, ())
    assert "was trained on about 5" in caplog.messages[0] or "on about 4" in caplog.messages[0]


def test_the_same_hold_out_is_no_reason_to_warn(caplog: pytest.LogCaptureFixture) -> None:
    hashes = hash_rows(np.arange(20)[:, None])
    warn_about_former_rows(
        sample_hashes(hashes[:10]), hashes, make_split([*range(10)], [*range(10, 20)]), FORMER
    )
    assert caplog.messages == []


CATEGORIES = (["f", "m"] * 50, ["a", "b", "c", "d"] * 25)


@pytest.mark.parametrize(
    ("columns", "rows", "expected"),
    [
        (CATEGORIES, 100, True),
        # 8 different rows are more than 10 times none.
        (CATEGORIES, 0, False),
        (CATEGORIES * 4, 100, False),
        (([str(row) for row in range(51)],), 100, False),
        (([str(row) for row in range(50)],), 100, True),
        (np.array([[0, 1, 2] * 40, [5.5] * 120]), 120, True),
        (RANDOM.normal(size=(3, 120)), 120, False),
    ],
)
def test_few_categories_make_rows_equal_by_chance(
    columns: list[list[str]], rows: int, expected: bool
) -> None:
    assert may_be_equal_by_chance(columns, rows) is expected
