"""The networks that `gpu.py` compares, their data, what they compute, and what cards can."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

import numpy as np
from reviews import WORDS, draw_reviews

from galaxy_keras.schema.architecture.graph import Architecture, LayerNode
from galaxy_keras.schema.architecture.shapes import LayerShapes, infer_shapes
from galaxy_keras.schema.architecture.spec import parse_spec

CLASSES = 10
# Forward; then the gradients by the inputs and by the weights, each as much.
PASSES = 3
KERNELS = ("kernel", "recurrent_kernel")
RECURRENT = ("LSTM", "GRU")
# Dense peaks of tensor cores in TFLOP/s from the data sheets: float32 (TF32 from Ampere on, as
# TensorFlow computes by default), and half precision. The first name that fits counts.
PEAKS = {
    "H200": (494.0, 989.0),
    "H100 PCIe": (378.0, 756.0),
    "H100": (494.0, 989.0),
    "A100": (156.0, 312.0),
    "L40S": (183.0, 362.0),
    "L4": (60.0, 121.0),
    "A10": (62.5, 125.0),
    "V100": (15.7, 125.0),
    "T4": (8.1, 65.0),
}


class Size(NamedTuple):
    """How large the networks are, and how much they are given."""

    rows: int
    length: int
    units: int
    image: int
    filters: int
    width: int


LARGE = Size(rows=25_000, length=500, units=100, image=32, filters=64, width=4096)
SMALL = Size(rows=256, length=20, units=8, image=8, filters=4, width=32)


def write_spec(network: str, size: Size) -> dict[str, object]:
    """Return the spec of a network."""
    shapes = {"LSTM": size.length, "CNN": [size.image, size.image, 3], "dense": size.width}
    filters = f"Conv2D filters={size.filters} kernel_size=3 padding=same activation=relu"
    more = f"Conv2D filters={2 * size.filters} kernel_size=3 padding=same activation=relu"
    wide = f"Dense units={size.width} activation=relu"
    layers = {
        "LSTM": [f"Embedding input_dim={WORDS} output_dim=32", f"LSTM units={size.units}"],
        "CNN": [filters, filters, "MaxPooling2D", more, more, "MaxPooling2D", "Flatten"],
        "dense": [wide, wide, wide],
    }[network]
    last = f"Dense units={CLASSES} activation=softmax"
    return {"input_shape": shapes[network], "layers": [*layers, last]}


def build_architecture(network: str, size: Size) -> Architecture:
    """Return a network."""
    return parse_spec(write_spec(network, size))


def draw_data(network: str, size: Size) -> tuple[np.ndarray, np.ndarray]:
    """Return drawn inputs, shape (rows, ...), and classes."""
    random = np.random.default_rng(0)
    classes = random.integers(0, CLASSES, size.rows)
    if network == "LSTM":
        return draw_reviews(random, size.rows, size.length), classes
    shape = (size.image, size.image, 3) if network == "CNN" else (size.width,)
    return random.random((size.rows, *shape), np.float32), classes


def count_operations(architecture: Architecture) -> int:
    """Return how many multiplications and additions of products one row takes forward.

    Each number of a kernel is multiplied and added once for each place or step that the kernel is
    applied to. What has no kernel (embeddings, activations, pooling) is not counted.
    """
    shapes = infer_shapes(architecture)
    return sum(_count_layer(architecture, layer, shapes) for layer in architecture.layers)


def _count_layer(architecture: Architecture, layer: LayerNode, shapes: LayerShapes) -> int:
    weights = shapes[layer.name].weights
    sizes = [each.size for each in weights if each.name.split("/")[-1] in KERNELS]
    if layer.type in RECURRENT:
        times = shapes[layer.inbound[0]].output[1] or 1
    else:
        times = math.prod(size or 1 for size in shapes[layer.name].output[1:-1])
    return 2 * sum(sizes) * times


def find_peak(card: str, precision: str) -> float | None:
    """Return the TFLOP/s that a card can do at most, or None if it is not known."""
    for name, (full, half) in PEAKS.items():
        if all(re.search(rf"\b{part}\b", card) for part in name.split()):
            return full if precision == "float32" else half
    return None
