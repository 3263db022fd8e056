"""How many rows are computed at once on the rows held out."""

from __future__ import annotations

from typing import Any

import pytest

from galaxy_keras.preparation.batch_sizes import choose_batch_size, choose_evaluation_batch_size
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.training.settings import TrainingSettings

SMALL = parse_spec({"input_shape": 2, "layers": ["Dense units=1"]})


def make_settings(**changes: Any) -> TrainingSettings:
    return TrainingSettings(
        task="classifier",
        loss={"name": "binary_crossentropy"},
        optimizer={"name": "Adam"},
        **changes,
    )


def test_scores_of_attention_count() -> None:
    attention = {"type": "MultiHeadAttention", "num_heads": 8, "key_dim": 2, "name": "attention"}
    words = {"type": "Input", "name": "words", "shape": "500,4"}
    network = parse_spec({"layers": [words, attention | {"inputs": ["words", "words"]}]})
    # 8 heads weigh 500 steps with 500, before and after the softmax: 16 MB a row.
    assert choose_batch_size(network) == 2**28 // (4 * (2000 + 2000 + 2 * 8 * 500 * 500)) == 16


@pytest.mark.parametrize(("batch_size", "expected"), [(128, 1024), (100, 1000), (5000, 5000)])
def test_held_out_rows_are_computed_in_multiples_of_a_batch(batch_size: int, expected: int) -> None:
    assert choose_evaluation_batch_size(SMALL, make_settings(batch_size=batch_size)) == expected


def test_validation_steps_count_batches_of_training() -> None:
    settings = make_settings(batch_size=16, validation_steps=3)
    assert choose_evaluation_batch_size(SMALL, settings) == 16


def test_a_network_of_a_fixed_batch_takes_no_other() -> None:
    data = LayerNode(name="data", type="InputLayer", options={"batch_shape": (4, 2)})
    dense = LayerNode(name="dense", type="Dense", options={"units": 1}, inbound=("data",))
    network = Architecture.sequential("net", (data, dense))
    assert choose_evaluation_batch_size(network, make_settings(batch_size=4)) == 4
