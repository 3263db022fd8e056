"""The output layer of a network, with what losses and metrics depend on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.losses import EXCLUSIVE_ACTIVATIONS, LOSSES, TargetFormat
from galaxy_keras.catalogue.scorers import TargetKind
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import Shape, infer_shapes
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.values.component import Component
from galaxy_keras.schema.values.relations import as_tuple

_ACTIVATION_LAYERS = {"Softmax": "softmax", "ReLU": "relu", "LeakyReLU": "leaky_relu", "ELU": "elu"}
_PASS_THROUGH_LAYERS = (
    "ActivityRegularization",
    "AlphaDropout",
    "Dropout",
    "Flatten",
    "GaussianDropout",
    "GaussianNoise",
    "Identity",
    "Permute",
    "Reshape",
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
)
"""Layers that pass their input through in inference, perhaps in another order."""


@dataclass(frozen=True, slots=True)
class OutputLayer:
    """The output layer of a network.

    Attributes
    ----------
    where
        How messages call the layer, to be followed by a comma or the end of a sentence.
    shape
        Shape of its output, with the batch.
    activation
        Name of the activation function of the outputs; None for a layer type without one.
    normalized
        Where the activation is one of `EXCLUSIVE_ACTIVATIONS`, the number of its outputs that add
        up to 1: fewer than there are units, where it is computed for each of several positions and
        a Flatten follows. None if it is not known.
    """

    where: str
    shape: Shape
    activation: str | None
    normalized: int | None = None

    @property
    def units(self) -> int | None:
        """Number of outputs; None if it is not fixed."""
        return self.shape[-1]


def find_output_layer(architecture: Architecture, name: str | None = None) -> OutputLayer:
    """Return the layer of an output of a network.

    Parameters
    ----------
    architecture
        The network.
    name
        The name of the output; None for the only one.

    Raises
    ------
    ConfigurationError
        If the network has several outputs and none is named, or its layers do not fit each other.
    """
    outputs = architecture.outputs
    if name is None and len(outputs) != 1:
        raise ConfigurationError(
            f"the network has {len(outputs)} outputs ({', '.join(outputs)}), but nothing says what "
            "each of them learns. Make a builder of it with keras-model-builder, and train that"
        )
    name = outputs[0] if name is None else name
    owner, layer = _find_activation_layer(architecture, name)
    activation = _read_activation(layer.type, layer.options)
    exclusive = activation in EXCLUSIVE_ACTIVATIONS
    return OutputLayer(
        where=f"{_name_position(architecture)}, {architecture.describe(name)}",
        shape=infer_shapes(architecture)[name].output,
        activation=activation,
        normalized=_count_normalized(owner, layer) if exclusive else None,
    )


def infer_target_kind(layer: OutputLayer, settings: TrainingSettings) -> TargetKind:
    """Return the kind of target that a network and its loss are made for."""
    if settings.task == "regressor":
        return "regression"
    if layer.units == 1:
        return "binary"
    formats = LOSSES.get(settings.loss.name).targets
    if "binary" not in formats or layer.activation in EXCLUSIVE_ACTIVATIONS:
        return "multiclass"
    return "multilabel"


def choose_target_format(loss: Component, kind: TargetKind) -> TargetFormat:
    """Return the format in which a target of some kind is given to the loss and the metrics.

    Returns
    -------
    TargetFormat
        ``numeric`` for a regression, ``binary`` for two classes and for several labels per row;
        for several classes ``integer`` if the loss takes class indices, else ``one-hot``.
    """
    if kind == "regression":
        return "numeric"
    if kind != "multiclass":
        return "binary"
    return "integer" if "integer" in LOSSES.get(loss.name).targets else "one-hot"


def _name_position(architecture: Architecture) -> str:
    return "the last layer" if len(architecture.outputs) == 1 else "its last layer"


def _find_activation_layer(architecture: Architecture, name: str) -> tuple[Architecture, LayerNode]:
    """Return the layer whose activation an output has, and the model that it stands in."""
    layer = architecture.layer(name)
    while layer.type in _PASS_THROUGH_LAYERS:
        layer = architecture.layer(layer.inbound[0])
    if layer.model is None:
        return architecture, layer
    return _find_activation_layer(layer.model, layer.model.outputs[0])


def _count_normalized(architecture: Architecture, layer: LayerNode) -> int | None:
    """Return how many outputs of a layer add up to 1 (Softmax may have several axes)."""
    shape = infer_shapes(architecture)[layer.name].output
    sizes = [shape[axis] for axis in as_tuple(layer.options.get("axis", -1))]
    known = [size for size in sizes if size is not None]
    return math.prod(known) if len(known) == len(sizes) else None


def _read_activation(layer_type: str, options: Mapping[str, Any]) -> str | None:
    if layer_type in _ACTIVATION_LAYERS:
        return _ACTIVATION_LAYERS[layer_type]
    if "layer" in options:
        return _read_activation(options["layer"].name, options["layer"].options)
    entry = LAYERS.find(layer_type)
    parameter = entry.parameter("activation") if entry else None
    if parameter is None:
        return None
    activation = options.get("activation", parameter.default)
    return "linear" if activation is None else str(activation)
