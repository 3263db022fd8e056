from __future__ import annotations

import re

import numpy as np
import pytest

from galaxy_keras.artefacts.arrays import LayerWeights
from galaxy_keras.data.finiteness import check_outputs, find_non_finite_layer
from galaxy_keras.errors import DataError, ModelFileError

INPUTS = [np.array([[1.0, 2.0], [-3e38, 5.0], [0.0, 1.0]], np.float32)]


def make_weights(*values: float) -> list[LayerWeights]:
    seeds = LayerWeights("dropout", ("seed",), (np.array([1, 2], np.uint32),))
    return [seeds, LayerWeights("dense", ("kernel",), (np.array(values, np.float32),))]


def locate(row: int) -> str:
    return f"X.tsv, row {row + 2}"


def test_finite_outputs_pass() -> None:
    check_outputs(np.array([[0.5], [1.0], [-7.0]], np.float32), INPUTS, make_weights(1), locate)


@pytest.mark.parametrize(
    ("output", "shown"), [(float("nan"), "nan"), (float("inf"), "inf"), (float("-inf"), "-inf")]
)
def test_the_first_row_without_a_finite_answer_is_named(output: float, shown: str) -> None:
    outputs = np.array([[0.5, 0.5], [0.0, output], [output, output]], np.float32)
    message = (
        f"X.tsv, row 3: the network computes {shown} from it, which is not a finite number. Its "
        "largest feature is 3e+38. Correct the row, or scale the features as those that the "
        "network was trained on"
    )
    with pytest.raises(DataError, match=re.escape(message)):
        check_outputs(outputs, INPUTS, make_weights(1, 2), locate)


def test_weights_that_are_not_finite_are_the_cause() -> None:
    outputs = np.full((3, 1), np.nan, np.float32)
    message = (
        'the weights of the layer "dense" are not all finite numbers, so the network computes '
        "nan from X.tsv, row 2. The training diverged, or the file is damaged. Train the network "
        "again"
    )
    with pytest.raises(ModelFileError, match=re.escape(message)):
        check_outputs(outputs, INPUTS, make_weights(1, float("inf")), locate)


def test_the_layer_of_the_weights_is_found() -> None:
    assert find_non_finite_layer(make_weights(1, 2)) is None
    assert find_non_finite_layer(make_weights(1, float("nan"))) == "dense"
