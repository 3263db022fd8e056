"""Features that are the target are warned of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from galaxy_keras.data.leakage import warn_about_leakage
from galaxy_keras.data.targets import Target
from galaxy_keras.schema.training.targets import TargetDescription

CODES = np.array([0, 1, 2, 1, 0, 2])
OTHER = np.array([1, 2, 3, 4, 5, 6])
CLASSES = TargetDescription(kind="multiclass", classes=("a", "b", "c"))
VALUES = TargetDescription(kind="regression", columns=1)
TAIL = (
    "the target, or another code of it: in each row, one tells the other. "
    "If it is not known for new samples, leave it out with --features-columns."
)


def find(
    caplog: pytest.LogCaptureFixture,
    columns: list[NDArray[Any]],
    target: Target,
    names: tuple[str, ...] | None = None,
) -> list[str]:
    warn_about_leakage(np.stack(columns, axis=1), names, target)
    return caplog.messages


def test_the_codes_themselves(caplog: pytest.LogCaptureFixture) -> None:
    messages = find(caplog, [OTHER, CODES], Target(CLASSES, CODES))
    assert messages == [f"Feature column 2 is {TAIL}"]


def test_another_code(caplog: pytest.LogCaptureFixture) -> None:
    code = np.array([5.5, -1, 0])[CODES]
    messages = find(caplog, [code, OTHER, CODES], Target(CLASSES, CODES), ("x", "y", "z"))
    assert messages == [f'Feature columns "x", "z" are {TAIL}']


@pytest.mark.parametrize(
    "column",
    [
        pytest.param(np.array([0, 1, 1])[CODES], id="two classes have one value"),
        pytest.param(np.array([0, 1, 2, 1, 0, 7]), id="a class has two values"),
        pytest.param(np.zeros(6), id="constant"),
    ],
)
def test_columns_that_do_not_tell_all(
    column: NDArray[Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert find(caplog, [column], Target(CLASSES, CODES)) == []


def test_each_of_several_classes(caplog: pytest.LogCaptureFixture) -> None:
    codes = np.array([[0, 1], [1, 1], [1, 0], [0, 0]])
    description = TargetDescription(kind="multilabel", columns=2, classes=("a", "b"))
    messages = find(caplog, [1 - codes[:, 1], OTHER[:4]], Target(description, codes))
    assert messages == [f"Feature column 1 is {TAIL}"]


def test_values_are_equal_in_single_precision(caplog: pytest.LogCaptureFixture) -> None:
    values = np.array([0.1, 0.2, 1e-3, 4, 5, 6])
    target = Target(VALUES, values.astype(np.float32)[:, None])
    columns = [values.astype(np.float32), OTHER.astype(np.float32)]
    assert find(caplog, columns, target) == [f"Feature column 1 is {TAIL}"]


def test_values_that_merely_differ_in_every_row_tell_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    target = Target(VALUES, np.arange(6, dtype=np.float32)[:, None])
    assert find(caplog, [OTHER.astype(np.float32)], target) == []
