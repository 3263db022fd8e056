from __future__ import annotations

import pytest

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.architecture.spec import parse_spec

HEADS = {
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 3},
    "GroupQueryAttention": {"head_dim": 3, "num_query_heads": 2, "num_key_value_heads": 2},
}


@pytest.mark.parametrize("name", HEADS)
def test_flash_attention_is_refused(name: str) -> None:
    layers = [
        {"type": "Input", "name": "x", "shape": (6, 4)},
        {"type": name, "inputs": ["x", "x"], "flash_attention": True, **HEADS[name]},
    ]
    with pytest.raises(
        ConfigurationError,
        match=r"flash_attention=True is not supported by Keras with TensorFlow\. Leave it out",
    ):
        infer_shapes(parse_spec({"layers": layers}))


def test_a_window_along_chosen_axes_is_refused() -> None:
    layers = [
        {"type": "Input", "name": "x", "shape": (6, 4, 3)},
        {
            "type": "MultiHeadAttention",
            "inputs": ["x", "x"],
            "attention_axes": 2,
            "sliding_window": 2,
            **HEADS["MultiHeadAttention"],
        },
    ]
    with pytest.raises(
        ConfigurationError, match="attention_axes and sliding_window cannot be combined"
    ):
        infer_shapes(parse_spec({"layers": layers}))
