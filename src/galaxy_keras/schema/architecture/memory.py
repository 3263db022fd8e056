"""How much memory a network takes, estimated from its shapes before anything is built."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import LayerShapes, Shape, infer_shapes
from galaxy_keras.schema.values.component import Component

FLOAT32_BYTES = 4
"""Networks compute in float32."""

LIBRARY_BYTES = 500 * 2**20
"""What Python, Keras and TensorFlow take before there is any network, about."""

MAX_WEIGHT_BYTES = 2**40
"""Bytes of weights that no machine of today trains on; it is a slip of the keyboard."""

_SLOTS = {"SGD": 0, "RMSprop": 1, "Adagrad": 1, "Lion": 1, "Muon": 1, "Adafactor": 1}
_DEFAULT_SLOTS = 2
_KEPT_PER_UNIT = {"LSTM": 6, "GRU": 5, "SimpleRNN": 1}
_HEADS = {"MultiHeadAttention": "num_heads", "GroupQueryAttention": "num_query_heads"}
_ATTENTION = {"Attention", "AdditiveAttention", *_HEADS}
_UNITS = ("GB", 2**30), ("MB", 2**20)


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Bytes by what they are for.

    Attributes
    ----------
    weights
        The parameters; in training, their gradients and the optimizer's state too.
    activations
        What the layers compute for one batch.
    data
        The tables.
    """

    weights: int
    activations: int
    data: int

    @property
    def network(self) -> int:
        """The bytes of the run itself."""
        return self.weights + self.activations + self.data

    @property
    def total(self) -> int:
        """The bytes of the process: the run and the libraries that it needs."""
        return self.network + LIBRARY_BYTES


def check_network_size(architecture: Architecture) -> None:
    """Check that a network could be trained on some machine.

    Raises
    ------
    ConfigurationError
        If its weights alone take more than `MAX_WEIGHT_BYTES`; the largest layer is named.
    """
    shapes = infer_shapes(architecture)
    size = shapes.parameters * FLOAT32_BYTES
    if size <= MAX_WEIGHT_BYTES:
        return
    largest = max(architecture.layers, key=lambda layer: shapes[layer.name].parameters)
    raise ConfigurationError(
        f"{architecture.describe(largest.name)} has {shapes[largest.name].parameters:,} "
        f"parameters, and the weights of the network take {format_bytes(size)}, which fits no "
        "machine. Make the layer smaller, or what feeds it"
    )


def estimate_training(
    architecture: Architecture, optimizer: Component, *, batch_size: int, data: int
) -> MemoryEstimate:
    """Estimate the memory of training.

    Parameters
    ----------
    architecture, optimizer
        What is trained, and how.
    batch_size
        Rows of one update.
    data
        Bytes of the tables.
    """
    shapes = infer_shapes(architecture)
    copies = 1 + count_slots(optimizer)
    numbers = shapes.parameters + shapes.trainable * copies
    # Training keeps what each layer computed, and computes a gradient for each of it.
    kept = _count_activations(architecture, shapes) + _count_states(architecture, shapes)
    activations = 2 * batch_size * kept
    return MemoryEstimate(numbers * FLOAT32_BYTES, activations * FLOAT32_BYTES, data)


def estimate_prediction(
    architecture: Architecture, *, batch_size: int, data: int
) -> MemoryEstimate:
    """Estimate the memory of prediction; see `estimate_training`."""
    shapes = infer_shapes(architecture)
    activations = batch_size * _count_activations(architecture, shapes)
    return MemoryEstimate(shapes.parameters * FLOAT32_BYTES, activations * FLOAT32_BYTES, data)


def count_slots(optimizer: Component) -> int:
    """Return how many numbers an optimizer keeps for each trainable parameter."""
    options = optimizer.options
    momentum = optimizer.name in ("SGD", "RMSprop") and bool(options.get("momentum"))
    further = (
        momentum,
        options.get("amsgrad"),
        options.get("centered"),
        options.get("use_ema"),
        options.get("gradient_accumulation_steps"),
    )
    return _SLOTS.get(optimizer.name, _DEFAULT_SLOTS) + sum(map(bool, further))


def format_bytes(count: float) -> str:
    """Return a number of bytes for a person to read: `1.5 GB`."""
    for name, size in _UNITS:
        if count >= size:
            return f"{count / size:,.1f} {name}"
    return f"{count / 2**10:,.1f} kB"


def _count_activations(architecture: Architecture, shapes: LayerShapes) -> int:
    return sum(_count_layer(layer, shapes) for layer in architecture.layers)


def _count_layer(layer: LayerNode, shapes: LayerShapes) -> int:
    if layer.model is not None:
        return _count_activations(layer.model, infer_shapes(layer.model))
    count = _count_numbers(shapes[layer.name].output)
    if layer.type in _ATTENTION:
        count += _count_scores(layer, [shapes[name].output for name in layer.inbound])
    return count


def _count_states(architecture: Architecture, shapes: LayerShapes) -> int:
    """Count the gates and states of every step, which training keeps whatever a layer returns."""
    count = 0
    for layer in architecture.layers:
        if layer.model is not None:
            count += _count_states(layer.model, infer_shapes(layer.model))
        for recurrent in _list_recurrent(layer):
            steps = shapes[layer.inbound[0]].output[1] or 1
            count += (
                steps * int(recurrent["config"]["units"]) * _KEPT_PER_UNIT[recurrent["class_name"]]
            )
    return count


def _list_recurrent(layer: LayerNode) -> list[Mapping[str, Any]]:
    """Return the recurrent layers that a layer is or wraps, as Keras writes them."""
    if layer.type in _KEPT_PER_UNIT:
        return [{"class_name": layer.type, "config": layer.options}]
    wrapped = layer.options.get("layer") if layer.type == "Bidirectional" else None
    if wrapped is None or wrapped["class_name"] not in _KEPT_PER_UNIT:
        return []
    return [wrapped, layer.options.get("backward_layer") or wrapped]


def _count_scores(layer: LayerNode, inputs: Sequence[Shape]) -> int:
    """Count how each head weighs every step of the query with every step of the value, twice.

    The scores are kept before and after the softmax.
    """
    heads = int(layer.options[_HEADS[layer.type]]) if layer.type in _HEADS else 1
    query, value = (_count_numbers(shape[:-1]) for shape in inputs[:2])
    return 2 * heads * query * value


def _count_numbers(shape: Shape) -> int:
    return math.prod(size or 1 for size in shape[1:])
