"""What holds for every spec: it is refused with an error of ours, or comes back from its JSON."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from galaxy_keras.artefacts.architecture.architecture_file import (
    decode_architecture,
    encode_architecture,
)
from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import infer_shapes
from galaxy_keras.schema.architecture.spec import parse_spec

FIELDS = ("name", "type", "inputs", "shared_with", "layers", "input_shape", "outputs", "trainable")
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 40),
    st.integers(),
    st.floats(),
    st.sampled_from(["relu", "same", "channels_first", "glorot_uniform", "l2", "input", "a:1", ""]),
    st.text(max_size=8),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=5)), inner, max_size=4),
    ),
    max_leaves=12,
)
DOCUMENTS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)


@st.composite
def draw_layer(draw: st.DrawFn) -> dict[str, Any]:
    """Return a layer of the catalogue, with values that may be right for some of its options."""
    layer = draw(st.sampled_from(list(LAYERS)))
    names = [parameter.name for parameter in layer.parameters]
    given_names = draw(st.lists(st.sampled_from(names), max_size=3, unique=True)) if names else []
    needed = [each.name for each in layer.parameters if each.required]
    sizes = st.one_of(st.integers(1, 6), st.lists(st.integers(1, 3), min_size=1, max_size=3))
    options = {name: draw(st.one_of(sizes, VALUES)) for name in given_names}
    return {"type": layer.name, **{name: draw(sizes) for name in needed}, **options}


SHAPES = st.lists(st.integers(1, 9), min_size=1, max_size=4)


def parse_and_infer(document: dict[str, Any]) -> Architecture | None:
    try:
        architecture = parse_spec(document)
        infer_shapes(architecture)
    except ConfigurationError:
        return None
    return architecture


@given(DOCUMENTS)
def test_any_document(document: dict[str, Any]) -> None:
    parse_and_infer(document)


@given(SHAPES, st.lists(draw_layer(), min_size=1, max_size=4))
def test_layers_of_the_catalogue(shape: list[int], layers: list[dict[str, Any]]) -> None:
    architecture = parse_and_infer({"input_shape": shape, "layers": layers})
    if architecture is not None:
        text = json.dumps(encode_architecture(architecture), allow_nan=False)
        assert decode_architecture(json.loads(text)) == architecture
