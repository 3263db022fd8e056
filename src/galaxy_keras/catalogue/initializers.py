"""Initializers: the values of weights before training."""

from __future__ import annotations

from galaxy_keras.catalogue.constructors import axes, choice, integer, number
from galaxy_keras.catalogue.parameters import Entry
from galaxy_keras.catalogue.registry import Registry

MODULE = "keras.initializers"

SEED = integer("seed", "Starts the random numbers; None for others in each run.", None, minimum=0)
_MEAN = number("mean", "Mean of the values.", 0.0)
_STDDEV = number("stddev", "Standard deviation of the values.", 0.05, minimum=0.0)
_GAIN = number("gain", "Factor for the matrix.", 1.0)
_FAN_AXES = (
    axes("input_axes", "Axes that count as inputs; None to tell from the shape.", None),
    axes("output_axes", "Axes that count as outputs; None to tell from the shape.", None),
)


def _scaled(name: str, short_name: str, help_text: str) -> Entry:
    return Entry(
        name=name,
        module=MODULE,
        help=help_text,
        aliases=(short_name,),
        parameters=(SEED, *_FAN_AXES),
    )


INITIALIZERS: Registry[Entry] = Registry(
    "initializer",
    [
        _scaled("GlorotUniform", "glorot_uniform", "Uniform, scaled by inputs and outputs."),
        _scaled("GlorotNormal", "glorot_normal", "Normal, scaled by inputs and outputs."),
        _scaled("HeUniform", "he_uniform", "Uniform, scaled by inputs; for relu."),
        _scaled("HeNormal", "he_normal", "Normal, scaled by inputs; for relu."),
        _scaled("LecunUniform", "lecun_uniform", "Uniform, scaled by inputs; for selu."),
        _scaled("LecunNormal", "lecun_normal", "Normal, scaled by inputs; for selu."),
        Entry(name="Zeros", module=MODULE, help="All 0.", aliases=("zeros", "zero")),
        Entry(name="Ones", module=MODULE, help="All 1.", aliases=("ones", "one")),
        Entry(
            name="Constant",
            module=MODULE,
            help="All the same number.",
            aliases=("constant",),
            parameters=(number("value", "The number.", 0.0, always_stored=True),),
        ),
        Entry(
            name="RandomNormal",
            module=MODULE,
            help="Normal distribution.",
            aliases=("random_normal", "normal"),
            parameters=(_MEAN, _STDDEV, SEED),
        ),
        Entry(
            name="RandomUniform",
            module=MODULE,
            help="Uniform distribution.",
            aliases=("random_uniform", "uniform"),
            parameters=(
                number("minval", "Lowest of the values.", -0.05),
                number("maxval", "Highest of the values.", 0.05),
                SEED,
            ),
        ),
        Entry(
            name="TruncatedNormal",
            module=MODULE,
            help="Normal distribution without what is beyond two standard deviations.",
            aliases=("truncated_normal",),
            parameters=(_MEAN, _STDDEV, SEED),
        ),
        Entry(
            name="VarianceScaling",
            module=MODULE,
            help="Scaled by the shape of the weights; the family of Glorot, He and Lecun.",
            aliases=("variance_scaling",),
            parameters=(
                number("scale", "Scaling factor.", 1.0, above=0.0),
                choice(
                    "mode",
                    "Scale by inputs, outputs or the mean of both.",
                    ("fan_in", "fan_out", "fan_avg"),
                    "fan_in",
                ),
                choice(
                    "distribution",
                    "Distribution of the values.",
                    ("truncated_normal", "untruncated_normal", "uniform"),
                    "truncated_normal",
                ),
                SEED,
                *_FAN_AXES,
            ),
        ),
        Entry(
            name="Orthogonal",
            module=MODULE,
            help="An orthogonal matrix.",
            aliases=("orthogonal", "OrthogonalInitializer"),
            parameters=(_GAIN, SEED),
        ),
        Entry(
            name="Identity",
            module=MODULE,
            help="An identity matrix.",
            aliases=("identity", "IdentityInitializer"),
            parameters=(_GAIN,),
        ),
    ],
)
