"""Dropout, noise and penalties against overfitting."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from galaxy_keras.catalogue.constructors import fraction, non_negative, shape
from galaxy_keras.catalogue.initializers import SEED
from galaxy_keras.catalogue.layers.layer import Layer, make_layer
from galaxy_keras.catalogue.layers.parameters import DATA_FORMAT

_layer = partial(make_layer, "regularization")

_RATE = fraction("rate", "Fraction of the inputs to drop.")
_RATE_BELOW_1 = replace(_RATE, maximum=None, exclusive_maximum=1.0)
_NOISE_SHAPE = shape(
    "noise_shape", "Shape of the dropout mask with the batch; 1 where the mask is shared.", None
)


def _spatial_dropout(rank: int) -> Layer:
    return _layer(
        f"SpatialDropout{rank}D",
        "Drops whole channels in training.",
        *((_RATE, SEED) if rank == 1 else (_RATE, DATA_FORMAT, SEED)),
        shape_rule="channels",
    )


LAYERS = (
    _layer("Dropout", "Sets values to 0 at random in training.", _RATE, _NOISE_SHAPE, SEED),
    _spatial_dropout(1),
    _spatial_dropout(2),
    _spatial_dropout(3),
    _layer(
        "AlphaDropout",
        "Dropout that keeps mean and variance, for selu.",
        _RATE_BELOW_1,
        _NOISE_SHAPE,
        SEED,
    ),
    _layer(
        "GaussianDropout",
        "Multiplies by Gaussian noise around 1 in training.",
        _RATE_BELOW_1,
        SEED,
    ),
    _layer(
        "GaussianNoise",
        "Adds Gaussian noise in training.",
        fraction("stddev", "Standard deviation of the noise."),
        SEED,
    ),
    _layer(
        "ActivityRegularization",
        "Adds a penalty on its input to the loss.",
        non_negative("l1", "Factor for the sum of absolute values.", 0.0),
        non_negative("l2", "Factor for the sum of squares.", 0.0),
    ),
)
