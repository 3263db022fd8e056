"""Activation functions as layers of their own."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import axes, non_negative, number, parameter
from galaxy_keras.catalogue.layers.layer import make_layer
from galaxy_keras.catalogue.layers.parameters import constraints, initializers, regularizers
from galaxy_keras.catalogue.parameters import Kind

_layer = partial(make_layer, "activation")


LAYERS = (
    _layer(
        "Activation",
        "Applies an activation function.",
        parameter(Kind.ACTIVATION, "activation", "Name of the function."),
    ),
    _layer(
        "ReLU",
        "Rectified linear unit with a maximum, a negative slope and a threshold.",
        non_negative("max_value", "Maximum of the output; None for no maximum.", None),
        non_negative("negative_slope", "Slope below the threshold.", 0.0),
        non_negative(
            "threshold",
            "Value up to which the output is 0.",
            0.0,
            aliases=("threshold_max_value", "theta"),
        ),
    ),
    _layer(
        "LeakyReLU",
        "Rectified linear unit with a slope below 0.",
        non_negative("negative_slope", "Slope below 0.", 0.3, aliases=("alpha",)),
    ),
    _layer(
        "PReLU",
        "Rectified linear unit with learned slopes below 0.",
        *initializers(alpha="zeros"),
        *regularizers("alpha"),
        *constraints("alpha"),
        axes(
            "shared_axes",
            "Axes (from 1) along which a slope is shared: (1, 2) for images.",
            None,
            minimum=1,
        ),
        shape_rule="prelu",
    ),
    _layer(
        "ELU", "Exponential linear unit.", number("alpha", "Factor of exp(x) - 1 below 0.", 1.0)
    ),
    _layer(
        "Softmax",
        "Probabilities that sum to 1.",
        axes("axis", "Axis along which they sum to 1.", -1),
        shape_rule="axes",
    ),
)
