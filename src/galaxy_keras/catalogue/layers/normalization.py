"""Layers that bring values to a common scale."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import axes, count, flag, fraction, inner_layer, integer
from galaxy_keras.catalogue.layers.layer import IGNORED_BY_ALL, make_layer
from galaxy_keras.catalogue.layers.parameters import (
    constraints,
    epsilon,
    initializers,
    regularizers,
)
from galaxy_keras.catalogue.parameters import Ignored

_layer = partial(make_layer, "normalization")

_AXIS = integer("axis", "Axis of the channels; -1 for the last.", -1)
_CENTER = flag("center", "Whether to add a learned offset beta.", True)
_SCALE = flag("scale", "Whether to multiply by a learned scale gamma.", True)
_BETA_AND_GAMMA = initializers(beta="zeros", gamma="ones")
_REGULARIZERS_AND_CONSTRAINTS = (*regularizers("beta", "gamma"), *constraints("beta", "gamma"))

LAYERS = (
    _layer(
        "BatchNormalization",
        "Normalizes each channel with mean and variance of the batch.",
        _AXIS,
        fraction("momentum", "Momentum of the moving averages.", 0.99),
        epsilon(),
        _CENTER,
        _SCALE,
        *_BETA_AND_GAMMA,
        *initializers(moving_mean="zeros", moving_variance="ones"),
        *_REGULARIZERS_AND_CONSTRAINTS,
        flag("synchronized", "Whether batch statistics are synchronized across devices."),
        shape_rule="batch_normalization",
        ignored=(
            *IGNORED_BY_ALL,
            Ignored("renorm", (False,)),
            Ignored("renorm_clipping", (None, {})),
            Ignored("renorm_momentum"),
        ),
    ),
    _layer(
        "LayerNormalization",
        "Normalizes each sample with its own mean and variance.",
        axes("axis", "Axes over which mean and variance are computed.", -1),
        epsilon(),
        _CENTER,
        _SCALE,
        *_BETA_AND_GAMMA,
        *_REGULARIZERS_AND_CONSTRAINTS,
        shape_rule="layer_normalization",
        ignored=(*IGNORED_BY_ALL, Ignored("rms_scaling", (False,))),
    ),
    _layer(
        "GroupNormalization",
        "Normalizes groups of channels with their mean and variance.",
        integer("groups", "Number of groups; -1 for each channel on its own.", 32, minimum=-1),
        _AXIS,
        epsilon(),
        _CENTER,
        _SCALE,
        *_BETA_AND_GAMMA,
        *_REGULARIZERS_AND_CONSTRAINTS,
        shape_rule="group_normalization",
    ),
    _layer(
        "RMSNormalization",
        "Divides by the root mean square (RMS).",
        axes("axis", "Axes over which the mean is computed.", -1),
        epsilon(1e-6),
        shape_rule="rms_normalization",
    ),
    _layer(
        "UnitNormalization",
        "Normalizes to length 1.",
        axes("axis", "Axes along which the length is computed.", -1),
        shape_rule="axes",
    ),
    _layer(
        "SpectralNormalization",
        "Divides the weights of a layer by their largest singular value.",
        inner_layer("layer", "The layer (Dense, Embedding or a convolution) with its options."),
        count("power_iterations", "Power iterations per batch.", 1),
        shape_rule="spectral_normalization",
    ),
)
