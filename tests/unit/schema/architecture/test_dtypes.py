from __future__ import annotations

import pytest

from galaxy_keras.schema.architecture.dtypes import find_dtype_problems
from galaxy_keras.schema.architecture.spec import parse_spec


def find(shape: tuple[int, ...], layer: str) -> list[str]:
    return list(find_dtype_problems(parse_spec({"input_shape": shape, "layers": [layer]})))


@pytest.mark.parametrize(
    ("layer", "described", "option"),
    [
        ("SimpleRNN units=3 dtype=bfloat16", 'SimpleRNN "simple_rnn"', "recurrent_initializer"),
        (
            "Bidirectional layer={type: LSTM, units: 3} dtype=bfloat16",
            'Bidirectional "bidirectional"',
            "recurrent_initializer",
        ),
        ("RNN cell={type: GRUCell, units: 3} dtype=bfloat16", 'RNN "rnn"', "recurrent_initializer"),
        (
            "Dense units=3 kernel_initializer=Orthogonal dtype=bfloat16",
            'Dense "dense"',
            "kernel_initializer",
        ),
    ],
)
def test_orthogonal_weights_in_bfloat16(layer: str, described: str, option: str) -> None:
    assert find((4, 2), layer) == [
        f"layer 1 ({described}) begins with orthogonal weights ({option}), which cannot be "
        f"computed in bfloat16. Use dtype=mixed_bfloat16, or {option}=glorot_uniform"
    ]


def test_three_dimensional_pooling_in_float64() -> None:
    assert find((4, 4, 4, 1), "MaxPooling3D dtype=float64") == [
        'layer 1 (MaxPooling3D "max_pooling3d") cannot be computed in float64. Leave out '
        "dtype=float64"
    ]


@pytest.mark.parametrize("dtype", ["bfloat16", "mixed_float16"])
def test_encoding_of_categories_in_half_precision(dtype: str) -> None:
    assert find((4,), f"CategoryEncoding num_tokens=3 dtype={dtype}") == [
        'layer 1 (CategoryEncoding "category_encoding") cannot be computed in '
        f"{dtype}. Leave out dtype={dtype}"
    ]


@pytest.mark.parametrize(
    "layer",
    [
        "LSTM units=3",
        "LSTM units=3 dtype=float64",
        "LSTM units=3 dtype=mixed_bfloat16",
        "LSTM units=3 dtype=bfloat16 recurrent_initializer=glorot_uniform",
    ],
)
def test_what_can_be_computed(layer: str) -> None:
    assert find((4, 2), layer) == []
