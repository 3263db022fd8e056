"""Layers that TensorFlow cannot compute in their data type, on any device."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.values import complete_options

_WITHOUT_FLOAT64: Final = ("MaxPooling3D", "AdaptiveMaxPooling3D")
_IN_32_BITS: Final = ("CategoryEncoding",)
_DECOMPOSED: Final = "Orthogonal"
"""An initializer that decomposes a matrix, which has no operation for bfloat16."""


def find_dtype_problems(architecture: Architecture) -> Iterator[str]:
    """Yield a message for each layer with such a data type, those of nested models too."""
    for layer in architecture.layers:
        if layer.model is not None:
            yield from find_dtype_problems(layer.model)
        elif layer.shared_with is None and layer.dtype is not None:
            yield from _check_layer(architecture, layer, layer.dtype)


def _check_layer(architecture: Architecture, layer: LayerNode, dtype: str) -> Iterator[str]:
    where = architecture.describe(layer.name)
    if dtype == "float64" and layer.type in _WITHOUT_FLOAT64:
        yield f"{where} cannot be computed in float64. Leave out dtype=float64"
    if dtype.endswith("float16") and layer.type in _IN_32_BITS:
        yield f"{where} cannot be computed in {dtype}. Leave out dtype={dtype}"
    if dtype == "bfloat16":
        option = _find_orthogonal(layer.type, layer.options)
        if option:
            yield (
                f"{where} begins with orthogonal weights ({option}), which cannot be computed in "
                f"bfloat16. Use dtype=mixed_bfloat16, or {option}=glorot_uniform"
            )


def _find_orthogonal(layer_type: str, options: Mapping[str, Any]) -> str | None:
    """Return the option of a layer, or of one inside it, that is this initializer."""
    for name, value in complete_options(LAYERS.get(layer_type), options).items():
        if name.endswith("_initializer") and _is_orthogonal(value):
            return name
        if isinstance(value, Component) and name in ("layer", "backward_layer", "cell"):
            found = _find_orthogonal(value.name, value.options)
            if found:
                return found
    return None


def _is_orthogonal(value: object) -> bool:
    name = value.name if isinstance(value, Component) else value
    return isinstance(name, str) and name.casefold() == _DECOMPOSED.casefold()
