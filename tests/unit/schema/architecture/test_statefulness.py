from __future__ import annotations

import pytest

from galaxy_keras.schema.architecture.spec import parse_spec
from galaxy_keras.schema.architecture.statefulness import find_stateful_layers

INPUT = {"type": "Input", "shape": (6, 2), "batch_size": 8}


def find(*layers: object) -> list[str]:
    return list(find_stateful_layers(parse_spec({"layers": [INPUT, *layers]})))


@pytest.mark.parametrize(
    ("layer", "described"),
    [
        ("LSTM units=4 stateful=True", 'layer 1 (LSTM "lstm")'),
        (
            "Bidirectional layer={type: GRU, units: 4, stateful: True}",
            'layer 1 (Bidirectional "bidirectional")',
        ),
    ],
)
def test_stateful_layers_are_named(layer: str, described: str) -> None:
    assert find(layer) == [
        f"{described} has stateful=True: it goes on from the rows of the batch before, but the "
        "rows of a table are shuffled, and divided into parts of any size. Leave out "
        "stateful=True, and batch_size at the input"
    ]


def test_other_layers_are_not() -> None:
    assert find("LSTM units=4", "Dense units=2") == []
