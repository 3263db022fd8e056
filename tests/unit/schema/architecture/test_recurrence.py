"""Which recurrent layers can be accelerated, from the architecture alone."""

from __future__ import annotations

import pytest

from galaxy_keras.schema.architecture.recurrence import find_unsupported
from galaxy_keras.schema.architecture.spec import parse_spec


def both_ways(layer: str, **options: object) -> dict[str, object]:
    return {"type": "Bidirectional", "layer": layer, **options}


def inspect(*layers: object) -> list[str | None]:
    network = parse_spec({"input_shape": "5,3", "layers": list(layers)})
    return list(find_unsupported(network).values())


@pytest.mark.parametrize(
    ("layer", "reason"),
    [
        ("LSTM units=2", None),
        ("GRU units=2 unroll=true", "it is unrolled"),
        (both_ways("LSTM units=2"), None),
        (both_ways("GRU units=2 activation=relu"), "its activation is not tanh"),
        (
            both_ways(
                "LSTM units=2",
                backward_layer="LSTM units=2 go_backwards=true use_bias=false",
            ),
            "it has no bias",
        ),
    ],
)
def test_why_a_layer_is_not_accelerated(layer: object, reason: str | None) -> None:
    assert inspect(layer) == [reason]


@pytest.mark.parametrize("layer", ["SimpleRNN units=2", both_ways("SimpleRNN units=2")])
def test_other_recurrent_layers_are_not_listed(layer: object) -> None:
    assert inspect(layer) == []


def test_masked_steps_are_not_accelerated() -> None:
    assert inspect("Masking", both_ways("GRU units=2")) == ["some of its steps are masked"]
