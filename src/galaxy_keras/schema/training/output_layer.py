"""The last layer of a network as losses and metrics see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from galaxy_keras.catalogue.layers import LAYERS
from galaxy_keras.catalogue.losses import EXCLUSIVE_ACTIVATIONS, LOSSES, TargetFormat
from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture
from galaxy_keras.schema.architecture.shapes import Shape, infer_shapes
from galaxy_keras.schema.training.settings import TrainingSettings
from galaxy_keras.schema.training.targets import TargetKind
from galaxy_keras.schema.values.component import Component

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
"""Layers that give what they get, once the network is trained; perhaps in another order."""


@dataclass(frozen=True, slots=True)
class OutputLayer:
    """The last layer of a network.

    Attributes
    ----------
    where
        The layer in a message.
    shape
        The shape of its output, with the batch.
    activation
        What the outputs went through last; None where the layer's type does not say.
    """

    where: str
    shape: Shape
    activation: str | None

    @property
    def units(self) -> int | None:
        """The number of outputs; None if it is not fixed."""
        return self.shape[-1]


def find_output_layer(architecture: Architecture) -> OutputLayer:
    """Return the last layer of a network with one output.

    Raises
    ------
    ConfigurationError
        If the network has several outputs, or layers do not fit together.
    """
    if len(architecture.outputs) != 1:
        raise ConfigurationError(
            f"the network has {len(architecture.outputs)} outputs "
            f"({', '.join(architecture.outputs)}), but it can be trained with one only. "
            "Join them with a Concatenate layer"
        )
    name = architecture.outputs[0]
    return OutputLayer(
        where=f"the last layer, {architecture.describe(name)}",
        shape=infer_shapes(architecture)[name].output,
        activation=_find_activation(architecture),
    )


def infer_target_kind(layer: OutputLayer, settings: TrainingSettings) -> TargetKind:
    """Say what kind of target a network and its loss are made for."""
    if settings.task == "regressor":
        return "regression"
    if layer.units == 1:
        return "binary"
    formats = LOSSES.get(settings.loss.name).targets
    if "binary" not in formats or layer.activation in EXCLUSIVE_ACTIVATIONS:
        return "multiclass"
    return "multilabel"


def choose_target_format(loss: Component, kind: TargetKind) -> TargetFormat:
    """Say in which form a target of some kind goes to the loss and to the metrics."""
    if kind == "regression":
        return "numeric"
    if kind != "multiclass":
        return "binary"
    return "integer" if "integer" in LOSSES.get(loss.name).targets else "one-hot"


def _find_activation(architecture: Architecture) -> str | None:
    layer = architecture.output_layers[0]
    while layer.type in _PASS_THROUGH_LAYERS:
        layer = architecture.layer(layer.inbound[0])
    if layer.model is not None:
        return _find_activation(layer.model)
    return _read_activation(layer.type, layer.options)


def _read_activation(layer_type: str, options: Mapping[str, Any]) -> str | None:
    if layer_type in _ACTIVATION_LAYERS:
        return _ACTIVATION_LAYERS[layer_type]
    if "layer" in options:
        return _read_activation(options["layer"]["class_name"], options["layer"]["config"])
    entry = LAYERS.find(layer_type)
    parameter = entry.parameter("activation") if entry else None
    if parameter is None:
        return None
    activation = options.get("activation", parameter.default)
    return "linear" if activation is None else str(activation)
