"""Memory that a network takes, estimated from its shapes before anything is built."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from galaxy_keras.errors import ConfigurationError
from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import LayerShapes, Shape, infer_shapes
from galaxy_keras.schema.architecture.shapes.recurrent import GATES
from galaxy_keras.schema.values.component import Component

FLOAT32_BYTES = 4
"""Size of a float32, in which networks compute."""

LIBRARY_BYTES = 500 * 2**20
"""What Python, Keras and TensorFlow take without any network, approximately."""

MAX_WEIGHT_BYTES = 2**40
"""1 TiB of weights: a typing error rather than a network."""

_SLOTS = {"SGD": 0, "RMSprop": 1, "Adagrad": 1, "Lion": 1, "Muon": 1, "Adafactor": 1}
_DEFAULT_SLOTS = 2
_KEPT_BESIDE_GATES = {"LSTM": 2, "GRU": 2, "SimpleRNN": 0}
"""Tensors that training keeps for each unit and step beside the gates: states and what they hold.

The cell and hidden state of an LSTM, the hidden state and its recurrent projection of a GRU; the
only gate of a SimpleRNN is its state.
"""
_HEADS = {"MultiHeadAttention": "num_heads", "GroupQueryAttention": "num_query_heads"}
_ATTENTION = {"Attention", "AdditiveAttention", *_HEADS}
_UNITS = ("GiB", 2**30), ("MiB", 2**20)
_MOST_SHOWN_BYTES = 10**12 * 2**30


@dataclass(frozen=True, slots=True)
class MemoryEstimate:
    """Memory in bytes, by purpose.

    Attributes
    ----------
    weights
        Bytes of the parameters; in training, of their gradients and the optimizer's state too.
    activations
        Bytes of what the layers compute for one batch.
    data
        Bytes of the tables.
    """

    weights: int
    activations: int
    data: int

    @property
    def without_libraries(self) -> int:
        """The bytes of the network and its data."""
        return self.weights + self.activations + self.data

    @property
    def total(self) -> int:
        """The bytes of the process, libraries included."""
        return self.without_libraries + LIBRARY_BYTES


def check_network_size(architecture: Architecture) -> None:
    """Check that the weights of a network fit a machine.

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
        f"parameters, and the weights of the network take {format_bytes(size)}, which exceeds the "
        "memory of any machine. Make the layer smaller, or its input"
    )


def estimate_training(
    architecture: Architecture, optimizer: Component, *, batch_size: int, data: int
) -> MemoryEstimate:
    """Return an estimate of the memory of training.

    Weights, gradients and activations count as float32, the state of the optimizer as in Keras;
    each activation is kept until its gradient, of the same size, is computed. What a backend
    allocates for a single operation is not counted.

    Parameters
    ----------
    architecture
        The network.
    optimizer
        Its optimizer, whose slots count per trainable parameter.
    batch_size
        Rows per update of the weights.
    data
        Bytes of the tables.

    Raises
    ------
    ConfigurationError
        If the layers do not fit each other.
    """
    shapes = infer_shapes(architecture)
    copies = 1 + count_slots(optimizer)
    numbers = shapes.parameters + shapes.trainable * copies
    # Training keeps what each layer computed, and computes a gradient for each of them.
    kept = _count_activations(architecture, shapes) + _count_states(architecture, shapes)
    activations = 2 * batch_size * kept
    return MemoryEstimate(numbers * FLOAT32_BYTES, activations * FLOAT32_BYTES, data)


def estimate_prediction(
    architecture: Architecture, *, batch_size: int, data: int
) -> MemoryEstimate:
    """Return an estimate of the memory of prediction; see `estimate_training`."""
    shapes = infer_shapes(architecture)
    activations = batch_size * _count_activations(architecture, shapes)
    return MemoryEstimate(shapes.parameters * FLOAT32_BYTES, activations * FLOAT32_BYTES, data)


def count_slots(optimizer: Component) -> int:
    """Return the number of slots of an optimizer: the values it keeps per trainable parameter."""
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
    """Return a number of bytes in binary units (1 GiB = 2**30 bytes): ``1.5 GiB``."""
    if count > _MOST_SHOWN_BYTES:
        # A whole number beyond the range of floats cannot be divided.
        return f"more than {format_bytes(_MOST_SHOWN_BYTES)}"
    for name, size in _UNITS:
        if count >= size:
            return f"{count / size:,.1f} {name}"
    return f"{count / 2**10:,.1f} KiB"


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
    """Count the gates and states of all steps, which training keeps whatever a layer returns."""
    count = 0
    for layer in architecture.layers:
        if layer.model is not None:
            count += _count_states(layer.model, infer_shapes(layer.model))
        for recurrent in _list_recurrent(layer):
            steps = shapes[layer.inbound[0]].output[1] or 1
            kept = GATES[recurrent.name] + _KEPT_BESIDE_GATES[recurrent.name]
            count += steps * int(recurrent.options["units"]) * kept
    return count


def _list_recurrent(layer: LayerNode) -> list[Component]:
    """Return the recurrent layers that a layer is or wraps."""
    if layer.type in GATES:
        return [Component(name=layer.type, options=dict(layer.options))]
    wrapped = layer.options.get("layer") if layer.type == "Bidirectional" else None
    if wrapped is None or wrapped.name not in GATES:
        return []
    return [wrapped, layer.options.get("backward_layer") or wrapped]


def _count_scores(layer: LayerNode, inputs: Sequence[Shape]) -> int:
    """Count the attention scores of all heads, which are kept before and after the softmax."""
    heads = int(layer.options[_HEADS[layer.type]]) if layer.type in _HEADS else 1
    query, value = (_count_numbers(shape[:-1]) for shape in inputs[:2])
    return 2 * heads * query * value


def _count_numbers(shape: Shape) -> int:
    return math.prod(size or 1 for size in shape[1:])
