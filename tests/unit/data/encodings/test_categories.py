"""Categories as one-hot cells and as indices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.preprocessing import OneHotEncoder

from galaxy_keras.errors import ConfigurationError, DataError

from .fitting import encode, fit

SEX = ["m", " f", "m", "NA", "f"]
STAGE = np.array([2.0, 10.0, np.nan, 2.0, 1.0])


def test_cells_are_those_of_scikit_learn():
    random = np.random.default_rng(1)
    training = random.choice(list("abcdef"), (50, 3)).astype(object)
    others = random.choice(list("abcdefgh"), (20, 3)).astype(object)
    expected = OneHotEncoder(handle_unknown="ignore").fit(training).transform(others).toarray()
    categories = fit("categories", *training.T)
    assert (encode(categories, *others.T) == expected).all()


def test_levels_are_in_order_and_missing_is_zeros():
    categories = fit("categories", SEX, STAGE)
    assert categories.names() == ["c1=f", "c1=m", "c2=1", "c2=2", "c2=10"]
    assert encode(categories, ["m", "x", ""], np.array([10, 1, 3])).tolist() == [
        [0, 1, 0, 0, 1],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
    ]
    assert categories.describe() == ["c1: 2 categories (f, m)", "c2: 3 categories (1, 2, 10)"]
    tally = categories.tally
    assert (tally.cells, tally.missing, tally.tokens, tally.unknown) == (6, 1, 5, 2)


@pytest.mark.parametrize(
    ("options", "expected", "size"),
    [
        ("", [[2, 3], [0, 0]], 4),
        ("unknown=own", [[2, 3], [3, 4]], 5),
        ("min_count=2", [[2, 0], [0, 0]], 3),
    ],
)
def test_indices(options: str, expected: list[list[int]], size: int):
    categories = fit(f"categories output=index {options}", SEX, STAGE)
    assert encode(categories, ["m", ""], np.array([10, 3])).tolist() == expected
    assert categories.vocabulary_size == size
    assert categories.names() == ["c1", "c2"]


def test_unknown_categories_can_have_a_cell_of_their_own():
    categories = fit("categories unknown=own min_count=2", SEX)
    assert categories.names() == ["c1=f", "c1=m", "c1 is unknown"]
    assert encode(categories, ["x", "", "f"]).tolist() == [[0, 0, 1], [0, 0, 1], [1, 0, 0]]
    assert categories.vocabulary_size is None


def test_a_number_is_one_category_however_it_is_written():
    categories = fit("categories", ["1", "2.0", "01", "x"])
    assert categories.names() == ["c1=01", "c1=1", "c1=2", "c1=x"]
    assert encode(categories, np.array([1.0, 2.0])).argmax(axis=1).tolist() == [1, 2]


def test_rare_levels_and_those_that_fit_no_file_are_left_out():
    categories = fit("categories min_count=2", ["a", "a", "b", "x" * 201, "x" * 201, "\0", "\0"])
    assert categories.names() == ["c1=a"]
    assert categories.describe() == ["c1: 1 of 4 categories (a)"]


def test_names_of_samples_are_warned_of():
    names = [f"patient {number}" for number in range(150)]
    assert fit("categories", names, ["a", "b"] * 75, names=["id", "sex"]).list_warnings() == [
        "most of the 150 rows have a category of their own in the columns: id. If these are names "
        "or numbers of samples, leave them out: categories columns=..., or --id-columns"
    ]
    assert fit("categories", names[:90]).list_warnings() == []


@pytest.mark.parametrize(
    ("options", "columns", "message"),
    [
        ("", [["a"], ["", "NA"]], "no category is left that is in at least 1 training rows, in the "
         "columns: c2. Leave them out (categories columns=...), or lower min_count"),
        ("", [], "no category is left that is in at least 1 training rows, in the columns: . "
         "Leave them out (categories columns=...), or lower min_count"),
    ],
)  # fmt: skip
def test_columns_that_cannot_be_fitted(options: str, columns: list[Any], message: str):
    with pytest.raises(DataError) as error:
        fit(f"categories {options}", *columns)
    assert str(error.value) == message


def test_the_most_levels(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("galaxy_keras.data.encodings.categories.MAX_VOCABULARY", 200)
    names = [str(number) for number in range(101)]
    with pytest.raises(DataError) as error:
        fit("categories", names, names)
    assert str(error.value) == (
        "the columns c1, c2 have more than 200 different categories. Raise min_count, or "
        "leave columns out: categories columns=..."
    )


@pytest.mark.parametrize(
    ("cell", "problem"),
    [("x", '"x" is not a category of the training rows'), ("NA", "the category is missing")],
)
def test_unknown_categories_can_be_refused(cell: str, problem: str):
    categories = fit("categories unknown=error", ["f", "m"])
    with pytest.raises(DataError) as error:
        encode(categories, ["m", cell])
    assert str(error.value) == (
        f'row 2, column "c1": {problem} (f, m). Correct it, or give categories the option '
        "unknown=zeros or own"
    )


def test_other_columns_than_in_training():
    with pytest.raises(DataError, match=r"was fitted on 1 columns \(c1\), but 2 are given"):
        encode(fit("categories", SEX), SEX, SEX)


def test_options_that_contradict_each_other():
    with pytest.raises(ConfigurationError) as error:
        fit("categories unknown=error min_count=2", SEX)
    assert str(error.value) == (
        "categories: min_count makes levels of training unknown, so unknown must be zeros or own"
    )


def test_a_column_of_which_no_category_is_known():
    categories = fit("categories", list("fmf"), list("abc"))
    encode(categories, list("mf"), list("xy"))
    assert categories.list_warnings() == [
        "none of the categories of c2 is one that training had, so that the network is told "
        "nothing there. Check spelling, language and order of the columns"
    ]
    categories.reset_tally()
    encode(categories, list("mf"), ["x", "a"])
    assert categories.list_warnings() == []
