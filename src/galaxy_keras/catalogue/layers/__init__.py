"""The layers, one module per family, and what a name of a layer is resolved to.

`LAYERS` is the registry, `Layer` its entries, `InputKind` what feeds a layer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from galaxy_keras.catalogue.layers import (
    activation,
    attention,
    convolution,
    core,
    legacy,
    merging,
    normalization,
    pooling,
    preprocessing,
    recurrent,
    regularization,
    reshaping,
)
from galaxy_keras.catalogue.layers.layer import InputKind, Layer
from galaxy_keras.catalogue.registry import Registry

__all__ = ["LAYERS", "InputKind", "Layer", "replace_dropped", "resolve_layer"]

_TEXT_ADVICE = (
    "Networks here take numbers, and the builder turns texts into them: begin the network with "
    "Embedding, and give keras-model-builder --input 'words columns=...'"
)
_HASHING_ADVICE = (
    "Networks here take numbers, and the builder turns categories into them: give "
    "keras-model-builder --input 'categories columns=...'"
)
_ADVICE = {
    "TextVectorization": _TEXT_ADVICE,
    "StringLookup": _TEXT_ADVICE,
    "IntegerLookup": _HASHING_ADVICE,
    "Hashing": _HASHING_ADVICE,
    "HashedCrossing": _HASHING_ADVICE,
}

LAYERS: Final[Registry[Layer]] = Registry(
    "layer",
    (
        *core.LAYERS,
        *activation.LAYERS,
        *regularization.LAYERS,
        *reshaping.LAYERS,
        *convolution.LAYERS,
        *pooling.LAYERS,
        *recurrent.LAYERS,
        *attention.LAYERS,
        *merging.LAYERS,
        *normalization.LAYERS,
        *preprocessing.LAYERS,
        *legacy.LAYERS,
    ),
    _ADVICE,
)


def resolve_layer(name: str, options: Mapping[str, object]) -> tuple[Layer, dict[str, object]]:
    """Return the layer that `name` resolves to in a network, and its options.

    Options are not checked. A layer that Keras 3 dropped is replaced by the one that does the
    same; a cell is wrapped in the layer RNN.

    Raises
    ------
    ConfigurationError
        If there is no such layer; the message suggests the closest name.
    """
    layer, resolved = replace_dropped(name, options)
    if layer.shape_rule == "cell":
        return LAYERS.get("RNN"), {"cell": {"class_name": layer.name, "config": resolved}}
    return layer, resolved


def replace_dropped(name: str, options: Mapping[str, object]) -> tuple[Layer, dict[str, object]]:
    """Return the layer called `name`, or what replaces it in Keras 3, and its options.

    Raises
    ------
    ConfigurationError
        If there is no such layer; the message suggests the closest name.
    """
    layer = LAYERS.get(name)
    if layer.replaced_by is None:
        return layer, dict(options)
    defaults = {each.name: each.default for each in layer.parameters if not each.required}
    return LAYERS.get(layer.replaced_by), {**defaults, **options}
