from __future__ import annotations

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_sample_weight

from galaxy_keras.data.targets import Target, encode_classes, read_regression_values
from galaxy_keras.data.weighting import compute_balanced_weights, compute_class_weights
from galaxy_keras.errors import ConfigurationError, DataError

ROWS = np.arange(4)


@pytest.fixture
def target() -> Target:
    labels = np.array(["a", "b", "a", "a"], dtype=object)
    return encode_classes([labels], None, outputs=1, exclusive=False)


def test_balanced_is_what_scikit_learn_computes(target: Target) -> None:
    expected = compute_sample_weight("balanced", target.codes)
    assert compute_balanced_weights(target, ROWS).tolist() == pytest.approx(expected.tolist())
    assert compute_balanced_weights(target, ROWS).tolist() == pytest.approx(
        [2 / 3, 2, 2 / 3, 2 / 3]
    )


def test_only_the_given_rows_count(target: Target) -> None:
    assert compute_balanced_weights(target, np.array([0, 1])).tolist() == [1, 1]


def test_weights_by_label(target: Target) -> None:
    assert compute_class_weights(target, ROWS, {"b": 3}).tolist() == [1, 3, 1, 1]


def test_a_weight_for_an_unknown_label(target: Target) -> None:
    with pytest.raises(DataError, match=r"does not have: c\. Its labels are: a, b"):
        compute_class_weights(target, ROWS, {"c": 3})


def test_a_regression_has_no_classes() -> None:
    target = read_regression_values([np.array([1.0, 2.0])], None, outputs=1)
    with pytest.raises(
        ConfigurationError, match=r"this target is regression\. Use --sample-weights"
    ):
        compute_balanced_weights(target, np.arange(2))


def test_weights_by_labels_in_another_spelling(caplog: pytest.LogCaptureFixture) -> None:
    labels = np.array(["0.0", "1.0", "0.0", "0.0"], dtype=object)
    target = encode_classes([labels], None, outputs=1, exclusive=False)
    assert compute_class_weights(target, ROWS, {"1": 3}).tolist() == [1, 3, 1, 1]
    assert "1 and 1.0" in caplog.messages[0]
