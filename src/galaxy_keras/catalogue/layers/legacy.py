"""Layers that Keras 3 dropped.

Those with the same function under another name are aliases where that one is: CuDNNGRU of GRU
(whose `reset_after` is true unless it is given), CuDNNLSTM of LSTM, ConvLSTM2DCell of ConvLSTM2D.
"""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import choice, non_negative, sizes
from galaxy_keras.catalogue.layers.convolution import FILTERS, kernel_size
from galaxy_keras.catalogue.layers.layer import IGNORED_BY_ALL, Layer, make_layer
from galaxy_keras.catalogue.layers.parameters import (
    DATA_FORMAT,
    KERNEL_AND_BIAS,
    USE_BIAS,
    activation,
)
from galaxy_keras.catalogue.parameters import OWN_MODULE, Ignored

_layer = partial(make_layer, "legacy", module=OWN_MODULE)


def _locally_connected(rank: int) -> Layer:
    return _layer(
        f"LocallyConnected{rank}D",
        "Convolution with unshared weights: different filters at each position.",
        FILTERS,
        kernel_size(rank),
        sizes("strides", "Strides: steps between windows.", 1, rank=rank),
        # Keras 2 had no other padding in its default implementation of these layers.
        choice("padding", "valid: no padding.", ("valid",), "valid"),
        DATA_FORMAT,
        activation(),
        USE_BIAS,
        *KERNEL_AND_BIAS,
        shape_rule="locally_connected",
        ignored=(*IGNORED_BY_ALL, Ignored("implementation")),
    )


LAYERS = (
    _locally_connected(1),
    _locally_connected(2),
    _layer(
        "ThresholdedReLU",
        "x above theta, else 0: ReLU with a threshold.",
        non_negative("theta", "Value up to which the output is 0.", 1.0),
        # ReLU with a threshold t is x * (x > t), which is this layer's definition.
        replaced_by="ReLU",
    ),
)
