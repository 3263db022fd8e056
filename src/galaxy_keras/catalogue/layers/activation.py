"""Activation functions as layers of their own."""

from __future__ import annotations

from functools import partial

from galaxy_keras.catalogue.layers.layer import Layer
from galaxy_keras.catalogue.layers.parameters import (
    axes,
    constraints,
    initializers,
    regularizers,
)
from galaxy_keras.catalogue.parameters import Kind, Parameter

_layer = partial(Layer, group="activation")


def _slope(name: str, default: float, help_text: str, *aliases: str) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.NUMBER,
        default=default,
        minimum=0.0,
        help=help_text,
        aliases=aliases,
    )


LAYERS = (
    _layer(
        name="Activation",
        help="Applies an activation function.",
        parameters=(
            Parameter(name="activation", kind=Kind.ACTIVATION, help="Name of the function."),
        ),
    ),
    _layer(
        name="ReLU",
        help="Rectified linear unit, with an upper limit, a slope below and a threshold.",
        parameters=(
            Parameter(
                name="max_value",
                kind=Kind.NUMBER,
                default=None,
                minimum=0.0,
                help="Upper limit; None for none.",
            ),
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
            Parameter(
                name="shared_axes",
                kind=Kind.AXES,
                default=None,
                minimum=1,
                help="Axes (from 1) along which a slope is shared: (1, 2) for images.",
            ),
        ),
    ),
    _layer(
        name="ELU",
        help="Exponential linear unit.",
        parameters=(
            Parameter(
                name="alpha", kind=Kind.NUMBER, default=1.0, help="Factor of exp(x) - 1 below 0."
            ),
        ),
    ),
    _layer(
        name="Softmax",
        help="Probabilities that add up to 1.",
        shape_rule="axes",
        parameters=(axes("Axis along which they add up."),),
    ),
)
