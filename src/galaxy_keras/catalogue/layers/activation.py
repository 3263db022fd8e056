"""Activation functions as layers of their own."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.constructors import axes, number, parameter
from galaxy_keras.catalogue.layers.layer import Layer
from galaxy_keras.catalogue.layers.parameters import constraints, initializers, regularizers
from galaxy_keras.catalogue.parameters import Kind, Parameter

_layer = partial(Layer, group="activation")


def _slope(name: str, default: float, help_text: str, *aliases: str) -> Parameter:
    return number(name, help_text, default, minimum=0.0, aliases=aliases)


LAYERS = (
    _layer(
        name="Activation",
        help="Applies an activation function.",
        parameters=(parameter(Kind.ACTIVATION, "activation", "Name of the function."),),
    ),
    _layer(
        name="ReLU",
        help="Rectified linear unit, with an upper limit, a slope below and a threshold.",
        parameters=(
            number("max_value", "Upper limit; None for none.", None, minimum=0.0),
            _slope("negative_slope", 0.0, "Slope below the threshold."),
            _slope(
                "threshold",
                0.0,
                "Value up to which the output is 0.",
                "threshold_max_value",
                "theta",
            ),
        ),
    ),
    _layer(
        name="LeakyReLU",
        help="Rectified linear unit with a slope below 0.",
        parameters=(_slope("negative_slope", 0.3, "Slope below 0.", "alpha"),),
    ),
    _layer(
        name="PReLU",
        help="Rectified linear unit with slopes below 0 that are learnt.",
        shape_rule="prelu",
        parameters=(
            *initializers(alpha="zeros"),
            *regularizers("alpha"),
            *constraints("alpha"),
            axes(
                "shared_axes",
                "Axes (from 1) along which a slope is shared: (1, 2) for images.",
                None,
                minimum=1,
            ),
        ),
    ),
    _layer(
        name="ELU",
        help="Exponential linear unit.",
        parameters=(number("alpha", "Factor of exp(x) - 1 below 0.", 1.0),),
    ),
    _layer(
        name="Softmax",
        help="Probabilities that add up to 1.",
        shape_rule="axes",
        parameters=(axes("axis", "Axis along which they add up.", -1),),
    ),
)
